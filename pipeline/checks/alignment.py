"""Where each word of the source stands in an attachment: notices, notes, and between them the main flow."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from pipeline.checks.text_matching import Runs, Span, letters, lost_stretches, words
from pipeline.pdf.model import TextRun
from pipeline.sources.outline.model import Piece

#: A lost stretch of fewer letters may stand anywhere by chance; a longer one that is found elsewhere has
#: moved.
_SHORTEST_MOVED = 16
#: Words that are told where a text is broken without a word being lost.
_WORDS_AT_A_BREAK = 5
_LONGEST_MARK = 3
#: A run of so many letters is not met by chance.
_SHORTEST_SURE = 12
#: A text that broke off is sought in so many runs and letters behind; short runs farther off are strays.
_FAR_RUNS = 2_000
_FAR_LETTERS = 100_000
_NEAR_RUNS = 30
#: A text that breaks off more often than this is compared as a whole.
_MOST_GAPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Words of the source that are not where they belong: the stretch as the source has it, and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """How a source stands in an attachment.

    `lost` is what is not there, `moved` what stands elsewhere, `broken` where something stands in the midst
    of the text that the source does not have; `rest` the texts of the runs that belong to none of it (title,
    labels).
    """

    lost: tuple[Lost, ...]
    moved: tuple[Lost, ...]
    broken: tuple[Lost, ...]
    rest: tuple[str, ...]


def align(
    runs: Sequence[TextRun],
    *,
    main: Sequence[Piece],
    notes: Sequence[Sequence[Piece]] = (),
    notices: Sequence[str] = (),
) -> Aligned:
    """Find the source in an attachment's runs: every word once, in order, each run for one place alone.

    Notices and notes are found first, each as a stretch of its own, since they interrupt the main flow. Then
    the main flow is followed through what is left, and last the notes that a page's end has divided.
    """
    return _Alignment(runs).align(main, notes, notices)


class _Alignment:
    def __init__(self, runs: Sequence[TextRun]) -> None:
        self._texts = tuple(run.text for run in runs)
        self._runs = Runs(self._texts)
        self._taken: set[int] = set()
        self._gone: list[tuple[str, list[Lost]]] = []
        self._broken: list[Lost] = []

    def align(
        self, main: Sequence[Piece], notes: Sequence[Sequence[Piece]], notices: Sequence[str]
    ) -> Aligned:
        for notice in notices:
            for span in self._runs.find(letters(notice), whole_runs=False):
                self._take(span)
        divided = [note for note in notes if not self._take_whole_note(note)]
        self._follow(main)
        for note in divided:
            self._follow(note)
        free = [number for number in range(len(self._runs)) if number not in self._taken]
        unclaimed = "".join(self._runs.letters_of(number) for number in free)
        lost: list[Lost] = []
        moved: list[Lost] = []
        for stretch, parts in self._gone:
            has_moved = len(stretch) >= _SHORTEST_MOVED and stretch in unclaimed
            (moved if has_moved else lost).extend(parts)
        return Aligned(
            lost=tuple(lost),
            moved=tuple(moved),
            broken=tuple(self._broken),
            rest=tuple(self._texts[number] for number in free),
        )

    def _take(self, span: Span) -> None:
        self._taken.update(range(span.first, span.end))

    def _take_whole_note(self, pieces: Sequence[Piece]) -> bool:
        """Take the runs of a note that stands without a gap; best those behind its mark."""
        wanted = "".join(letters(piece.text) for piece in pieces)
        spans = [
            span
            for span in self._runs.find(wanted, whole_runs=True)
            if self._taken.isdisjoint(range(span.first, span.end))
        ]
        if spans:
            self._take(next((span for span in spans if self._has_mark(span)), spans[-1]))
        return bool(spans) or not wanted

    def _has_mark(self, span: Span) -> bool:
        mark = self._runs.letters_of(span.first - 1) if span.first else ""
        return mark.isdigit() and len(mark) <= _LONGEST_MARK

    def _follow(self, pieces: Sequence[Piece]) -> None:
        """Take the runs of a text that others may interrupt; note what of it is lost."""
        text = _Source(pieces)
        free = [number for number in range(len(self._runs)) if number not in self._taken]
        at = place = 0
        for _ in range(_MOST_GAPS):
            followed = self._runs.follow(text.letters, free[place:], start=at)
            if followed.reached == len(text.letters):
                self._taken.update(followed.runs)
                return
            path = self._without_strays(followed.runs, free)
            self._taken.update(path)
            at += sum(len(self._runs.letters_of(run)) for run in path)
            place = bisect_right(free, path[-1]) if path else place
            onward, resumed = self._meet_again(text.letters, at, free, place)
            self._note_gap(text, at, onward, free[place:resumed])
            at, place = onward, resumed
        self._note_gap(text, at, len(text.letters), free[place:])

    def _without_strays(self, path: Sequence[int], free: Sequence[int]) -> Sequence[int]:
        """Return a path without short runs at its end that are far away: they match by chance."""
        end = len(path)
        while end and len(self._runs.letters_of(path[end - 1])) < _SHORTEST_SURE:
            before = bisect_right(free, path[end - 2]) if end > 1 else 0
            if bisect_right(free, path[end - 1]) - before <= _NEAR_RUNS:
                break
            end -= 1
        return path[:end]

    def _meet_again(self, wanted: str, at: int, free: Sequence[int], place: int) -> tuple[int, int]:
        """Return the letter and the free run where an interrupted text goes on, or the ends of both."""
        best, price = (len(wanted), len(free)), float("inf")
        between = 0
        for resumed in range(place, min(place + _FAR_RUNS, len(free))):
            run = self._runs.letters_of(free[resumed])
            onward = wanted.find(run, at, at + _FAR_LETTERS) if len(run) >= _SHORTEST_SURE else -1
            if onward >= 0 and onward - at + between < price:
                best, price = (onward, resumed), onward - at + between
            between += len(run)
            if between > price:
                break
        return best

    def _note_gap(self, text: "_Source", start: int, end: int, runs: Sequence[int]) -> None:
        """Note what of the letters from `start` to `end` is not in the runs between."""
        wanted = text.letters[start:end]
        found = "".join(self._runs.letters_of(run) for run in runs)
        starts = [word - start for word in text.word_starts if start <= word < end]
        stretches = lost_stretches(wanted, found, starts if starts[:1] == [0] else [0, *starts])
        for first, last in stretches:
            self._gone.append((wanted[first:last], text.parts(start + first, start + last)))
        if wanted and not stretches:
            # Every letter is there, but in the midst of runs that hold more.
            following = text.word_starts[bisect_right(text.word_starts, start) :]
            stop = next(iter(following[_WORDS_AT_A_BREAK:]), end)
            self._broken.extend(text.parts(start, min(stop, end))[:1])


class _Source:
    """A text of the source by its letters, and back from letters to what is written there."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        parts = [letters(piece.text) for piece in pieces]
        self.letters = "".join(parts)
        self._starts = [0, *accumulate(len(part) for part in parts)]

    @cached_property
    def word_starts(self) -> list[int]:
        """Return where each word begins in the letters."""
        starts = []
        for piece, start in zip(self._pieces, self._starts, strict=False):
            ends = accumulate((len(word) for word in words(piece.text)), initial=start)
            starts += list(ends)[:-1]
        return starts

    def parts(self, start: int, end: int) -> list[Lost]:
        """Return the stretch between two places in the letters as the source has it, piece by piece."""
        found = []
        for piece, first, last in zip(self._pieces, self._starts, self._starts[1:], strict=False):
            if first < end and last > start:
                text = _between(piece.text, max(start, first) - first, min(end, last) - first)
                found.append(Lost(text=text, line=piece.line))
        return found


def _between(text: str, start: int, end: int) -> str:
    """Return the written words of a text that hold its letters from `start` up to, not including, `end`."""
    kept, offset = [], 0
    for word in text.split():
        length = len(letters(word))
        if offset < end and offset + length > start:
            kept.append(word)
        offset += length
    return " ".join(kept)
