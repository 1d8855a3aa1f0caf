"""The notify command is told of the night, is limited, and never costs the night anything."""

import os
import time
from pathlib import Path

import pytest

from pipeline.core.model import Finding, Severity
from pipeline.nightly.notify import allowed, run_notify

SUMMARY = "Annexe, run 12: all is well\nreport: /srv/été/index.html\n"


def run(command: str, timeout: float = 10.0, summary: str = SUMMARY) -> Finding | None:
    """Run a notify command in this environment."""
    return run_notify(command, summary, os.environ, timeout)


def test_the_summary_comes_on_standard_input(tmp_path: Path) -> None:
    """The command gets the whole summary in UTF-8, and a line of the shell may use pipes and quotes."""
    file = tmp_path / "a mail"
    assert run(f"cat | tee '{file}' >/dev/null") is None
    assert file.read_text(encoding="utf-8") == SUMMARY


def test_a_command_that_reads_nothing_is_fine() -> None:
    """A command need not read the summary, however long that is."""
    assert run("true", summary="line\n" * 100_000) is None


def test_a_failing_command_is_a_warning() -> None:
    """The exit code and the end of what it said are told, with what to do; it is no error."""
    warning = run("echo first; echo 'no route\tto host' >&2; exit 3")
    assert warning is not None
    assert (warning.check, warning.severity) == ("night.notify", Severity.WARNING)
    assert warning.message == "the notify command ended with code 3; it said: first no route to host"
    assert "run the command by hand" in warning.remedy


def test_what_it_says_is_shortened() -> None:
    """Of much output the end is told, where the reason stands; control characters are written out."""
    warning = run(
        "for n in 1 2 3 4 5 6 7 8 9; do printf '%0200d\\n' $n; done; printf 'the reason\\033[2J'; exit 1"
    )
    assert warning is not None
    assert warning.message.endswith(r"the reason\x1b[2J")
    assert len(warning.message) < 400


def test_no_secret_is_told() -> None:
    """Neither the command line nor the path of an address, which may be a password, stands in the warning."""
    warning = run("echo 'failed: https://chat.example.org/hooks/T0P-S3CRET?x=1'; false # hush")
    assert warning is not None
    assert warning.message.endswith("it said: failed: https://chat.example.org/…")
    assert "hush" not in str(warning)


def test_secrets_of_sites_are_not_handed_on(tmp_path: Path) -> None:
    """Passwords and tokens of sites are kept from the command; the rest of the environment is not."""
    environment = {
        "PATH": os.environ["PATH"],
        "ANNEXE_BLOG_PASSWORD": "one",
        "ANNEXE_MY_LIBRARY_TOKEN": "two",
        "ANNEXE_NOTE": "kept",
        "MAIL_PASSWORD": "the mail's own",
    }
    file = tmp_path / "environment"
    assert run_notify(f"env >'{file}'", SUMMARY, environment, 10) is None
    told = file.read_text(encoding="utf-8")
    assert "ANNEXE_BLOG_PASSWORD" not in told
    assert "ANNEXE_MY_LIBRARY_TOKEN" not in told
    assert "ANNEXE_NOTE=kept" in told
    assert "MAIL_PASSWORD" in told
    assert set(environment) - set(allowed(environment)) == {"ANNEXE_BLOG_PASSWORD", "ANNEXE_MY_LIBRARY_TOKEN"}


def is_running(process: int) -> bool:
    """Say whether a process runs; one that only waits to be counted does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_hanging_command_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    """After its time a command is killed, and so is what it started; the night goes on."""
    file = tmp_path / "process"
    before = time.monotonic()
    warning = run(f"sleep 300 & echo $! >'{file}'; trap '' TERM; wait", timeout=0.6)
    assert time.monotonic() - before < 10
    assert warning is not None
    assert warning.message == "the notify command did not end within 0.6 s and was stopped"
    child = int(file.read_text(encoding="ascii"))
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(child)


def test_what_goes_on_in_the_background_is_not_waited_for() -> None:
    """A command that has ended is done, even if something that it started still holds its output."""
    before = time.monotonic()
    assert run("sleep 3 & true") is None
    assert time.monotonic() - before < 2


def test_endless_output_is_stopped() -> None:
    """A command that prints without end fills no disk."""
    warning = run("yes")
    assert warning is not None
    assert warning.message.startswith("the notify command printed without end and was stopped; it said: …")


@pytest.mark.parametrize("command", ["no-such-program-anywhere", "'"])
def test_a_command_that_can_not_run_is_a_warning(command: str) -> None:
    """A misspelt program and a broken line of the shell are told in the shell's own words."""
    warning = run(command)
    assert warning is not None
    assert warning.severity is Severity.WARNING
    assert "it said: " in warning.message


def test_a_line_that_no_shell_takes_is_a_warning() -> None:
    """What the system refuses to start is told, too."""
    warning = run("true \0")
    assert warning is not None
    assert warning.message.startswith("the notify command could not be started")
