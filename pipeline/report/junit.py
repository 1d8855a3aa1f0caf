"""The report for continuous integration, build/junit.xml: a suite a post, a case an edition and subject."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night, SiteNight
from pipeline.core.results import EditionResult, KeptPost, RunResult, Verdict
from pipeline.report.json import results_of
from pipeline.report.printable import printable

#: Subjects that every edition is looked at for: each is a case of its own, passed where nothing was found.
_SUBJECTS = ("source", "render", "size", "notice", "completeness", "access", "links", "pdf")
#: Before there is an attachment; for what else an edition without one was not checked is skipped, not passed.
_BEFORE_CHECKS = frozenset({"source", "render"})
#: What is counted of the cases of a suite, and of the whole.
_COUNTS = ("tests", "failures", "errors", "skipped")
#: Stands for a post's name in the suite of a post that was not looked into.
_NAME = "0-the-name-of-a-post-0"


def write_junit(run: RunResult) -> bytes:
    """Return the report of a run as JUnit XML; an error is a failure, warnings stand in the case's output."""
    suites = [
        (slug, _suite_of_post(slug, list(editions)))
        for slug, editions in groupby(run.editions, key=lambda edition: edition.slug)
    ]
    if run.kept:
        suites = sorted((*suites, *_kept_suites(run.kept)), key=lambda suite: suite[0])
    return _whole((*(suite for _, suite in suites), *_suite_of_run(run.findings)))


def write_night_junit(night: Night) -> bytes:
    """Return a night as JUnit XML: that of its run, the night's findings, a suite of the sites."""
    results = (edition.result for edition in night.editions)
    posts = [_suite_of_post(slug, list(ones)) for slug, ones in groupby(results, key=lambda one: one.slug)]
    findings = dict.fromkeys((*night.findings, *night.run.findings))
    return _whole((*posts, *_suite_of_run(findings), *_suite_of_sites(night.sites)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suite:
    """The text of a suite, what is counted of its cases, and their seconds."""

    text: bytes
    counts: tuple[int, ...]
    seconds: float


def _whole(suites: Sequence[_Suite]) -> bytes:
    """Return the report that consists of some suites."""
    root = Element("testsuites", name="annexe")
    for name, *counts in zip(_COUNTS, *(suite.counts for suite in suites), strict=True):
        root.set(name, str(sum(counts)))
    root.set("time", f"{sum(suite.seconds for suite in suites):.3f}")
    start = tostring(root)
    if suites:
        start = start.removesuffix(b" />") + b">\n"
    texts = (suite.text for suite in suites)
    end = b"</testsuites>" if suites else b""
    return b"".join((b'<?xml version="1.0" encoding="UTF-8"?>\n', start, *texts, end, b"\n"))


def _suite(element: Element) -> _Suite:
    """Return the suite of an element, which then says how many cases and failures it has."""
    cases = list(element.iter("testcase"))
    counts = (
        len(cases),
        sum(1 for case in cases if case.find("failure") is not None),
        0,
        sum(1 for case in cases if case.find("skipped") is not None),
    )
    for name, count in zip(_COUNTS, counts, strict=True):
        element.set(name, str(count))
    seconds = sum(float(case.get("time", "0")) for case in cases)
    element.set("time", f"{seconds:.3f}")
    # It stands one level below the root.
    indent(element, level=1)
    return _Suite(text=b"  " + tostring(element, encoding="utf-8") + b"\n", counts=counts, seconds=seconds)


def _kept_suites(posts: Iterable[KeptPost]) -> Iterator[tuple[str, _Suite]]:
    """Yield the suite of each post that was not looked into.

    Of ten thousand most are alike but for the post's name: one is made, and the name put in.
    """
    alike: dict[tuple[tuple[str, ...], bytes], tuple[list[bytes], _Suite]] = {}
    for post in posts:
        key = (post.languages, post.notes)
        if key not in alike:
            editions = [replace(edition, slug=_NAME) for edition in results_of(post.told)]
            suite = _suite_of_post(_NAME, editions)
            alike[key] = (suite.text.split(_NAME.encode()), suite)
        parts, suite = alike[key]
        text = post.slug.encode().join(parts)
        yield post.slug, _Suite(text=text, counts=suite.counts, seconds=suite.seconds)


def _suite_of_post(slug: str, editions: Iterable[EditionResult]) -> _Suite:
    suite = Element("testsuite", name=printable(slug))
    for edition in editions:
        found = _by_subject(edition.findings)
        subjects = dict.fromkeys((*_SUBJECTS, *found))
        for place, subject in enumerate(subjects):
            case = _add_case(suite, edition.name, subject, found[subject], 0.0 if place else edition.seconds)
            if not (len(case) or subject in _BEFORE_CHECKS or _was_checked(edition)):
                SubElement(case, "skipped", message="there is no attachment to be checked")
    return _suite(suite)


def _suite_of_run(findings: Iterable[Finding]) -> Iterator[_Suite]:
    """Yield a suite with a case for each subject of findings that belong to no edition, if there are any."""
    by_subject = _by_subject(findings)
    if by_subject:
        suite = Element("testsuite", name="annexe")
        for subject, ones in by_subject.items():
            _add_case(suite, "run", subject, ones, 0.0)
        yield _suite(suite)


def _suite_of_sites(sites: Sequence[SiteNight]) -> Iterator[_Suite]:
    """Yield a suite with a case for each site and subject; a site without findings passes one case."""
    if not sites:
        return
    suite = Element("testsuite", name="sites")
    for site in sites:
        for subject, findings in (_by_subject(site.findings) or {"site": []}).items():
            _add_case(suite, f"site {site.name}", subject, findings, 0.0)
    yield _suite(suite)


def _was_checked(edition: EditionResult) -> bool:
    """Say whether there was an attachment for the checks to look at."""
    return edition.pages is not None or edition.rejected is not None or edition.outcome is Verdict.UNCHANGED


def _add_case(suite: Element, name: str, subject: str, findings: list[Finding], seconds: float) -> Element:
    names = {"classname": printable(name), "name": printable(subject), "time": f"{seconds:.3f}"}
    case = SubElement(suite, "testcase", names)
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
    found = defaultdict[str, list[Finding]](list)
    for finding in findings:
        found[finding.subject].append(finding)
    return found
