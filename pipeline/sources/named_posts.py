"""The posts that a run is about: read by the settings, and refused where the command names one that isn't there."""

import difflib
from collections.abc import Collection
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.model import House, Reading
from pipeline.core.settings import Settings
from pipeline.sources.folder import read_posts


def read_named_posts(
    settings: Settings, house: House, slugs: Collection[str], *, without: Collection[str] = frozenset()
) -> Reading:
    """Read the posts named by `slugs`, all if there are none; raises CommandError where a named one isn't there.

    Those in `without` are there and are not read.
    """
    reading = read_posts(
        settings.sources,
        house,
        image_bytes_limit=settings.image_bytes_limit,
        image_pixels_limit=settings.image_pixels_limit,
        size_labels=settings.size_labels,
        slugs=slugs,
        without=without,
    )
    known = set(without) | {post.slug for post in reading.posts} | {slug for slug, _ in reading.failed}
    for slug in slugs:
        if slug not in known:
            raise CommandError(f"no post {slug!r} in {settings.sources}; {_nearest(slug, settings.sources)}")
    return reading


def languages_by_post(reading: Reading, house: House) -> dict[str, list[str]]:
    """Return, by post, its languages in the house's order, those whose sources can't be read now among them.

    A mistake in one edition's source must not change how the others name it.
    """
    found: dict[str, set[str]] = {
        post.slug: {edition.language for edition in post.editions} for post in reading.posts
    }
    for slug, language in reading.failed:
        if language is not None:
            found.setdefault(slug, set()).add(language)
    order = [words.language for words in house.languages]
    return {slug: [language for language in order if language in tags] for slug, tags in found.items()}


def _nearest(slug: str, sources: Path) -> str:
    folders = [path.name for path in sources.iterdir() if path.is_dir()]
    near = difflib.get_close_matches(slug, folders, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "a post is named as its folder is"
