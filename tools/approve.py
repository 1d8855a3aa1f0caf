"""Pictures of every page of the corpus that somebody looked at and approved, and the pages as they are now.

    python -m tools.approve        accept the pages as they are now

The corpus is every post of sources/ and of tests/specimen/. Its approved pictures lie in tests/approved/<edition>/,
in few greys and few points, so that they weigh little. tests/test_pictures_of_pages.py compares.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from pipeline.page_pictures import count_differing, draw_pages, mark_difference

ROOT = Path(__file__).parent.parent
APPROVED = ROOT / "tests" / "approved"
DIFFERENCES = ROOT / "build" / "differences"
CORPUS = (ROOT / "sources", ROOT / "tests" / "specimen")

#: Dots per inch: A4 is 496 × 702 points, where a line of text is nine points high and every word is legible.
RESOLUTION = 60
#: PDFium sets letters on whole points of the picture. It draws six times as large, and the picture is made smaller:
#: so a letter that moves a little changes its edges a little, and never jumps.
OVERSAMPLING = 6
#: Greys of an approved picture, white and black among them.
GREYS = 4
#: What is tolerated. The same PDF gives the same picture everywhere, since PDFium is locked; but another Pango or
#: HarfBuzz may place a letter by some hundredths of a point, which changes its edge by a shade. A point counts where
#: its grey differs by more than 72 of 255: half a step of the approved greys, and an eighth of the scale. Eight such
#: points may be on a page: an s that became an r makes 37, any other word more than 100, a line that moved by a
#: quarter of a point hundreds. A comma for a full stop can pass: words are for the tests that read them.
SHADE = 72
FEW = 8


class ApprovalError(Exception):
    """The corpus can't be built; the message says why."""


def build_corpus(folder: Path) -> Path:
    """Build every post of the corpus under `folder`, as an editor does, and return the output folder.

    Raises ApprovalError where an edition has an error.
    """
    sources, output = folder / "sources", folder / "build"
    for kept in CORPUS:
        shutil.copytree(kept, sources, dirs_exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "build",
        "--sources",
        str(sources),
        "--output",
        str(output),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ApprovalError(f"the corpus can't be built:\n{done.stdout}{done.stderr}")
    return output


def editions_of_corpus() -> tuple[str, ...]:
    """Return the name of each edition of the corpus, `slug-language`, sorted."""
    return tuple(sorted(f"{path.parent.name}-{path.stem}" for kept in CORPUS for path in kept.glob("*/*.md")))


def attachment_of(output: Path, edition: str) -> Path:
    """Return where the attachment of an edition lies in an output folder."""
    return output / edition.rpartition("-")[0] / f"{edition}.pdf"


def pictures_of(data: bytes) -> tuple[Image.Image, ...]:
    """Return each page of a PDF as a picture."""
    return tuple(page.reduce(OVERSAMPLING) for page in draw_pages(data, resolution=RESOLUTION * OVERSAMPLING))


def faults(approved: Path, now: Sequence[Image.Image], differences: Path) -> dict[int, str]:
    """Return, by page, what is to be said of an edition's pages: nothing where they are the approved ones.

    `approved` is the folder of its pictures. Before, after and the marked difference of each such page are written
    to the folder `differences`; what lay there before is gone.
    """
    shutil.rmtree(differences, ignore_errors=True)
    before = {number: Image.open(path).convert("L") for number, path in _pages_in(approved).items()}
    after = dict(enumerate(now, start=1))
    said = {}
    for number in sorted(before.keys() | after.keys()):
        old, new = before.get(number), after.get(number)
        fault = _fault(old, new)
        if fault:
            said[number] = f"page {number} {fault}"
            _write(differences, number, old, new)
    return said


def _fault(old: Image.Image | None, new: Image.Image | None) -> str | None:
    if old is None or new is None:
        return "is new" if old is None else "is gone"
    if old.size != new.size:
        return f"has {new.width} × {new.height} points, not {old.width} × {old.height}"
    points = count_differing(old, new, beyond=SHADE)
    return f"looks different ({points} points)" if points > FEW else None


def _write(folder: Path, number: int, old: Image.Image | None, new: Image.Image | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if old is not None:
        old.save(folder / f"page-{number}-before.png")
    if new is not None:
        new.save(folder / f"page-{number}-after.png")
    if old is not None and new is not None and old.size == new.size:
        mark_difference(old, new).save(folder / f"page-{number}-difference.png")


def approve(approved: Path, now: Sequence[Image.Image], pages: Iterable[int]) -> None:
    """Make these pages, as they are `now`, the approved ones of the edition whose folder is `approved`."""
    approved.mkdir(parents=True, exist_ok=True)
    for number in pages:
        path = approved / f"page-{number}.png"
        if number <= len(now):
            path.write_bytes(_in_few_greys(now[number - 1]))
        else:
            path.unlink()


def _pages_in(folder: Path) -> dict[int, Path]:
    return {int(path.stem.removeprefix("page-")): path for path in folder.glob("page-*.png")}


def strangers(approved: Path) -> list[Path]:
    """Return what lies among the approved pictures and belongs to no edition of the corpus."""
    return sorted(path for path in approved.iterdir() if path.name not in editions_of_corpus())


def _in_few_greys(picture: Image.Image) -> bytes:
    """Return a picture as PNG of few greys."""
    steps = GREYS - 1
    levels = picture.point(lambda value: (value * steps + 127) // 255)
    indexed = Image.frombytes("P", levels.size, levels.tobytes())
    indexed.putpalette([round(level * 255 / steps) for level in range(GREYS) for _ in range(3)])
    data = io.BytesIO()
    indexed.save(data, "PNG", optimize=True, bits=2)
    return data.getvalue()


def main() -> int:
    """Accept the pages of the whole corpus, say what is new about them, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            output = build_corpus(Path(folder))
        except ApprovalError as error:
            print(error, file=sys.stderr)
            return 1
        for edition in editions_of_corpus():
            now = pictures_of(attachment_of(output, edition).read_bytes())
            said = faults(APPROVED / edition, now, DIFFERENCES / edition)
            for fault in said.values():
                print(f"{edition}: {fault}: approved")
            approve(APPROVED / edition, now, said)
            shutil.rmtree(DIFFERENCES / edition, ignore_errors=True)
    for left in strangers(APPROVED):
        print(f"{left.name}: no edition of the corpus has this name any more: removed")
        shutil.rmtree(left)
    return 0


if __name__ == "__main__":
    sys.exit(main())
