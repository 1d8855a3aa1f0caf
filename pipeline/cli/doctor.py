"""`annexe doctor`: what this machine lacks for building attachments, and the command that fixes it."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from pipeline.cli.options import folder_options, house_file, settings_for
from pipeline.compose.styles import read_styles
from pipeline.core.errors import AnnexeError
from pipeline.core.files import machine_folder
from pipeline.core.settings import Settings
from pipeline.render.fonts.faces import prepare_fonts

#: The system libraries that WeasyPrint loads, and the Debian packages that carry them.
_LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
_PACKAGES = (
    "weasyprint",
    "pydyf",
    "markdown",
    "nh3",
    "lxml",
    "jinja2",
    "babel",
    "pypdf",
    "pypdfium2",
    "uharfbuzz",
)
_LEAST_PYTHON = (3, 11)
_LEAST_SPACE = 200 * 1024 * 1024
_SET_UP = "make (it sets the virtual environment up again)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One thing that Annexe needs: its state here, and the command that fixes it where it is missing."""

    name: str
    state: str
    is_well: bool
    remedy: str = ""


@click.command(
    "doctor",
    epilog="""\b
Example:
  annexe doctor    one line a thing that Annexe needs; exit code 4 when one is missing
""",
)
@folder_options
def command(*, sources: Path | None, output: Path | None) -> int:
    """Say what this machine lacks, and the command that mends it."""
    settings = settings_for(sources, output)
    symptoms = (
        _python(),
        *_packages(),
        *_libraries(),
        _house(settings),
        _styles(settings),
        *_output(settings),
    )
    for symptom in symptoms:
        click.echo(f"{'ok     ' if symptom.is_well else 'missing'}  {symptom.name}: {symptom.state}")
        if not symptom.is_well:
            click.echo(f"         mend it with: {symptom.remedy}")
    return 0 if all(symptom.is_well for symptom in symptoms) else 4


def _python() -> Symptom:
    found = ".".join(map(str, sys.version_info[:3]))
    return Symptom(
        name="Python",
        state=found,
        is_well=sys.version_info >= _LEAST_PYTHON,
        remedy="make PYTHON=python3.11 (or later)",
    )


def _packages() -> Iterator[Symptom]:
    for name in _PACKAGES:
        try:
            yield Symptom(name=name, state=version(name), is_well=True)
        except PackageNotFoundError:
            yield Symptom(name=name, state="not installed", is_well=False, remedy=_SET_UP)


def _libraries() -> Iterator[Symptom]:
    for library, package in _LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            remedy = f"apt-get install --no-install-recommends {package} (as root, or with sudo)"
            yield Symptom(name=library, state="can't be loaded", is_well=False, remedy=remedy)
        else:
            yield Symptom(name=library, state="loads", is_well=True)


def _house(settings: Settings) -> Symptom:
    file = house_file(settings)
    return Symptom(
        name="house words",
        state=str(file) if file.is_file() else f"no {settings.sources / file.name}",
        is_well=file.is_file(),
        remedy="write house.yaml as docs/source-format.md says",
    )


def _styles(settings: Settings) -> Symptom:
    try:
        read_styles(settings.styles)
    except AnnexeError as error:
        return Symptom(name="styles", state=str(error), is_well=False, remedy="set `styles` in [tool.annexe]")
    return Symptom(name="styles", state=str(settings.styles), is_well=True)


def _output(settings: Settings) -> Iterator[Symptom]:
    try:
        folder = machine_folder(settings.output)
        fonts = prepare_fonts(folder)
    except (AnnexeError, OSError) as error:
        remedy = f"give yourself the right to write to {settings.output}, or choose another with --output"
        yield Symptom(name="build folder", state=str(error), is_well=False, remedy=remedy)
        return
    free = shutil.disk_usage(settings.output).free
    yield Symptom(
        name="build folder",
        state=f"{settings.output}, {free // 1024 // 1024} MiB free",
        is_well=free >= _LEAST_SPACE and os.access(settings.output, os.W_OK),
        remedy=f"free at least {_LEAST_SPACE // 1024 // 1024} MiB on the disk that holds it",
    )
    yield Symptom(
        name="fonts", state=f"{len(fonts.faces)} faces ready", is_well=bool(fonts.faces), remedy=_SET_UP
    )
