"""Front matter: where it ends, and what its keys say."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from pipeline.core.model import PostReference, PublishedSize
from pipeline.core.size_labels import LABEL_REMEDY, SizeLabels, read_label
from pipeline.sources.faults import Faults
from pipeline.sources.references import read_references
from pipeline.sources.values import as_text, as_texts, kind_of, tell_unknown_keys
from pipeline.sources.yaml_nodes import Items, Node, Table, Text, Unusable, read_table

KEYS = (
    "title",
    "author",
    "date",
    "label",
    "published_size",
    "publish",
    "short_title",
    "description",
    "keywords",
    "lang",
)
_FENCE = re.compile(r"---[ \t\u00a0]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t\u00a0]*")
_LARGEST = 16 * 1024
_LONGEST = 300
_LONGEST_SHORT_TITLE = 60
_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
#: Not `calendar.month_name`, which speaks the machine's language.
_MONTH_NAMES = "January February March April May June July August September October November December".split()
_BEFORE_ELLIPSIS = " ,;:.-\u2013\u2014\u00ab(\u00a0\u202f"
#: The commas of the Latin, Arabic and Chinese scripts.
_COMMAS = "[,\u060c\u3001\uff0c]"
KEY_SPACE = re.compile(r"^([\w-]+:|\s*-)[ \u00a0]*\u00a0[ \u00a0]*", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A file's text cut in two: the front matter (None where there is none) and the body, each with its first line."""

    front: str | None
    front_line: int
    body: str
    body_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What the front matter of an edition says; see `pipeline.core.model.Edition`."""

    title: str
    authors: tuple[str, ...]
    date: dt.date
    label: str
    published_size: PublishedSize | None
    publish: tuple[PostReference, ...]
    short_title: str
    description: str
    keywords: tuple[str, ...]
    lines: tuple[tuple[str, int], ...]


def cut(text: str, faults: Faults) -> Parts | None:
    """Return front matter and body; None where it can't be told where the one ends (told)."""
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip(" \t\u00a0")), 0)
    if not _FENCE.fullmatch(lines[start]):
        faults.tell(
            "no_front_matter",
            start + 1,
            "the file does not begin with front matter",
            "write --- on a line of its own, title: and date: below it, and another ---",
        )
        return Parts(front=None, front_line=1, body=text, body_line=1)
    end = next((index for index in range(start + 1, len(lines)) if _END.fullmatch(lines[index])), None)
    if end is None:
        faults.tell(
            "unclosed_front_matter",
            start + 1,
            "the front matter that begins here never ends",
            "write --- on a line of its own below its last key",
        )
        return None
    front = "\n".join(lines[start + 1 : end])
    if len(front) > _LARGEST:
        faults.tell(
            "long_value",
            start + 1,
            f"the front matter is longer than {_LARGEST} characters",
            "move text to the body",
        )
        return None
    return Parts(front=front, front_line=start + 2, body="\n".join(lines[end + 1 :]), body_line=end + 2)


def read_front_matter(
    parts: Parts, language: str | None, faults: Faults, *, size_labels: SizeLabels
) -> FrontMatter | None:
    """Return what the front matter says; None where title or date can't be told (told, as everything else)."""
    if parts.front is None:
        return None
    front = KEY_SPACE.sub(r"\1 ", parts.front)
    stray = "write --- above it if the front matter ends there; else begin it with a key and a colon"
    before = len(faults.errors)
    table = read_table(front, parts.front_line, faults, stray=stray)
    is_readable = bool(table.entries) or len(faults.errors) == before
    tell_unknown_keys(table, KEYS, faults)
    fields = _Fields(table, parts.front_line - 1, faults)
    if is_readable:
        fields.tell_missing()
    title, date = fields.text("title"), fields.date()
    _check_language(fields, language, faults)
    authors, keywords, size = fields.texts("author"), fields.keywords(), fields.size(size_labels)
    label, short_title = fields.text("label"), fields.text("short_title")
    description = fields.text("description", longest=None)
    publish = read_references(fields.node("publish"), language, faults)
    if title is None or date is None:
        return None
    return FrontMatter(
        title=title,
        authors=authors,
        date=date,
        label=label or title,
        published_size=size,
        publish=publish,
        short_title=short_title or shortened(title),
        description=description or "",
        keywords=keywords,
        lines=tuple((key.value, key.line) for key, _ in table.entries),
    )


def shortened(title: str, longest: int = _LONGEST_SHORT_TITLE) -> str:
    """Return a title of at most `longest` characters, cut between words and ended by an ellipsis if need be."""
    if len(title) <= longest:
        return title
    start, space, _ = title[:longest].rpartition(" ")
    return (start if space else title[: longest - 1]).rstrip(_BEFORE_ELLIPSIS) + "…"


class _Fields:
    """The values of a front matter, checked as they are asked for."""

    def __init__(self, table: Table, line: int, faults: Faults) -> None:
        self._nodes: dict[str, Node] = {key.value: value for key, value in table.entries}
        self._line = line
        self._faults = faults

    def tell_missing(self) -> None:
        """Tell the keys that every edition needs and this one lacks."""
        needed = {
            "title": "write title: and the edition's title in the front matter",
            "date": "write date: and the day as year-month-day, such as 2020-07-09",
        }
        for key, remedy in needed.items():
            if key not in self._nodes:
                self._faults.tell("missing_key", self._line, f"{key} is missing", remedy)

    def node(self, key: str) -> Node | None:
        """Return the node of a key, or None where the key is not written."""
        return self._nodes.get(key)

    def text(self, key: str, *, longest: int | None = _LONGEST) -> str | None:
        """Return a text, or None where there is none that can be used."""
        node = self.node(key)
        text = as_text(node, key, self._faults) if node else None
        if node and text and longest and len(text) > longest:
            what = f"{key} has {len(text)} characters, more than {longest}"
            self._faults.tell("long_value", node.line, what, "shorten it")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list or of a single value; none where the key isn't written or can't be used."""
        node = self.node(key)
        return (as_texts(node, key, self._faults) or ()) if node else ()

    def keywords(self) -> tuple[str, ...]:
        """Return the key words of a list, or of a text in which commas stand between them."""
        texts = self.texts("keywords")
        if isinstance(self.node("keywords"), Items):
            return texts
        return tuple(word.strip() for text in texts for word in re.split(_COMMAS, text) if word.strip())

    def size(self, style: SizeLabels) -> PublishedSize | None:
        """Return the published size, or None where the key isn't written or can't be used."""
        node = self.node("published_size")
        text = self._scalar(node, "published_size")
        if node is None or text is None:
            return None
        try:
            return read_label(text, style=style)
        except ValueError:
            self._faults.tell("size_label", node.line, f'"{text[:60]}" is not a size label', LABEL_REMEDY)
            return None

    def date(self) -> dt.date | None:
        """Return the date, or None where there is none that can be used."""
        node = self.node("date")
        text = self._scalar(node, "date")
        if node is None or text is None:
            return None
        match = _DATE.fullmatch(text)
        if match is None:
            what = f'the date "{text[:60]}" is not written as year-month-day'
            self._faults.tell("date", node.line, what, "write it so, such as 2020-07-09")
            return None
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
        if not (year and 1 <= month <= len(_MONTH_NAMES) and 1 <= day <= calendar.monthrange(year, month)[1]):
            what = f"{text} is no day of the calendar{_why(year, month)}"
            self._faults.tell("date", node.line, what, "write the day that was meant")
            return None
        return dt.date(year, month, day)

    def _scalar(self, node: Node | None, key: str) -> str | None:
        """Return what is written behind a key, a number to YAML or not."""
        if isinstance(node, Text) and node.value.strip() and kind_of(node) == "a number":
            return node.value
        return as_text(node, key, self._faults) if node else None


def _why(year: int, month: int) -> str:
    if not 1 <= month <= len(_MONTH_NAMES):
        return f": there is no month {month}"
    if not year:
        return ": there is no year 0"
    return f": {_MONTH_NAMES[month - 1]} {year} has {calendar.monthrange(year, month)[1]} days"


def _check_language(fields: _Fields, language: str | None, faults: Faults) -> None:
    node = fields.node("lang")
    if node is None or isinstance(node, Unusable):
        return
    if isinstance(node, Text) and kind_of(node) == "a yes or no":
        what = f'lang: {node.value} means "{_truth(node.value)}" to YAML, not a language'
        faults.tell("wrong_type", node.line, what, f'put it in quotes: lang: "{node.value}"')
        return
    text = as_text(node, "lang", faults)
    if text is not None and language is not None and text != language:
        what = f"lang is {text[:60]}, but the file's name says {language}"
        faults.tell("language_mismatch", node.line, what, "take the line out, or rename the file")


def _truth(value: str) -> str:
    return "true" if value.lower() in {"yes", "on", "true"} else "false"
