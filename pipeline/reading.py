"""The posts that a run is about: read by the settings, and refused where the command names one that isn't there."""

import difflib
from collections.abc import Collection
from pathlib import Path

from pipeline.errors import CommandError
from pipeline.model import House, Reading
from pipeline.settings import Settings
from pipeline.sources import read_posts


def read_named_posts(settings: Settings, house: House, slugs: Collection[str]) -> Reading:
    """Read the posts named by `slugs`, all if there are none; raises CommandError where a named one isn't there."""
    reading = read_posts(
        settings.sources,
        house,
        image_bytes_limit=settings.image_bytes_limit,
        image_pixels_limit=settings.image_pixels_limit,
        size_labels=settings.size_labels,
        slugs=slugs,
    )
    known = {post.slug for post in reading.posts} | {slug for slug, _ in reading.failed}
    for slug in slugs:
        if slug not in known:
            raise CommandError(f"no post {slug!r} in {settings.sources}; {_nearest(slug, settings.sources)}")
    return reading


def _nearest(slug: str, sources: Path) -> str:
    folders = [path.name for path in sources.iterdir() if path.is_dir()]
    near = difflib.get_close_matches(slug, folders, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "a post is named as its folder is"
