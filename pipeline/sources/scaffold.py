"""A new post: one source file for each language, ready to be filled in."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.files import write_atomically
from pipeline.core.model import PLACEHOLDER, HouseLanguage
from pipeline.sources.house import read_house
from pipeline.sources.names import RESERVED, is_slug


def begin_post(
    sources: Path, house_file: Path, slug: str, *, languages: Sequence[str], date: dt.date
) -> Iterator[Path]:
    """Write a source file for each language that has none yet, and yield their paths.

    Raises CommandError for a slug that makes no good address, a language that has no standard wording, or a
    post that exists in all these languages already.
    """
    if not is_slug(slug):
        raise CommandError(f"{slug!r} is no good name for a post; use lower-case letters, digits and hyphens")
    if slug in RESERVED:
        raise CommandError(
            f"{slug!r} is the name of a folder that Annexe itself makes in the build folder; "
            f"choose another, such as {slug}-2020"
        )
    house = read_house(house_file)
    wanted = [words for words in house.languages if not languages or words.language in languages]
    unknown = sorted(set(languages) - {words.language for words in house.languages})
    if unknown:
        raise CommandError(f"no language {unknown[0]!r} in {house.file}; add its words there first")
    paths = {words: sources / slug / f"{words.language}.md" for words in wanted}
    if all(path.exists() for path in paths.values()):
        raise CommandError(f"{sources / slug} is there already; edit its files, or choose another name")
    for words, path in paths.items():
        if not path.exists():
            write_atomically(path, _source(words, slug, date).encode())
            yield path


def _source(words: HouseLanguage, slug: str, date: dt.date) -> str:
    title = slug.replace("-", " ").capitalize()
    return f"""---
title: "{title}"
# author: Name Surname         # or [one, another]; without an author {words.institution.text} signs
date: {date.isoformat()}
label: {words.name}           # the text of the attachment's link on the post
# published_size: 192.08 KB   # the size beside that link, once the post is live
# short_title: "…"            # for the foot of the pages, when the title is long
# description: "…"            # one sentence for search engines and PDF readers
---

{PLACEHOLDER}
"""
