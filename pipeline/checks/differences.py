"""What the page doesn't show as its source says, in the author's terms."""

from collections.abc import Iterator, Sequence

from pipeline.compose.agreement import Disagreement
from pipeline.core.model import Edition, Finding, Severity

_NAMES = {
    "p": "this paragraph",
    "ul": "this list",
    "ol": "this numbered list",
    "li": "this item of a list",
    "blockquote": "this quotation",
    "pre": "this code",
    "img": "this image",
    "a": "this link",
    "sup": "this reference to a footnote",
    **dict.fromkeys(("table", "thead", "tbody", "tr", "th", "td"), "this table"),
    **dict.fromkeys(("dl", "dt", "dd"), "this definition"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "this heading"),
}


def differing(edition: Edition, differences: Sequence[Disagreement]) -> Iterator[Finding]:
    """Yield `source.structure` for what the page doesn't show as its source says; count all but the first."""
    if differences:
        first, *others = differences
        name, more = first.name.split()[0], f" (and {len(others)} more)" if others else ""
        yield edition.finding(
            "source.structure",
            Severity.WARNING,
            f"{_NAMES.get(name, 'a part')}{more} is not on the page as it is written here",
            "look for HTML near it: a tag that is never closed, or a block such as <div> within a paragraph",
            line=edition.body_line + first.line,
        )
