"""What reading may say is described, and so is every key."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.sources.edition import KEYS
from pipeline.sources.house import LABEL_KEYS, LANGUAGE_KEYS
from tests.sources import bad_bodies, bad_files, bad_front_matter, bad_references

ROOT = Path(__file__).parent.parent.parent
SOURCE_FORMAT = (ROOT / "docs" / "source-format.md").read_text(encoding="utf-8")
DESCRIBED = set(
    re.findall(r"^## (\S+)$", (ROOT / "docs" / "findings.md").read_text(encoding="utf-8"), re.MULTILINE)
)
#: What can only be wrong with the standard wording, and what of the rest can be wrong there, too.
HOUSE_ONLY = {"not_one_of", "language_tag", "page_label"}
SHARED = {
    "encoding", "control_character", "yaml", "unquoted_colon", "tag", "anchor", "duplicate_key",
    "unknown_key", "missing_key", "empty_value", "wrong_type",
}  # fmt: skip


def names_in_the_code() -> Iterator[str]:
    """Yield the name of each finding that is reported by its literal name."""
    for path in (ROOT / "pipeline" / "sources").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"error", "warning", "info", "RefusedImageError"}:
                yield str(node.args[0].value)


def test_every_finding_is_described() -> None:
    """Each id that reading can report has its section in docs/findings.md."""
    reported = {
        line.split(" ")[0]
        for case in (*bad_bodies.CASES, *bad_files.CASES, *bad_front_matter.CASES, *bad_references.CASES)
        for line in case.reported
    }
    reported |= {f"source.{name}" for name in set(names_in_the_code()) - HOUSE_ONLY}
    reported |= {f"house.{name}" for name in HOUSE_ONLY | SHARED}
    assert reported - DESCRIBED == set()
    assert len(reported) > 50


def test_every_finding_about_a_source_happens_in_a_test() -> None:
    """Each id that the code names is provoked by bad input."""
    reported = {
        line.split(" ")[0]
        for case in (*bad_bodies.CASES, *bad_files.CASES, *bad_front_matter.CASES, *bad_references.CASES)
        for line in case.reported
    }
    assert {f"source.{name}" for name in set(names_in_the_code()) - HOUSE_ONLY} - reported == set()


def test_every_key_is_described() -> None:
    """docs/source-format.md names every key of the front matter and of house.yaml."""
    assert re.findall(r"^\| `(\w+)` \|", SOURCE_FORMAT, re.MULTILINE) != []
    assert set(re.findall(r"^\| `(\w+)` \|", SOURCE_FORMAT, re.MULTILINE)) == set(KEYS)
    for key in (*LANGUAGE_KEYS, *LABEL_KEYS):
        assert re.search(rf"^ +{key}:", SOURCE_FORMAT, re.MULTILINE)
