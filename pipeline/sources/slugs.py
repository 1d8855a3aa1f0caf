"""Names of posts: what a folder may be called, so that its name can stand in an address and a file name."""

import re
import unicodedata

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 100
#: Names that Annexe itself gives to folders in the build folder, where a post has a folder of its own name.
RESERVED = frozenset({"report", "site"})


def is_slug(name: str) -> bool:
    """Return whether a name is of lower-case ASCII letters, digits and single hyphens, at most 100 characters.

    Whether it is one of the `RESERVED` is another question.
    """
    return len(name) <= _LONGEST and _SLUG.fullmatch(name) is not None


def suggested_slug(name: str) -> str | None:
    """Return the name nearest to this one that a post may have, or None where no letter of it can be kept."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain.casefold() if not unicodedata.combining(c)))
    return "-".join(words)[:_LONGEST].rstrip("-") or None


def same_name_key(name: str) -> str:
    """Return what two names have in common that some file systems take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
