"""Reports of very many posts, of which few are told anew: the rest is taken from the reports of the run before.

These must be reports that Annexe wrote of the same posts; ValueError is raised where they are not in that shape after all.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace

from pipeline.core.results import RunResult
from pipeline.report.json import EDITIONS, json_head, told_by_post
from pipeline.report.junit import COUNTS, write_junit

_ATTRIBUTE = re.compile(rb' (\w+)="([^"]*)"')
_SUITE = re.compile(rb'  <testsuite name="([^"]*)".*?\n  </testsuite>\n', re.DOTALL)
_END = b"\n  </testsuite>\n"
#: The suite of what no edition is to blame for, which is the last; a post may have its name.
_OF_THE_RUN = b'  <testsuite name="annexe" '
_CASE_OF_THE_RUN = b'    <testcase classname="run" '


def splice_json(before: bytes, run: RunResult) -> bytes:
    """Return report.json of a run that carried most posts over, made from the one before; raises ValueError."""
    place = before.index(EDITIONS)
    pieces = [json_head(run)]
    for slug, told in sorted(told_by_post(run).items()):
        first, end = _lines(before, slug, place)
        pieces += (before[place:first], told)
        place = end
    return b"".join((*pieces, before[place:]))


def _lines(report: bytes, slug: str, start: int) -> tuple[int, int]:
    """Return where a post's lines begin, and where the last of them ends, without what parts it from the next."""
    line = b'\n    {"slug": ' + json.dumps(slug, ensure_ascii=False).encode() + b","
    first = report.index(line, start)
    end = first
    while report.startswith(line, end):
        end = report.index(b"\n", end + 1)
    return first + len(b"\n    "), end - 1 if report[end - 1 : end] == b"," else end


@dataclass(slots=True)
class _Totals:
    """What the head of junit.xml says of all suites."""

    counts: Counter[bytes]
    seconds: float

    def add(self, text: bytes, sign: int) -> None:
        """Add what the first line of a suite says, or take it away."""
        attributes = dict(_ATTRIBUTE.findall(text.partition(b">")[0]))
        for name in COUNTS:
            self.counts[name.encode()] += sign * int(attributes[name.encode()])
        self.seconds += sign * float(attributes[b"time"])

    def head(self) -> bytes:
        """Return the opening tag."""
        counts = b"".join(b' %s="%d"' % (name.encode(), self.counts[name.encode()]) for name in COUNTS)
        return b'<testsuites name="annexe"%s time="%.3f">\n' % (counts, abs(self.seconds))


def splice_junit(before: bytes, run: RunResult) -> bytes:
    """Return junit.xml of a run that carried most posts over, made from the one before; raises ValueError."""
    start = before.index(b"<testsuites ")
    body = before.index(b"\n", start) + 1
    totals = _Totals(counts=Counter(), seconds=0.0)
    totals.add(before[start:body], 1)
    anew = list(_SUITE.finditer(write_junit(replace(run, carried=None)).encode()))
    pieces: list[bytes] = []
    place = body
    last = _of_the_run(before)
    of_the_run = b""
    for suite in anew:
        totals.add(suite[0], 1)
        if suite is anew[-1] and _is_of_the_run(suite[0]):
            of_the_run = suite[0]
            continue
        first = before.index(b'\n  <testsuite name="' + suite[1] + b'" ', place - 1) + 1
        end = before.index(_END, first) + len(_END)
        totals.add(before[first:end], -1)
        pieces += (before[place:first], suite[0])
        place = end
    if last < len(before):
        totals.add(before[last:], -1)
    end = min(last, before.rindex(b"</testsuites>"))
    return b"".join(
        (before[:start], totals.head(), *pieces, before[place:end], of_the_run, b"</testsuites>\n")
    )


def _of_the_run(report: bytes) -> int:
    """Return where the suite of what no edition is to blame for begins, or the report's length where it has none."""
    place = report.rfind(b"\n" + _OF_THE_RUN) + 1
    return place if place and _is_of_the_run(report[place:]) else len(report)


def _is_of_the_run(suite: bytes) -> bool:
    return suite.startswith(_OF_THE_RUN) and suite.partition(b"\n")[2].startswith(_CASE_OF_THE_RUN)
