"""What the page doesn't show as its source says is told in the author's terms."""

from pipeline.checks.differences import differing
from pipeline.compose.agreement import Disagreement
from pipeline.core.model import Severity
from tests.makers import edition


def test_what_differs_on_the_page_is_a_warning_at_its_line() -> None:
    """The first difference is named, the others are counted."""
    made = edition("Words.\n")
    several = tuple(Disagreement(line=line, name="ul 1", letters="") for line in (4, 6))
    (finding,) = differing(made, several)
    assert (finding.check, finding.severity) == ("source.structure", Severity.WARNING)
    assert finding.line == made.body_line + 4
    assert finding.message == "this list (and 1 more) is not on the page as it is written here"
    assert list(differing(made, ())) == []
