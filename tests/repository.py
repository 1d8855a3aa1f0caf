"""What the tests about the repository itself share: its files, its Python, its project file."""

import ast
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

#: The checkout that these tests run in.
ROOT = Path(__file__).resolve().parents[1]


@cache
def repository_files() -> tuple[Path, ...]:
    """Return every file that git tracks or would track: what is new counts, what is ignored does not."""
    git = shutil.which("git")
    assert git, "git is needed to tell which files belong to the repository"
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = {ROOT / name for name in listed.stdout.decode().split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


def text_files() -> tuple[tuple[str, str], ...]:
    """Return (path as git writes it, text) of every file of the repository that is UTF-8 text."""
    found = []
    for path in repository_files():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((path.relative_to(ROOT).as_posix(), data.decode("utf-8", "replace")))
    return tuple(found)


def python_files(folder: str) -> tuple[Path, ...]:
    """Return the Python files of the repository under `folder`."""
    return tuple(
        path for path in repository_files() if path.suffix == ".py" and path.is_relative_to(ROOT / folder)
    )


@cache
def syntax_of(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def place(path: Path, line: int) -> str:
    """Return `file:line`, the file as git writes it."""
    return f"{path.relative_to(ROOT).as_posix()}:{line}"
