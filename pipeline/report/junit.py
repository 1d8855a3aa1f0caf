"""The report for continuous integration: build/junit.xml, a suite a post, a case for each edition and subject."""

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.model import Finding, Severity
from pipeline.report.result import EditionResult, RunResult

#: What XML 1.0 (section 2.2) can't hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Subjects that every edition is looked at for: each is a case of its own, passed where nothing was found.
_SUBJECTS = ("source", "render", "size", "notice", "completeness", "access", "links", "pdf")


def write_junit(run: RunResult) -> str:
    """Return the report of a run as JUnit XML; an error is a failure, warnings are told in the case's output."""
    root = Element("testsuites", name="annexe")
    for slug, editions in groupby(run.editions, key=lambda edition: edition.slug):
        _add_suite(root, slug, list(editions))
    if run.findings:
        suite = SubElement(root, "testsuite", name="annexe")
        for subject, findings in _by_subject(run.findings).items():
            _add_case(suite, "run", subject, findings, 0.0)
        _count(suite)
    _count(root)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, slug: str, editions: Iterable[EditionResult]) -> None:
    suite = SubElement(root, "testsuite", name=_clean(slug))
    for edition in editions:
        found = _by_subject(edition.findings)
        subjects = dict.fromkeys((*_SUBJECTS, *found))
        for place, subject in enumerate(subjects):
            _add_case(suite, edition.name, subject, found.get(subject, []), 0.0 if place else edition.seconds)
    _count(suite)


def _add_case(suite: Element, name: str, subject: str, findings: list[Finding], seconds: float) -> None:
    case = SubElement(suite, "testcase", classname=_clean(name), name=subject, time=f"{seconds:.3f}")
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if errors:
        failure = SubElement(case, "failure", type=errors[0].check, message=_clean(errors[0].message))
        failure.text = _clean("\n".join(map(str, errors)))
    if others:
        SubElement(case, "system-out").text = _clean(
            "\n".join(f"{finding.severity} {finding.check}: {finding}" for finding in others)
        )


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
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
