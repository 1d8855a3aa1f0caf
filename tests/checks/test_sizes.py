"""Sizes against the published label and the last build, with what the bytes are made of."""

from dataclasses import replace

import pytest

from pipeline.checks.evidence import Evidence
from pipeline.checks.sizes import drift, over, under, unpublished
from pipeline.core.model import PublishedSize, Severity, Thresholds
from pipeline.core.size_labels import read_label
from tests.attachments import Workbench


@pytest.fixture(scope="module")
def evidence(bench: Workbench) -> Evidence:
    """An ordinary attachment."""
    return bench.evidence(lines=(("title", 2), ("published_size", 4)))


def with_published(evidence: Evidence, published: PublishedSize | None, **thresholds: float) -> Evidence:
    """Return the evidence with another published size."""
    settings = Thresholds(**thresholds)  # type: ignore[arg-type] # the ratios alone
    return replace(evidence, edition=replace(evidence.edition, published_size=published), thresholds=settings)


def interval(smallest: int, largest: int) -> PublishedSize:
    """Return a published size that stands for these bytes."""
    return PublishedSize(label="about that", smallest=smallest, largest=largest)


def test_a_size_within_bounds_passes(evidence: Evidence) -> None:
    """A size at the top of what the label stands for is no heavier than what the post carries."""
    size = evidence.attachment.size
    exact = with_published(evidence, interval(size - 9, size))
    assert not [*over(exact), *under(exact), *drift(exact), *unpublished(exact)]


def test_a_byte_too_many_is_told(evidence: Evidence) -> None:
    """One byte over the top of the interval is an error with bytes, label, ratio, and the bytes' causes."""
    size = evidence.attachment.size
    (finding,) = over(with_published(evidence, interval(size - 9, size - 1)))
    assert (finding.check, finding.severity, finding.line) == ("size.over", Severity.ERROR, 4)
    assert f"{size:,} bytes (" in finding.message
    assert ": 1.00" in finding.message
    assert "times the published about that" in finding.message
    assert "made of fonts " in finding.message
    assert "use fewer faces" in finding.remedy


def test_what_may_be_heavier_can_be_set(evidence: Evidence) -> None:
    """A threshold above 1 allows so much more and is told when that is passed."""
    size = evidence.attachment.size
    published = interval(size // 2 - 9, size // 2)
    assert list(over(with_published(evidence, published, size_over=2.1))) == []
    (finding,) = over(with_published(evidence, published, size_over=1.5))
    assert "(up to 1.50 times is allowed)" in finding.message


def test_a_label_is_read_as_an_interval(evidence: Evidence) -> None:
    """An attachment whose own label is the published one is never too heavy."""
    label = f"{evidence.attachment.size / 1024:.2f} KB"
    assert list(over(with_published(evidence, read_label(label)))) == []


def test_a_size_far_below_is_told(evidence: Evidence) -> None:
    """Less than a twentieth of what is published is an error: something must be missing."""
    size = evidence.attachment.size
    assert list(under(with_published(evidence, interval(size * 20, size * 21)))) == []
    (finding,) = under(with_published(evidence, interval(size * 20 + 20, size * 21)))
    assert (finding.check, finding.severity, finding.line) == ("size.under", Severity.ERROR, 4)
    assert "only 0.05 times the published about that, less than 0.05 times" in finding.message
    assert "look whether text or images are missing" in finding.remedy


@pytest.mark.parametrize(("ratio", "is_told"), [(1.09, False), (1.12, True), (0.91, False), (0.89, True)])
def test_a_changed_size_is_told(evidence: Evidence, ratio: float, is_told: bool) -> None:  # noqa: FBT001 - a parameter
    """A change of more than a tenth since the last recorded build, up or down, is a warning."""
    findings = list(drift(replace(evidence, previous_size=round(evidence.attachment.size / ratio))))
    assert [finding.check for finding in findings] == ["size.drift"] * is_told
    assert all(finding.severity is Severity.WARNING for finding in findings)


def test_a_first_build_has_not_changed(evidence: Evidence) -> None:
    """Without a recorded build there is nothing to compare with."""
    assert list(drift(evidence)) == []


def test_a_missing_label_is_an_info(evidence: Evidence) -> None:
    """Without a published size the attachment's own label is reported, as it is to be written later."""
    (finding,) = unpublished(evidence)
    assert (finding.check, finding.severity) == ("size.unpublished", Severity.INFO)
    assert f"`published_size: {evidence.attachment.size / 1024:.2f}".rstrip("0") in finding.remedy
