"""Fixtures that several tests share."""

import fcntl
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles, read_styles
from pipeline.core.model import Kit
from pipeline.render.fonts.faces import FontSet, prepare_fonts
from tests.lent_fonts import lend_fonts
from tests.machine import summary
from tests.makers import HOUSE
from tests.projects import Project
from tools.approve import build_corpus

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer

PROJECT = Path(__file__).parent.parent

# Where the tests run as a step of GitHub Actions, the commands that they start are not to show their findings there.
for _name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
    os.environ.pop(_name, None)
# Started in the background by a shell, the tests are deaf to Ctrl-C, and so would be the commands that they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Inputs are made up without end of time: a busy machine is no fault of what is tested.
hypothesis.settings.register_profile("annexe", deadline=None)
hypothesis.settings.load_profile("annexe")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count, at the end of a run, the tests that needed what this machine can't do."""
    # Of a skipped test, pytest keeps (file, line, reason).
    line = summary(str(report.longrepr[-1]) for report in terminalreporter.stats.get("skipped", ()))
    if line is not None:
        terminalreporter.line(line, yellow=True)


@pytest.fixture(scope="session", autouse=True)
def _only_tests_are_measured() -> None:
    """Processes that tests start are not measured: at 0.2 s of coverage's own each, that would double their time."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FontSet]:
    """The house's fonts, and fontconfig shown nothing else, as in a worker."""
    machine = tmp_path_factory.mktemp("machine")
    lend_fonts(machine)
    prepared = prepare_fonts(machine)
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(prepared.fontconfig_file)
    yield prepared
    if before is None:
        del os.environ["FONTCONFIG_FILE"]
    else:
        os.environ["FONTCONFIG_FILE"] = before


@pytest.fixture(scope="session")
def styles() -> Styles:
    """The project's own styles."""
    return read_styles(PROJECT / "styles")


@pytest.fixture(scope="session")
def kit(fonts: FontSet, styles: Styles) -> Kit:
    """What workers render with."""
    return Kit(sheets=styles.print_sheets, font_faces=fonts.print_css(), fonts=fonts.assets())


@pytest.fixture(scope="module")
def renderer(kit: Kit) -> "Renderer":
    """A renderer as a worker has it."""
    # Not before the fonts are told to fontconfig.
    from pipeline.render.renderer import Renderer

    return Renderer(kit)


@pytest.fixture(scope="session")
def composer(fonts: FontSet, styles: Styles) -> Composer:
    """A composer with the project's styles and a standard wording in two languages."""
    return Composer(house=HOUSE, styles=styles, font_css=fonts.screen_css)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of one post in two languages, built; not to be changed by a test."""
    project = Project(tmp_path_factory.mktemp("built"))
    project.add_post()
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert ran.code == 0, ran.err
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the built project, to be changed."""
    return built.copied(tmp_path / "project")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of every post of sources/ and of the specimen, built once by the command; not to be changed."""
    base = tmp_path_factory.getbasetemp()
    # With several test processes, the first one builds and the others find what it built, one folder up.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "corpus"
    folder.mkdir(exist_ok=True)
    done = folder / "done"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.is_file():
            build_corpus(folder)
            done.touch()
    return folder / "build"
