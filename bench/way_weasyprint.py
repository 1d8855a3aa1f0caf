"""WeasyPrint as it comes: its command for each document, and one warm process for all of them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.job import Job, Round, Way
from bench.pages import STYLE_SHEET, page
from bench.posts import Document
from pipeline.render.fonts.faces import prepare_fonts

VARIANT = "pdf/ua-1"


def see_the_fonts(job: Job) -> None:
    """Show WeasyPrint, here and in the processes started from here, the same fonts as Annexe's and no others."""
    os.environ["FONTCONFIG_FILE"] = str(prepare_fonts(job.peers / "machine").fontconfig_file)


def program() -> str:
    """Return the path of WeasyPrint's command: the one installed beside this Python."""
    beside = Path(sys.executable).with_name("weasyprint")
    return str(beside) if beside.is_file() else shutil.which("weasyprint") or "weasyprint"


@contextmanager
def _by_command(job: Job) -> Iterator[Round]:
    see_the_fonts(job)
    sheet = (job.peers / STYLE_SHEET).as_uri()

    def make(document: Document) -> Path:
        target = job.target(document)
        source = document.path.read_text(encoding="utf-8")
        written = target.with_suffix(".html")
        written.write_text(page(source, language=document.language, sheet=sheet), encoding="utf-8")
        base = f"{document.path.parent.as_uri()}/"
        command = [
            program(),
            "--quiet",
            "--pdf-variant",
            VARIANT,
            "--base-url",
            base,
            str(written),
            str(target),
        ]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        return target

    yield lambda: [make(document) for document in job.documents]


@contextmanager
def _in_process(job: Job) -> Iterator[Round]:
    see_the_fonts(job)
    from weasyprint import CSS, HTML  # noqa: PLC0415 - WeasyPrint reads the environment when it is imported
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above

    fonts = FontConfiguration()
    sheet = CSS(filename=str(job.peers / STYLE_SHEET), font_config=fonts)

    def make(document: Document) -> Path:
        target = job.target(document)
        text = page(document.path.read_text(encoding="utf-8"), language=document.language, sheet="")
        html = HTML(string=text, base_url=f"{document.path.parent.as_uri()}/")
        html.write_pdf(target, stylesheets=[sheet], font_config=fonts, pdf_variant=VARIANT)
        return target

    for document in job.warm:
        make(document)
    yield lambda: [make(document) for document in job.documents]


WAYS = (
    Way(
        name="weasyprint-cli",
        title="`weasyprint`, a command a document",
        lacks="no checks, no notices, not archival",
        is_sampled=True,
        prepare=_by_command,
        missing=lambda: None,
    ),
    Way(
        name="weasyprint-warm",
        title="WeasyPrint, one warm process",
        lacks="no checks, no notices, not archival; not counted: starting, warming",
        is_sampled=False,
        prepare=_in_process,
        missing=lambda: None,
    ),
)
