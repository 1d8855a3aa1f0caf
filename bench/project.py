"""A project of Annexe to measure: this repository's looks and house words, made-up posts, and what an editor does to them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pipeline.core.files import MACHINE_FOLDER

ROOT = Path(__file__).resolve().parents[1]
#: Where an edit of the style sheet goes: one colour, on every page.
_COLOUR = re.compile(r"(?m)^  color: #[0-9a-f]{6};")


class Project:
    """A folder with a pyproject.toml, posts and a copy of the styles, on which `annexe` of a checkout runs as for a user."""

    def __init__(self, folder: Path, *, checkout: Path = ROOT) -> None:
        self.folder, self.checkout = folder, checkout
        self.sources, self.styles, self.output = folder / "sources", folder / "styles", folder / "build"

    def make(self) -> None:
        """Make the folder, with no posts yet; limits are those of long documents."""
        self.sources.mkdir(parents=True)
        shutil.copy(self.checkout / "sources" / "house.yaml", self.sources)
        shutil.copytree(self.checkout / "styles", self.styles)
        self.set_workers(0)

    def set_workers(self, workers: int) -> None:
        """Let as many processes render from now on; 0: one a core."""
        table = (
            f'[tool.annexe]\nstyles = "styles"\nworkers = {workers}\ntime_limit = 3600\nmemory_limit = 8192\n'
        )
        (self.folder / "pyproject.toml").write_text(table, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs `annexe` of the checkout, in `environment`."""
        return [sys.executable, "-m", "pipeline.cli", *arguments]

    def run(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run `annexe` and return what it prints; raises RuntimeError where it ends with another code than these."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=environment(self.checkout),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in codes:
            raise RuntimeError(
                f"annexe {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}"
            )
        return done.stdout

    def forget(self) -> None:
        """Remove what was built and what is recorded of it; the fonts, which a machine makes once, stay."""
        if not self.output.is_dir():
            return
        for path in self.output.iterdir():
            if path.name != MACHINE_FOLDER:
                _remove(path)
        for path in (self.output / MACHINE_FOLDER).iterdir():
            if path.name != "fonts":
                _remove(path)

    def edit(self, path: Path, *, mark: str) -> None:
        """Write another last paragraph into a source."""
        text = path.read_text(encoding="utf-8").partition("\n\nEdit ")[0].rstrip("\n")
        path.write_text(f"{text}\n\nEdit {mark}.\n", encoding="utf-8")

    def restyle(self, *, mark: int) -> None:
        """Give the text of every attachment another colour, as dark as before."""
        sheet = self.styles / "print.css"
        text = sheet.read_text(encoding="utf-8")
        sheet.write_text(_COLOUR.sub(f"  color: #14{mark % 40:02d}2b;", text, count=1), encoding="utf-8")

    def attachments(self) -> list[Path]:
        """Return the attachments that were built."""
        return sorted(self.output.glob("*/*.pdf"))


def environment(checkout: Path = ROOT) -> dict[str, str]:
    """Return an environment in which Python finds a checkout's code, and a terminal that is wide enough."""
    paths = [str(checkout), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "200"}


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
