"""What is a post: which entries of a folder of posts are posts, and which files are editions.

Imports nothing heavy, so that a run with nothing to do can ask it, too.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.paths import shown_path

_LEFT_OUT = (".", "_")
_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFolders:
    """What a folder of posts holds, by names in order, without what is left out on purpose.

    Each of `folders` stands for a post; `unusual` are those of them that are links or can't be looked at.
    `stray` are Markdown files that belong to no post.
    """

    folders: tuple[str, ...]
    unusual: frozenset[str]
    stray: tuple[str, ...]


def post_folders(sources: Path) -> PostFolders:
    """Look into a folder of posts, and into none of the posts; raises CommandError where it can't be read."""
    folders, unusual, stray = [], set(), []
    try:
        with os.scandir(sources) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith(_LEFT_OUT):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                elif entry.is_symlink() and _may_be_folder(entry):
                    folders.append(name)
                    unusual.add(name)
                elif is_edition_name(name):
                    stray.append(name)
    except OSError as error:
        raise CommandError(
            f"{shown_path(sources)}: no posts can be read here ({error.strerror}); "
            "name the folder of posts with --sources"
        ) from error
    return PostFolders(folders=tuple(sorted(folders)), unusual=frozenset(unusual), stray=tuple(sorted(stray)))


def is_edition_name(name: str) -> bool:
    """Say whether a file of this name may be an edition: Markdown that is not left out on purpose."""
    return not name.startswith(_LEFT_OUT) and Path(name).suffix.casefold() in _MARKDOWN


def _may_be_folder(link: "os.DirEntry[str]") -> bool:
    """Say whether a link leads to a folder or nowhere, or can't be followed: each may stand for a post."""
    try:
        return link.is_dir() or not Path(link.path).exists()
    except OSError:
        return True
