"""What a run is asked to do, and whom it tells how far it is."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.core.settings import Settings


class Goal(StrEnum):
    """What a run is to bring about."""

    BUILD = "build"
    HTML = "html"
    PDF = "pdf"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to do: settings, goal, which posts and languages (none named: all), and the time it is (UTC).

    With `verify` everything is built once more and compared with what stands in its place. A run that
    `is_thorough` reads, composes and checks every post; others leave out what is certainly unchanged.
    """

    settings: Settings
    house_file: Path
    goal: Goal
    slugs: tuple[str, ...]
    languages: tuple[str, ...]
    now: dt.datetime
    verify: bool = False
    is_thorough: bool = False

    @property
    def may_leave_out(self) -> bool:
        """Say whether what is certainly as it was may be left out."""
        return self.goal is Goal.BUILD and not self.verify and not self.is_thorough and not self.languages

    @property
    def is_of_all(self) -> bool:
        """Say whether the run is about all posts, in all their languages."""
        return not (self.slugs or self.languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Whom to tell how far the run is: `start(total)` once, then `advance(name)` for each edition."""

    start: Callable[[int], None]
    advance: Callable[[str], None]
