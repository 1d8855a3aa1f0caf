"""What a run or a night may say of itself is described."""

import ast
import re
from collections.abc import Iterator

from tests.repository import ROOT, python_files, syntax_of

_DESCRIBED = set(
    re.findall(r"^## (\S+)$", (ROOT / "docs/findings.md").read_text(encoding="utf-8"), re.MULTILINE)
)
#: The subjects that no check has, and neither reading nor publishing.
_SUBJECTS = ("annexe", "build", "look", "night", "render", "write")
_ID = re.compile(rf"(?:{'|'.join(_SUBJECTS)})\.[a-z]+(?:_[a-z]+)*")

#: Ids that are put together, from what rendering warned of.
_COMPUTED = {"render.content", "render.image", "render.style"}


def _ids() -> Iterator[str]:
    for path in python_files("pipeline"):
        for node in ast.walk(syntax_of(path)):
            if isinstance(node, ast.Call):
                for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                    if (
                        isinstance(value, ast.Constant)
                        and isinstance(value.value, str)
                        and _ID.fullmatch(value.value)
                    ):
                        yield value.value


def test_everything_that_a_run_says_is_described() -> None:
    """Each id has its section in docs/findings.md, and no section is about one that is gone."""
    ids = set(_ids()) | _COMPUTED
    assert ids >= {"night.report", "look.changed", "build.verify", "write.report"}
    assert sorted(ids - _DESCRIBED) == []
    assert sorted({one for one in _DESCRIBED if one.startswith(_SUBJECTS)} - ids) == []
