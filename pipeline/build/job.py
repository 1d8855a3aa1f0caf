"""One edition's work as data, and the two functions that a worker process calls.

A job carries everything it needs, so that it can run in any process on any machine. What does the work is
imported in the worker: the process that sends jobs never loads a renderer or a PDF reader.
"""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.build.workers.memory import forget_peak, peak_memory
from pipeline.core.model import Attachment, Edition, Finding, House, HouseLanguage, Kit, Page, Thresholds
from pipeline.render.fonts.faces import unpack_fonts
from pipeline.sources.outline.model import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One edition to be made and checked; with `existing` bytes it is only checked."""

    edition: Edition
    outline: Outline
    words: HouseLanguage
    house: House
    page: Page
    existing: bytes | None = field(repr=False)
    previous_size: int | None
    image_resolution: int
    thresholds: Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a job gave (no attachment where rendering failed), wall seconds, and the MiB its process held."""

    attachment: Attachment | None
    findings: tuple[Finding, ...]
    seconds: float
    memory: int | None = None


def prepare(kit: Kit, fontconfig_file: str, folder: Path | None) -> None:
    """Make this process ready for jobs: parse the style sheets, load the fonts.

    On another machine, `folder` takes the fonts of the kit, and fontconfig is shown these and none of that
    machine's; on this one, `fontconfig_file` shows it the house's fonts and no others.
    """
    # Before WeasyPrint asks fontconfig for the first time: here, where nothing has been rendered yet.
    file = fontconfig_file if folder is None else str(unpack_fonts(kit.fonts, folder))
    os.environ["FONTCONFIG_FILE"] = file
    from pipeline.build import worker  # noqa: PLC0415 - heavy, and only for workers

    worker.prepare(kit)


def make(job: Job) -> Made:
    """Make and check one attachment."""
    from pipeline.build import worker  # noqa: PLC0415 - heavy, and only for workers

    forget_peak()
    return replace(worker.make(job), memory=peak_memory())
