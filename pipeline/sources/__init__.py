"""Folders of Markdown files → posts, and house.yaml → the institution's words; the only reader of `sources/`."""
