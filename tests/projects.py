"""Small projects in a folder: house words, posts, fonts made before, and the command run on them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest

from pipeline import cli
from pipeline.core.files import machine_folder
from tests.lent_fonts import lend_fonts
from tests.repository import ROOT

HOUSE = """\
languages:
  en:
    name: English
    direction: ltr
    institution: {text: Test Network, status: published, source: a test}
    disclaimer:
      text: These opinions do not reflect those of the Test Network at all.
      status: published
      source: a test
    kosovo_note:
      text: References to Kosovo shall be understood in the context of resolution 1244 (1999).
      status: published
      source: a test
    kosovo_spellings: [Kosovo, Kosova]
    labels:
      author: Author
      authors: Authors
      date: Date
      also_in: Also in
      page: page {page} of {pages}
      skip_to_text: Skip to the text
      note: Note
      back_to_text: Back to the text
      disclaimer: Disclaimer
      attachments: Attachments
      all_posts: All posts
      newer_posts: Newer posts
      older_posts: Older posts
      years: Years
      languages: Languages
      feed: Feed (Atom)
      status: published
      source: a test
  fr:
    name: Français
    direction: ltr
    institution: {text: Réseau d’essai, status: published, source: a test}
    disclaimer:
      text: Ces opinions ne reflètent en rien celles du Réseau d’essai.
      status: published
      source: a test
    kosovo_note:
      text: Toute référence au Kosovo s’entend au sens de la résolution 1244 (1999).
      status: draft
      source: a test
    kosovo_spellings: [Kosovo, Kossovo]
    labels:
      author: Par
      authors: Par
      date: Date
      also_in: Aussi en
      page: page {page} sur {pages}
      skip_to_text: Aller au texte
      note: Note
      back_to_text: Retour au texte
      disclaimer: Avertissement
      attachments: Pièces jointes
      all_posts: Toutes les publications
      newer_posts: Publications plus récentes
      older_posts: Publications plus anciennes
      years: Années
      languages: Langues
      feed: Flux (Atom)
      status: published
      source: a test
"""

ENGLISH = """\
---
title: On testing
author: Ada Author
date: 2020-07-09
label: On testing
---

Testing is what keeps an attachment true to its source, night after night.

It says what is wrong before a reader does.
"""
FRENCH = """\
---
title: De l'essai
author: Ada Author
date: 2020-07-09
label: Français
---

L'essai garde une pièce jointe fidèle à sa source, nuit après nuit.

Il dit ce qui ne va pas avant qu'un lecteur ne le dise.
"""


#: Variables that a command reads itself while it runs. Others are read while a process starts, or by its workers, which
#: are forked from a process that was started before.
_READ_BY_COMMAND = ("ANNEXE_", "GITHUB_", "TMPDIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


#: An edition whose live post publishes a size that no attachment can keep to.
HEAVY = ENGLISH.replace("label:", "published_size: 1 KB\nlabel:")
PARAGRAPH = (
    "A paragraph that is long enough to keep a layout engine busy for a little while, again and again.\n\n"
)


def patched(folder: Path, *texts: str) -> dict[str, str]:
    """Return an environment in which Python runs these texts before anything else; the folder holds them."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text("\n".join(texts), encoding="utf-8")
    search = (str(folder), str(ROOT), os.environ.get("PYTHONPATH"))
    return {"PYTHONPATH": os.pathsep.join(filter(None, search))}


class Project:
    """A folder with house words and posts; the looks are those of this repository."""

    def __init__(self, folder: Path, *, has_fonts: bool = True) -> None:
        self.folder = folder
        self.sources = folder / "sources"
        self.output = folder / "build"
        self.sources.mkdir(parents=True)
        (self.sources / "house.yaml").write_text(HOUSE, encoding="utf-8")
        if has_fonts:
            lend_fonts(machine_folder(self.output))

    def copied(self, folder: Path) -> "Project":
        """Return a copy of this project in another folder, to be changed."""
        copy = Project(folder, has_fonts=False)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return copy

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file below the folder of sources."""
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def add_post(self, slug: str = "testing") -> None:
        """Add a good post of two editions."""
        self.write(f"{slug}/en.md", ENGLISH)
        self.write(f"{slug}/fr.md", FRENCH)

    def attachment(self, slug: str = "testing", language: str = "en") -> Path:
        """Return where an attachment belongs."""
        return self.output / slug / f"{slug}-{language}.pdf"

    def run(
        self, *arguments: str, environment: dict[str, str] | None = None, clock: str | None = None
    ) -> Ran:
        """Run the command in this process, or in one of its own where that makes a difference (`run_alone`)."""
        if clock or not all(name.startswith(_READ_BY_COMMAND) for name in environment or ()):
            return self.run_alone(*arguments, environment=environment, clock=clock)
        return _run_here(self.folder, arguments, {"COLUMNS": "200", **(environment or {})})

    def run_alone(
        self, *arguments: str, environment: dict[str, str] | None = None, clock: str | None = None
    ) -> Ran:
        """Run the command as a user does, in a process of its own; with `clock`, at another time than it is."""
        earlier = ["faketime", clock] if clock else []
        done = subprocess.run(
            [*earlier, sys.executable, "-m", "pipeline.cli", *arguments],
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "200", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


def _run_here(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Ran:
    """Run the command in this process: what a user's shell gives it (folder, environment, streams) is lent to it.

    Starting Python and importing everything anew costs more than most commands do. Workers are processes of their own
    here as well.
    """
    with ExitStack() as lent:
        out, err = (lent.enter_context(_diverted(number)) for number in (1, 2))
        nothing = lent.enter_context(Path(os.devnull).open(encoding="utf-8"))
        streams = pytest.MonkeyPatch()
        lent.callback(streams.undo)
        for name, stream in (("stdin", nothing), ("stdout", out), ("stderr", err)):
            streams.setattr(sys, name, stream)
        for name, value in environment.items():
            streams.setenv(name, value)
        streams.setattr(sys, "argv", ["annexe", *arguments])
        # Where temporary files go is asked once in a process.
        streams.setattr(tempfile, "tempdir", None)
        streams.chdir(folder)
        code = cli.run(arguments)
        texts = [_text_of(stream) for stream in (out, err)]
    return Ran(code=code, out=texts[0], err=texts[1])


@contextmanager
def _diverted(number: int) -> Iterator[TextIO]:
    """Send what this process and those that it starts write to a descriptor into a file; yield a stream to it."""
    before = os.dup(number)
    try:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            os.dup2(file.fileno(), number)
            try:
                yield file
            finally:
                os.dup2(before, number)
    finally:
        os.close(before)


def _text_of(stream: TextIO) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def build(project: Project, *arguments: str, code: int = 0) -> dict[str, dict[str, object]]:
    """Build and return the report's editions by language; the run must end with `code`."""
    ran = project.run("build", "--sources", "sources", "--output", "build", "--json", *arguments)
    assert ran.code == code, ran.err + ran.out
    report = json.loads(ran.out)
    return {edition["language"]: edition for edition in report["editions"]}


def findings(edition: dict[str, object]) -> set[str]:
    """Return the ids of an edition's findings."""
    listed = edition["findings"]
    assert isinstance(listed, list)
    return {finding["check"] for finding in listed}
