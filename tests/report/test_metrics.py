"""The metrics are what Prometheus reads: declared, escaped, and few enough."""

import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from pipeline.core.night import Night, SiteNight
from pipeline.report.metrics import LABELLED_ATTACHMENTS, write_metrics
from tests.report import sample_nights as nights
from tests.report.results import edition, missing


def families(night: Night) -> dict[str, Metric]:
    """Return a night's metrics by name, as Prometheus' own parser reads them."""
    return {family.name: family for family in text_string_to_metric_families(write_metrics(night))}


def values(family: Metric) -> dict[tuple[str, ...], float]:
    """Return a family's values by those of its labels, in the order of the labels' names."""
    return {
        tuple(sample.labels[name] for name in sorted(sample.labels)): sample.value
        for sample in family.samples
    }


@pytest.mark.parametrize("night", [nights.FULL, nights.QUIET, nights.night()], ids=["full", "quiet", "empty"])
def test_every_metric_is_declared(night: Night) -> None:
    """Each family has its help and kind, once, before its samples; no series is there twice."""
    text = write_metrics(night)
    assert text.endswith("\n")
    assert len({line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}) == len(
        families(night)
    )
    for family in families(night).values():
        assert family.type == "gauge"
        assert family.documentation.endswith(".")
        assert len(values(family)) == len(family.samples)


def test_a_night_in_numbers() -> None:
    """A night's end, duration and exit code, its attachments by outcome, its findings, which sites are up."""
    found = {name: values(family) for name, family in families(nights.FULL).items()}
    assert found["annexe_night_exit_code"] == {(): 3}
    assert found["annexe_night_duration_seconds"] == {(): 1.235}
    assert found["annexe_night_timestamp_seconds"][()] == pytest.approx(nights.STARTED.timestamp() + 1.235)
    assert found["annexe_night_memory_bytes"] == {(): 812 * 2**20}
    assert found["annexe_attachments"] == {
        ("built",): 1,
        ("unchanged",): 0,
        ("composed",): 0,
        ("rejected",): 1,
        ("failed",): 1,
    }
    assert (found["annexe_attachments_kept"], found["annexe_attachments_changed"]) == ({(): 1}, {(): 1})
    assert found["annexe_findings"] == {("info",): 0, ("warning",): 3, ("error",): 2}
    assert found["annexe_attachment_bytes"] == {("en", "a-post"): 35_315, ("fr", "a-post"): 35_315}
    assert found["annexe_attachments_bytes"] == {(): 70_630}
    assert found["annexe_site_up"] == {("blog",): 0, ("library",): 1}


def test_what_is_not_there_is_not_zero() -> None:
    """No attachment has no bytes, no site is neither up nor down.

    Memory that nobody measured is not found.
    """
    found = families(nights.night(nights.night_edition(missing())))
    assert {"annexe_attachment_bytes", "annexe_site_up", "annexe_night_memory_bytes"}.isdisjoint(found)


def test_names_are_escaped() -> None:
    """Quotes, backslashes, line feeds and broken names in a label are read as they were written."""
    name = 'a "b" \\n c\nd'
    site = SiteNight(name=name, who=None, findings=())
    assert values(families(nights.night(sites=(site,)))["annexe_site_up"]) == {(name,): 1}
    write_metrics(nights.night(nights.night_edition(edition(slug="\udce9")))).encode()


def test_the_number_of_series_is_limited() -> None:
    """Past 2,000 attachments the rest have no series of their own.

    Their number and the sum of bytes are there.
    """
    count = LABELLED_ATTACHMENTS + 3
    found = families(nights.many(count))
    assert len(found["annexe_attachment_bytes"].samples) == LABELLED_ATTACHMENTS
    assert values(found["annexe_attachments_unlabelled"]) == {(): 3}
    assert values(found["annexe_attachments_bytes"]) == {(): count * 35_315}
