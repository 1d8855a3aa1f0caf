"""Where each word of the source stands in an attachment: notices, notes, and between them the main flow."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.checks.letters import Runs, Span, letters, lost_stretches, words
from pipeline.outline import Piece
from pipeline.readback import TextRun

#: A lost stretch of fewer letters may stand anywhere by chance; a longer one that is found elsewhere has moved.
_SHORTEST_MOVED = 16
#: Words that are told where a text is broken without a word being lost.
_WORDS_AT_A_BREAK = 5
_LONGEST_MARK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Words of the source that are not where they belong: the stretch as the source has it, and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """How a source stands in an attachment.

    `lost` is what is not there, `moved` what stands elsewhere, `broken` where something stands in the midst of the text
    that the source does not have; `rest` the texts of the runs that belong to none of it (title, labels).
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

    Notices and notes are found first, each as a stretch of its own, since they interrupt the main flow. Then the main
    flow is followed through what is left, and last the notes that a page's end has divided.
    """
    return _Alignment(runs).align(main, notes, notices)


def lost_words(runs: Sequence[TextRun], pieces: Sequence[Piece]) -> tuple[Lost, ...]:
    """Return what of a text is not in the runs, in order; the runs may hold more."""
    aligned = align(runs, main=pieces)
    return (*aligned.lost, *aligned.moved, *aligned.broken)


class _Alignment:
    def __init__(self, runs: Sequence[TextRun]) -> None:
        self._texts = tuple(run.text for run in runs)
        self._runs = Runs(self._texts)
        self._taken: set[int] = set()
        self._lost: list[Lost] = []
        self._moved: list[Lost] = []
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
        rest = tuple(text for number, text in enumerate(self._texts) if number not in self._taken)
        return Aligned(
            lost=tuple(self._lost), moved=tuple(self._moved), broken=tuple(self._broken), rest=rest
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
        followed = self._runs.follow(text.letters, free)
        if followed.reached == len(text.letters):
            self._taken.update(followed.runs)
            return
        found = "".join(self._runs.letters_of(number) for number in free)
        stretches = lost_stretches(text.letters, found, text.word_starts)
        for start, end in stretches:
            stretch = text.letters[start:end]
            has_moved = len(stretch) >= _SHORTEST_MOVED and stretch in found
            (self._moved if has_moved else self._lost).extend(text.parts(start, end))
        if not stretches:
            # Every letter is there, but in the midst of runs that hold more.
            following = text.word_starts[bisect_right(text.word_starts, followed.reached) :]
            end = next(iter(following[_WORDS_AT_A_BREAK:]), len(text.letters))
            self._broken.extend(text.parts(followed.reached, end)[:1])


class _Source:
    """A text of the source by its letters, and back from letters to what is written there."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        parts = [letters(piece.text) for piece in pieces]
        self.letters = "".join(parts)
        self._starts = [0, *accumulate(len(part) for part in parts)]

    @property
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
