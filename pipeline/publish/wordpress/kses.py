"""What WordPress would take out of a post that a user without the right `unfiltered_html` saves.

Whoever lacks that right (an author, a contributor, and in a network of sites nearly everybody) has the whole
text of a post filtered with each save, also what an administrator wrote in it: frames, scripts, forms, many
attributes. Which markup passes depends on the release and its plugins. So this knows only markup that all of
WordPress 6.1 to 7.1 leave as it is to the letter, and takes everything else for lost. It errs on that side:
what is refused here may pass there, never the other way round. Source: wp-includes/kses.php and, for the
comments of blocks, `filter_block_content` in wp-includes/blocks.php.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_ANYWHERE = "class id lang dir title role aria-label aria-labelledby aria-describedby aria-hidden"
#: The elements that stay, with the attributes that stay on them besides those that stay anywhere.
_KEPT: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        "p br hr strong em b i u s sub sup small code pre kbd samp var cite q abbr dfn mark del ins span div "
        "blockquote figure figcaption ul li dl dt dd h1 h2 h3 h4 h5 h6 table thead tbody tfoot tr section "
        "article aside header footer main nav address details summary".split(),
        frozenset(_ANYWHERE.split()),
    ),
    **{
        name: frozenset(f"{_ANYWHERE} {own}".split())
        for name, own in (
            ("a", "href rel target"),
            ("img", "src alt width height loading"),
            ("ol", "start type"),
            ("th", "scope colspan rowspan"),
            ("td", "colspan rowspan"),
            ("video", "src poster width height"),
            ("audio", "src"),
        )
    },
}
_ADDRESSES = frozenset({"href", "src", "poster"})
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/|#)[^\s\\\"'`]*")
_NAMED = "amp|lt|gt|quot|nbsp|shy|hellip|ndash|mdash|laquo|raquo|lsquo|rsquo|ldquo|rdquo|copy|reg|euro|times"
_NUMBER = r"0(?:3[2-9]|[4-9][0-9])|1(?:[01][0-9]|2[0-6]|[6-9][0-9])|[2-9][0-9]{2}|[1-9][0-9]{3}"
_REFERENCE = rf"&(?:{_NAMED}|#(?:{_NUMBER}));"
_PROPERTIES = (
    "color|background-color|text-align|width|height|font-size|font-style|font-weight|line-height|text-transform|"
    "text-decoration|letter-spacing|flex-basis|(?:margin|padding)(?:-top|-right|-bottom|-left)?|border-radius|"
    "border-width"
)
_DECLARATION = rf"(?:{_PROPERTIES}): ?[A-Za-z0-9#%.-]+(?: [A-Za-z0-9#%.-]+)*"
_STYLE = re.compile(rf"{_DECLARATION}(?:;{_DECLARATION})*")
_TOKEN = re.compile(
    rf"(?P<text>[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+)|(?P<reference>{_REFERENCE})"
    r"|<!-- (?P<end>/)?wp:(?P<block>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)"
    r"(?P<data> \{[^\n\r]*?\})? (?P<void>/)?-->"
    r"|(?P<mark><!--(?:more|nextpage)-->)"
    r"|<(?P<close>/)?(?P<element>[a-z][a-z0-9]*)"
    rf"(?P<attributes>(?: [a-z][a-z0-9-]*=\"(?:[^<>&\"\\\n\r\t]|{_REFERENCE})*\")*)"
    r"(?: /)?>"
)
_ATTRIBUTE = re.compile(r' ([a-z0-9-]+)="([^"]*)"')
_DATA_NAME = re.compile(r"data(?:-[a-z0-9]+)+")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_EXCERPT = 60


def first_lost(content: str) -> str | None:
    """Return the beginning of the first markup that a filtered save may change, or None."""
    position = 0
    #: The blocks that are open, and where the content of each begins.
    blocks: list[tuple[str, int]] = []
    while position < len(content):
        token = _TOKEN.match(content, position)
        if token is None or not _stays(token, content, blocks):
            return " ".join(content[position : position + _EXCERPT].split()) or "a control character"
        position = token.end()
    return f"<!-- wp:{blocks[-1][0]} --> without its end" if blocks else None


def _stays(token: re.Match[str], content: str, blocks: list[tuple[str, int]]) -> bool:
    if token["block"]:
        return _block_stays(token, content, blocks)
    if token["element"]:
        return _element_stays(token)
    return True


def _element_stays(token: re.Match[str]) -> bool:
    allowed = _KEPT.get(token["element"])
    if allowed is None or (token["close"] and (token["attributes"] or token[0].endswith("/>"))):
        return False
    attributes = _ATTRIBUTE.findall(token["attributes"])
    names = [name for name, _ in attributes]
    if "target" in names and "noopener" not in dict(attributes).get("rel", "").split():
        # WordPress adds it (`wp_targeted_link_rel`).
        return False
    return len(names) == len(set(names)) and all(
        _attribute_stays(name, value, allowed) for name, value in attributes
    )


def _attribute_stays(name: str, value: str, allowed: frozenset[str]) -> bool:
    if name == "style":
        return _STYLE.fullmatch(value) is not None
    if name in _ADDRESSES and _ADDRESS.fullmatch(value) is None:
        return False
    return name in allowed or _DATA_NAME.fullmatch(name) is not None


def _block_stays(token: re.Match[str], content: str, blocks: list[tuple[str, int]]) -> bool:
    """Say whether the comment of a block stays as it is when WordPress parses all blocks and writes them."""
    name, data = token["block"], token["data"]
    if name.startswith("core/") or name == "template-part":
        return False
    if token["end"]:
        if data or token["void"] or not blocks or blocks[-1][0] != name:
            return False
        # A block without content is written as a single comment.
        return content[blocks.pop()[1] : token.start()] not in ("", "0")
    if not token["void"]:
        blocks.append((name, token.end()))
    return data is None or _data_stays(data[1:])


def _data_stays(text: str) -> bool:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for mark, reference in (("--", r"\u002d\u002d"), ("<", r"\u003c"), (">", r"\u003e"), ("&", r"\u0026")):
        written = written.replace(mark, reference)
    return bool(data) and written == text and _is_plain(data)


def _is_plain(value: Any) -> bool:
    """Say whether PHP writes a value as Python does, and the filter changes nothing in its strings."""
    if isinstance(value, dict):
        return bool(value) and all(_KEY.fullmatch(key) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return re.search(r"[<>&\"\\\u2028\u2029\x00-\x1f\x7f]", value) is None
    return not isinstance(value, float) or 1e-4 < abs(value) < 1e9  # noqa: PLR2004 - written without exponents
