"""The one private function of WeasyPrint is what it was written for, and stays in its place."""

from pathlib import Path

import pytest
import weasyprint
from weasyprint.pdf import tags

from pipeline.core.errors import MachineError
from pipeline.render.finish.marked_content import WRITTEN_FOR, check_identity, collected_marks


def test_this_weasyprint_is_the_one_it_was_written_for() -> None:
    """The installed WeasyPrint has the version and the very source that are pinned."""
    check_identity(weasyprint.__version__, Path(tags.__file__).read_bytes())


@pytest.mark.parametrize(("version", "change"), [("70.1", b""), (WRITTEN_FOR, b"\n# changed")])
def test_another_weasyprint_is_refused(version: str, change: bytes) -> None:
    """Another version, or another source under the same version, is told with what to do."""
    source = Path(tags.__file__).read_bytes() + change
    with pytest.raises(MachineError, match=rf"this is WeasyPrint {version}.*install weasyprint==70\.0"):
        check_identity(version, source)


def test_the_hook_is_gone_when_a_document_is_written() -> None:
    """WeasyPrint's own function is back in its place, also after an error."""
    original = tags._build_box_tree

    def fail(_document: object, _pdf: object) -> None:
        raise KeyError("on purpose")

    document = weasyprint.HTML(string="<html lang=en><title>T</title><p>a").render()
    with pytest.raises(KeyError), collected_marks():
        document.write_pdf(finisher=fail, pdf_variant="pdf/ua-1")
    assert tags._build_box_tree is original


def test_one_document_at_a_time() -> None:
    """A second document in the same process is refused, not mixed with the first."""
    with collected_marks(), pytest.raises(RuntimeError, match="two documents"), collected_marks():
        raise AssertionError("not reached")
