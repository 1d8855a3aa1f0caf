"""The line for cron is one that cron takes, and it starts the night in its folder."""

import re
import subprocess
from pathlib import Path

from tests.packaging.tools import PACKAGING, PLACE, installed
from tests.repository import ROOT

FILE = PACKAGING / "cron" / "annexe-nightly"
#: The ranges of minute, hour, day, month and weekday (crontab(5)).
RANGES = (range(60), range(24), range(1, 32), range(1, 13), range(8))


def test_cron_takes_the_file() -> None:
    """The name has no dot and the file ends with a line feed, else cron passes it over in silence."""
    text = FILE.read_text(encoding="utf-8")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", FILE.name)
    assert text.endswith("\n")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(re.match(r"[A-Z]+=\S", line) for line in lines[:-1])
    *fields, user, command = lines[-1].split(maxsplit=6)
    for field, allowed in zip(fields, RANGES, strict=True):
        assert field == "*" or int(field) in allowed
    assert user == "annexe"
    # To cron, an unescaped per cent sign ends the command.
    assert "%" not in command


def test_cron_starts_the_night(tmp_path: Path) -> None:
    """The command runs `annexe nightly` in the checkout's folder and ends with its exit code."""
    place = installed(tmp_path / "place", 'pwd; echo "$@"; exit 3')
    command = FILE.read_text(encoding="utf-8").splitlines()[-1].split(maxsplit=6)[6]
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace(PLACE, str(place))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split("\n")) == (3, [str(place), "nightly --quiet", ""])


def test_the_docs_name_what_is_there() -> None:
    """Each file of the repository that docs/nightly.md names is there, and each file of packaging is named."""
    text = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:packaging|tools|[.]github)/[\w./-]*\w", text))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    files = {path.relative_to(ROOT).as_posix() for path in PACKAGING.rglob("*") if path.is_file()}
    unnamed = {name for name in files if not any(name == one or name.startswith(f"{one}/") for one in named)}
    assert unnamed == set()
