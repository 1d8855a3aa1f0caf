"""The outline of a Markdown body, by a second parser that shares no code with the one that makes the pages.

Python-Markdown makes the pages; markdown-it reads the same source here, so that text which the one loses is
found by the other. Lines are lines of the file.
"""
