"""The settings of a target → the target, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.settings import Settings
from pipeline.target_settings import TargetSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to publish or verify where: settings, target, posts (none named: all), and where secrets may stand.

    With `withdraw`, what is ours of these posts is taken off the site.
    """

    settings: Settings
    house_file: Path
    target: TargetSettings
    slugs: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    withdraw: bool = False
