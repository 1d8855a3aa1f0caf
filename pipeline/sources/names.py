"""Names of posts, languages and sites: what may be called how."""

import re
import unicodedata

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 100
#: Names that Annexe itself gives to folders in the build folder, where a post has a folder of its own name.
RESERVED = frozenset({"report", "site"})
_TARGET = re.compile(r"[a-z0-9][a-z0-9-]*")
_LONGEST_TARGET = 200
#: Language, script, region and variants (BCP 47: RFC 5646, 2.1); longer first parts are reserved or
#: registered for no language.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)


def is_slug(name: str) -> bool:
    """Return whether a post's folder may have this name, so that it can stand in an address and a file name.

    Lower-case ASCII letters, digits and single hyphens, at most 100 characters; `RESERVED` names are not
    looked up.
    """
    return len(name) <= _LONGEST_SLUG and _SLUG.fullmatch(name) is not None


def suggested_slug(name: str) -> str | None:
    """Return the slug nearest to this name, or None where no letter of it can be used."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain.casefold() if not unicodedata.combining(c)))
    return "-".join(words)[:_LONGEST_SLUG].rstrip("-") or None


def same_name_key(name: str) -> str:
    """Return a key that is equal for two names which some file systems take for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_target_name(name: str) -> bool:
    """Return whether the settings may call a site so: lower-case ASCII letters, digits and hyphens."""
    return len(name) <= _LONGEST_TARGET and _TARGET.fullmatch(name) is not None


def is_language_tag(tag: str) -> bool:
    """Return whether this has the form of a language tag, in whatever case."""
    return _TAG.fullmatch(tag) is not None


def normalised_tag(tag: str) -> str:
    """Return a tag in the usual case (RFC 5646, 2.1.1): `zh-Hans-CN`; raises ValueError for no tag."""
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"{tag!r} is no language tag")
    script, region = match["script"] or "", match["region"] or ""
    variants = match["variants"].lower().strip("-")
    parts = (match["language"].lower(), script.capitalize(), region.upper(), variants)
    return "-".join(part for part in parts if part)
