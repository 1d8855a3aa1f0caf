"""What a night tells of itself: to who waits for it, to its history, and of what it could not tell."""

import datetime as dt
import io
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from pipeline.build.request import Goal, Progress, Request
from pipeline.cli.options import house_file
from pipeline.core.errors import HouseWordsError
from pipeline.core.settings import load_settings
from pipeline.nightly.run import NightRequest, nightly
from pipeline.report.night_summary import exit_code_of
from tests.nightly.many import run_night, sums
from tests.projects import Project

NOW = "2026-11-02T02:00:00"


def night_request(project: Project, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> NightRequest:
    """Return the request for a night in this process."""
    # Put back at the end: rendering shows its workers the house's fonts by this variable.
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    settings = load_settings(project.folder)
    request = Request(
        settings=settings,
        house_file=house_file(settings),
        goal=Goal.BUILD,
        slugs=(),
        languages=(),
        now=dt.datetime.fromisoformat(f"{NOW}+00:00"),
    )
    wanted = NightRequest(
        build=request, is_publishing=False, notify_command=None, environment={}, annotations=io.StringIO()
    )
    return replace(wanted, **changes)


def last(project: Project) -> dict[str, Any]:
    """Return what the history says of the last run."""
    runs: list[dict[str, Any]] = json.loads(project.run("history", "--json").out)
    return runs[-1]


def test_quiet_says_nothing_of_a_good_night(few: Project) -> None:
    """With --quiet nothing is printed where there is no error, so that cron sends no mail."""
    ran = few.run("nightly", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_report_that_cannot_be_written_is_an_error_elsewhere(few: Project) -> None:
    """Where the pages can't be written, report.json says so, and the history has the command's exit code."""
    report = few.output / "report"
    report.rename(few.folder / "aside")
    report.write_text("in the way")
    told = run_night(few, NOW, "--notify-command", "cat > told")
    assert told.code == told.report["exit_code"] == told.codes()[-1] == 1
    assert told.checks() == {"night.report"}
    assert (last(few)["exit_code"], last(few)["errors"]) == (1, 1)
    assert "build/report can't be written" in (few.folder / "told").read_text(encoding="utf-8")


def test_a_report_for_machines_that_cannot_be_written_stands_in_the_others(few: Project) -> None:
    """Where report.json can't be written, the others say so, everybody is told, and the night ends with 4."""
    (few.output / "report.json").unlink()
    (few.output / "report.json").mkdir()
    ran = few.run("nightly", "--now", NOW, "--notify-command", "cat > told")
    assert ran.code == last(few)["exit_code"] == 4
    assert "build/report.json can't be written (Is a directory)" in ran.err
    assert "write.report" in (few.output / "annexe.sarif").read_text(encoding="utf-8")
    assert "annexe_night_exit_code 4.0\n" in (few.output / "metrics.prom").read_text(encoding="utf-8")
    assert "somebody has to look" in (few.folder / "told").read_text(encoding="utf-8")


def test_a_notify_command_that_fails_is_a_warning_of_the_night(few: Project) -> None:
    """The one who reads the report, and the history, learn that nobody may have been told.

    The night is well.
    """
    told = run_night(few, NOW, "--notify-command", "cat > /dev/null; exit 3")
    assert (told.code, told.checks("warning")) == (0, {"night.notify", "notice.draft"})
    assert (last(few)["exit_code"], last(few)["warnings"]) == (0, 2)
    assert "The notify command ended with code 3" in (few.output / "report/index.html").read_text(
        encoding="utf-8"
    )


def test_a_night_that_cannot_begin_is_told(few: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the house words can't be read, who is to be told of nights is told why, and GitHub shows it."""
    few.write("house.yaml", "languages: {en: }\n")
    wanted = night_request(
        few, monkeypatch, notify_command=f"cat > {few.folder}/told", environment={"GITHUB_ACTIONS": "true"}
    )
    with pytest.raises(HouseWordsError):
        nightly(wanted, Progress(start=lambda _: None, advance=lambda _: None))
    first, second, *_ = (few.folder / "told").read_text(encoding="utf-8").splitlines()
    assert first == "Annexe, 2026-11-02 02:00 UTC: it ended with code 3: somebody has to look"
    assert second.startswith("error: ")
    assert "house.yaml:1" in second
    assert isinstance(wanted.annotations, io.StringIO)
    assert wanted.annotations.getvalue().startswith("::error title=night.broken_off::")
    assert last(few)["exit_code"] == 3


def test_a_bug_in_the_middle_is_told(few: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in Annexe itself, who is to be told of nights is told, and the history has 70."""

    def fail(_name: str) -> None:
        raise ZeroDivisionError("odd")

    wanted = night_request(few, monkeypatch, notify_command=f"cat > {few.folder}/told")
    with pytest.raises(ZeroDivisionError):
        nightly(wanted, Progress(start=lambda _: None, advance=fail))
    assert "error: a bug in Annexe (ZeroDivisionError: odd)" in (few.folder / "told").read_text(
        encoding="utf-8"
    )
    assert last(few)["exit_code"] == 70


def test_a_ledger_damaged_in_the_middle_of_a_night(few: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The night goes on and tells it; the attachments are the same.

    The next night sets the ledger aside and begins a new one.
    """
    before = sums(few)

    def damage(_name: str) -> None:
        for path in (few.output / ".annexe").glob("ledger.sqlite*"):
            path.write_bytes(b"\xff" * path.stat().st_size)

    night = nightly(night_request(few, monkeypatch), Progress(start=lambda _: None, advance=damage))
    assert "build.ledger" in {finding.check for finding in night.all_findings}
    assert (exit_code_of(night), sums(few)) == (0, before)
    assert night.nights[-1][:2] == (night.run.started, 0)
    told = run_night(few, "2026-11-03T02:00:00")
    assert (told.code, sums(few), told.changes()) == (0, before, {})
    assert run_night(few, "2026-11-04T02:00:00").report["outcomes"]["unchanged"] == 4


def test_a_night_that_somebody_ends(few: Project) -> None:
    """Ctrl-C ends a night with 130, which the history has too; the next one goes on."""
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "nightly", "--now", NOW, "--notify-command", "sleep 60"],
        cwd=few.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        deadline = time.monotonic() + 120
        while _started(few) != NOW and time.monotonic() < deadline:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
    assert (run.returncode, last(few)["exit_code"]) == (130, 130)
    assert err.endswith("annexe: interrupted; what was finished is kept, run again to go on\n")
    assert run_night(few, "2026-11-03T02:00:00").codes() == [0, 130, 0]


def _started(project: Project) -> str:
    report = json.loads((project.output / "report.json").read_text(encoding="utf-8"))
    return str(report["started"])[: len(NOW)]
