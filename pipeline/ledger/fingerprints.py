"""What an attachment is made from, as fingerprints, and the decision made from them; without a database."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.core.reasons import COMPOSING, Reason, ReasonKind

#: What the names of origins that are values begin with.
SETTING, SETTING_OF_PAGE, TOOL = "setting: ", "setting of pages: ", "tool: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What an attachment is made from, each by name.

    `inputs` decide: the page, its images, styles, fonts, machinery, settings, tools. `origins` explain: they
    say why an input changed, and an origin that leaves the inputs as they were rebuilds nothing. Those of the
    page are fingerprints (source, house words, template); behind `SETTING`, `SETTING_OF_PAGE` and `TOOL` they
    are values that people know, each under its name (`tool: weasyprint` is `70.0`).
    """

    inputs: Mapping[str, str]
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An attachment's last good build; `announced` is the sha256 that a stopped run was to put there."""

    slug: str
    language: str
    inputs: Mapping[str, str]
    origins: Mapping[str, str]
    sha256: str
    size: int
    pages: int
    built: str
    seconds: float
    reason: Reason
    announced: str | None = None


def fingerprint(*contents: bytes | str) -> str:
    """Return the sha256 of some contents, kept apart by their lengths."""
    digest = hashlib.sha256()
    for content in contents:
        data = content.encode() if isinstance(content, str) else content
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def reason_to_build(entry: Entry | None, now: Fingerprints, data: bytes | None) -> Reason | None:
    """Return why an attachment must be built, or None where the file that is there is still the right one.

    `now` are the fingerprints of the inputs as they are, `data` the attachment's bytes (None: no file).
    """
    if entry is None:
        return Reason(kind=ReasonKind.NEW)
    if data is None:
        return Reason(kind=ReasonKind.MISSING)
    digest = hashlib.sha256(data).hexdigest()
    if digest not in {entry.sha256, entry.announced}:
        return Reason(kind=ReasonKind.BY_HAND)
    inputs = _changed(entry.inputs, now.inputs)
    # What a page is made from is what people know, so it comes first.
    inputs.sort(key=lambda name: name != "page")
    changed = [what for name in inputs for what in _explained(name, entry.origins, now.origins)]
    if changed:
        return Reason(kind=ReasonKind.CHANGED, changed=tuple(changed))
    return None if digest == entry.sha256 else Reason(kind=ReasonKind.INTERRUPTED)


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _explained(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what explains that an input changed: its origins, where they were recorded, or its own name."""
    if name == "page":
        known = [origin for origin in _changed(before, now) if origin in before and origin in now]
        made_from = [origin for origin in known if not origin.startswith((SETTING, SETTING_OF_PAGE, TOOL))]
        return [*made_from, *_values(SETTING_OF_PAGE, before, now)] or [COMPOSING]
    kind = {"settings": SETTING, "tools": TOOL}.get(name)
    return (list(_values(kind, before, now)) if kind else []) or [name]


def _values(kind: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Yield what changed of a kind with its values before and now; nothing where none were recorded."""
    if not any(origin.startswith(kind) for origin in before):
        return
    for origin in _changed(before, now):
        if origin.startswith(kind):
            values = f"{before.get(origin, 'none')} → {now.get(origin, 'none')}"
            yield f"{origin.removeprefix(kind)} ({values})"
