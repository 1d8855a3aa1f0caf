"""Calls veraPDF: built once with Maven, then run by one Java process a profile, all profiles at the same time."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.conformance.verdicts import PROFILES, Verdict, read_verdict

_HERE = Path(__file__).parent
_MAIN = "annexe.conformance.Judge"
_MOST_SECONDS = 1800


class JudgeError(Exception):
    """veraPDF could not be had or did not run to its end; the message says why."""


def build_judge(folder: Path) -> str:
    """Fetch veraPDF, compile what calls it, both under `folder`, and return the class path; raises JudgeError."""
    command = [
        "mvn",
        "--quiet",
        "--batch-mode",
        "-Dstyle.color=never",
        "--strict-checksums",
        f"--file={_HERE / 'pom.xml'}",
    ]
    _run([*command, f"-Doutput={folder}", "compile"], "building what calls veraPDF")
    return f"{folder / 'classes'}:{folder / 'libraries'}/*"


def judge(files: Sequence[Path], *, class_path: str, folder: Path) -> list[Verdict]:
    """Return the verdict of each profile on the files; the reports stay in `folder`. Raises JudgeError."""
    folder.mkdir(parents=True, exist_ok=True)
    listing = folder / "files.txt"
    listing.write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
    reports = {profile: folder / f"verapdf-{profile}.json" for profile in PROFILES}
    for report in reports.values():
        report.unlink(missing_ok=True)
    running = {
        profile: subprocess.Popen(
            ["java", "-cp", class_path, _MAIN, profile, str(report), str(listing)],
            stdout=subprocess.DEVNULL,
        )
        for profile, report in reports.items()
    }
    for profile, process in running.items():
        try:
            code = process.wait(timeout=_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise JudgeError(f"veraPDF took longer than {_MOST_SECONDS} s for {profile}") from None
        if code != 0 or not reports[profile].exists():
            raise JudgeError(f"veraPDF ended with code {code} for {profile}; its words are above")
    expected = [str(file) for file in files]
    return [
        read_verdict(report.read_text(encoding="utf-8"), profile=profile, expected=expected)
        for profile, report in reports.items()
    ]


def _run(command: Sequence[str], what: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_MOST_SECONDS)
    except FileNotFoundError as error:
        raise JudgeError(
            f"{what} needs {error.filename}, which is not there; run tools/system-libraries.sh java"
        ) from None
    except subprocess.TimeoutExpired as error:
        raise JudgeError(f"{what} failed: {error}") from None
    if done.returncode != 0:
        raise JudgeError(f"{what} failed with code {done.returncode}:\n{done.stdout}{done.stderr}")
