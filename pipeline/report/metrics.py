"""A night as metrics in Prometheus' text format 0.0.4: build/metrics.prom, for the textfile collector of node_exporter."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.core.night import Night
from pipeline.core.results import Verdict
from pipeline.report.night_summary import counts, exit_code_of

#: Each labelled series costs the server memory for weeks; whoever has more attachments watches the sums.
LABELLED_ATTACHMENTS = 2_000
_MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def write_metrics(night: Night) -> str:
    """Return a night's metrics, all of them gauges: what is true since that night.

    The bytes of single attachments are told for the first `LABELLED_ATTACHMENTS` in the order of the report, so that
    the same ones have a series each night; `annexe_attachments_bytes` is the sum of all.
    """
    return "".join(line + "\n" for line in _lines(night))


def _lines(night: Night) -> Iterator[str]:
    run, results = night.run, [edition.result for edition in night.editions]
    ended = run.started.timestamp() + run.seconds
    yield from _gauge("night_timestamp_seconds", "When the last night ended, in seconds since 1970.", ended)
    yield from _gauge("night_duration_seconds", "How long the last night took.", run.seconds)
    yield from _gauge("night_exit_code", "What the last night ended with: 0 is well.", exit_code_of(night))
    yield from _gauge("night_number", "The number of the last night in the history.", night.number)
    if night.memory is not None:
        what = "The most memory that the last night's own process took."
        yield from _gauge("night_memory_bytes", what, night.memory * _MEBIBYTE)
    yield from _family(
        "attachments",
        "Attachments by what became of them in the last night.",
        (
            _Sample(
                value=sum(result.outcome is outcome for result in results), labels={"outcome": str(outcome)}
            )
            for outcome in Verdict
        ),
    )
    kept, changed = sum(edition.is_kept for edition in night.editions), len(night.changed)
    yield from _gauge("attachments_kept", "Attachments that are older, since a new one failed.", kept)
    yield from _gauge("attachments_changed", "Attachments that are others than the night before.", changed)
    yield from _family(
        "findings",
        "What the last night found, by severity.",
        (
            _Sample(value=count, labels={"severity": str(severity)})
            for severity, count in counts(night).items()
        ),
    )
    yield from _sizes(night)
    yield from _family(
        "site_up",
        "Whether a site answered in the last night: 1 or 0.",
        (_Sample(value=int(not site.nights_down), labels={"site": site.name}) for site in night.sites),
    )


def _sizes(night: Night) -> Iterator[str]:
    """Yield the bytes of all attachments together, then of each, up to a number that no server minds."""
    sized = [
        (edition.result, edition.result.size) for edition in night.editions if edition.result.size is not None
    ]
    total = sum(size for _, size in sized)
    yield from _gauge("attachments_bytes", "The bytes of all attachments together.", total)
    left_off = max(0, len(sized) - LABELLED_ATTACHMENTS)
    what = "Attachments whose own bytes are not told here, so that there are not too many series."
    yield from _gauge("attachments_unlabelled", what, left_off)
    yield from _family(
        "attachment_bytes",
        "The bytes of an attachment.",
        (
            _Sample(value=size, labels={"post": result.slug, "language": result.language or ""})
            for result, size in sized[:LABELLED_ATTACHMENTS]
        ),
    )


def _gauge(name: str, what: str, value: float) -> Iterator[str]:
    return _family(name, what, [_Sample(value=value)])


def _family(name: str, what: str, samples: Iterable[_Sample]) -> Iterator[str]:
    """Yield a family's description and samples, or nothing where it has none."""
    listed = list(samples)
    if not listed:
        return
    yield f"# HELP annexe_{name} {_escaped(what)}"
    yield f"# TYPE annexe_{name} gauge"
    for sample in listed:
        labels = ",".join(f'{key}="{_quoted(value)}"' for key, value in sample.labels.items())
        yield f"annexe_{name}{f'{{{labels}}}' if labels else ''} {_number(sample.value)}"


def _number(value: float) -> str:
    """Return a value as the format writes it: whole numbers without a point, others to the millisecond."""
    return str(int(value)) if value == int(value) else f"{value:.3f}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    # A name that is no UTF-8 must not make the whole file unreadable.
    return _escaped(text).replace('"', r"\"").encode("utf-8", "replace").decode()
