"""Accept how every page of the corpus looks now, as `annexe accept` does for the posts of a project.

    python -m tools.approve        accept the pages as they are now

The corpus is every post of sources/ and of tests/specimen/. Its accepted pictures lie in tests/approved/<edition>/;
pipeline/pdf/pictures.py says what they are and what may differ. tests/pdf/test_accepted_pictures.py compares.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.pdf.pictures import accepted_pictures, approve, faults, pictures_of

ROOT = Path(__file__).parent.parent
APPROVED = ROOT / "tests" / "approved"
DIFFERENCES = ROOT / "build" / "differences"
CORPUS = (ROOT / "sources", ROOT / "tests" / "specimen")


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


def strangers(approved: Path) -> list[Path]:
    """Return what lies among the approved pictures and belongs to no edition of the corpus."""
    return sorted(path for path in approved.iterdir() if path.name not in editions_of_corpus())


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
            said = faults(accepted_pictures(APPROVED / edition), now)
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
