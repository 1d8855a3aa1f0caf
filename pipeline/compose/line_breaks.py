"""Where lines may end: the lines of a title in the PDF, and the words that a browser must not break."""

import re
from collections.abc import Sequence

_TAG = re.compile(r"(<[^>]*>)")
#: Characters that a line of the title holds, wide ones and narrow ones in the usual mixture.
_LONGEST_LINE = 40
#: A line should not end in a word of so few letters, which belongs to the next one; it is as bad as a line
#: that is so many characters too short.
_SHORT, _SHORT_AT_END = 3, 8
#: As bad is a line that ends within a name, between two capitals.
_WITHIN_NAME = 5
#: A word, a hyphen and a number: "COVID-19", "PDF/A-2" but not "2018-2020" or an address.
_WORD_WITH_NUMBER = re.compile(r"(?<![\w/.:-])[^\W\d_][\w/]*-\d+(?![\w/-])")
_CODE = re.compile(r"<(?P<end>/?)(?:code|pre|kbd|samp)\b")


def keep_words_whole(fragment: str) -> str:
    """Return HTML in which each word with a hyphen and a number is in a span that never breaks, but for code.

    A browser breaks a line behind the hyphen of "COVID-19", which the PDF never does.
    """
    parts = _TAG.split(fragment)
    depth = 0
    for index, part in enumerate(parts):
        if index % 2:
            tag = _CODE.match(part)
            depth += 0 if tag is None else -1 if tag["end"] else 1
        elif not depth:
            parts[index] = _WORD_WITH_NUMBER.sub(r'<span class="together">\g<0></span>', part)
    return "".join(parts)


def balance_title(fragment: str) -> str:
    """Return the HTML of a title with `<br>` where its lines end in the PDF.

    WeasyPrint knows no `text-wrap: balance`. There are as few lines as possible, as even as possible, and
    none ends in an article or a preposition. A title of one line is returned unchanged.
    """
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
    """Return the numbers of the words before which a line ends: the best division into the fewest lines."""
    count = len(words)
    # From the last word back: lines, cost and the next end of the best division of the words from each one
    # on.
    best: list[tuple[int, float, int]] = [(0, 0.0, count)] * (count + 1)
    for start in range(count - 1, -1, -1):
        options: list[tuple[int, float, int]] = []
        for end in range(start + 1, count + 1):
            line = " ".join(words[start:end])
            if len(line) > _LONGEST_LINE and options:
                break
            lines, cost, _ = best[end]
            options.append((lines + 1, cost + _cost(line, words[end] if end < count else None), end))
        best[start] = min(options)
    ends = set()
    end = best[0][2]
    while end < count:
        ends.add(end)
        end = best[end][2]
    return ends


def _cost(line: str, following: str | None) -> float:
    """Return how bad a line is before the word that follows: the shorter the worse."""
    cost = (_LONGEST_LINE - len(line)) ** 2
    last = line.rpartition(" ")[2]
    if following and len(last) <= _SHORT and last.islower():
        cost += _SHORT_AT_END**2
    elif following and last[:1].isupper() and following[:1].isupper():
        cost += _WITHIN_NAME**2
    return cost
