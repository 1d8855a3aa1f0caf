"""The attachment's size against what the live post publishes and what was built last."""

from collections.abc import Iterator

from pipeline.checks.evidence import Evidence
from pipeline.core.model import Finding, Severity
from pipeline.core.size_labels import size_label
from pipeline.core.sizes import SizeVerdict, size_verdict
from pipeline.pdf.model import Cause

_WHAT_TO_DO = {
    Cause.FONTS: "use fewer faces (weights, italics, scripts)",
    Cause.IMAGES: "make the images smaller: fewer pixels, or JPEG for photographs",
    Cause.TEXT: "look for what draws so much: tables, rules, repeated elements",
    Cause.STRUCTURE: "look for needless nesting of elements",
    Cause.METADATA: "look for what the metadata carries",
    Cause.REST: "look for what is attached or repeated",
}


def over(evidence: Evidence) -> Iterator[Finding]:
    """Yield `size.over` where the attachment is heavier than what the post carries today."""
    published, most = evidence.edition.published_size, evidence.thresholds.size_over
    if published is None or _verdict(evidence) is not SizeVerdict.OVER:
        return
    ratio = evidence.attachment.size / published.largest if published.largest else float("inf")
    limit = "" if most == 1 else f" (up to {_times(most)} is allowed)"
    yield evidence.edition.finding(
        "size.over",
        Severity.ERROR,
        f"the attachment is {_size(evidence)}: {_times(ratio)} the published {published.label}{limit}; "
        f"{_made_of(evidence)}",
        f"{_lighter(evidence)}; or, if it is meant to be heavier, have its label taken into `published_size` "
        "by `annexe sizes --accept --rejected`",
        line=evidence.edition.line_of("published_size"),
    )


def under(evidence: Evidence) -> Iterator[Finding]:
    """Yield `size.under` where the attachment is so light that something must be missing."""
    published, least = evidence.edition.published_size, evidence.thresholds.size_under
    if published is None or _verdict(evidence) is not SizeVerdict.UNDER:
        return
    ratio = evidence.attachment.size / published.smallest
    yield evidence.edition.finding(
        "size.under",
        Severity.ERROR,
        f"the attachment is {_size(evidence)}: only {_times(ratio)} the published {published.label}, "
        f"less than {_times(least)}; {_made_of(evidence)}",
        "look whether text or images are missing; if it is whole, have its label taken into `published_size` "
        "by `annexe sizes --accept --rejected`",
        line=evidence.edition.line_of("published_size"),
    )


def drift(evidence: Evidence) -> Iterator[Finding]:
    """Yield `size.drift` where the size has changed much since the last recorded build."""
    previous, most = evidence.previous_size, evidence.thresholds.size_drift
    if not previous:
        return
    ratio = evidence.attachment.size / previous
    if abs(ratio - 1) > most:
        yield evidence.edition.finding(
            "size.drift",
            Severity.WARNING,
            f"the attachment is {_size(evidence)}: {_times(ratio)} the {previous:,} bytes built last, "
            f"a change of more than {most:.0%}; {_made_of(evidence)}",
            "look whether the change is meant; the next build compares with this one",
        )


def unpublished(evidence: Evidence) -> Iterator[Finding]:
    """Yield `size.unpublished` where the front matter gives no published size."""
    if evidence.edition.published_size is None:
        yield evidence.edition.finding(
            "size.unpublished",
            Severity.INFO,
            f"no published size to compare with; the attachment is {_size(evidence)}; {_made_of(evidence)}",
            "once it is attached to the live post, run `annexe sizes --accept`, "
            f"or write `published_size: {_label(evidence)}` into the front matter",
        )


def _verdict(evidence: Evidence) -> SizeVerdict:
    bounds = evidence.thresholds
    published = evidence.edition.published_size
    return size_verdict(evidence.attachment.size, published, over=bounds.size_over, under=bounds.size_under)


def _label(evidence: Evidence) -> str:
    return size_label(
        evidence.attachment.size, evidence.edition.published_size, style=evidence.thresholds.size_labels
    )


def _size(evidence: Evidence) -> str:
    return f"{evidence.attachment.size:,} bytes ({_label(evidence)})"


def _times(ratio: float) -> str:
    """Return a ratio with enough decimals to differ from 1."""
    decimals = next((places for places in (2, 3, 4, 5) if round(ratio, places) not in (0, 1)), 2)
    return f"{ratio:.{decimals}f} times"


def _made_of(evidence: Evidence) -> str:
    return "made of " + ", ".join(f"{share.cause} {share.size:,}" for share in evidence.shares())


def _lighter(evidence: Evidence) -> str:
    """Return what to do about the part that takes most."""
    return _WHAT_TO_DO[evidence.shares()[0].cause]
