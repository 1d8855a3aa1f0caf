"""Pictures of pages for the report: thumbnails, and pages before and after; drawn once and kept by content.

The pictures of an attachment, or of two, lie in a folder that is named by their digests. An index, written
last, says what the folder holds: pictures whose index is whole are never drawn again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.core.files import read_sealed, write_sealed
from pipeline.core.night import Change
from pipeline.pdf import pictures as pdf_pictures

#: A page before and after, None where there is none.
_Sides = tuple[Image.Image | None, Image.Image | None]
PICTURES = "pictures"
_INDEX = "index.json"
#: Another number draws everything anew: it is part of every folder's name.
_VERSION = b"1"
#: Dots per inch of a thumbnail (A4: 240 points wide) and of a page before and after.
_SMALL, _LARGE = 29, 84
#: WebP qualities, and how long its encoder may look for a small file (0 to 6).
_SMALL_QUALITY, _LARGE_QUALITY, _EFFORT = 45, 60, 4
#: Thumbnails of an attachment, and pages of it that are shown before and after.
MOST_THUMBNAILS = 40
MOST_PAIRS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's file, as a path from the report's folder, and its size in points."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A page before and after (None: it is new, or gone), and at how many places it differs."""

    page: int
    before: Picture | None
    after: Picture | None
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The pages that look different, as many as are shown, and how many do besides."""

    pairs: tuple[Pair, ...]
    rest: int


class PictureDrawer:
    """Draws into a report's folder: `used` are the folders asked for, `drawn` how many pictures were made."""

    def __init__(self, report: Path) -> None:
        self._report = report
        self.used: set[str] = set()
        self.drawn = 0

    def thumbnails(self, attachment: Path, sha256: str) -> tuple[Picture, ...]:
        """Return a small picture of each page of an attachment; raises OSError, UnreadablePdfError."""
        name = _folder_name(b"thumbnails", sha256.encode())
        known = self._known(name)
        if known is None:
            pages = pdf_pictures.draw_pages(attachment.read_bytes(), resolution=_SMALL, is_grey=False)
            pictures = [
                self._save(name, f"{number}", page, _SMALL_QUALITY)
                for number, page in zip(range(1, MOST_THUMBNAILS + 1), pages, strict=False)
            ]
            known = self._keep(name, {"pictures": [asdict(picture) for picture in pictures]})
        return tuple(Picture(**picture) for picture in known["pictures"])

    def change(self, change: Change) -> Pairs:
        """Return the pages before and after a change; raises OSError, UnreadablePdfError."""
        before = change.before.read_bytes() if change.before is not None else None
        after = change.after.read_bytes()
        if before is None:
            return Pairs(pairs=(), rest=0)
        name = _folder_name(b"change", _digest(before), _digest(after))
        known = self._known(name)
        if known is None:
            old = pdf_pictures.draw_pages(before, resolution=_LARGE)
            new = pdf_pictures.draw_pages(after, resolution=_LARGE)
            known = self._draw_pairs(name, _differing(_together(old, new)))
        return _pairs(known)

    def acceptance(self, attachment: Path, accepted: Path) -> Pairs:
        """Return pages unlike the accepted ones, beside those; raises OSError, ValueError (unreadable)."""
        data = attachment.read_bytes()
        pictures = (path.read_bytes() for path in pdf_pictures.accepted_files(accepted).values())
        name = _folder_name(b"acceptance", _digest(data), *(_digest(picture) for picture in pictures))
        known = self._known(name)
        if known is None:
            before, now = pdf_pictures.accepted_pictures(accepted), pdf_pictures.pictures_of(data)
            after = dict(enumerate(now, start=1))
            pages = pdf_pictures.faults(before, now)
            known = self._draw_pairs(name, ((page, (before.get(page), after.get(page))) for page in pages))
        return _pairs(known)

    def _draw_pairs(self, name: str, pages: Iterable[tuple[int, _Sides]]) -> dict[str, Any]:
        kept: list[dict[str, Any]] = []
        rest = 0
        for page, (old, new) in pages:
            if len(kept) == MOST_PAIRS:
                rest += 1
                continue
            places: tuple[pdf_pictures.PixelBox, ...] = ()
            if old is not None and new is not None:
                new = _resized(new, old)  # noqa: PLW2901 - compared at the size it had
                places = pdf_pictures.differing_places(old, new)
                old, new = pdf_pictures.frame_difference(old, new, places)  # noqa: PLW2901 - framed
            sides = {"before": old, "after": new}
            saved = {
                side: asdict(self._save(name, f"{page}-{side}", picture, _LARGE_QUALITY)) if picture else None
                for side, picture in sides.items()
            }
            kept.append({"page": page, "places": len(places), **saved})
        return self._keep(name, {"pairs": kept, "rest": rest})

    def _save(self, name: str, stem: str, picture: Image.Image, quality: int) -> Picture:
        path = self._report / PICTURES / name / f"{stem}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, "WEBP", quality=quality, method=_EFFORT)
        self.drawn += 1
        return Picture(path=f"{PICTURES}/{name}/{path.name}", width=picture.width, height=picture.height)

    def _known(self, name: str) -> dict[str, Any] | None:
        """Return what an index says, or None where it is missing or damaged, or lacks one of its files."""
        self.used.add(name)
        folder = self._report / PICTURES / name
        value = read_sealed(folder / _INDEX)
        if not isinstance(value, dict):
            return None
        is_whole = all(
            (folder / file).is_file() and (folder / file).stat().st_size == size
            for file, size in value["files"].items()
        )
        return value if is_whole else None

    def _keep(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        folder = self._report / PICTURES / name
        files = {path.name: path.stat().st_size for path in sorted(folder.glob("*.webp"))}
        folder.mkdir(parents=True, exist_ok=True)
        write_sealed(folder / _INDEX, {**value, "files": files})
        return value


def _resized(picture: Image.Image, other: Image.Image) -> Image.Image:
    return picture if picture.size == other.size else picture.resize(other.size)


def _pairs(known: dict[str, Any]) -> Pairs:
    pairs = tuple(
        Pair(
            page=pair["page"],
            before=Picture(**pair["before"]) if pair["before"] else None,
            after=Picture(**pair["after"]) if pair["after"] else None,
            places=pair["places"],
        )
        for pair in known["pairs"]
    )
    return Pairs(pairs=pairs, rest=known["rest"])


def _together(old: Iterator[Image.Image], new: Iterator[Image.Image]) -> Iterator[_Sides]:
    """Yield the pages of two files side by side, two at a time and no more in memory."""
    while True:
        pair = (next(old, None), next(new, None))
        if pair == (None, None):
            return
        yield pair


def _differing(pages: Iterable[_Sides]) -> Iterator[tuple[int, _Sides]]:
    """Yield (number, (before, after)) of the pages that look clearly different."""
    for number, (old, new) in enumerate(pages, start=1):
        if old is None or new is None or new.size != old.size or pdf_pictures.differing_places(old, new):
            yield number, (old, new)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _folder_name(*parts: bytes) -> str:
    """Return the name of a folder, two levels deep, so that none holds too many."""
    digest = hashlib.sha256(b"\0".join((_VERSION, *parts))).hexdigest()[:32]
    return f"{digest[:2]}/{digest[2:]}"
