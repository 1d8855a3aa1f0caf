"""Folders of Markdown files → posts, and house.yaml → the institution's words; the only reader of `sources/`."""

from pipeline.sources.folder import read_posts
from pipeline.sources.house import read_house
from pipeline.sources.references import posts_on

__all__ = ["posts_on", "read_house", "read_posts"]
