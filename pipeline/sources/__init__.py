"""Folders of Markdown files → posts, and house.yaml → the institution's words; the only reader of `sources/`."""

from pipeline.sources.folder import read_posts
from pipeline.sources.house import read_house

__all__ = ["read_house", "read_posts"]
