"""The looks as files: templates, style sheets and marks, read once and passed on as data."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import CommandError

TEMPLATE = "page.html.jinja"


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The content of the folder of styles.

    `templates` maps a template's name to its source; `print_sheets`, `screen_sheets` and `site_sheets` are CSS in the
    order of their file names, the last for the site's pages besides those of the screen; `fingerprint` is the sha256 of
    what the PDF depends on.
    """

    templates: tuple[tuple[str, str], ...] = field(repr=False)
    print_sheets: tuple[tuple[str, str], ...] = field(repr=False)
    screen_sheets: tuple[tuple[str, str], ...] = field(repr=False)
    site_sheets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def fingerprint(self) -> str:
        """Return the sha256 of the print sheets: the templates show in the page itself."""
        return hashlib.sha256(repr(self.print_sheets).encode()).hexdigest()


def read_styles(folder: Path) -> Styles:
    """Read a folder of styles; raises CommandError where the template or the print style is missing or unreadable.

    Sheets whose name begins with `print` style the PDF alone, with `screen` the web page and the site, with `site` the
    site alone, others all of them.
    """
    templates = _texts(folder, "*.jinja")
    sheets = _texts(folder, "*.css")
    if TEMPLATE not in dict(templates) or not sheets:
        raise CommandError(
            f"{folder}: no {TEMPLATE} and style sheets here; set `styles` in [tool.annexe] of pyproject.toml"
        )
    return Styles(
        templates=templates,
        print_sheets=_without(sheets, "screen", "site"),
        screen_sheets=_without(sheets, "print", "site"),
        site_sheets=tuple(sheet for sheet in sheets if sheet[0].startswith("site")),
    )


def _without(sheets: tuple[tuple[str, str], ...], *beginnings: str) -> tuple[tuple[str, str], ...]:
    return tuple(sheet for sheet in sheets if not sheet[0].startswith(beginnings))


def _texts(folder: Path, pattern: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob(pattern)))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{folder}: a style can't be read ({error}); mend the file") from error
