"""Folders of Markdown files → posts, and house.yaml → the standard wording; the only reader of `sources/`."""
