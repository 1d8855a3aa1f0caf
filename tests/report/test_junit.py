"""The JUnit report shows CI systems what failed, what passed and what was not looked at."""

from lxml import etree

from pipeline.core.model import Severity
from pipeline.core.night import SiteNight
from pipeline.core.results import Verdict
from pipeline.report.junit import write_junit, write_night_junit
from tests.report import sample_nights as nights
from tests.report.results import edition, finding, missing, run


def cases(xml: bytes) -> dict[tuple[str, str], etree._Element]:
    """Return the cases of a report by edition and subject."""
    root = etree.fromstring(xml)
    return {(case.get("classname", ""), case.get("name", "")): case for case in root.iter("testcase")}


def test_a_good_edition_passes_every_subject() -> None:
    """Each subject is a case of its own, so that one sees that it was looked at."""
    found = cases(write_junit(run(edition())))
    assert {subject for _, subject in found} >= {
        "source",
        "render",
        "size",
        "notice",
        "completeness",
        "links",
        "pdf",
    }
    assert all(len(case) == 0 for case in found.values())


def test_an_error_is_a_failure_of_its_case() -> None:
    """An error fails the case of its subject, with id, message, place and remedy; the other cases pass."""
    found = cases(write_junit(run(edition(finding(), finding("size.drift", message="another")))))
    failure = found["a-post-en", "size"].find("failure")
    assert failure is not None
    assert failure.get("type") == "size.over, size.drift"
    assert failure.get("message") == "the attachment is too heavy"
    assert failure.text is not None
    assert "sources/a-post/en.md:4: the attachment is too heavy; make it lighter" in failure.text
    assert found["a-post-en", "notice"].find("failure") is None


def test_a_warning_is_output() -> None:
    """Warnings and infos pass and are in the output."""
    case = cases(write_junit(run(edition(finding(severity=Severity.WARNING)))))["a-post-en", "size"]
    output = case.find("system-out")
    assert case.find("failure") is None
    assert output is not None
    assert "warning size.over" in (output.text or "")


def test_what_was_not_checked_is_skipped() -> None:
    """Without an attachment the checks of one are skipped, not passed; a rejected one was checked."""
    failed = cases(write_junit(run(missing(finding("source.date")))))
    assert failed["a-post-en", "source"].find("failure") is not None
    assert failed["a-post-en", "render"].find("skipped") is None
    assert all(
        failed["a-post-en", subject].find("skipped") is not None for subject in ("size", "notice", "pdf")
    )
    rejected = cases(write_junit(run(missing(finding(), outcome=Verdict.REJECTED, rejected="a.pdf"))))
    assert rejected["a-post-en", "notice"].find("skipped") is None


def test_the_numbers_add_up() -> None:
    """Suites and the whole say how many cases there are, failed and skipped."""
    xml = write_junit(
        run(
            edition(finding()),
            edition(language="fr"),
            missing(slug="b-post"),
            findings=(finding("build.ledger"),),
        )
    )
    root = etree.fromstring(xml)
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["a-post", "b-post", "annexe"]
    for key, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        assert (
            int(root.get(key, "-1"))
            == sum(1 for _ in root.iter(tag))
            == sum(int(s.get(key, "0")) for s in suites)
        )
    assert root.get("errors") == "0"


def test_control_characters_are_written_out() -> None:
    """What XML can't hold is written in ASCII instead of making the file unreadable."""
    bad = finding(
        "source.text",
        message="a bell \x07, an escape \x1b[31m, a half \ud83d and <tags> & more",
        file="a\x00b",
    )
    xml = write_junit(run(edition(bad)))
    failure = cases(xml)["a-post-en", "source"].find("failure")
    assert failure is not None
    assert failure.get("message") == "a bell \\x07, an escape \\x1b[31m, a half \\ud83d and <tags> & more"
    xml.decode("utf-8")


def test_a_night_adds_its_sites() -> None:
    """A night has a suite of sites, a case each, and has its own findings beside the run's."""
    down = SiteNight(
        name="blog",
        who=None,
        findings=(nights.of_no_edition("publish.unreachable", Severity.ERROR),),
        nights_down=3,
    )
    sites = (down, *nights.FULL.sites[1:])
    xml = write_night_junit(nights.night(*nights.FULL.editions, sites=sites, findings=nights.FULL.findings))
    found = cases(xml)
    assert found["site blog", "publish"].find("failure") is not None
    assert len(found["site library", "site"]) == 0
    assert found["run", "night"].find("system-out") is not None
    root = etree.fromstring(xml)
    assert [suite.get("name") for suite in root] == ["a-post", "b-post", "annexe", "sites"]
    assert root.get("tests") == str(len(root.findall(".//testcase")))
