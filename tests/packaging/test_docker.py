"""The image is small, pinned, run by nobody special, and holds what it needs and nothing of an institution."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.packaging.tools import PACKAGING, PLACE, judge
from tests.repository import ROOT, repository_files

FILE = PACKAGING / "docker" / "Dockerfile"
IGNORED = FILE.with_name("Dockerfile.dockerignore")


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, continued lines joined: (name, the rest)."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def told(name: str) -> list[str]:
    """Return what the instructions of a name say."""
    return [rest for instruction, rest in instructions() if instruction == name]


def patterns() -> list[str]:
    """Return the patterns of what the image is made from."""
    return [line for line in IGNORED.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def test_hadolint_finds_nothing() -> None:
    """hadolint, which also has ShellCheck read each script, finds nothing wrong."""
    said = judge("hadolint", "--no-color", str(FILE))
    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (r"FROM debian:\S+", "FROM debian:latest", "DL3007"),
        (r"USER 10001", "USER root", "DL3002"),
        (r"ENTRYPOINT .*", "ENTRYPOINT annexe", "DL3025"),
    ],
)
def test_hadolint_would_find_a_fault(tmp_path: Path, right: str, wrong: str, fault: str) -> None:
    """An unpinned system, root, and a shell around the command are found out."""
    file = tmp_path / "Dockerfile"
    file.write_text(re.sub(right, wrong, FILE.read_text(encoding="utf-8")), encoding="utf-8")
    said = judge("hadolint", "--no-color", str(file))
    assert said.returncode != 0
    assert fault in said.stdout


def test_the_system_is_named_to_its_point() -> None:
    """Both stages begin with the same release of Debian, named to its point: attachments depend on its libraries."""
    bases = {rest.split()[0] for rest in told("FROM")}
    assert len(told("FROM")) == 2
    assert len(bases) == 1
    assert re.fullmatch(r"debian:\d+\.\d+-slim", bases.pop())


def test_nobody_special_runs_it() -> None:
    """The last user is a number that is not root's, so that any host can tell; the command has no shell around it."""
    (user,) = told("USER")
    assert int(user) > 1000
    assert told("ENTRYPOINT") == [f'["{PLACE}/.venv/bin/annexe"]']
    assert told("CMD") == ['["nightly"]']
    assert told("VOLUME") == [f"{PLACE}/build"]


def test_only_what_is_locked_is_installed() -> None:
    """Only wheels are installed, each with its sha256 in the lock file; nothing else is fetched but Debian's packages."""
    runs = told("RUN")
    fetched = [
        part for run in runs for part in run.split("&&") if "pip install" in part and "--editable" not in part
    ]
    assert len(fetched) == 1
    for option in ("--require-hashes", "--no-deps", "--only-binary :all:", "--requirement requirements.lock"):
        assert option in fetched[0]
    assert not told("ADD")
    assert not re.search(r"curl|wget|git ", " ".join(runs))


def test_no_list_of_packages_stays() -> None:
    """Each layer that reads apt's lists takes them away again."""
    layers = [run for run in told("RUN") if "apt-get" in run]
    assert len(layers) == 2
    assert all("--no-install-recommends" in run and "rm -rf /var/lib/apt/lists/*" in run for run in layers)


def test_the_image_is_made_of_what_it_copies() -> None:
    """Each file that is copied is in the repository and is let through to the engine, and nothing else is."""
    copied = {
        source.rstrip("/")
        for rest in told("COPY")
        if not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    first, *others = patterns()
    assert first == "*"
    assert {pattern.removeprefix("!") for pattern in others if pattern.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)


def test_nothing_of_an_institution_comes_along() -> None:
    """No post, attachment, history or file of settings with secrets gets into an image that may be handed on."""
    let_through = [pattern.removeprefix("!") for pattern in patterns() if pattern.startswith("!")]
    posts = [path.relative_to(ROOT).as_posix() for path in repository_files()]
    posts = [name for name in posts if fnmatch(name, "sources/*/*")]
    assert posts
    for name in (
        *posts,
        "build/report.json",
        "build/.annexe/ledger.sqlite",
        ".git/config",
        ".venv/bin/annexe",
        ".env",
    ):
        assert not any(name == pattern or name.startswith(f"{pattern}/") for pattern in let_through)


def test_the_scripts_of_the_layers_are_whole() -> None:
    """Each layer's script is one that a shell can read."""
    for run in told("RUN"):
        subprocess.run(["/bin/sh", "-n", "-c", run], check=True)
