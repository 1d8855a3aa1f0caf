"""The units are what systemd takes, shut in as far as the night allows, and start what they say."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.tools import PACKAGING, PLACE, installed, judge

FOLDER = PACKAGING / "systemd"
UNITS = ("annexe-nightly.service", "annexe-nightly.timer", "annexe-nightly-failed.service")
#: Of 100; systemd itself calls up to 20 "ok" and what an unguarded service has, 96, "unsafe".
EXPOSURE = 20


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Return a folder with the units, in which a folder with a program stands for the checkout; with the drop-in."""
    place = installed(tmp_path / "place", 'echo "$ANNEXE_BLOG_PASSWORD" "$@"')
    folder = tmp_path / "units"
    dropped = folder / "annexe-nightly.service.d"
    dropped.mkdir(parents=True)
    for source, target in (
        *((FOLDER / name, folder / name) for name in UNITS),
        (SECRETS, dropped / SECRETS.name),
    ):
        text = source.read_text(encoding="utf-8").replace(PLACE, str(place))
        target.write_text(text, encoding="utf-8")
    return folder


SECRETS = FOLDER / "examples" / "secrets.conf"


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """Return what systemd says of the units in a folder."""
    return judge("systemd-analyze", "verify", "--man=no", *(str(folder / name) for name in UNITS))


def test_systemd_takes_the_units(units: Path) -> None:
    """There is nothing to say of the service, the timer, what tells of a failure, and the drop-in for secrets."""
    said = verified(units)
    assert (said.returncode, said.stdout.strip()) == (0, "")


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("annexe-nightly.service", "ProtectSystem", "ProtectSytem"),
        ("annexe-nightly.service", "@system-service", "@sistem-service"),
        ("annexe-nightly.timer", "02:10:00", "25:10:00"),
        ("annexe-nightly.service.d/secrets.conf", "LoadCredential=", "LoadCredentials="),
    ],
)
def test_systemd_would_say_what_is_wrong(units: Path, file: str, right: str, wrong: str) -> None:
    """A misspelt setting, an unknown value and an hour that no day has are told, in the drop-in too."""
    path = units / file
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    said = verified(units)
    assert said.returncode != 0 or Path(file).name in said.stdout


def test_the_service_is_shut_in(units: Path) -> None:
    """By systemd's own measure the service is hardly exposed; without the hardening it would fail this."""
    shutil.rmtree(units / "annexe-nightly.service.d")
    command = ("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager")
    service = units / UNITS[0]
    said = judge(*command, str(service))
    assert said.returncode == 0, said.stdout
    text = service.read_text(encoding="utf-8")
    service.write_text(
        re.sub(r"^(Protect|Private|Restrict).*\n", "", text, flags=re.MULTILINE), encoding="utf-8"
    )
    assert judge(*command, str(service)).returncode != 0


def test_the_night_writes_to_its_build_folder_only() -> None:
    """All is read-only but the build folder; the service is nobody special, ends in time, and tells when it failed."""
    lines = set((FOLDER / UNITS[0]).read_text(encoding="utf-8").splitlines())
    assert {
        "ProtectSystem=strict",
        f"ReadWritePaths={PLACE}/build",
        "User=annexe",
        "NoNewPrivileges=yes",
        "Type=oneshot",
        "OnFailure=annexe-nightly-failed.service",
    } <= lines
    assert [line for line in lines if line.startswith(("TimeoutStartSec=", "MemoryMax="))]
    timer = (FOLDER / UNITS[1]).read_text(encoding="utf-8")
    assert "Persistent=yes" in timer
    assert "RandomizedDelaySec=" in timer


def started(unit: Path) -> list[str]:
    """Return the last command that a unit starts, as systemd reads it."""
    line = re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)[-1]
    return [word.replace("$$", "$") for word in shlex.split(line)]


def test_secrets_reach_the_night_and_nobody_else(units: Path, tmp_path: Path) -> None:
    """With the drop-in the night has the secrets of the credential in its environment, quotes and blanks and all."""
    (tmp_path / "secrets.env").write_text("ANNEXE_BLOG_PASSWORD='a b$c'\n", encoding="utf-8")
    done = subprocess.run(
        started(units / "annexe-nightly.service.d" / SECRETS.name),
        env={**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "a b$c nightly --publish\n"


def test_a_failed_night_is_told_by_mail(tmp_path: Path) -> None:
    """What is started after a failed night hands a whole mail to sendmail, with where to look."""
    mail, program = tmp_path / "mail", tmp_path / "sendmail"
    program.write_text(f"#!/bin/sh\necho \"$@\" >'{mail}'\ncat >>'{mail}'\n", encoding="utf-8")
    program.chmod(0o755)
    command = [word.replace("/usr/sbin/sendmail", str(program)) for word in started(FOLDER / UNITS[2])]
    subprocess.run(command, check=True)
    lines = mail.read_text(encoding="utf-8").splitlines()
    assert lines[:4] == ["-t", "To: root", "Subject: Annexe: the night failed", ""]
    assert "journalctl --unit annexe-nightly" in lines[4]
