"""The proof that the same sources give the same bytes: everything is built once more and compared."""

from collections.abc import Iterator, Sequence

from pipeline.build.job import Made
from pipeline.build.recorder import BuildRun
from pipeline.build.task_runner import TaskRunner
from pipeline.build.tasks import Task, TaskPlan
from pipeline.build.workers import Outcome
from pipeline.core.model import Finding, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult, Verdict
from pipeline.pdf.compare import compare
from pipeline.pdf.pictures import UnreadablePdfError

#: So many differences, and so many objects, are named of an attachment that a second build makes otherwise.
_MOST_DIFFERENCES = 4


def verify(
    run: BuildRun, plan: TaskPlan, runner: TaskRunner, results: Sequence[EditionResult]
) -> tuple[Finding, ...]:
    """Build good attachments again, in another order; return an error for each whose bytes differ."""
    good = {result.name for result in results if result.outcome in (Verdict.BUILT, Verdict.UNCHANGED)}
    run.progress.start(len(good))
    found: list[Finding] = []
    for task, outcome in runner.made_again(plan.once_more(), good):
        found += _not_the_same(task, outcome)
        run.progress.advance(task.edition.name)
    return tuple(found)


def _not_the_same(task: Task, outcome: Outcome[Made]) -> Iterator[Finding]:
    """Yield an error where an edition that was built once more gave other bytes than those in its place."""
    made = outcome.result
    if made is None or made.attachment is None:
        yield _error(task, "building it once more failed", "run `annexe build` to see why")
        return
    try:
        first = task.path.read_bytes()
    except OSError as error:
        message = f"{shown_path(task.path)} can't be read ({error.strerror}), so that nothing is proven of it"
        yield _error(task, message, "ask for the right to read it, then run again")
        return
    if made.attachment.data != first:
        message = (
            "built once more from the same source, house words, styles, settings, fonts and tools it has "
            f"other bytes ({_differences(first, made.attachment.data)})"
        )
        yield _error(task, message, "report this: the same sources must give the same bytes")


def _error(task: Task, message: str, remedy: str) -> Finding:
    return task.edition.finding("build.verify", Severity.ERROR, message, remedy)


def _differences(before: bytes, after: bytes) -> str:
    """Return in words what differs between two attachments, which PDF objects in any case."""
    try:
        found = compare(before, after)
    except UnreadablePdfError as error:
        return f"and one of the two can't be read: {error}"
    objects = [item for item in found if item.subject == "objects"]
    others = [item for item in found if item.subject != "objects"]
    named = (*others[:_MOST_DIFFERENCES], *objects[:_MOST_DIFFERENCES])
    more = len(found) - len(named)
    words = [f"{item.subject}: {item.what}" for item in named]
    return "; ".join([*words, *([f"and {more} more"] if more else [])])
