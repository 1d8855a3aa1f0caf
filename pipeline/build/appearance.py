"""How attachments look: whether as they were accepted, and accepting how they look now."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.files import machine_folder, read_if_there, read_sealed, write_sealed
from pipeline.core.model import Finding, Severity
from pipeline.core.paths import shown_path
from pipeline.core.settings import Settings
from pipeline.pdf import pictures
from pipeline.sources.folder import read_named_posts
from pipeline.sources.house import read_house

#: What was compared before, in the machine's folder: nobody's but ours, and worth nothing once it is gone.
MEMORY_FILE = "looks.json"
_TOLERANCES = repr(pictures.TOLERANCES).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An attachment to look at: its edition, its file, and its source as an editor would type it, or None."""

    slug: str
    language: str
    path: Path
    file: str | None = None

    @property
    def name(self) -> str:
        """Return what tells this edition from all others: `slug-language`."""
        return f"{self.slug}-{self.language}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an attachment looks: the pages that differ, (number, what), or why it can't be compared."""

    seen: Seen
    pages: tuple[tuple[int, str], ...] = ()
    unread: str | None = None

    @property
    def is_accepted(self) -> bool:
        """Say whether every page is known to look as it was accepted."""
        return not self.pages and self.unread is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What `annexe accept` accepted: the attachment, its sha256 and pages, its pictures and what was new."""

    seen: Seen
    sha256: str
    pages: int
    folder: Path
    news: tuple[str, ...]


def accept(
    settings: Settings, house_file: Path, slugs: Collection[str], *, is_all: bool
) -> tuple[Accepted, ...]:
    """Make the attachments of these posts, or of all, the accepted ones as they look now.

    Nothing is accepted where one of them is missing; raises CommandError then, and where an attachment can't
    be drawn or its pictures can't be written.
    """
    if is_all == bool(slugs):
        raise CommandError("name the posts to accept, or give --all; not both and not neither")
    wanted = _attachments(settings, house_file, slugs)
    missing = [seen for seen in wanted if not seen.path.is_file()]
    if missing:
        raise CommandError(
            "\n".join(
                f"{shown_path(seen.path)}: there is no such attachment; run `annexe build {seen.slug}` first"
                for seen in missing
            )
        )
    return tuple(_accepted(seen, settings.approved / seen.name) for seen in wanted)


def compare_looks(settings: Settings, wanted: Iterable[Seen]) -> dict[str, Look]:
    """Return, by name, the look of each attachment whose look somebody accepted once; others have none.

    Pages are drawn only where the attachment, its accepted pictures or what is tolerated changed since they
    were last compared: a sealed file in the machine's folder remembers their digest and what was said. Raises
    OSError where that file can't be written.
    """
    memory = machine_folder(settings.output) / MEMORY_FILE
    known = read_sealed(memory)
    before = known if isinstance(known, dict) else {}
    kept, looks = {}, {}
    for seen in wanted:
        accepted = settings.approved / seen.name
        data = read_if_there(seen.path)
        files = pictures.accepted_files(accepted)
        if data is None or not files:
            continue
        key = _key(data, files)
        entry = before.get(seen.name)
        if not isinstance(entry, dict) or entry.get("key") != key:
            entry = {"key": key, **_compared(data, accepted)}
        kept[seen.name] = entry
        looks[seen.name] = Look(
            seen=seen, pages=tuple((number, what) for number, what in entry["pages"]), unread=entry["unread"]
        )
    if kept != before:
        write_sealed(memory, kept)
    return looks


def look_findings(looks: Iterable[Look]) -> Iterator[Finding]:
    """Yield a warning for each attachment that no longer looks as accepted, an error if that is unknown."""
    for look in looks:
        seen = look.seen
        if look.unread is not None:
            yield _finding(
                seen,
                "look.unread",
                Severity.ERROR,
                f"{seen.name} can't be compared with the accepted pictures ({look.unread})",
                f"restore the picture; or look at the attachment, then run `annexe accept {seen.slug}`",
            )
        elif look.pages:
            yield _finding(
                seen,
                "look.changed",
                Severity.WARNING,
                f"{seen.name} no longer looks as it was accepted: "
                f"{'; '.join(what for _, what in look.pages)}",
                f"look at its report page; where that is what was meant: `annexe accept {seen.slug}`",
                page=look.pages[0][0] if len(look.pages) == 1 else None,
            )


def _finding(
    seen: Seen, check: str, severity: Severity, message: str, remedy: str, *, page: int | None = None
) -> Finding:
    return Finding(
        check=check,
        severity=severity,
        message=message,
        remedy=remedy,
        slug=seen.slug,
        language=seen.language,
        file=seen.file,
        page=page,
    )


def _attachments(settings: Settings, house_file: Path, slugs: Collection[str]) -> tuple[Seen, ...]:
    """Return where the attachments of the posts belong, those included whose source can't be read now."""
    reading = read_named_posts(settings, read_house(house_file), slugs)
    good = [(one.slug, one.language, one.file) for post in reading.posts for one in post.editions]
    failed = [(slug, language, None) for slug, language in reading.failed if language is not None]
    return tuple(
        Seen(slug=slug, language=language, path=settings.output / slug / f"{slug}-{language}.pdf", file=file)
        for slug, language, file in (*good, *failed)
    )


def _accepted(seen: Seen, folder: Path) -> Accepted:
    data = seen.path.read_bytes()
    try:
        now = pictures.pictures_of(data)
    except pictures.UnreadablePdfError as error:
        raise CommandError(
            f"{shown_path(seen.path)}: can't be drawn ({error}); "
            f"run `annexe build {seen.slug}`, then accept again"
        ) from error
    try:
        said = pictures.faults(pictures.accepted_pictures(folder), now)
    except pictures.UnreadablePictureError as error:
        pages = sorted({*pictures.accepted_files(folder), *range(1, len(now) + 1)})
        said = {number: f"page {number} is taken anew ({error})" for number in pages}
    try:
        pictures.approve(folder, now, said)
    except OSError as error:
        raise CommandError(
            f"{shown_path(folder)}: can't be written to ({error.strerror}); give yourself the right to write "
            "there, or set `approved` in [tool.annexe] to another folder"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    return Accepted(seen=seen, sha256=digest, pages=len(now), folder=folder, news=tuple(said.values()))


def _key(data: bytes, files: dict[int, Path]) -> str:
    """Return a digest of all that a comparison depends on."""
    digest = hashlib.sha256(_TOLERANCES + hashlib.sha256(data).digest())
    for number, path in files.items():
        digest.update(number.to_bytes(4, "big") + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _compared(data: bytes, accepted: Path) -> dict[str, str | Sequence[tuple[int, str]] | None]:
    try:
        said = pictures.faults(pictures.accepted_pictures(accepted), pictures.pictures_of(data))
    except (pictures.UnreadablePdfError, pictures.UnreadablePictureError) as error:
        return {"pages": [], "unread": str(error)}
    return {"pages": list(said.items()), "unread": None}
