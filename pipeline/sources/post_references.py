"""The front matter key `publish`: on which post of which site an edition's attachment belongs.

Whether the settings have such a site, and the site such a post, is checked when publishing.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from pipeline.core.model import Edition, Finding, PostReference
from pipeline.sources.file_findings import FileFindings
from pipeline.sources.names import is_language_tag, is_target_name, normalised_tag, suggested_slug
from pipeline.sources.yaml import (
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlUnusable,
    as_text,
    kind_of,
    on_one_line,
    report_empty,
)

#: More digits than a site's counter has (64 bits), and more characters than WordPress keeps of a slug (200).
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_LONGEST = 200
_POST_REMEDY = "write the post's number, its slug (the last part of its address) or its UUID"


def posts_on(target: str, editions: Iterable[Edition]) -> dict[str, str]:
    """Return, by language, what any of a post's editions calls the posts on this site."""
    return {
        reference.language: reference.post
        for edition in editions
        for reference in edition.publish
        if reference.target == target
    }


def read_references(
    node: YamlNode | None, language: str | None, findings: FileFindings
) -> tuple[PostReference, ...]:
    """Return the references under an edition's key `publish`; what can't be used is reported and left out.

    Of an edition whose language is not known, only the posts that are named by language are returned.
    """
    if node is None or isinstance(node, YamlUnusable):
        return ()
    if not isinstance(node, YamlMapping):
        _report_no_sites(node, findings)
        return ()
    if not node.entries:
        report_empty("publish", node.line, findings)
    return tuple(
        reference
        for key, value in node.entries
        if _is_name(key, findings)
        for reference in _on_site(key.value, value, language, findings)
    )


def compare_references(editions: Sequence[Edition], languages: Collection[str]) -> tuple[Finding, ...]:
    """Return what is wrong with the references of all a post's editions together.

    `languages` are those that the post has files for, good or not.
    """
    return tuple(finding for edition in editions for finding in _compared(edition, editions, languages))


def _compared(edition: Edition, editions: Sequence[Edition], languages: Collection[str]) -> Iterable[Finding]:
    findings = FileFindings("source", edition.file, slug=edition.slug, language=edition.language)
    for reference in edition.publish:
        name = f"publish.{reference.target}"
        if reference.language not in languages:
            what = f"{name} names a post in {reference.language}, but there is no such edition"
            remedy = f"write {reference.language}.md, or take {reference.language} out"
            findings.warning("publish_language", reference.line, what, remedy)
        for file, other in _contradicting(edition, reference, editions):
            here, there = f"{reference.post} here", f"{other.post} in {file}:{other.line}"
            what = f"{name} in {reference.language} is {here}, but {there}"
            findings.error(
                "publish_conflict", reference.line, what, "keep the right one, and take the other out"
            )
    return findings.all


def _contradicting(
    edition: Edition, reference: PostReference, editions: Sequence[Edition]
) -> Iterator[tuple[str, PostReference]]:
    """Yield (file, reference) where another edition names another post for the same site and language."""
    for other in editions:
        for theirs in other.publish:
            is_same_place = (theirs.target, theirs.language) == (reference.target, reference.language)
            if other.file != edition.file and is_same_place and theirs.post != reference.post:
                yield other.file, theirs


def _on_site(
    target: str, node: YamlNode, language: str | None, findings: FileFindings
) -> Iterator[PostReference]:
    """Yield the references to one site: one for this edition, or one for each language."""
    name = f"publish.{target}"
    if not isinstance(node, YamlMapping):
        post = _post(node, name, findings)
        if post is not None and language is not None:
            yield PostReference(target=target, language=language, post=post, line=node.line)
        return
    if not node.entries:
        report_empty(name, node.line, findings)
    for key, value in node.entries:
        if _is_language(key, name, findings):
            post = _post(value, f"{name}.{key.value}", findings)
            if post is not None:
                yield PostReference(target=target, language=key.value, post=post, line=value.line)


def _post(node: YamlNode, name: str, findings: FileFindings) -> str | None:
    """Return a post's number, slug or UUID, or None where this is none of them (reported)."""
    if isinstance(node, YamlScalar):
        text = node.value if kind_of(node) == "a number" else as_text(node, name, findings)
        return text if text is not None and _names_a_post(text, node, name, findings) else None
    if not isinstance(node, YamlUnusable):
        findings.error("wrong_type", node.line, f"{name} is {kind_of(node)}, not a post", _POST_REMEDY)
    return None


def _names_a_post(text: str, node: YamlScalar, name: str, findings: FileFindings) -> bool:
    if kind_of(node) == "a number" and not _NUMBER.fullmatch(text):
        what = f"{name} is the number {text[:60]}, which no post has"
        remedy = (
            "write the post's number as the site shows it, such as 123; put a slug that looks so in quotes"
        )
        findings.error("publish_post", node.line, what, remedy)
        return False
    if len(text) > _LONGEST:
        what = f"{name} has {len(text)} characters, more than {_LONGEST}"
        findings.error("long_value", node.line, what, _POST_REMEDY)
        return False
    if not all(_may_stand_in_a_post(character) for character in text):
        findings.error(
            "publish_post", node.line, f'{name} is "{text[:60]}", which names no post', _POST_REMEDY
        )
        return False
    return True


def _may_stand_in_a_post(character: str) -> bool:
    """Return whether a character may be one of a slug or UUID: a letter with its marks, a digit, - or _."""
    return character in "-_" or unicodedata.category(character)[0] in "LMN"


def _is_name(key: YamlScalar, findings: FileFindings) -> bool:
    name, colon, rest = key.value.partition(":")
    if is_target_name(key.value):
        return True
    if colon and is_target_name(name):
        _report_no_space(name, rest, key.line, findings)
        return False
    suggestion = suggested_slug(key.value)
    remedy = (
        f"write {suggestion}, if that is its name" if suggestion else "write the name that the settings have"
    )
    rule = "it has lower-case letters a to z, digits and hyphens"
    what = f'"{on_one_line(key.value)[:60]}" in publish is no site\'s name: {rule}'
    findings.error("publish_site", key.line, what, remedy)
    return False


def _is_language(key: YamlScalar, name: str, findings: FileFindings) -> bool:
    tag, colon, rest = key.value.partition(":")
    if colon and is_language_tag(tag):
        _report_no_space(tag, rest, key.line, findings)
        return False
    if not is_language_tag(key.value):
        what = f'"{on_one_line(key.value)[:60]}" in {name} is no language'
        findings.error("publish_language", key.line, what, "write its tag, such as en, fr or zh-Hans")
        return False
    written = normalised_tag(key.value)
    if written != key.value:
        what = f'the language "{key.value}" in {name} is written otherwise'
        findings.error("publish_language", key.line, what, f"write {written}")
        return False
    return True


def _report_no_sites(node: YamlNode, findings: FileFindings) -> None:
    if isinstance(node, YamlScalar) and not node.value.strip():
        report_empty("publish", node.line, findings)
        return
    remedy = "write the site's name and the post there, such as publish: {blog: 123}"
    findings.error("wrong_type", node.line, f"publish is {kind_of(node)}, not a table of sites", remedy)


def _report_no_space(key: str, rest: str, line: int, findings: FileFindings) -> None:
    findings.error(
        "yaml",
        line,
        f'no space stands behind the colon of "{key}"',
        f"write {key}: {on_one_line(rest)[:60]}".rstrip(),
    )
