"""Folders of Markdown files → posts, and house.yaml → the institution's words; the only reader of `sources/`."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.sources.folder import post_names, read_posts
    from pipeline.sources.house import read_house
    from pipeline.sources.references import posts_on

__all__ = ["post_names", "posts_on", "read_house", "read_posts"]

#: Where each name comes from: a run that finds nothing to do imports none of these modules.
_HOMES = {
    "post_names": "folder",
    "read_posts": "folder",
    "read_house": "house",
    "posts_on": "references",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
