"""The Makefile and the scripts beside it: what they promise to whoever types make."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pydyf
import pytest

from pipeline.cli import doctor
from tests.repository import ROOT

#: What the scripts call of any system's own programs.
SYSTEM_PROGRAMS = (
    "awk",
    "cat",
    "cut",
    "dirname",
    "env",
    "grep",
    "mktemp",
    "rm",
    "sha256sum",
    "sleep",
    "tail",
    "true",
)


def _run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the repository as make would; a name in capitals sets a variable of the environment."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _program(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """Return a folder to use as PATH: a machine that lacks all that tests need, where nobody is root."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in SYSTEM_PROGRAMS:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    _program(programs, "id", "echo 1000")
    return programs


def _add_apt(programs: Path, *, first: str = "") -> Path:
    """Add a sudo that asks no password and an apt-get; `first` is what it does before all else. Return its record."""
    record = programs / "record"
    _program(programs, "sudo", '[ "$1" = -n ] && shift && exec "$@"')
    installs = "\n".join(
        f"printf '#!/bin/sh\\n' >{programs}/{name}; chmod 755 {programs}/{name}"
        for name in ("pdftotext", "qpdf", "shellcheck", "faketime")
    )
    (programs / "chmod").symlink_to(str(shutil.which("chmod")))
    _program(
        programs,
        "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >>{record}\n{first}\ncase "$*" in *install*) {installs} ;; esac',
    )
    return record


def test_help_names_every_target() -> None:
    """`make help` says in a line what each target is for."""
    targets = re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    said = _run("make", "help")
    told = re.findall(r"^  make (\S*) +\S.*$", said.stdout, re.MULTILINE)
    assert said.returncode == 0
    assert told == [("" if target == "all" else target) for target in targets]


def test_only_make_itself_is_the_first_target() -> None:
    """`make` alone means all: setting up, building and checking."""
    said = _run("make", "--dry-run")
    assert said.stdout.splitlines() == ["tools/set-up.sh", ".venv/bin/annexe build "]


def test_a_machine_that_has_everything_is_left_alone() -> None:
    """Where the libraries load, the script says nothing and ends well."""
    said = _run("tools/system-libraries.sh", "render", PYTHON=sys.executable)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_without_root_one_line_says_what_to_run(bare_machine: Path) -> None:
    """Who can't install packages is told the one command that does, with every missing package, and nothing else."""
    _program(bare_machine, "apt-get", "exit 99")
    said = _run("tools/system-libraries.sh", "test", PATH=str(bare_machine))
    assert said.returncode == 1
    assert said.stderr == (
        "This machine lacks some packages; run: sudo apt-get update && "
        "sudo apt-get install --yes --no-install-recommends poppler-utils qpdf shellcheck faketime\n"
    )


def test_without_apt_the_packages_are_named(bare_machine: Path) -> None:
    """On a system with another package manager, the line names what Debian's packages are called."""
    said = _run("tools/system-libraries.sh", "test", PATH=str(bare_machine))
    assert said.returncode == 1
    assert said.stderr == (
        "This machine lacks what Debian's packages poppler-utils qpdf shellcheck faketime hold; "
        "install them with its own package manager\n"
    )


def test_sudo_without_a_password_installs(bare_machine: Path) -> None:
    """What is missing is installed at once, without questions or recommended packages, in one line."""
    record = _add_apt(bare_machine)
    said = _run("tools/system-libraries.sh", "test", PATH=str(bare_machine))
    assert said.stderr == "setting up: installing poppler-utils qpdf shellcheck faketime with apt-get\n"
    assert said.returncode == 0
    assert record.read_text(encoding="utf-8") == (
        "noninteractive --quiet --yes --option DPkg::Lock::Timeout=300 "
        "install --no-install-recommends poppler-utils qpdf shellcheck faketime\n"
    )


def test_lists_of_packages_are_fetched_only_when_needed(bare_machine: Path) -> None:
    """Where installing fails, the lists are fetched and it is tried once more."""
    first = f'case "$*" in *install*) [ -e {bare_machine}/updated ] || exit 100 ;; *) echo >{bare_machine}/updated ;; esac'
    record = _add_apt(bare_machine, first=first)
    said = _run("tools/system-libraries.sh", "test", PATH=str(bare_machine))
    verbs = re.findall(r"Timeout=300 (\w+)", record.read_text(encoding="utf-8"))
    assert said.returncode == 0
    assert verbs == ["install", "update", "install"]


def test_what_apt_says_is_shown_when_it_fails(bare_machine: Path) -> None:
    """A failed installation ends with apt's own words and a line that says what to do."""
    _add_apt(bare_machine, first="echo 'E: no network'; exit 100")
    said = _run("tools/system-libraries.sh", "test", PATH=str(bare_machine))
    assert said.returncode == 1
    assert said.stderr.splitlines()[1:] == [
        "E: no network",
        "apt-get could not install poppler-utils qpdf shellcheck faketime: see above; mend that, then run the same command again",
    ]


def test_an_unknown_group_is_an_error() -> None:
    """A group that is misspelt is not taken for one that lacks nothing."""
    said = _run("tools/system-libraries.sh", "rendering")
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert "the groups are python, render, test, browser, nightly, java, wordpress and go" in said.stderr


def test_the_doctor_and_the_script_look_for_the_same_libraries() -> None:
    """`annexe doctor` and setting up agree about what WeasyPrint loads."""
    script = (ROOT / "tools/system-libraries.sh").read_text(encoding="utf-8")
    assert set(re.findall(r'\("(lib\S+)", "', script)) == set(doctor._LIBRARIES)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with what setting up reads of a checkout."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "tools", folder / "tools")
    for name in ("pyproject.toml", *(lock.name for lock in ROOT.glob("requirements*.lock"))):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.mark.parametrize(
    ("python", "fault"),
    [("no-such-python", "no-such-python does not run here"), ("old-python", "old-python is Python 3.9 here")],
)
def test_python_is_checked_before_anything_is_made(
    clone: Path, bare_machine: Path, python: str, fault: str
) -> None:
    """A Python that is missing or too old is named in one line, and no .venv is left behind."""
    _program(
        bare_machine,
        "old-python",
        'case "$*" in *version_info*3,*11*) exit 1 ;; *) echo is Python 3.9 ;; esac',
    )
    said = _run(str(clone / "tools/set-up.sh"), PATH=str(bare_machine), PYTHON=python)
    assert said.returncode == 1
    assert said.stderr == (
        f"Annexe needs Python 3.11 or newer, and {fault}; name another, for example: make PYTHON=python3.12\n"
    )
    assert not (clone / ".venv").exists()


def _pdf(path: Path) -> None:
    """Write a sound PDF whose only font is not embedded."""
    document = pydyf.PDF()
    font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"})
    text = pydyf.Stream([b"BT /F1 12 Tf 10 10 Td (Text) Tj ET"])
    document.add_object(font)
    document.add_object(text)
    page = {
        "Type": "/Page",
        "Parent": document.pages.reference,
        "MediaBox": pydyf.Array([0, 0, 100, 100]),
        "Contents": text.reference,
        "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})}),
    }
    document.add_page(pydyf.Dictionary(page))
    path.parent.mkdir()
    with path.open("wb") as stream:
        document.write(stream)


def test_the_outside_judge_refuses_a_font_that_is_not_embedded(tmp_path: Path) -> None:
    """A sound PDF that leaves a font to the reader's machine is no attachment."""
    _pdf(tmp_path / "post" / "post-en.pdf")
    said = _run("tools/check-attachments.sh", str(tmp_path))
    assert said.returncode == 1
    assert said.stderr == f"{tmp_path}/post/post-en.pdf: fonts not embedded and subset: Helvetica\n"


def test_the_outside_judge_refuses_a_damaged_file(tmp_path: Path) -> None:
    """A PDF that lost its end is found out."""
    file = tmp_path / "post" / "post-en.pdf"
    _pdf(file)
    file.write_bytes(file.read_bytes()[:-200])
    said = _run("tools/check-attachments.sh", str(tmp_path))
    assert said.returncode == 1
    assert f"{file}: qpdf --check: " in said.stderr


def test_the_outside_judge_refuses_an_empty_folder(tmp_path: Path) -> None:
    """No attachment at all is a fault, not a success."""
    said = _run("tools/check-attachments.sh", str(tmp_path))
    assert (said.returncode, said.stderr) == (1, f"{tmp_path}: holds no attachment\n")
