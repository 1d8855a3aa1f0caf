"""The report for continuous integration: build/junit.xml, a suite a post, a case for each edition and subject."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.model import Finding, Severity
from pipeline.report.night import Night, SiteNight
from pipeline.report.plain import printable
from pipeline.report.result import EditionResult, RunResult, Verdict

#: Subjects that every edition is looked at for: each is a case of its own, passed where nothing was found.
_SUBJECTS = ("source", "render", "size", "notice", "completeness", "access", "links", "pdf")
#: These come before there is an attachment; what an edition without one was not checked for is skipped, never passed.
_BEFORE_CHECKS = frozenset({"source", "render"})


def write_junit(run: RunResult) -> str:
    """Return the report of a run as JUnit XML; an error is a failure, warnings are told in the case's output."""
    return _text(run.editions, run.findings, ())


def write_night_junit(night: Night) -> str:
    """Return the report of a night as JUnit XML: as of a run, with its own findings, and a suite of the sites."""
    findings = dict.fromkeys((*night.findings, *night.run.findings))
    return _text([edition.result for edition in night.editions], tuple(findings), night.sites)


def _text(
    results: Sequence[EditionResult], of_no_edition: tuple[Finding, ...], sites: Sequence[SiteNight]
) -> str:
    root = Element("testsuites", name="annexe")
    for slug, editions in groupby(results, key=lambda edition: edition.slug):
        _add_suite(root, slug, list(editions))
    if of_no_edition:
        suite = SubElement(root, "testsuite", name="annexe")
        for subject, findings in _by_subject(of_no_edition).items():
            _add_case(suite, "run", subject, findings, 0.0)
        _count(suite)
    if sites:
        _add_sites(root, sites)
    _count(root)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, slug: str, editions: Iterable[EditionResult]) -> None:
    suite = SubElement(root, "testsuite", name=printable(slug))
    for edition in editions:
        found = _by_subject(edition.findings)
        subjects = dict.fromkeys((*_SUBJECTS, *found))
        for place, subject in enumerate(subjects):
            case = _add_case(
                suite, edition.name, subject, found.get(subject, []), 0.0 if place else edition.seconds
            )
            if not (len(case) or subject in _BEFORE_CHECKS or _was_checked(edition)):
                SubElement(case, "skipped", message="there is no attachment to be checked")
    _count(suite)


def _add_sites(root: Element, sites: Sequence[SiteNight]) -> None:
    """Add a suite with a case for each site and subject; a site where all is well passes a case of its own."""
    suite = SubElement(root, "testsuite", name="sites")
    for site in sites:
        for subject, findings in (_by_subject(site.findings) or {"site": []}).items():
            _add_case(suite, f"site {site.name}", subject, findings, 0.0)
    _count(suite)


def _was_checked(edition: EditionResult) -> bool:
    """Say whether there was an attachment for the checks to look at."""
    return edition.pages is not None or edition.rejected is not None or edition.outcome is Verdict.UNCHANGED


def _add_case(suite: Element, name: str, subject: str, findings: list[Finding], seconds: float) -> Element:
    case = SubElement(
        suite, "testcase", classname=printable(name), name=printable(subject), time=f"{seconds:.3f}"
    )
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if errors:
        kinds = ", ".join(dict.fromkeys(finding.check for finding in errors))
        failure = SubElement(case, "failure", type=printable(kinds), message=printable(errors[0].message))
        failure.text = printable("\n".join(map(str, errors)))
    if others:
        SubElement(case, "system-out").text = printable(
            "\n".join(f"{finding.severity} {finding.check}: {finding}" for finding in others)
        )
    return case


def _by_subject(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.subject, []).append(finding)
    return found


def _count(element: Element) -> None:
    """Write the number of cases and failures below an element, as readers of JUnit XML expect them."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(1 for case in cases if case.find("failure") is not None)))
    element.set("errors", "0")
    element.set("skipped", str(sum(1 for case in cases if case.find("skipped") is not None)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
