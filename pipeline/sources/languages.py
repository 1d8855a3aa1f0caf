"""Language tags: their form and the usual way of writing them (BCP 47, RFC 5646 2.1 and 2.1.1)."""

import re

#: Language, script, region and variants; longer first parts are reserved or registered for no language.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)


def is_language_tag(tag: str) -> bool:
    """Return whether this has the form of a language tag, in whatever case."""
    return _TAG.fullmatch(tag) is not None


def well_written_tag(tag: str) -> str:
    """Return a tag in the usual case: `zh-hans-cn` becomes `zh-Hans-CN`; raises ValueError for what is no tag."""
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"{tag!r} is no language tag")
    script, region = match["script"] or "", match["region"] or ""
    parts = [
        match["language"].lower(),
        script.capitalize(),
        region.upper(),
        match["variants"].lower().strip("-"),
    ]
    return "-".join(part for part in parts if part)
