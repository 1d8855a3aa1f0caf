"""The checks as a whole: none is forgotten, none fails quietly, each is described."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import checks as package
from pipeline.checks import CHECKS, run_checks
from pipeline.checks.evidence import Evidence
from pipeline.core.model import Finding, Severity
from tests.attachments import Workbench
from tests.repository import ROOT, syntax_of

CODE = Path(package.__file__).parent
ID = re.compile(r"\"((?:access|size|notice|completeness|links|pdf|check|house|source|font)\.[a-z_]+)\"")


@pytest.fixture(scope="module")
def evidence(bench: Workbench) -> Evidence:
    """An ordinary attachment."""
    return bench.evidence()


def test_an_ordinary_attachment_has_no_error(evidence: Evidence) -> None:
    """All checks together find nothing but that the size isn't published yet."""
    assert [finding.check for finding in run_checks(evidence)] == ["size.unpublished"]


def test_a_check_that_fails_is_an_error(evidence: Evidence) -> None:
    """A check that raises becomes an error that names it, and the others run all the same."""

    def careless(_evidence: Evidence) -> Iterator[Finding]:
        raise KeyError("nobody looked")

    found = run_checks(evidence, (careless, *CHECKS))
    assert [finding.check for finding in found] == ["check.failed", "size.unpublished"]
    assert found[0].severity is Severity.ERROR
    assert "careless" in found[0].message
    assert "KeyError: 'nobody looked'" in found[0].message


def test_a_check_that_fails_halfway_is_an_error(evidence: Evidence) -> None:
    """What a check found before it failed does not pass for all there is to find."""

    def halfway(given: Evidence) -> Iterator[Finding]:
        yield given.edition.finding("size.over", Severity.INFO, "seen", "nothing")
        raise ValueError("lost")

    assert [finding.check for finding in run_checks(evidence, (halfway,))] == ["check.failed"]


def test_findings_say_of_which_edition_they_are(evidence: Evidence) -> None:
    """Each finding carries post, language and file."""
    for finding in run_checks(evidence):
        assert (finding.slug, finding.language, finding.file) == ("a-post", "en", "sources/a-post/en.md")


def test_every_public_function_of_a_check_module_is_listed() -> None:
    """A check that is written and not listed would never run."""
    names = ("accessibility", "completeness", "links", "notices", "pdf", "sizes", "structure", "visibility")
    written = {
        f"{name}.{node.name}"
        for name in names
        for node in syntax_of(CODE / f"{name}.py").body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert {f"{check.__module__.rpartition('.')[2]}.{check.__name__}" for check in CHECKS} == written


def test_every_id_is_described() -> None:
    """Each id that a check can emit has a section in docs/findings.md."""
    emitted = {match for path in CODE.glob("*.py") for match in ID.findall(path.read_text(encoding="utf-8"))}
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^## ([a-z_]+\.[a-z_]+)$", text, re.MULTILINE))
    assert len(emitted) > 20
    assert emitted <= described, f"docs/findings.md has no section for {sorted(emitted - described)}"
