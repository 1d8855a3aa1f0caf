"""Typst in process with a kept compiler, fed by a converter in process or by pandoc; PDF/UA-1."""

import importlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.job import Job, Round, Way
from bench.pages import STYLE_SHEET, split
from bench.posts import Document
from bench.typst_markup import head, markup
from bench.way_weasyprint import VARIANT, program, see_the_fonts

_HERE = Path(__file__).parent
_TEMPLATE = "house.typ"
_STANDARD = "ua-1"


def missing_pandoc() -> str | None:
    """Return what to do where there is no pandoc that knows Typst."""
    return None if pandoc() else "there is no pandoc; run: make set-up-bench"


def missing_typst() -> str | None:
    """Return what to do where Typst's package is missing."""
    return None if importlib.util.find_spec("typst") else "typst is not installed; run: make set-up-bench"


def pandoc() -> str | None:
    """Return the path of pandoc: the one that the package pypandoc-binary brings, else the system's."""
    found = importlib.util.find_spec("pypandoc")
    brought = Path(found.origin).parent / "files" / "pandoc" if found and found.origin else None
    return str(brought) if brought and brought.is_file() else shutil.which("pandoc")


def _compiler(job: Job) -> Callable[[Path, Path], None]:
    """Return what makes a PDF file of a Typst file, with one compiler for all."""
    shutil.copy(_HERE / _TEMPLATE, job.peers)
    typst: Any = importlib.import_module("typst")
    compiler = typst.Compiler(
        root=str(job.peers), font_paths=[str(job.peers / "faces")], ignore_system_fonts=True
    )

    def compile_file(source: Path, target: Path) -> None:
        compiler.compile(input=str(source), output=str(target), format="pdf", pdf_standards=[_STANDARD])

    return compile_file


@contextmanager
def _in_process(job: Job) -> Iterator[Round]:
    compile_file = _compiler(job)

    def make(document: Document) -> Path:
        source = document.path.with_suffix(".typ")
        text = document.path.read_text(encoding="utf-8")
        source.write_text(
            markup(text, language=document.language, template=f"/{_TEMPLATE}"), encoding="utf-8"
        )
        compile_file(source, job.target(document))
        return job.target(document)

    for document in job.warm:
        make(document)
    yield lambda: [make(document) for document in job.documents]


@contextmanager
def _by_pandoc(job: Job) -> Iterator[Round]:
    compile_file = _compiler(job)
    command = [
        pandoc() or "pandoc",
        "--to=typst",
        "--from=markdown",
        "--shift-heading-level-by=-1",
        f"--lua-filter={_HERE / 'alternative.lua'}",
    ]

    def make(document: Document) -> Path:
        done = subprocess.run([*command, str(document.path)], check=True, capture_output=True, text=True)
        front, _ = split(document.path.read_text(encoding="utf-8"))
        source = document.path.with_suffix(".typ")
        text = head(front, language=document.language, template=f"/{_TEMPLATE}")
        source.write_text(f'#import "/{_TEMPLATE}": horizontalrule\n{text}{done.stdout}', encoding="utf-8")
        compile_file(source, job.target(document))
        return job.target(document)

    for document in job.warm:
        make(document)
    yield lambda: [make(document) for document in job.documents]


@contextmanager
def _pandoc_and_weasyprint(job: Job) -> Iterator[Round]:
    see_the_fonts(job)
    os.environ["PATH"] = f"{Path(program()).parent}{os.pathsep}{os.environ['PATH']}"
    options = (
        "--from=markdown", "--standalone", f"--css={job.peers / STYLE_SHEET}",
        "--pdf-engine=weasyprint", "--pdf-engine-opt=--pdf-variant", f"--pdf-engine-opt={VARIANT}",
    )  # fmt: skip

    def make(document: Document) -> Path:
        target = job.target(document)
        options_of_one = (f"--metadata=lang:{document.language}", f"--output={target}", document.path.name)
        command = [pandoc() or "pandoc", *options, *options_of_one]
        subprocess.run(command, check=True, cwd=document.path.parent, capture_output=True)
        return target

    yield lambda: [make(document) for document in job.documents]


WAYS = (
    Way(
        name="pandoc-weasyprint",
        title="pandoc + WeasyPrint, a command a document",
        lacks="no checks, no notices, not archival",
        is_sampled=True,
        prepare=_pandoc_and_weasyprint,
        missing=missing_pandoc,
    ),
    Way(
        name="pandoc-typst",
        title="pandoc, a command a document + Typst, kept compiler",
        lacks="no checks, no notices, not archival; own template; not counted: starting Typst, warming",
        is_sampled=False,
        prepare=_by_pandoc,
        missing=lambda: missing_pandoc() or missing_typst(),
    ),
    Way(
        name="typst-kept",
        title="Typst in process, kept compiler",
        lacks="no checks, no notices, not archival; own template; not counted: starting, warming",
        is_sampled=False,
        prepare=_in_process,
        missing=missing_typst,
    ),
)
