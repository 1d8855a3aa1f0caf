"""What all pages share: one style sheet and the fonts, as files named by their content."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from pipeline.publish.site.addresses import ASSETS
from pipeline.render.fonts.web import WebFont

_DIGITS = 16
_NAME = re.compile(
    rf"(?:site|annexe-[a-z0-9-]+)-(?P<digest>[0-9a-f]{{{_DIGITS}}})\.(?P<suffix>css|woff2)", re.ASCII
)
_FONT_ADDRESS = re.compile(rf'url\("(?P<name>annexe-[a-z0-9-]+-[0-9a-f]{{{_DIGITS}}}\.woff2)"\)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The style sheet's path, and the bytes of all assets by path."""

    stylesheet: str
    files: dict[str, bytes] = field(repr=False)


def make_assets(sheets: Sequence[tuple[str, str]], fonts: Sequence[WebFont]) -> Assets:
    """Return the assets of sheets (name, CSS) in their order, and fonts; a browser fetches only the cuts that it needs."""
    files: dict[str, bytes] = {}
    rules = []
    for font in fonts:
        name = f"{font.stem}-{_digest(font.data)}.woff2"
        files[f"{ASSETS}/{name}"] = font.data
        rules.append(font.face(name))
    css = "".join([*rules, *(text for _, text in sheets)]).encode()
    stylesheet = f"{ASSETS}/site-{_digest(css)}.css"
    return Assets(stylesheet=stylesheet, files={**files, stylesheet: css})


def is_asset(name: str, data: bytes) -> bool:
    """Say whether a file in the folder of assets is ours: its name tells its content."""
    match = _NAME.fullmatch(name)
    return match is not None and match["digest"] == _digest(data)


def may_be_asset(name: str) -> bool:
    """Say whether a file of this name may be one of our assets."""
    return _NAME.fullmatch(name) is not None


def fonts_of(css: bytes) -> Collection[str]:
    """Return the paths of the fonts that a style sheet of ours asks for."""
    names = _FONT_ADDRESS.finditer(css.decode("utf-8", "replace"))
    return {f"{ASSETS}/{match['name']}" for match in names}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]
