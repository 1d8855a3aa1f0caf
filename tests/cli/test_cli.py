"""Commands, help texts and exit codes."""

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import cli
from pipeline.cli.doctor import command as doctor
from pipeline.cli.new import command as new
from pipeline.core.errors import (
    EXIT_CODE_OF_SUBJECT,
    AnnexeError,
    BuildLockedError,
    CommandError,
    ExitCode,
    HouseWordsError,
    MachineError,
    exit_code_of_subject,
)
from tests.projects import Project

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_has_help_with_examples(name: str) -> None:
    """Every command explains itself and shows examples."""
    result = CliRunner().invoke(cli.commands, [name, "--help"])
    assert result.exit_code == 0
    assert re.search(r"Examples?:\n", result.output)
    assert f"annexe {name}" in result.output


def test_help_lists_every_command() -> None:
    """`annexe --help` names each command and what the exit codes mean."""
    output = CliRunner().invoke(cli.commands, ["--help"]).output
    assert all(f"  {name} " in output for name in cli.COMMANDS)
    assert "70 a bug in Annexe" in output


def test_help_loads_nothing_heavy() -> None:
    """`annexe --help` imports neither renderer nor converter nor reader."""
    code = (
        "import sys; from pipeline.cli import run; run(['--help']);"
        "print(sorted({'weasyprint','pypdf','markdown','rich','lxml','jinja2','babel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version() -> None:
    """`annexe --version` says its name and version."""
    assert re.fullmatch(r"annexe \d+\.\d+\.\d+\n", CliRunner().invoke(cli.commands, ["--version"]).output)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandError("a"), 2),
        (BuildLockedError("a"), 6),
        (HouseWordsError("a"), 3),
        (MachineError("a"), 4),
        (KeyboardInterrupt(), 130),
        (RuntimeError("a"), 70),
    ],
)
def test_each_error_has_its_exit_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever ends a command ends it with the exit code of its cause, and without a traceback."""

    def fail(**_options: object) -> int:
        raise error

    monkeypatch.setattr(cli.commands, "main", fail)
    assert cli.run([]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    """When whoever reads the output goes away (`annexe … | head -1`), the command ends quietly."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "--version"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_bug_leaves_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug is reported in one line that names the file with the traceback."""

    def fail(**_options: object) -> int:
        raise RuntimeError("something odd")

    monkeypatch.setattr(cli.commands, "main", fail)
    cli.run([])
    said = capsys.readouterr().err
    match = re.search(r"\(RuntimeError: something odd\); please report it with (\S+)", said)
    assert match
    report = Path(match[1])
    assert "Traceback" in report.read_text(encoding="utf-8")
    report.unlink()


def test_exit_codes_are_documented() -> None:
    """docs/exit-codes.md has a line for every exit code."""
    text = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    assert all(f"\n| {int(code)} |" in text for code in ExitCode)


@pytest.mark.parametrize(
    ("subject", "code"), [*EXIT_CODE_OF_SUBJECT.items(), ("size", 1), ("notice", 1), ("completeness", 1)]
)
def test_exit_code_of_a_finding(subject: str, code: int) -> None:
    """An error's subject decides the exit code; a check's is 1."""
    assert exit_code_of_subject(subject) == code


def test_errors_without_a_code_of_their_own_are_bugs() -> None:
    """An error class that names no exit code stands for a bug."""
    assert AnnexeError.exit_code == ExitCode.BUG


def test_new_begins_a_post_that_builds_once_it_is_written(tmp_path: Path) -> None:
    """`annexe new` writes a source a language; untouched it is refused, written it builds."""
    project = Project(tmp_path / "project")
    options = ["--sources", "sources", "--output", "build"]
    made = project.run("new", "first-post", *options, "--date", "2026-11-24")
    assert made.out.splitlines() == ["sources/first-post/en.md", "sources/first-post/fr.md"]
    untouched = project.run("build", *options)
    assert untouched.code == 3
    assert untouched.err.count("source.placeholder") == 2
    for path in (project.sources / "first-post").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("Write the text of this edition here.", "Bonjour, hello."), encoding="utf-8"
        )
    assert project.run("build", *options).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Not A Slug"], "use lower-case letters, digits and hyphens"),
        (["../escape"], "use lower-case letters, digits and hyphens"),
        (["post", "--lang", "de"], "no language 'de'"),
        (
            ["site"],
            (
                "'site' is the name of a folder that Annexe itself makes in the build folder; choose another, "
                "such as site-2020"
            ),
        ),
        (["report"], "choose another, such as report-2020"),
    ],
)
def test_new_refuses(arguments: list[str], said: str, tmp_path: Path) -> None:
    """`annexe new` refuses a name that makes no address or is taken, and a language without house words."""
    project = Project(tmp_path / "project")
    ran = project.run("new", *arguments, "--sources", "sources", "--output", "build")
    assert ran.code == 2
    assert said in ran.err


def test_new_touches_nothing_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`annexe new` adds the languages that are missing and leaves the others alone."""
    project = Project(tmp_path / "project")
    project.write("post/en.md", "mine")
    monkeypatch.chdir(project.folder)
    result = CliRunner().invoke(new, ["post", "--sources", "sources", "--output", "build"])
    assert result.output == "sources/post/fr.md\n"
    assert (project.sources / "post" / "en.md").read_text() == "mine"
    assert (
        f"date: {dt.datetime.now(dt.UTC).astimezone().date()}"
        in (project.sources / "post" / "fr.md").read_text()
    )


def test_doctor_of_a_good_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`annexe doctor` finds all well where the tests run, and says so line by line."""
    project = Project(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    result = CliRunner().invoke(doctor, ["--sources", "sources", "--output", "build"], standalone_mode=False)
    assert result.return_value == 0
    assert all(line.startswith("ok ") for line in result.output.splitlines())


def test_doctor_names_what_is_missing_and_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`annexe doctor` ends in 4 where something is missing, and says what fixes it."""
    project = Project(tmp_path / "project")
    (project.folder / "pyproject.toml").write_text('[tool.annexe]\nstyles = "none"\n')
    (project.sources / "house.yaml").unlink()
    monkeypatch.chdir(project.folder)
    result = CliRunner().invoke(doctor, [], standalone_mode=False)
    assert result.return_value == 4
    assert "missing  house words" in result.output
    assert "missing  styles" in result.output
    assert result.output.count("mend it with:") == 2
