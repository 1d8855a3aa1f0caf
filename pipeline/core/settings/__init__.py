"""`[tool.annexe]` of the nearest pyproject.toml → frozen `Settings`; all faults are reported at once.

A new setting is one field of `Settings`, one line of `_settings` and one row of docs/settings.md;
`targets.py` has the settings of targets.
"""

import difflib
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.paths import HOME, STYLES
from pipeline.core.settings.addresses import CACHE, CACHE_FAULT, CLUSTER, CLUSTER_FAULT
from pipeline.core.settings.table import SettingsFile, Table, read_file
from pipeline.core.settings.targets import TargetSettings, read_targets
from pipeline.core.size_labels import SizeLabels

__all__ = ["Settings", "load_settings", "target_named"]

_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set; docs/settings.md describes each.

    `project`, `sources`, `output`, `styles` and `approved` are absolute. `workers` 0 means one per core;
    `time_limit` is in seconds and `memory_limit` in MiB, each for one edition; `size_over` and `size_under`
    are ratios to the ends of the published size, `size_drift` to the last recorded build. `targets` are the
    tables `[tool.annexe.publish.NAME]`, and the built-in `site` behind them unless that is written.
    """

    project: Path
    sources: Path
    output: Path
    styles: Path
    approved: Path
    workers: int
    time_limit: int
    memory_limit: int
    image_bytes_limit: int
    image_pixels_limit: int
    image_resolution: int
    size_over: float
    size_under: float
    size_drift: float
    size_labels: SizeLabels
    history_nights: int
    base_url: str | None
    cluster: str | None
    cache: str | None
    targets: tuple[TargetSettings, ...]


def load_settings(start: Path, *, sources: Path | None = None, output: Path | None = None) -> Settings:
    """Return the settings for the folder `start`; `sources` and `output` override those of the file.

    They stand in the nearest pyproject.toml with a table `[tool.annexe]`, in `start` or above it. Where there
    is none, all are the defaults, with the styles and the standard wording that Annexe brings. Raises
    CommandError that lists every fault with its file and line.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        file = read_file(folder / _FILE)
        if file is not None:
            return _settings(Table(file), folder, folder, sources=sources, output=output)
    return _settings(Table(SettingsFile(name=_FILE)), start, HOME, sources=sources, output=output)


def _settings(
    table: Table, folder: Path, project: Path, *, sources: Path | None, output: Path | None
) -> Settings:
    """Return the settings of a table, its paths taken from `folder`."""
    written_sources = table.path("sources", folder, folder / "sources")
    written_output = table.path("output", folder, folder / "build")
    settings = Settings(
        project=project,
        sources=sources.resolve() if sources else written_sources,
        output=output.resolve() if output else written_output,
        styles=table.path("styles", folder, STYLES),
        approved=table.path("approved", folder, folder / "approved"),
        workers=table.whole("workers", 0, least=0),
        time_limit=table.whole("time_limit", 60, least=1),
        memory_limit=table.whole("memory_limit", 1024, least=256),
        image_bytes_limit=table.whole("image_bytes_limit", 8_000_000, least=1),
        image_pixels_limit=table.whole("image_pixels_limit", 40_000_000, least=1),
        image_resolution=table.whole("image_resolution", 220, least=72),
        size_over=table.ratio("size_over", 1.0),
        size_under=table.ratio("size_under", 0.05),
        size_drift=table.ratio("size_drift", 0.10),
        size_labels=table.size_labels("size_labels", "drupal"),
        history_nights=table.whole("history_nights", 400, least=1),
        base_url=table.https_address("base_url"),
        cluster=table.text("cluster", None, CLUSTER, *CLUSTER_FAULT),
        cache=_place(table.text("cache", None, CACHE, *CACHE_FAULT), folder),
        targets=(),
    )
    settings = replace(settings, targets=read_targets(table, folder, settings.base_url))
    table.refuse_unknown()
    table.raise_faults()
    return settings


def _place(written: str | None, folder: Path) -> str | None:
    """Return where the cache is: an address as it is written, a path taken from `folder`."""
    return written if written is None or "://" in written else str(folder / written)


def target_named(settings: Settings, name: str) -> TargetSettings:
    """Return the target of a name; raises CommandError that says which there are."""
    found = next((target for target in settings.targets if target.name == name), None)
    if found is not None:
        return found
    names = [target.name for target in settings.targets]
    near = difflib.get_close_matches(name, names, n=1)
    there = f"there are {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"there is {names[0]}"
    remedy = (
        f"did you mean {near[0]}?" if near else f"{there}; a new one is a table [tool.annexe.publish.NAME]"
    )
    raise CommandError(f"there is no target {name}; {remedy}")
