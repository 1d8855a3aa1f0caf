"""Where each page of the report lies, and how one leads to another."""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import quote

#: Posts on one page of the list.
POSTS_A_PAGE = 200
_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 100


def index_name(number: int, language: str, default: str) -> str:
    """Return the name of a page of the list of posts: `index.html`, `index-2.fr.html`."""
    place = "" if number == 1 else f"-{number}"
    return f"index{place}{_suffix(language, default)}"


def post_name(slug: str, language: str, default: str) -> str:
    """Return the path of a post's page: `posts/my-post.fr.html`."""
    return f"posts/{safe_name(slug)}{_suffix(language, default)}"


def _suffix(language: str, default: str) -> str:
    return ".html" if language == default else f".{language}.html"


def safe_name(slug: str) -> str:
    """Return a name that is safe as a file's: the slug, or a digest of one that is no name for a post."""
    if len(slug) <= _LONGEST and _PLAIN.fullmatch(slug):
        return slug
    return f"_{hashlib.sha256(slug.encode('utf-8', 'surrogateescape')).hexdigest()[:20]}"


def href_of(path: Path, report: Path) -> str:
    """Return the address of a file as seen from the report's folder."""
    return quote(os.path.relpath(path, report), errors="surrogateescape")
