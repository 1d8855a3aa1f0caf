"""Whether the attachments of a night look as somebody accepted them."""

from collections.abc import Iterator

from pipeline.build.appearance import Look, Seen, compare_looks, look_findings
from pipeline.core.model import Finding, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import RunResult
from pipeline.core.settings import Settings


def look_at(settings: Settings, run: RunResult) -> tuple[dict[str, Look], tuple[Finding, ...]]:
    """Return, by name, how each attachment looks that was ever accepted, and what is to be said of their looks."""
    try:
        looks = compare_looks(settings, _seen(settings, run))
    except OSError as error:
        return {}, (
            Finding(
                check="look.unread",
                severity=Severity.ERROR,
                message=f"the looks of the attachments can't be compared ({error.strerror or error})",
                remedy=f"free the disk, or ask for the right to write in {shown_path(settings.output)}",
            ),
        )
    return looks, tuple(look_findings(looks.values()))


def _seen(settings: Settings, run: RunResult) -> Iterator[Seen]:
    for edition in run.editions:
        if edition.language is not None and edition.attachment is not None:
            path = settings.output / edition.slug / f"{edition.name}.pdf"
            yield Seen(slug=edition.slug, language=edition.language, path=path, file=edition.file)
