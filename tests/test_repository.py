"""The repository's own rules: what every file, test, dependency and lock file keeps to."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import pipeline
from tests.repository import ROOT, place, project, python_files, repository_files, syntax_of, text_files

#: A folder of somebody's machine, and this checkout's own place. The classes keep this line from naming one itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:home|Users|root|work|farm|workspace|builds)/[\w.]|/tmp/\w|[.]pyenv/"
)
#: Where packages come from is for pip, uv and apt to know, not for this repository.
PACKAGE_HOST = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.]|crates[.]io|repo1[.]maven|deb[.]debian[.]org|--(?:extra-)?index[-]url"
    r"|--find[-]links|//\S*/[s]imple\b",
    re.IGNORECASE,
)
#: Each but the last holds all of the one before it; what is in several is in the same version.
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock", "requirements-cluster.lock")
#: Distributions that the code calls by another name than their own.
CALLED = {
    "fonttools": "fontTools",
    "markdown-it-py": "markdown_it",
    "mdit-py-plugins": "mdit_py_plugins",
    "pillow": "PIL",
}
#: Copyleft that Annexe may run with; each is explained in CONTRIBUTING.md. None is changed or built in.
COPYLEFT = {"pebble", "pyphen"}


def _functions(folder: str) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in python_files(folder):
        for node in ast.walk(syntax_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def _requirements(lock: str) -> dict[str, Requirement]:
    """Return the pinned requirements of a lock file by their canonical names."""
    lines = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pinned = [Requirement(line.split(" --hash=")[0]) for line in lines if line and line[0].isalnum()]
    return {canonicalize_name(requirement.name): requirement for requirement in pinned}


def _wanted() -> tuple[Requirement, ...]:
    """Return the requirements of pyproject.toml: those of the package, then those of its groups."""
    settings = project()
    optional = settings["project"]["optional-dependencies"]
    wanted = chain(
        settings["project"]["dependencies"], *settings["dependency-groups"].values(), *optional.values()
    )
    return tuple(Requirement(text) for text in wanted)


def test_every_test_states_the_fact_it_holds() -> None:
    """A test's docstring is a sentence: what is true while the test passes."""
    mute = [
        place(path, node.lineno)
        for path, node in _functions("tests")
        if node.name.startswith("test_") and not (ast.get_docstring(node) or "").rstrip().endswith(".")
    ]
    assert not mute, f"say in a sentence what fact is held: {mute}"


def test_the_tests_lie_where_what_they_test_lies() -> None:
    """The tests of a package, or of another folder of the repository, lie in a folder of its name below tests/."""
    tests = [path for path in python_files("tests") if path.name.startswith("test_")]
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in tests if path.parent != ROOT / "tests"}
    lost = sorted(
        folder
        for folder in folders
        if not (ROOT / "pipeline" / folder / "__init__.py").is_file() and not (ROOT / folder).is_dir()
    )
    assert not lost, f"what do these folders of tests/ test? {lost}"


def test_pytest_leaves_out_no_tests() -> None:
    """No folder of tests has a name that pytest passes over, as it does with `build` if nobody says otherwise."""
    passed_over = project()["tool"]["pytest"]["ini_options"]["norecursedirs"]
    names = {name for path in python_files("tests") for name in path.relative_to(ROOT).parts[:-1]}
    assert "build" in names
    lost = [name for name in names if any(fnmatch(name, pattern) for pattern in passed_over)]
    assert not lost, f"pytest passes over tests in these folders: {lost}"


def test_what_coverage_leaves_out_is_there() -> None:
    """Each module that is left out of the coverage of pipeline/ exists under that name."""
    gone = [name for name in project()["tool"]["coverage"]["report"]["omit"] if not (ROOT / name).is_file()]
    assert not gone, f"pyproject.toml leaves out of coverage what is not there: {gone}"


def test_no_file_names_a_folder_of_a_machine() -> None:
    """The repository means the same on every machine: no file names a home folder, a work folder or this checkout."""
    here = re.compile(rf"(?<![\w.]){re.escape(str(ROOT))}\b")
    named = [
        f"{name}:{number}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line) or (len(ROOT.parts) > 2 and here.search(line))
    ]
    assert not named, f"these lines name a folder of a machine: {named}"


def test_no_file_names_where_packages_come_from() -> None:
    """An institution's own index holds for Annexe too: no file names a registry."""
    named = [
        f"{name}:{number}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if PACKAGE_HOST.search(line)
    ]
    assert not named, f"these lines name a registry: {named}"


def test_modules_are_one_subject_long() -> None:
    """A Python file has at most 500 lines: a module is a subject, which may be a long one."""
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in python_files("")}
    long = [f"{place(path, 1)} has {length} lines" for path, length in lengths.items() if length > 500]
    assert not long, f"two subjects in one file? {long}"


def test_functions_are_one_thought_long() -> None:
    """A function has fewer than 40 lines."""
    lengths = [
        (path, node, (node.end_lineno or node.lineno) - node.lineno + 1) for path, node in _functions("")
    ]
    long = [
        f"{place(path, node.lineno)} {node.name}: {length}" for path, node, length in lengths if length >= 40
    ]
    assert not long, f"two thoughts in one function? {long}"


def test_one_class_name_means_one_thing() -> None:
    """No two classes of the package that others may use share a name."""
    places: dict[str, list[str]] = {}
    for path in python_files("pipeline"):
        for node in syntax_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(place(path, node.lineno))
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert not shared, f"give each its own name: {shared}"


def test_every_silenced_rule_has_its_reason() -> None:
    """A `noqa` or `type: ignore` names its rule and says why, on the same line."""
    silenced = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
    reasoned = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\]) +(?:- |# )\w")
    mute = [
        place(path, number)
        for path in python_files("")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if silenced.search(line) and not reasoned.search(line)
    ]
    assert not mute, f"say why the rule doesn't hold here: {mute}"


def test_scripts_can_be_run() -> None:
    """Every file that begins with `#!` is executable, and no other is."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in repository_files()
        if path.read_bytes().startswith(b"#!") != bool(path.stat().st_mode & 0o100)
    ]
    assert not wrong, f"chmod these: {wrong}"


@pytest.mark.parametrize("wanted", _wanted(), ids=lambda wanted: wanted.name)
def test_contributing_says_why_a_dependency_is_there(wanted: Requirement) -> None:
    """Every dependency has a line in CONTRIBUTING.md's tables: what for, and its licence."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    row = re.compile(rf"^\|[^|]*`{re.escape(wanted.name)}`[^|]*\|[^|]*\w[^|]*\|[^|]*\w[^|]*\|$", re.MULTILINE)
    assert row.search(text), f"CONTRIBUTING.md has no row for `{wanted.name}`: | `name` | why | licence |"


@pytest.mark.parametrize(
    "name",
    [
        Requirement(text).name
        for text in chain(
            project()["project"]["dependencies"],
            *project()["project"]["optional-dependencies"].values(),
        )
    ],
)
def test_what_is_depended_on_is_used(name: str) -> None:
    """The machinery names every package that it makes people install."""
    called = CALLED.get(name, name.replace("-", "_"))
    users = [
        path for path in python_files("pipeline") if re.search(rf"\b{called}\b", path.read_text("utf-8"))
    ]
    assert users, f"nothing under pipeline/ uses {called}: take {name} out of pyproject.toml"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_and_hashes_everything(lock: str) -> None:
    """Every requirement of a lock file is one version with sha256 sums, and comes from no named place."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = [
        line for line in text.replace("\\\n", " ").splitlines() if line and not line.lstrip().startswith("#")
    ]
    loose = [
        entry[:40] for entry in entries if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)
    ]
    assert entries
    assert not loose, f"not pinned and hashed: {loose}"
    assert "//" not in text, "a lock file names a place"


def test_the_locks_are_what_the_project_asks_for() -> None:
    """Each dependency of pyproject.toml is locked in a version that it allows; the lock files agree."""
    base, developing, everything, cluster = (_requirements(lock) for lock in LOCKS)
    run_time = {Requirement(text).name for text in project()["project"]["dependencies"]}
    for wanted in _wanted():
        name = canonicalize_name(wanted.name)
        pinned = everything.get(name, cluster.get(name))
        assert pinned, f"{name} is not locked; run: make lock"
        version = str(pinned.specifier).removeprefix("==")
        assert wanted.specifier.contains(version), (
            f"{name} {version} is not {wanted.specifier}; run: make lock"
        )
        assert wanted.name not in run_time or name in base, f"{name} is not in {LOCKS[0]}; run: make lock"
    # Developing may want a package on more systems than running does; never in another version.
    differing = [
        name
        for fewer, more in ((base, developing), (developing, everything), (base, cluster))
        for name, pinned in fewer.items()
        if name not in more or more[name].specifier != pinned.specifier
    ]
    differing += [
        name for name in cluster.keys() & everything if cluster[name].specifier != everything[name].specifier
    ]
    assert not differing, f"the lock files differ about {differing}; run: make lock"


def test_no_copyleft_slips_in() -> None:
    """What people run is licensed permissively, but for the packages that CONTRIBUTING.md explains."""
    copyleft = set()
    for name, requirement in _requirements(LOCKS[0]).items():
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            about = metadata(name)
        except PackageNotFoundError:
            pytest.fail(f"{name} is locked but not installed; run: make set-up-dev")
        fields = chain.from_iterable(
            about.get_all(key) or [] for key in ("Classifier", "License-Expression", "License")
        )
        if re.search(r"GPL|MPL|EUPL|CDDL|General Public|Mozilla", " ".join(field[:200] for field in fields)):
            copyleft.add(name)
    assert copyleft == COPYLEFT


def test_the_version_is_told_alike_everywhere() -> None:
    """pyproject.toml, the package and the newest entry of CHANGELOG.md name the same version."""
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert project()["project"]["version"] == pipeline.__version__ == newest[1]
