"""house.yaml → `House`: the standard wording per language, each text with its status and source."""

import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from pipeline.core.errors import HouseWordsError
from pipeline.core.model import House, HouseLanguage, HouseText, Labels, Status
from pipeline.core.paths import shown_path
from pipeline.sources.file_findings import FileFindings
from pipeline.sources.names import is_language_tag, normalised_tag
from pipeline.sources.text import decode, normalise
from pipeline.sources.yaml import (
    YamlMapping,
    YamlNode,
    as_mapping,
    as_text,
    as_texts,
    nearest,
    read_mapping,
    report_unknown_keys,
)

_LARGEST = 256 * 1024
# The keys are the fields of what is read, but for what the reader itself adds.
_TEXT_KEYS = tuple(field.name for field in fields(HouseText) if field.name != "line")
LABEL_KEYS = tuple(field.name for field in fields(Labels) if field.name != "line")
LANGUAGE_KEYS = tuple(field.name for field in fields(HouseLanguage) if field.name != "language")


def read_house(file: Path) -> House:
    """Read the standard wording; raises HouseWordsError with every fault and its line."""
    name = shown_path(file)
    try:
        size = file.stat().st_size if file.is_file() else None
        data = b"" if size is None or size > _LARGEST else file.read_bytes()
    except OSError as error:
        raise HouseWordsError(
            f"{name}: the institution's words can't be read ({error.strerror}); "
            "give yourself the right to read them"
        ) from error
    if size is None:
        raise HouseWordsError(
            f"{name}: there is no such file of the institution's words; "
            "write it as docs/source-format.md says"
        )
    if size > _LARGEST:
        raise HouseWordsError(f"{name}: the file is larger than {_LARGEST} bytes; it holds short texts only")
    return house_of(data, name)


def house_of(data: bytes, name: str) -> House:
    """Return the standard wording in the bytes of a file; raises HouseWordsError with every fault."""
    findings = FileFindings("house", name)
    text = decode(data, findings)
    house = None if text is None else _house(read_mapping(normalise(text, findings), 1, findings), findings)
    if findings.errors or house is None:
        raise HouseWordsError("\n".join(str(finding) for finding in findings.errors))
    return house


class _Entries:
    """The entries of one mapping by their keys; unknown and missing keys are reported."""

    def __init__(
        self, mapping: YamlMapping, name: str, keys: Sequence[str], findings: FileFindings, line: int
    ) -> None:
        self._nodes: dict[str, YamlNode] = {key.value: value for key, value in mapping.entries}
        self._lines = {key.value: key.line for key, _ in mapping.entries}
        self.name = name
        self.line = line
        self.findings = findings
        report_unknown_keys(mapping, keys, findings, within=f" in {name}" if name else "")
        for key in keys:
            if key not in self._nodes:
                what = f"{self._path(key)} is missing"
                findings.error("missing_key", line, what, f"write {key}: below {name or 'the top'}")

    def text(self, key: str) -> str:
        """Return a text, or an empty one where it can't be read (reported)."""
        node = self._nodes.get(key)
        return (as_text(node, self._path(key), self.findings) if node else None) or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, or an empty one where it can't be read (reported)."""
        node = self._nodes.get(key)
        return (as_texts(node, self._path(key), self.findings) if node else None) or ()

    def one_of(self, key: str, words: Sequence[str]) -> str:
        """Return one of the words, or the last of them where another text is written (reported)."""
        text = self.text(key)
        if text and text not in words:
            what = f"{self._path(key)} is {text[:60]}"
            remedy = nearest(text, words, otherwise="write one of")
            self.findings.error("not_one_of", self.line_of(key), what, remedy)
        return text if text in words else words[-1]

    def inner(self, key: str, keys: Sequence[str]) -> "_Entries | None":
        """Return the entries of a mapping inside this one, or None where there is none (reported)."""
        node = self._nodes.get(key)
        mapping = as_mapping(node, self._path(key), self.findings) if node else None
        if mapping is None:
            return None
        return _Entries(mapping, self._path(key), keys, self.findings, self.line_of(key))

    def line_of(self, key: str) -> int:
        """Return the line of a key, or of the mapping where the key is missing."""
        return self._lines.get(key, self.line)

    def _path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


def _house(mapping: YamlMapping, findings: FileFindings) -> House | None:
    report_unknown_keys(mapping, ("languages",), findings)
    node = next((value for key, value in mapping.entries if key.value == "languages"), None)
    if node is None:
        findings.error(
            "missing_key", 1, "languages is missing", "write languages: and each language below it"
        )
        return None
    languages = as_mapping(node, "languages", findings)
    if languages is None or not languages.entries:
        what = "the house has words in no language"
        findings.error("missing_key", 1, what, "write at least one below languages:")
        return None
    found = []
    for tag, value in languages.entries:
        _report_bad_tag(tag.value, tag.line, findings)
        inner = as_mapping(value, tag.value, findings)
        if inner is not None:
            found.append(_language(tag.value, _Entries(inner, tag.value, LANGUAGE_KEYS, findings, tag.line)))
    return House(file=findings.file, languages=tuple(found))


def _report_bad_tag(tag: str, line: int, findings: FileFindings) -> None:
    if not is_language_tag(tag):
        remedy = "write a BCP 47 tag, such as en, fr or zh-Hans"
        findings.error("language_tag", line, f'"{tag[:60]}" is no language tag', remedy)
    elif tag != normalised_tag(tag):
        what = f'the language tag "{tag}" is written otherwise'
        findings.error("language_tag", line, what, f"write {normalised_tag(tag)}")


def _language(tag: str, entries: _Entries) -> HouseLanguage:
    return HouseLanguage(
        language=tag,
        name=entries.text("name"),
        direction=entries.one_of("direction", ("rtl", "ltr")),
        institution=_house_text("institution", entries),
        disclaimer=_house_text("disclaimer", entries),
        kosovo_note=_house_text("kosovo_note", entries),
        kosovo_spellings=entries.texts("kosovo_spellings"),
        labels=_labels(entries),
    )


def _house_text(key: str, entries: _Entries) -> HouseText:
    inner = entries.inner(key, _TEXT_KEYS)
    if inner is None:
        return HouseText(text="", status=Status.DRAFT, source="", line=entries.line_of(key))
    text, status, source = inner.text("text"), _status(inner), inner.text("source")
    return HouseText(text=text, status=status, source=source, line=inner.line)


def _status(entries: _Entries) -> Status:
    return Status(entries.one_of("status", [status.value for status in Status]))


def _labels(entries: _Entries) -> Labels:
    inner = entries.inner("labels", LABEL_KEYS) or _Entries(
        YamlMapping(entries=(), line=entries.line), "labels", (), entries.findings, entries.line
    )
    page = inner.text("page")
    if page and sorted(re.findall(r"\{[^}]*\}?|\}", page)) != sorted(["{page}", "{pages}"]):
        remedy = 'write both once, and no other braces, such as "page {page} of {pages}"'
        what = f"{inner.name}.page does not hold {{page}} and {{pages}}"
        inner.findings.error("page_label", inner.line_of("page"), what, remedy)
    texts = {key: inner.text(key) for key in LABEL_KEYS if key != "status"}
    return Labels(**texts, status=_status(inner), line=inner.line)
