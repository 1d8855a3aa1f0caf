"""The report for continuous integration: build/junit.xml, a suite a post, a case for each edition and subject."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night, SiteNight
from pipeline.core.results import EditionResult, KeptPost, RunResult, Verdict
from pipeline.report.json_editions import results_of
from pipeline.report.printable import printable

#: Subjects that every edition is looked at for: each is a case of its own, passed where nothing was found.
_SUBJECTS = ("source", "render", "size", "notice", "completeness", "access", "links", "pdf")
#: These come before there is an attachment; what an edition without one was not checked for is skipped, never passed.
_BEFORE_CHECKS = frozenset({"source", "render"})
#: What is counted of the cases below an element.
COUNTS = ("tests", "failures", "errors", "skipped")


def write_junit(run: RunResult) -> str:
    """Return the report of a run as JUnit XML; an error is a failure, warnings are told in the case's output."""
    return _text(run.editions, run.findings, (), run.kept)


def write_night_junit(night: Night) -> str:
    """Return the report of a night as JUnit XML: as of a run, with its own findings, and a suite of the sites."""
    findings = dict.fromkeys((*night.findings, *night.run.findings))
    return _text([edition.result for edition in night.editions], tuple(findings), night.sites)


def _text(
    results: Sequence[EditionResult],
    of_no_edition: tuple[Finding, ...],
    sites: Sequence[SiteNight],
    kept: Sequence[KeptPost] = (),
) -> str:
    root = Element("testsuites", name="annexe")
    by_post = {post.slug: post for post in kept}
    listed: list[tuple[str, list[EditionResult]]] = [(slug, []) for slug in by_post]
    listed += [(slug, list(editions)) for slug, editions in groupby(results, key=lambda one: one.slug)]
    if kept:
        listed.sort(key=lambda one: one[0])
    suites = _KeptSuites()
    for is_kept, group in groupby(listed, key=lambda one: not one[1]):
        if is_kept:
            suites.add([by_post[slug] for slug, _ in group], root)
        else:
            for slug, editions in group:
                _add_suite(root, slug, editions)
    if of_no_edition:
        suite = SubElement(root, "testsuite", name="annexe")
        for subject, findings in _by_subject(of_no_edition).items():
            _add_case(suite, "run", subject, findings, 0.0)
        _count(suite)
    if sites:
        _add_sites(root, sites)
    _count(root, more=suites.counted)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{suites.put_in(tostring(root, encoding="unicode"))}\n'


class _KeptSuites:
    """The suites of posts that were kept: there may be ten thousand, and most are alike but for the post's name."""

    #: What stands for a post's name, and for a number of suites.
    _NAME, _STAND_IN = "0-the-name-of-a-post-0", "kept"

    def __init__(self) -> None:
        self._alike: dict[tuple[tuple[str, ...], bytes], tuple[str, Counter[str]]] = {}
        self._texts: list[str] = []
        self.counted: Counter[str] = Counter()

    def add(self, posts: Iterable[KeptPost], root: Element) -> None:
        """Add the suites of posts that follow each other."""
        SubElement(root, self._STAND_IN)
        self._texts.append("".join(map(self._suite, posts)).rstrip("\n"))

    def put_in(self, text: str) -> str:
        """Return the text of the root with the suites in their places."""
        for suites in self._texts:
            text = text.replace(f"  <{self._STAND_IN} />", suites, 1)
        return text

    def _suite(self, post: KeptPost) -> str:
        key = (post.languages, post.notes)
        if key not in self._alike:
            root = Element("testsuites")
            _add_suite(root, self._NAME, [replace(one, slug=self._NAME) for one in results_of(post.told)])
            indent(root)
            counts = Counter({name: int(root[0].get(name, "0")) for name in COUNTS})
            text = tostring(root, encoding="unicode")
            self._alike[key] = (text.partition("\n")[2].removesuffix("</testsuites>"), counts)
        text, counts = self._alike[key]
        self.counted.update(counts)
        return text.replace(self._NAME, post.slug)


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


def _count(element: Element, more: Mapping[str, int] = MappingProxyType({})) -> None:
    """Write the number of cases and failures below an element, as readers of JUnit XML expect them.

    `more` are those of cases that are not there as elements; they took no time.
    """
    cases = list(element.iter("testcase"))
    counts = {
        "tests": len(cases),
        "failures": sum(1 for case in cases if case.find("failure") is not None),
        "errors": 0,
        "skipped": sum(1 for case in cases if case.find("skipped") is not None),
    }
    for name, count in counts.items():
        element.set(name, str(count + more.get(name, 0)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
