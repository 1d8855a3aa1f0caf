"""Options that several commands share, and what they stand for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from pipeline.core.errors import CommandError
from pipeline.core.settings import Settings, load_settings
from pipeline.core.settings.addresses import CLUSTER, CLUSTER_FAULT

CommandT = TypeVar("CommandT", bound=Callable[..., object])

HOUSE_FILE = "house.yaml"


def folder_options(function: CommandT) -> CommandT:
    """Add `--sources` and `--output`."""
    folder = click.Path(file_okay=False, path_type=Path)
    output = click.option("--output", type=folder, metavar="DIR", help="Build into this folder.")
    sources = click.option(
        "--sources",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Take the posts from this folder.",
    )
    return sources(output(function))


def report_options(function: CommandT) -> CommandT:
    """Add `--json` and `--quiet`."""
    quiet = click.option("--quiet", "-q", is_flag=True, help="Say nothing but errors.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    return as_json(quiet(function))


def settings_for(sources: Path | None, output: Path | None) -> Settings:
    """Return the settings that hold here, with the folders that the command names."""
    return load_settings(Path.cwd(), sources=sources, output=output)


def with_cluster(settings: Settings, address: str | None) -> Settings:
    """Return the settings with the scheduler that the command names, if it does; raises CommandError."""
    if address is None:
        return settings
    if not CLUSTER.fullmatch(address):
        what, remedy = CLUSTER_FAULT
        raise CommandError(f"--cluster {address!r} {what}; {remedy}")
    return replace(settings, cluster=address)


def house_file(settings: Settings) -> Path:
    """Return the file of the standard wording: the one beside the posts, else the project's own."""
    beside = settings.sources / HOUSE_FILE
    return beside if beside.is_file() else settings.project / "sources" / HOUSE_FILE


def now() -> dt.datetime:
    """Return the time it is, in UTC: for records and reports, never for an attachment."""
    return dt.datetime.now(dt.UTC)
