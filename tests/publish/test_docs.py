"""What publishing may say is described."""

import ast
import re
from collections.abc import Iterator

from tests.repository import ROOT, python_files, syntax_of

_DESCRIBED = set(
    re.findall(r"^## publish\.(\S+)$", (ROOT / "docs/findings.md").read_text(encoding="utf-8"), re.MULTILINE)
)
#: Who makes a problem or a finding: the name stands first, or behind `name` or `check`, in any of their
#: arguments.
_MAKERS = {
    "SiteProblem",
    "SiteProblemError",
    "problem_error",
    "publish_finding",
    "_finding",
    "_problem",
    "Finding",
}
#: Names that are put together: of the setting that is wrong.
_COMPUTED = {"content_type_unknown", "field_unknown"}


def _names() -> Iterator[str]:
    """Yield the name of each problem and finding of publishing."""
    for path in python_files("pipeline/publish"):
        for node in ast.walk(syntax_of(path)):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _MAKERS:
                yield from _named(node)


def _named(call: ast.Call) -> Iterator[str]:
    keywords = [keyword.value for keyword in call.keywords if keyword.arg in {"name", "check"}]
    for argument in (*call.args[:2], *keywords):
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                name = part.value.removeprefix("publish.")
                if re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
                    yield name


def test_everything_that_publishing_says_is_described() -> None:
    """Each problem and finding has its section in docs/findings.md.

    No section is about one that is gone.
    """
    names = set(_names()) | _COMPUTED
    assert sorted(names - _DESCRIBED) == []
    assert sorted(_DESCRIBED - names) == []
