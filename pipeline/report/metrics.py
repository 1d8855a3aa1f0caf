"""A night as metrics for Prometheus (build/metrics.prom), for the textfile collector of node_exporter."""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.core.night import Night
from pipeline.core.results import Verdict
from pipeline.report.night_summary import exit_code_of

#: Each labelled series costs the server memory for weeks; whoever has more attachments watches the sums.
LABELLED_ATTACHMENTS = 2_000
_MEBIBYTE = 2**20

#: A metric: its name without `annexe_`, what it says, and its values with their labels.
_Family = tuple[str, str, list[tuple[Mapping[str, str], float]]]


def write_metrics(night: Night) -> str:
    """Return a night's metrics in Prometheus' text format, all of them gauges: what is true since that night.

    The bytes of single attachments are given for the first `LABELLED_ATTACHMENTS` in the order of the report,
    so that the same ones have a series each night; `annexe_attachments_bytes` is the sum of all.
    """
    # It brings a web server along, which takes its time to load: only a night needs it.
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 - as said above

    registry = CollectorRegistry()
    for name, what, samples in (*_of_the_night(night), *_of_attachments(night), *_of_sizes(night)):
        if not samples:
            continue
        gauge = Gauge(f"annexe_{name}", what, labelnames=tuple(samples[0][0]), registry=registry)
        for labels, value in samples:
            child = gauge.labels(*map(_encodable, labels.values())) if labels else gauge
            # Times to the millisecond.
            child.set(round(value, 3))
    return generate_latest(registry).decode()


def _of_the_night(night: Night) -> Iterator[_Family]:
    run = night.run
    ended = run.started.timestamp() + run.seconds
    yield _single("night_timestamp_seconds", "When the last night ended, in seconds since 1970.", ended)
    yield _single("night_duration_seconds", "How long the last night took.", run.seconds)
    yield _single("night_exit_code", "What the last night ended with: 0 is well.", exit_code_of(night))
    yield _single("night_number", "The number of the last night in the history.", night.number)
    if night.memory is not None:
        what = "The most memory that the last night's own process took."
        yield _single("night_memory_bytes", what, night.memory * _MEBIBYTE)
    found = night.counts.items()
    yield _labelled("findings", "What the last night found, by severity.", "severity", found)
    up = ((site.name, not site.nights_down) for site in night.sites)
    yield _labelled("site_up", "Whether a site answered in the last night: 1 or 0.", "site", up)


def _of_attachments(night: Night) -> Iterator[_Family]:
    results = [edition.result for edition in night.editions]
    became = ((outcome, sum(result.outcome is outcome for result in results)) for outcome in Verdict)
    yield _labelled("attachments", "Attachments by what became of them in the last night.", "outcome", became)
    kept, changed = sum(edition.is_kept for edition in night.editions), len(night.changed)
    yield _single("attachments_kept", "Attachments that are older, since a new one failed.", kept)
    yield _single("attachments_changed", "Attachments that are others than the night before.", changed)


def _of_sizes(night: Night) -> Iterator[_Family]:
    """Yield the bytes of all attachments together, then of each, up to a number that no server minds."""
    results = (edition.result for edition in night.editions)
    sized = [(result, result.size) for result in results if result.size is not None]
    total = sum(size for _, size in sized)
    yield _single("attachments_bytes", "The bytes of all attachments together.", total)
    what = "Attachments whose own bytes are not told here, so that there are not too many series."
    yield _single("attachments_unlabelled", what, max(0, len(sized) - LABELLED_ATTACHMENTS))
    samples: list[tuple[Mapping[str, str], float]] = [
        ({"post": result.slug, "language": result.language or ""}, size)
        for result, size in sized[:LABELLED_ATTACHMENTS]
    ]
    yield "attachment_bytes", "The bytes of an attachment.", samples


def _single(name: str, what: str, value: float) -> _Family:
    return name, what, [({}, value)]


def _labelled(name: str, what: str, label: str, values: Iterable[tuple[str, float]]) -> _Family:
    return name, what, [({label: key}, value) for key, value in values]


def _encodable(text: str) -> str:
    """Return a label that can be written as UTF-8: a broken file name must not cost the whole file."""
    return text.encode("utf-8", "replace").decode()
