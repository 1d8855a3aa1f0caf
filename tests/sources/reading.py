"""Folders of posts for tests: written to a temporary folder and read from within it, as an editor does."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from pipeline.core.model import House, Reading
from pipeline.sources.folder import read_posts
from tests.makers import HOUSE

#: The content of a file; a path stands for a link to it, None for a folder.
Content = bytes | str | Path | None

EN, FR = "sources/post/en.md", "sources/post/fr.md"
TITLE, DATE = "title: A title", "date: 2020-07-09"
GOOD = "---\ntitle: A title\ndate: 2020-07-09\n---\n\nA text.\n"
FRONT = "---\ntitle: A title\ndate: 2020-07-09\n---\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Files below a folder, the findings of reading them, the good editions, and what failed.

    A finding is written as its id, its severity and the very words that the editor sees.
    """

    name: str
    files: Mapping[str, Content]
    reported: tuple[str, ...]
    good: tuple[str, ...] = ()
    failed: tuple[tuple[str, str | None], ...] = ()


def source(*lines: str, body: str = "A text.") -> str:
    """Return a source with these lines of front matter; the body begins in the second line below them."""
    return "\n".join(("---", *lines, "---", "", body, ""))


def write_all(folder: Path, files: Mapping[str, Content]) -> None:
    """Write files below a folder; a text is written as UTF-8, line ends as they are."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        elif isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def read(
    folder: Path, *, house: House = HOUSE, slugs: tuple[str, ...] = (), pixels_limit: int = 10_000
) -> Reading:
    """Read the posts of `folder`/sources with small limits for images."""
    return read_posts(
        folder / "sources", house, image_bytes_limit=50_000, image_pixels_limit=pixels_limit, slugs=slugs
    )


def names(reading: Reading) -> list[str]:
    """Return the names of the good editions."""
    return [edition.name for post in reading.posts for edition in post.editions]


def reported(reading: Reading) -> list[str]:
    """Return each finding as its id and what the editor sees."""
    return [f"{finding.check} {finding.severity}: {finding}" for finding in reading.findings]


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10), **options: object) -> bytes:
    """Return the bytes of a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, (11, 82, 156)).save(stream, kind, **options)
    return stream.getvalue()
