"""What happens to one edition in a worker: render → finish → read back → check."""

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import replace

from pipeline.build.job import Job, Made
from pipeline.checks import run_checks
from pipeline.checks.evidence import Evidence
from pipeline.core.model import Asset, Attachment, Edition, Finding, Kit, Severity
from pipeline.pdf.byte_shares import bytes_by_cause
from pipeline.pdf.facts import read_facts
from pipeline.pdf.model import ReadBack
from pipeline.pdf.pdfium import read_back
from pipeline.pdf.reader import OpenPdf, open_pdf
from pipeline.pdf.structure import read_structure
from pipeline.render.images import COLUMN_HEIGHT, COLUMN_WIDTH, for_print
from pipeline.render.renderer import Renderer


class _Worker:
    """What a worker process keeps between its jobs: the only state of a process besides loaded modules.

    `prepare` and `make` are called by a pool of processes or by Dask, neither of which hands an object of
    ours from one to the other, and Dask calls them in different threads.
    """

    renderer: Renderer | None = None


def prepare(kit: Kit) -> None:
    """Make this process ready for jobs: parse the style sheets, load the fonts."""
    _Worker.renderer = Renderer(kit)


def make(job: Job) -> Made:
    """Make and check one attachment: the stages of an edition, in their order."""
    started = time.perf_counter()
    data, rendered = (job.existing, ()) if job.existing is not None else _render_and_finish(job)
    if data is None:
        return Made(attachment=None, findings=rendered, seconds=time.perf_counter() - started)
    read = read_back(data)
    slug, language, digest = job.edition.slug, job.edition.language, hashlib.sha256(data).hexdigest()
    pages = len(read.pages)
    attachment = Attachment(slug=slug, language=language, data=data, sha256=digest, pages=pages)
    with open_pdf(data) as pdf:
        found = run_checks(_evidence(job, attachment, read, pdf))
    return Made(attachment=attachment, findings=(*rendered, *found), seconds=time.perf_counter() - started)


def _render_and_finish(job: Job) -> tuple[bytes | None, tuple[Finding, ...]]:
    """Return a page as a PDF, which WeasyPrint's finisher completes before it is written, and findings."""
    renderer = _Worker.renderer
    if renderer is None:
        raise RuntimeError("this process was not prepared for jobs")
    try:
        pictures = tuple(_for_print(asset, job.image_resolution) for asset in job.page.assets)
    except OSError as error:
        return None, (_unusable_image(job.edition, error),)
    rendering = renderer.render(replace(job.page, assets=pictures))
    # A glyph that no font has is reported already: by the source with its line, by the checks with its page.
    logged = (entry for entry in rendering.log if not entry[1].startswith(".notdef glyph"))
    messages = dict.fromkeys((*renderer.complaints, *logged))
    return rendering.data, tuple(_logged(job.edition, messages))


def _evidence(job: Job, attachment: Attachment, read: ReadBack, pdf: OpenPdf) -> Evidence:
    """Return what the checks compare: what the source says, and what two readers find in the attachment."""
    return Evidence(
        edition=job.edition,
        words=job.words,
        house=job.house,
        page=job.page,
        attachment=attachment,
        read_back=read,
        facts=read_facts(pdf),
        structure=read_structure(pdf),
        shares=lambda: bytes_by_cause(pdf),
        outline=job.outline,
        previous_size=job.previous_size,
        thresholds=job.thresholds,
    )


def _for_print(asset: Asset, resolution: int) -> Asset:
    return for_print(asset, resolution=resolution, width=COLUMN_WIDTH, height=COLUMN_HEIGHT)


def _unusable_image(edition: Edition, error: OSError) -> Finding:
    return edition.finding(
        "render.image",
        Severity.ERROR,
        f"an image can't be made ready for print ({error})",
        "open it in an image editor and save it again",
    )


def _logged(edition: Edition, messages: dict[tuple[int, str], None]) -> Iterator[Finding]:
    """Yield what WeasyPrint only logs: an error is lost content, a warning a declaration not understood.

    A link to no place is reported with its line by `links.target`.
    """
    for level, message in messages:
        if message.startswith("No anchor"):
            continue
        is_error = level >= logging.ERROR
        yield edition.finding(
            "render.content" if is_error else "render.style",
            Severity.ERROR if is_error else Severity.WARNING,
            f"rendering says: {message}",
            "mend the image or element it names" if is_error else "mend the style sheet it names",
        )
