"""Folders of Markdown files → posts, and house.yaml → the institution's words; the only reader of `sources/`."""

from pipeline.sources.folder import post_names, read_posts
from pipeline.sources.house import read_house
from pipeline.sources.references import posts_on

__all__ = ["post_names", "posts_on", "read_house", "read_posts"]
