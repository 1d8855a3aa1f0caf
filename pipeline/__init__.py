"""Annexe: turns a post's Markdown sources into the PDFs attached to it."""

__version__ = "0.1.0"
