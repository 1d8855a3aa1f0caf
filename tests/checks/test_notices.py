"""Each notice stands in the attachment once, in its language, in an approved wording."""

from dataclasses import replace

from pipeline.checks.notices import doubled, draft, draft_labels, standing
from pipeline.core.model import Severity, Status
from tests.attachments import Workbench
from tests.makers import ENGLISH, FRENCH, HOUSE

DISCLAIMER = ENGLISH.disclaimer.text
NOTE = ENGLISH.kosovo_note.text


def test_notices_that_stand_pass(bench: Workbench) -> None:
    """Both notices are found, where Kosovo is named and where it is not, hyphenated or over two pages."""
    for body in ("One paragraph.\n", "It was in Kosovo.\n"):
        evidence = bench.evidence(body, css=".notices { width: 40mm; hyphens: auto }")
        assert not [*standing(evidence), *doubled(evidence)]


def test_a_notice_over_two_pages_is_found(bench: Workbench) -> None:
    """A notice that a page's end divides is there all the same."""
    css = (
        ".text { height: 180mm } .notices, .disclaimer { break-inside: auto !important; "
        "orphans: 1; widows: 1; width: 20mm }"
    )
    evidence = bench.evidence(css=css)
    pages = [
        page.number for page in evidence.read_back.pages if "opinions" in page.text or "all." in page.text
    ]
    assert len(pages) > 1
    assert list(standing(evidence)) == []


def test_a_missing_notice_is_told(bench: Workbench) -> None:
    """A notice that is not in the PDF is an error that quotes its beginning."""
    findings = list(standing(bench.evidence(css=".notices { display: none }")))
    assert [finding.check for finding in findings] == ["notice.missing", "notice.missing"]
    assert findings[0].severity is Severity.ERROR
    assert findings[0].message.startswith(
        "the disclaimer is not in the attachment's text: “These opinions do not"
    )
    assert findings[1].message.startswith("the Kosovo note is not in")


def test_a_notice_that_lost_a_word_is_missing(bench: Workbench) -> None:
    """A notice in other words is not the notice."""
    evidence = bench.evidence(spoil=lambda html: html.replace("do not reflect", "reflect"))
    (finding,) = standing(evidence)
    assert finding.check == "notice.missing"


def test_a_doubled_notice_is_told(bench: Workbench) -> None:
    """A notice that stands there twice is an error with the line of the one in the text."""
    (finding,) = doubled(bench.evidence(f"One paragraph.\n\n{DISCLAIMER}\n"))
    assert (finding.check, finding.severity, finding.line) == ("notice.doubled", Severity.ERROR, 7)
    assert "stands in the attachment 2 times (pages 1, 1)" in finding.message


def test_a_notice_in_another_language_is_told(bench: Workbench) -> None:
    """A notice in another house language instead of the edition's is an error that names both."""
    french = FRENCH.disclaimer.text.replace("'", "\u2019")
    (finding,) = standing(bench.evidence(spoil=lambda html: html.replace(DISCLAIMER, french)))
    assert (finding.check, finding.severity) == ("notice.language", Severity.ERROR)
    assert finding.message == "the disclaimer stands there in Français, instead of English"


def test_a_notice_in_two_languages_is_told(bench: Workbench) -> None:
    """A notice in another house language beside the edition's own is an error with its line."""
    (finding,) = standing(bench.evidence(f"One paragraph.\n\n{FRENCH.disclaimer.text}\n"))
    assert finding.message == "the disclaimer stands there in Français, as well as English"
    assert finding.line == 7


def test_a_draft_notice_is_a_warning(bench: Workbench) -> None:
    """A notice that nobody approved is a warning at its line of house.yaml; a published one is none."""
    assert list(draft(bench.evidence())) == []
    (finding,) = draft(bench.evidence("Un alinéa.\n", language="fr"))
    assert (finding.check, finding.severity) == ("notice.draft", Severity.WARNING)
    assert (finding.file, finding.line) == (HOUSE.file, FRENCH.kosovo_note.line)
    assert f"the Kosovo note in Français is a draft: “{FRENCH.kosovo_note.text}”" in finding.message


def test_draft_labels_are_told(bench: Workbench) -> None:
    """Small words that nobody approved are an info at their line; those that were published are nothing."""
    evidence = bench.evidence()
    assert list(draft_labels(evidence)) == []
    labels = replace(ENGLISH.labels, status=Status.DRAFT, line=17)
    (finding,) = draft_labels(replace(evidence, words=replace(ENGLISH, labels=labels)))
    assert (finding.check, finding.severity) == ("house.draft", Severity.INFO)
    assert (finding.file, finding.line) == (HOUSE.file, 17)
