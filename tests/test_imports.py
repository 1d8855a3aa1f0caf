"""Imports run downwards: twelve packages in one order, and which library has one place."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.repository import ROOT, place, python_files, syntax_of

#: Every package of pipeline/, from the top down. A package imports itself and those behind it, never one before it.
ORDER = (
    "cli",
    "nightly",
    "publish",
    "build",
    "report",
    "ledger",
    "checks",
    "pdf",
    "render",
    "compose",
    "sources",
    "core",
)

#: (who, what it never imports though the order allows it, why). A name stands for a package right under pipeline/.
NEVER = (
    ("ledger", "checks", "the ledger records, it makes nothing"),
    ("ledger", "render", "the ledger records, it makes nothing"),
    ("ledger", "compose", "the ledger records, it makes nothing"),
    ("checks", "render", "a check sees what was made, not how"),
    ("render", "compose", "rendering is given a page"),
    ("render", "sources", "rendering is given a page"),
)

#: (library, the places that alone import it, why). A place is a package or module of pipeline/.
ONLY = (
    ("weasyprint", ("render",), "one place to change with WeasyPrint"),
    ("pydyf", ("render",), "one place to change with WeasyPrint"),
    ("fontpkg*", ("render.fonts",), "one place knows where fonts come from"),
    ("uharfbuzz", ("render.fonts", "pdf"), "fonts are cut in one place and read back in another"),
    ("sqlite3", ("ledger",), "one place knows how the history is kept"),
    ("httpx2", ("publish.http",), "one place speaks to the network"),
    ("anyio", ("publish.http",), "one place runs an event loop"),
    ("stamina", ("publish.http",), "one place decides what is asked again"),
    ("keyring", ("publish.http",), "one place asks for secrets"),
    ("distributed", ("build.workers",), "one place knows where jobs run"),
    ("dask", ("build.workers",), "one place knows where jobs run"),
    ("fsspec", ("build.remote_cache",), "one place knows what other machines have built"),
    ("click", ("cli",), "commands are the command line's"),
    ("rich", ("cli", "report"), "a terminal is for who talks to people"),
)

MODULES = tuple(python_files("pipeline"))


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _names_of(node: ast.Import | ast.ImportFrom, path: Path) -> Iterator[str]:
    """Yield the dotted names that an import asks for; `from pipeline import x` asks for `pipeline.x`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        package = path.relative_to(ROOT).parent.parts
        base = ".".join((*package[: len(package) - node.level + 1], *filter(None, [node.module])))
    yield from ((f"{base}.{alias.name}" if base == "pipeline" else base) for alias in node.names)


def _imports(path: Path, *, at_start_only: bool = False) -> Iterator[tuple[str, int]]:
    """Yield (dotted name, line) of every import of a module, or of those alone that run when it is imported."""
    tree = syntax_of(path)
    for node in tree.body if at_start_only else ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((name, node.lineno) for name in _names_of(node, path))


def _part(module: str) -> str:
    """Return the name right under pipeline/, `compose` for `pipeline.compose.notes`; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def _is_upward(part: str, wanted: str) -> bool:
    return part in ORDER and wanted in ORDER and ORDER.index(wanted) < ORDER.index(part)


def test_pipeline_holds_the_packages_of_the_order_and_nothing_else() -> None:
    """A newcomer sees twelve names under pipeline/, each with its place in the order."""
    found = {_part(_module_name(path)) for path in MODULES} - {""}
    assert found == set(ORDER)
    assert [path.name for path in MODULES if path.parent == ROOT / "pipeline"] == ["__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=_module_name)
def test_imports_run_downwards(path: Path) -> None:
    """A module imports its own package and those below it, also inside functions and for types."""
    part = _part(_module_name(path))
    faults = [
        f"{place(path, line)}: {part} imports {name}, which stands above it"
        for name, line in _imports(path)
        if name.startswith("pipeline.") and _is_upward(part, _part(name))
    ]
    faults += [
        f"{place(path, line)}: {part} imports {name}: {reason}"
        for name, line in _imports(path)
        for who, what, reason in NEVER
        if name.startswith("pipeline.") and part == who and _part(name) == what
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", MODULES, ids=_module_name)
def test_a_library_with_one_place_is_imported_there_only(path: Path) -> None:
    """WeasyPrint, fonts, the ledger's database, the network and the terminal are each known in one place."""
    module = _module_name(path).removeprefix("pipeline.")
    faults = [
        f"{place(path, line)}: {module} imports {name}, which is for {' and '.join(who)} alone: {reason}"
        for name, line in _imports(path)
        for package, who, reason in ONLY
        if fnmatch(name.split(".")[0], package)
        if not any(module == one or module.startswith(f"{one}.") for one in who)
    ]
    assert not faults, "\n".join(faults)


def test_no_two_modules_need_each_other_to_start() -> None:
    """What a module imports when it is imported forms no circle."""
    names = {_module_name(path): path for path in MODULES}
    needs = {
        name: {
            wanted for wanted, _ in _imports(path, at_start_only=True) if wanted in names and wanted != name
        }
        for name, path in names.items()
    }
    circle: list[str] = []
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert not circle, " → ".join(circle)


def test_the_rules_speak_of_modules_that_exist() -> None:
    """A rule about a module that is gone holds nothing; every name in the rules is found."""
    modules = {_module_name(path).removeprefix("pipeline.") for path in MODULES}
    named = {name for who, what, _ in NEVER for name in (who, what)}
    named |= {who for _, whos, _ in ONLY for who in whos}
    assert named <= modules, f"nothing under pipeline/ is named {sorted(named - modules)}"
