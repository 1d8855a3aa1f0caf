"""The proof that the same sources give the same bytes: what differs where they don't."""

from collections.abc import Iterator

from pipeline.build.job import Made
from pipeline.build.outcomes import Task, finding_of
from pipeline.build.workers import Outcome
from pipeline.core.model import Finding
from pipeline.core.paths import shown_path
from pipeline.pdf.compare import compare
from pipeline.pdf.pictures import UnreadablePdfError

#: Differences told of an attachment that is not the same when it is built once more, and as many of its objects.
_MOST_DIFFERENCES = 4


def not_the_same(task: Task, outcome: Outcome[Made]) -> Iterator[Finding]:
    """Yield an error where an edition that was built once more gave other bytes than those in its place."""
    made = outcome.result
    if made is None or made.attachment is None:
        yield finding_of(
            task.edition, "build.verify", "building it once more failed", "run `annexe build` to see why"
        )
        return
    try:
        standing = task.path.read_bytes()
    except OSError as error:
        message = f"{shown_path(task.path)} can't be read ({error.strerror}), so that nothing is proven of it"
        yield finding_of(
            task.edition, "build.verify", message, "ask for the right to read it, then run again"
        )
        return
    if made.attachment.data != standing:
        message = (
            "built once more from the same source, house words, styles, settings, fonts and tools it has other bytes "
            f"({_differences(standing, made.attachment.data)})"
        )
        yield finding_of(
            task.edition, "build.verify", message, "report this: the same sources must give the same bytes"
        )


def _differences(before: bytes, after: bytes) -> str:
    """Return in words what differs between two attachments, which PDF objects in any case."""
    try:
        found = compare(before, after)
    except UnreadablePdfError as error:
        return f"and one of the two can't be read: {error}"
    objects = [item for item in found if item.subject == "objects"]
    told = [item for item in found if item.subject != "objects"][:_MOST_DIFFERENCES] + objects[
        :_MOST_DIFFERENCES
    ]
    more = len(found) - len(told)
    words = [f"{item.subject}: {item.what}" for item in told]
    return "; ".join([*words, *([f"and {more} more"] if more else [])])
