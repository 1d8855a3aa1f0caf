"""Imports run one way: who may know whom, and which library has one place."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.repository import ROOT, place, python_files, syntax_of

#: What turns sources into attachments. A stage gets what it needs as arguments and knows no other stage.
STAGES = ("sources", "compose", "font*", "render*", "checks")
#: Who decides, records, shows and publishes: no stage knows of them.
DECIDERS = ("build", "cli", "ledger", "publish", "report", "settling", "workshop")

#: (who, what it never imports, why). A name stands for a module or package right under pipeline/, a star for any rest.
NEVER = (
    ("model", "*", "the model is what all others speak of"),
    ("errors", "*", "the errors are what all others raise"),
    ("typography*", "*", "typography knows text, not Annexe"),
    *((stage, decider, "a stage is told, it doesn't ask") for stage in STAGES for decider in DECIDERS),
    *(
        (stage, other, "stages don't know each other")
        for stage in STAGES
        for other in STAGES
        if stage != other
    ),
    ("finish*", "render*", "rendering calls finishing, not the other way"),
    ("report", "build", "a report shows what it is given"),
    ("report", "cli", "a report shows what it is given"),
    ("report", "ledger", "a report shows what it is given"),
    *(("ledger", stage, "the ledger records, it makes nothing") for stage in STAGES),
    ("*", "cli", "nothing is built on the command line"),
)
#: Imports that the rules above would forbid, and that the design allows.
ALLOWED = (("render*", "font*"),)

#: (package, who alone imports it, why).
ONLY = (
    ("weasyprint", ("engine", "render*", "finish*"), "one place to change with WeasyPrint"),
    ("pydyf", ("render*", "finish*"), "one place to change with WeasyPrint"),
    ("fontpkg*", ("font*",), "one place knows where fonts come from"),
    ("uharfbuzz", ("font*", "pdf_*"), "fonts are cut in one place and read back in another"),
    ("sqlite3", ("ledger*",), "one place knows how the history is kept"),
    ("httpx2", ("publish",), "one place speaks to the network"),
    ("stamina", ("publish",), "one place decides what is asked again"),
    ("keyring", ("publish",), "one place asks for secrets"),
    ("distributed", ("workers",), "one place knows where jobs run"),
    ("dask", ("workers",), "one place knows where jobs run"),
    ("fsspec", ("cache",), "one place knows what other machines have built"),
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


def _fits(part: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(part, pattern) for pattern in patterns)


@pytest.mark.parametrize("path", MODULES, ids=_module_name)
def test_imports_run_one_way(path: Path) -> None:
    """A module imports only what stands below it in the design."""
    part = _part(_module_name(path))
    faults = [
        f"{place(path, line)}: {part} imports {name}: {reason}"
        for name, line in _imports(path)
        if name.startswith("pipeline.") and name != "pipeline.__version__" and _part(name) != part
        for who, what, reason in NEVER
        if fnmatch(part, who) and fnmatch(_part(name), what)
        if not any(fnmatch(part, one) and fnmatch(_part(name), other) for one, other in ALLOWED)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", MODULES, ids=_module_name)
def test_a_library_with_one_place_is_imported_there_only(path: Path) -> None:
    """WeasyPrint, fonts, the ledger's database, the network and the terminal are each known in one place."""
    part = _part(_module_name(path))
    faults = [
        f"{place(path, line)}: {part} imports {name}, which is for {' and '.join(who)} alone: {reason}"
        for name, line in _imports(path)
        for package, who, reason in ONLY
        if fnmatch(name.split(".")[0], package) and not _fits(part, who)
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
    """A rule about a module that is gone holds nothing; every first name in the rules is found."""
    parts = {_part(_module_name(path)) for path in MODULES}
    unknown = {who for who, _, _ in NEVER if not any(fnmatch(part, who) for part in parts)}
    unknown |= {who for _, whos, _ in ONLY for who in whos if not any(fnmatch(part, who) for part in parts)}
    assert not unknown, f"nothing under pipeline/ is named {sorted(unknown)}"
