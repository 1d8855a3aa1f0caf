"""The styles: templates and style sheets, read once as data; the environment of the templates (Jinja2)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from pipeline.core.errors import CommandError
from pipeline.core.paths import STYLES

TEMPLATE = "page.html.jinja"
#: The report's own styles are in a folder below: they are no part of any attachment or its web page.
REPORT_FOLDER = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The content of the folder of styles.

    `templates` are (name, source); `print_sheets`, `screen_sheets` and `site_sheets` are (name, CSS) in the
    order of their file names. The site's pages need those of the screen too.
    """

    templates: tuple[tuple[str, str], ...] = field(repr=False)
    print_sheets: tuple[tuple[str, str], ...] = field(repr=False)
    screen_sheets: tuple[tuple[str, str], ...] = field(repr=False)
    site_sheets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def fingerprint(self) -> str:
        """Return the sha256 of the print sheets: the templates show in the page itself."""
        return hashlib.sha256(repr(self.print_sheets).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStyles:
    """The styles of the report's pages: templates (name, source), CSS, search script, texts (TOML)."""

    templates: tuple[tuple[str, str], ...] = field(repr=False)
    sheet: str = field(repr=False)
    script: str = field(repr=False)
    words: str = field(repr=False)


def read_styles(folder: Path) -> Styles:
    """Read a folder of styles; raises CommandError where the template or all sheets are missing.

    Sheets whose name begins with `print` style the PDF alone, with `screen` the web page and the site, with
    `site` the site alone, others all of them.
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


def read_report_styles(folder: Path) -> ReportStyles:
    """Read the report's styles in a folder of styles, else Annexe's own; raises CommandError."""
    own = folder / REPORT_FOLDER
    folder = own if own.is_dir() else STYLES / REPORT_FOLDER
    files = dict((*_texts(folder, "*.jinja"), *_texts(folder, "*.*s"), *_texts(folder, "*.toml")))
    wanted = ("index.html.jinja", "post.html.jinja", "report.css", "search.js", "words.toml")
    missing = [name for name in wanted if name not in files]
    if missing:
        names = ", ".join(missing)
        raise CommandError(
            f"{folder}: {names} missing; put back what Annexe brings, or delete the folder to use it"
        )
    return ReportStyles(
        templates=tuple((name, text) for name, text in files.items() if name.endswith(".jinja")),
        sheet=files["report.css"],
        script=files["search.js"],
        words=files["words.toml"],
    )


def template_environment(
    templates: Sequence[tuple[str, str]], *, finish: Callable[[object], object] | None = None
) -> SandboxedEnvironment:
    """Return the environment of templates (name, source): sandboxed, escaping, strict about names.

    `finish` is given each value that is shown.
    """
    return SandboxedEnvironment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _texts(folder: Path, pattern: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob(pattern)))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{folder}: a style can't be read ({error}); mend the file") from error
