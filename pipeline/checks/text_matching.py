"""Texts compared by their letters and digits alone: typography, hyphens and line breaks never matter.

What a PDF shows comes in runs: a line of text, or the part of a line that is set alike. A run belongs to one
place of the source as a whole, which makes the comparison exact: a text is there when it is, in order and
without a gap, a choice of whole runs.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

_WORD = re.compile(r"[^\W_]+")
#: How many places of the text are kept in mind while following it; the true one is among the furthest.
_MOST_PLACES = 128
_KEPT_PLACES = 96
#: Two texts are together again where this many letters agree; a shorter agreement must be so much nearer.
_ANCHORS = ((20, 0), (10, 40))
#: … or this many, right behind a mark of a few letters such as the number of a note.
_NEAR_ANCHOR = 8
_NEAR = 12
#: How far (letters) the other text is searched for where two go on together, and how many words are tried.
_FAR = 50_000
_MOST_WORDS = 5_000
#: A lost letter is as bad as so many letters in between.
_PRICE_OF_LOSS = 4


def words(text: str) -> list[str]:
    """Return a text's words in lower case, compatibility forms (ligatures, ¹, ½) taken apart."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(text.lower())


def letters(text: str) -> str:
    """Return the letters and digits of a text's words, one behind the other."""
    return "".join(words(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The runs from `first` up to, not including, `end`."""

    first: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far a text could be followed: the runs that hold it, and how many of its letters were reached."""

    runs: tuple[int, ...]
    reached: int


class Runs:
    """The letters of runs of text, ready to be searched; runs without letters are kept and match nothing."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = tuple(words(text) for text in texts)
        self._letters = tuple("".join(run) for run in self._words)
        #: All letters in one string, and where each run begins in it.
        self.joined = "".join(self._letters)
        self._starts = (*accumulate((len(run) for run in self._letters), initial=0),)

    def __len__(self) -> int:
        return len(self._letters)

    def letters_of(self, run: int) -> str:
        """Return the letters of one run."""
        return self._letters[run]

    @cached_property
    def _word_starts(self) -> frozenset[int]:
        starts = set(self._starts)
        for start, run in zip(self._starts, self._words, strict=False):
            starts.update(accumulate((len(word) for word in run), initial=start))
        return frozenset(starts)

    def find(self, wanted: str, *, whole_runs: bool) -> tuple[Span, ...]:
        """Return where letters occur without a gap: as whole runs, or at least as whole words."""
        found: list[Span] = []
        edges = self._start_set if whole_runs else self._word_starts
        at = self.joined.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            is_whole = at in edges and end in edges
            if is_whole:
                found.append(
                    Span(first=bisect_right(self._starts, at) - 1, end=bisect_left(self._starts, end))
                )
            at = self.joined.find(wanted, end if is_whole else at + 1)
        return tuple(found)

    @cached_property
    def _start_set(self) -> frozenset[int]:
        return frozenset(self._starts)

    def follow(self, wanted: str, among: Sequence[int], *, start: int = 0) -> Followed:
        """Follow letters through the runs `among`: each is the next piece of the text, or no part of it.

        The text begins at the letter `start`. Where a piece stands in two runs, the later one is taken: what
        stands in between came from elsewhere.
        """
        places: dict[int, _Step | None] = {start: None}
        for number in among:
            run = self._letters[number]
            if not run:
                continue
            steps = {
                place + len(run): _Step(number, step)
                for place, step in places.items()
                if wanted.startswith(run, place)
            }
            places |= steps
            if len(places) > _MOST_PLACES:
                kept = sorted(places)[-_KEPT_PLACES:]
                places = {place: places[place] for place in kept}
        reached = max(places)
        return Followed(runs=_path(places[reached]), reached=reached)


class _Step:
    """A run on the way through a text, and the step before it."""

    __slots__ = ("before", "run")

    def __init__(self, run: int, before: "_Step | None") -> None:
        self.run = run
        self.before = before


def _path(step: _Step | None) -> tuple[int, ...]:
    runs = []
    while step is not None:
        runs.append(step.run)
        step = step.before
    return tuple(reversed(runs))


def lost_stretches(wanted: str, found: str, word_starts: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return the stretches (start, end) of the letters `wanted` that are not among `found`, in order.

    `found` may hold more. `word_starts` are the places in `wanted` where a stretch may end. This is for
    saying what was lost once it is known that something was: where a text repeats itself, it may name the
    wrong repetition.
    """
    lost: list[tuple[int, int]] = []
    at = other = 0
    while at < len(wanted):
        agreeing = _agreeing(wanted, at, found, other)
        at, other = at + agreeing, other + agreeing
        if at == len(wanted):
            break
        # The word in which they part is begun anew: its first letters may agree by chance.
        back = min(at - word_starts[bisect_right(word_starts, at) - 1], other) if word_starts else 0
        at, other = at - back, other - back
        onward, other = _meet_again(wanted, at, found, other, word_starts)
        if onward > at:
            lost.append((at, onward))
        at = onward
    return tuple(lost)


def _agreeing(first: str, at: int, second: str, other: int) -> int:
    """Return how many letters agree from here on."""
    length, step = 0, 64
    while step:
        if first[at + length : at + length + step] == second[other + length : other + length + step]:
            advance = min(step, len(first) - at - length, len(second) - other - length)
            if advance <= 0:
                break
            length, step = length + advance, step * 2
        else:
            step //= 2
    return length


def _meet_again(wanted: str, at: int, found: str, other: int, word_starts: Sequence[int]) -> tuple[int, int]:
    """Return where two texts that differ from `at` and `other` on agree again, or the end of `wanted`."""
    near = found.find(wanted[at : at + _NEAR_ANCHOR], other + 1, other + _NEAR + _NEAR_ANCHOR)
    if near >= 0:
        return at, near
    best, price = (len(wanted), other), float("inf")
    following = word_starts[bisect_right(word_starts, at) :][:_MOST_WORDS]
    for onward in (at, *following):
        loss = (onward - at) * _PRICE_OF_LOSS
        if loss >= price:
            break
        for length, extra in _ANCHORS:
            place = found.find(wanted[onward : onward + length], other + (onward == at), other + _FAR)
            if place >= 0 and loss + place - other + extra < price:
                best, price = (onward, place), loss + place - other + extra
    return best
