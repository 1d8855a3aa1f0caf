"""What an attachment is made from, as fingerprints, and the decision made from them. Pure: it knows no database."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What an attachment is made from, each by name.

    `inputs` decide: the page, its images, styles, fonts, machinery, tools. `origins` explain: they say why a page
    changed (source, house words, template), and an origin that leaves the page as it was rebuilds nothing.
    """

    inputs: Mapping[str, str]
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The last good build of an attachment."""

    slug: str
    language: str
    fingerprints: Fingerprints
    sha256: str
    size: int
    pages: int
    built: str
    seconds: float
    reason: str


def fingerprint(*contents: bytes | str) -> str:
    """Return the sha256 of some contents, kept apart by their lengths."""
    digest = hashlib.sha256()
    for content in contents:
        data = content.encode() if isinstance(content, str) else content
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def reason_to_build(entry: Entry | None, now: Fingerprints, data: bytes | None) -> str | None:
    """Return why an attachment must be built, or None where the file that is there is still the right one.

    `now` are the fingerprints of the inputs as they are, `data` the bytes of the attachment's file (None: no file).
    """
    if entry is None:
        return "not built before"
    if data is None:
        return "the attachment is missing"
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        return "the attachment was changed by hand"
    changed = _changed(entry.fingerprints.inputs, now.inputs)
    if "page" in changed:
        origins = _changed(entry.fingerprints.origins, now.origins) or ["the way pages are composed"]
        changed = [*origins, *(name for name in changed if name != "page")]
    return f"changed: {', '.join(changed)}" if changed else None


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
