"""Where the lines of a title end in the PDF, which knows no `text-wrap: balance`.

There are as few as can be, as even as can be, and none ends in an article or a preposition.
"""

import re
from collections.abc import Sequence

#: Characters that a line of the title holds, wide ones and narrow ones in the usual mixture.
_MOST = 40
#: A word of so many letters belongs to the next one; to end a line with it is as bad as so many characters too few.
_SHORT, _TORN = 3, 8
#: And so is a line that ends within a name, between two capitals.
_WITHIN_NAME = 5
_TAG = re.compile(r"(<[^>]*>)")


def end_lines(fragment: str) -> str:
    """Return the HTML of a title with `<br>` where its lines end; what has one line comes back as it was."""
    parts = _TAG.split(fragment)
    words = "".join(parts[::2]).split(" ")
    ends = _ends(tuple(words))
    seen = 0
    for index in range(0, len(parts), 2):
        first, *others = parts[index].split(" ")
        pieces = [first]
        for piece in others:
            seen += 1
            pieces.append(f"<br>{piece}" if seen in ends else piece)
        parts[index] = " ".join(pieces)
    return "".join(parts)


def _ends(words: Sequence[str]) -> set[int]:
    """Return the numbers of the words before which a line ends: the cheapest among the divisions into fewest lines."""
    count = len(words)
    # From the last word back: lines, cost and the next end of the best division of the words from each one on.
    best: list[tuple[int, float, int]] = [(0, 0.0, count)] * (count + 1)
    for start in range(count - 1, -1, -1):
        options: list[tuple[int, float, int]] = []
        for end in range(start + 1, count + 1):
            line = " ".join(words[start:end])
            if len(line) > _MOST and options:
                break
            lines, cost, _ = best[end]
            options.append((lines + 1, cost + _cost(line, words[end] if end < count else None), end))
        best[start] = min(options)
    ends = []
    at = best[0][2]
    while at < count:
        ends.append(at)
        at = best[at][2]
    return set(ends)


def _cost(line: str, following: str | None) -> float:
    """Return how bad a line is before the word that follows: the shorter the worse."""
    cost = (_MOST - len(line)) ** 2
    last = line.rpartition(" ")[2]
    if following and len(last) <= _SHORT and last.islower():
        cost += _TORN**2
    elif following and last[:1].isupper() and following[:1].isupper():
        cost += _WITHIN_NAME**2
    return cost
