"""Links: inside the attachment they arrive, out of it they lead to an address that works for everybody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from pipeline.checks.evidence import Evidence
from pipeline.core.model import Finding, Severity
from pipeline.pdf.model import LinkAnnotation

_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BARE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]+\.?")
_FORBIDDEN = re.compile(r"[\s<>\"{}|\\^`]")
_ARCHIVE = re.compile(
    r"(?:^|\.)(?:archive\.(?:org|today|is|ph)|webarchive\.|arquivo\.pt|archive-it\.org|perma\.cc)"
)
_NO_PLACE = "link to the id of a heading or note of this text"
#: How much two ids have in common, from 0 to 1, to be taken for one another.
_NEAR = 0.25
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    """A link of the composed page: target, text, and whether it stands in the edition's text."""

    target: str
    text: str
    is_in_text: bool


def targets(evidence: Evidence) -> Iterator[Finding]:
    """Yield `links.target` for a link inside the attachment that arrives nowhere."""
    ids = {unquote(str(element.get("id"))) for element in evidence.html().iter() if element.get("id")}
    destinations = set(evidence.read_back.destinations)
    headings = [str(element.get("id")) for element in evidence.html().iter("h2", "h3", "h4", "h5", "h6")]
    for anchor in _anchors(evidence):
        if not anchor.target.startswith("#"):
            continue
        name = unquote(anchor.target[1:])
        if name not in ids:
            what = "there is no such place in the text"
        elif anchor.is_in_text and name not in destinations:
            what = "the attachment has no such destination"
        else:
            continue
        near = get_close_matches(name.casefold(), headings, n=1, cutoff=_NEAR)
        remedy = f"write #{near[0]}, the nearest one there is" if near else _NO_PLACE
        yield _found(
            evidence, "links.target", anchor, f"leads to {anchor.target!r}, but {what}", remedy=remedy
        )
    for link in evidence.read_back.links:
        if link.address is None and link.target_page is None:
            yield evidence.edition.finding(
                "links.target",
                Severity.ERROR,
                f"a link on this page leads nowhere: “{_text_under(evidence, link)}”",
                _NO_PLACE,
                page=link.page,
            )


def outside(evidence: Evidence) -> Iterator[Finding]:
    """Yield `links.file` for a link that leads to a file, a script, or a place that only its author has."""
    for link in evidence.read_back.links:
        # A fragment alone is the concern of `links.target`.
        if link.address is None or link.address.startswith("#"):
            continue
        scheme = _SCHEME.match(link.address)
        if scheme is None or scheme[1].lower() not in _SCHEMES:
            yield evidence.edition.finding(
                "links.file",
                Severity.ERROR,
                f"the link “{_text_under(evidence, link)}” leads to {link.address!r}, "
                "which works for no reader of a PDF",
                "write the whole address, https://…",
                line=evidence.line_of(link.address),
                page=link.page,
            )


def addresses(evidence: Evidence) -> Iterator[Finding]:
    """Yield `links.address` for an address that can't be right."""
    for anchor in _anchors(evidence):
        fault = _fault(anchor.target)
        if fault is not None:
            yield _found(
                evidence, "links.address", anchor, f"leads to {anchor.target!r}: {fault}", Severity.WARNING
            )


def texts(evidence: Evidence) -> Iterator[Finding]:
    """Yield `links.text` for a link whose text is an address, which is spelt out loud (WCAG 2.2, 2.4.4)."""
    for anchor in _anchors(evidence):
        if _BARE.fullmatch(anchor.text):
            yield evidence.edition.finding(
                "links.text",
                Severity.WARNING,
                f"the link text “{anchor.text}” is an address, which a screen reader spells out",
                "link the words that name the target",
                line=evidence.line_of(anchor.text),
            )


def _fault(target: str) -> str | None:
    """Return what is wrong with an address, or None."""
    scheme = _SCHEME.match(target)
    kind = scheme[1].lower() if scheme else ""
    if kind == "mailto":
        address = unquote(target[len("mailto:") :].partition("?")[0])
        return None if _MAIL.fullmatch(address) else "that is no mail address"
    if kind not in {"http", "https"}:
        return None
    if _FORBIDDEN.search(target):
        return "an address has no spaces, quotation marks or brackets"
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return str(error)
    if not (_HOST.fullmatch(host) or _is_number(host)):
        return f"{host!r} is no host" if host else "it names no host"
    # Archives of the web write the address that they keep behind their own.
    is_double = target.lower().count("://") > 1 and "://" in parts.path and not _ARCHIVE.search(host)
    return "it holds two addresses" if is_double else None


def _is_number(host: str) -> bool:
    """Say whether a host is given by its IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _anchors(evidence: Evidence) -> Iterator[_Anchor]:
    for element in evidence.html().iter("a"):
        if element.get("href"):
            yield _Anchor(
                target=str(element.get("href")).strip(),
                text=" ".join("".join(map(str, element.itertext())).split()),
                is_in_text=any(ancestor.tag == "main" for ancestor in element.iterancestors()),
            )


def _found(
    evidence: Evidence,
    check: str,
    anchor: _Anchor,
    what: str,
    severity: Severity = Severity.ERROR,
    remedy: str = "mend the address",
) -> Finding:
    return evidence.edition.finding(
        check, severity, f"the link “{anchor.text}” {what}", remedy, line=evidence.line_of(anchor.target)
    )


def _text_under(evidence: Evidence, link: LinkAnnotation) -> str:
    """Return the text that stands under a link's rectangle."""
    runs = evidence.read_back.pages[link.page - 1].runs
    covered = [run.text for run in runs if run.box.area and link.box.share_of(run.box) > 0.5]  # noqa: PLR2004 - half
    return " ".join(" ".join(covered).split())
