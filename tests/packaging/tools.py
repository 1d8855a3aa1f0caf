"""What the tests of packaging share: the programs that judge it, and the files."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.repository import ROOT

PACKAGING = ROOT / "packaging"
#: Where the files expect the checkout.
PLACE = "/srv/annexe"


def judge(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program that judges files, the one of this environment before the system's; its word is in `stdout`."""
    beside = Path(sys.executable).with_name(command[0])
    program = str(beside) if beside.exists() else shutil.which(command[0])
    assert program, f"{command[0]} is missing; run: make set-up-dev"
    return subprocess.run(
        [program, *command[1:]],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


def installed(folder: Path, script: str) -> Path:
    """Make a folder that stands for the place of the checkout, with this script as its `annexe`."""
    program = folder / ".venv" / "bin" / "annexe"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    (folder / "build").mkdir()
    return folder
