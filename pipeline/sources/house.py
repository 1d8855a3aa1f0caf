"""house.yaml → `House`: the institution's words, per language, each with its status and source."""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.core.errors import HouseWordsError
from pipeline.core.model import House, HouseLanguage, HouseText, Labels, Status
from pipeline.core.paths import shown_path
from pipeline.sources.faults import Faults
from pipeline.sources.languages import is_language_tag, well_written_tag
from pipeline.sources.text import decode, tidy
from pipeline.sources.values import as_table, as_text, as_texts, nearest, tell_unknown_keys
from pipeline.sources.yaml_nodes import Node, Table, read_table

_LARGEST = 256 * 1024
_TEXT_KEYS = ("text", "status", "source")
_LABEL_KEYS = (
    "author",
    "authors",
    "date",
    "also_in",
    "page",
    "skip_to_text",
    "note",
    "back_to_text",
    "disclaimer",
    "attachments",
    "all_posts",
    "newer_posts",
    "older_posts",
    "years",
    "languages",
    "feed",
    "status",
    "source",
)
_LANGUAGE_KEYS = (
    "name",
    "direction",
    "institution",
    "disclaimer",
    "kosovo_note",
    "kosovo_spellings",
    "labels",
)


def read_house(file: Path) -> House:
    """Read the institution's words; raises HouseWordsError with every fault and its line."""
    name = shown_path(file)
    try:
        size = file.stat().st_size if file.is_file() else None
        data = b"" if size is None or size > _LARGEST else file.read_bytes()
    except OSError as error:
        raise HouseWordsError(
            f"{name}: the institution's words can't be read ({error.strerror}); give yourself the right to read them"
        ) from error
    if size is None:
        raise HouseWordsError(
            f"{name}: there is no such file of the institution's words; write it as docs/source-format.md says"
        )
    if size > _LARGEST:
        raise HouseWordsError(f"{name}: the file is larger than {_LARGEST} bytes; it holds short texts only")
    return house_of(data, name)


def house_of(data: bytes, name: str) -> House:
    """Return the house words that the bytes of the file `name` hold; raises HouseWordsError with every fault."""
    faults = Faults("house", name)
    text = decode(data, faults)
    house = None if text is None else _house(read_table(tidy(text, faults), 1, faults), faults)
    if faults.errors or house is None:
        raise HouseWordsError("\n".join(str(finding) for finding in faults.errors))
    return house


class _Entries:
    """The entries of one mapping, taken out by key; a key that is missing is told."""

    def __init__(self, table: Table, name: str, keys: Sequence[str], faults: Faults, line: int) -> None:
        self._nodes: dict[str, Node] = {key.value: value for key, value in table.entries}
        self._lines = {key.value: key.line for key, _ in table.entries}
        self.name = name
        self.line = line
        self._faults = faults
        tell_unknown_keys(table, keys, faults, within=f" in {name}" if name else "")
        for key in keys:
            if key not in self._nodes:
                what = f"{self._path(key)} is missing"
                faults.tell("missing_key", line, what, f"write {key}: below {name or 'the top'}")

    def text(self, key: str) -> str:
        """Return a text, or an empty one where it can't be read (told)."""
        node = self._nodes.get(key)
        return (as_text(node, self._path(key), self._faults) if node else None) or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, or an empty one where it can't be read (told)."""
        node = self._nodes.get(key)
        return (as_texts(node, self._path(key), self._faults) if node else None) or ()

    def one_of(self, key: str, words: Sequence[str]) -> str:
        """Return one of the words, or the last of them where none of them stands there (told)."""
        text = self.text(key)
        if text and text not in words:
            what = f"{self._path(key)} is {text[:60]}"
            self._faults.tell(
                "not_one_of", self.line_of(key), what, nearest(text, words, otherwise="write one of")
            )
        return text if text in words else words[-1]

    def inner(self, key: str, keys: Sequence[str]) -> "_Entries | None":
        """Return the entries of a mapping inside this one, or None where there is none (told)."""
        node = self._nodes.get(key)
        table = as_table(node, self._path(key), self._faults) if node else None
        if table is None:
            return None
        return _Entries(table, self._path(key), keys, self._faults, self.line_of(key))

    def line_of(self, key: str) -> int:
        """Return the line of a key, or of the mapping where the key is missing."""
        return self._lines.get(key, self.line)

    def _path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


def _house(table: Table, faults: Faults) -> House | None:
    tell_unknown_keys(table, ("languages",), faults)
    node = next((value for key, value in table.entries if key.value == "languages"), None)
    if node is None:
        faults.tell("missing_key", 1, "languages is missing", "write languages: and each language below it")
        return None
    languages = as_table(node, "languages", faults)
    if languages is None or not languages.entries:
        faults.tell(
            "missing_key", 1, "the house has words in no language", "write at least one below languages:"
        )
        return None
    words = []
    for tag, value in languages.entries:
        _tell_bad_tag(tag.value, tag.line, faults)
        inner = as_table(value, tag.value, faults)
        if inner is not None:
            words.append(
                _language(tag.value, _Entries(inner, tag.value, _LANGUAGE_KEYS, faults, tag.line), faults)
            )
    return House(file=faults.file, languages=tuple(words))


def _tell_bad_tag(tag: str, line: int, faults: Faults) -> None:
    if not is_language_tag(tag):
        remedy = "write a BCP 47 tag, such as en, fr or zh-Hans"
        faults.tell("language_tag", line, f'"{tag[:60]}" is no language tag', remedy)
    elif tag != well_written_tag(tag):
        faults.tell(
            "language_tag",
            line,
            f'the language tag "{tag}" is written otherwise',
            f"write {well_written_tag(tag)}",
        )


def _language(tag: str, entries: _Entries, faults: Faults) -> HouseLanguage:
    return HouseLanguage(
        language=tag,
        name=entries.text("name"),
        direction=entries.one_of("direction", ("rtl", "ltr")),
        institution=_house_text("institution", entries),
        disclaimer=_house_text("disclaimer", entries),
        kosovo_note=_house_text("kosovo_note", entries),
        kosovo_spellings=entries.texts("kosovo_spellings"),
        labels=_labels(entries, faults),
    )


def _house_text(key: str, entries: _Entries) -> HouseText:
    inner = entries.inner(key, _TEXT_KEYS)
    if inner is None:
        return HouseText(text="", status=Status.DRAFT, source="", line=entries.line_of(key))
    return HouseText(
        text=inner.text("text"), status=_status(inner), source=inner.text("source"), line=inner.line
    )


def _status(entries: _Entries) -> Status:
    return Status(entries.one_of("status", [status.value for status in Status]))


def _labels(entries: _Entries, faults: Faults) -> Labels:
    inner = entries.inner("labels", _LABEL_KEYS) or _Entries(
        Table(entries=(), line=entries.line), "labels", (), faults, entries.line
    )
    page = inner.text("page")
    if page and sorted(re.findall(r"\{[^}]*\}?|\}", page)) != sorted(["{page}", "{pages}"]):
        remedy = 'write both once, and no other braces, such as "page {page} of {pages}"'
        what = f"{inner.name}.page does not hold {{page}} and {{pages}}"
        faults.tell("page_label", inner.line_of("page"), what, remedy)
    return Labels(
        author=inner.text("author"),
        authors=inner.text("authors"),
        date=inner.text("date"),
        also_in=inner.text("also_in"),
        page=page,
        skip_to_text=inner.text("skip_to_text"),
        note=inner.text("note"),
        back_to_text=inner.text("back_to_text"),
        disclaimer=inner.text("disclaimer"),
        attachments=inner.text("attachments"),
        all_posts=inner.text("all_posts"),
        newer_posts=inner.text("newer_posts"),
        older_posts=inner.text("older_posts"),
        years=inner.text("years"),
        languages=inner.text("languages"),
        feed=inner.text("feed"),
        status=_status(inner),
        source=inner.text("source"),
        line=inner.line,
    )
