"""Sites for tests: what makes them, small posts, attachments as files.

Publishing as the command does it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.core.model import Edition, Post
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.folder.target import Folder
from pipeline.publish.model import DesiredPlace, DesiredPost, Identity, LocalFile
from pipeline.publish.plan import Action
from pipeline.publish.site.addresses import page_path
from pipeline.publish.site.site import Site
from pipeline.publish.site.summaries import PageLink, PostSummary, entry_of_page
from pipeline.render.fonts.faces import FontSet
from tests.makers import HOUSE, edition

URL = "https://www.example.org/posts"
LABELS = {"en": "English", "fr": "Français"}


def make_site(fonts: FontSet, styles: Styles, composer: Composer, url: str | None = None) -> Site:
    """Return what makes a site with the project's looks and a house of two languages."""
    return Site(house=HOUSE, styles=styles, composer=composer, fonts=fonts.web_fonts(), url=url)


def make_post(slug: str = "a-post", bodies: Mapping[str, str] | None = None, **changes: Any) -> Post:
    """Return a post of an edition for each language of `bodies`."""
    texts = bodies or {"en": "An English text.\n", "fr": "Un texte français.\n"}
    return Post(
        slug=slug,
        editions=tuple(
            edition(
                body,
                **{
                    "slug": slug,
                    "language": language,
                    "title": f"Title {language}",
                    "label": LABELS[language],
                    **changes,
                },
            )
            for language, body in texts.items()
        ),
    )


def page_links(post: Post) -> tuple[PageLink, ...]:
    """Return the links of a post's attachments, as a site that carries them would."""
    return tuple(
        PageLink(
            language=one.language,
            text=f"{one.label} (1.13 KB)",
            path=f"{one.slug}/{one.slug}-{one.language}-{one.language * 4}.pdf",
            size=1152,
            sha256="5" * 64,
            size_label="1.13 KB",
        )
        for one in post.editions
    )


def files_of(site: Site, posts: Iterable[Post]) -> dict[str, bytes]:
    """Return all files of a site of these posts, by path."""
    files = dict(site.assets)
    summaries = []
    for post in posts:
        languages = [one.language for one in post.editions]
        for one in post.editions:
            files |= site.edition_files(one, languages=languages, attachments=page_links(post))
        summaries.append(summary_of(files, post))
    return files | dict(
        site.shared_files(summaries, lambda slug, language: files.get(f"{slug}/fragment-{language}.html"))
    )


def summary_of(files: Mapping[str, bytes], post: Post) -> PostSummary:
    """Return the summary of a post, from its pages."""
    found = [
        entry_of_page(files[page_path(post.slug, one.language)], post.slug, one.language)
        for one in post.editions
    ]
    return PostSummary(slug=post.slug, entries=tuple(entry for entry in found if entry), attachments=())


def lay_out(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files below a folder and return it."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def folder_settings(path: Path | None, url: str | None = None) -> TargetSettings:
    """Return the settings of a folder."""
    return TargetSettings(
        name="site",
        kind=TargetKind.FOLDER,
        url=url,
        path=path,
        user=None,
        size_labels="drupal",
        label_language="en",
        create=False,
        content_type="article",
        field="field_attachments",
        translations=False,
        time_limit=30,
        bytes_limit=1_000_000,
        file="pyproject.toml",
        line=1,
    )


def local_file(one: Edition, built: Path, content: str = "") -> LocalFile:
    """Return a built attachment of an edition, whose bytes are a function of its text and `content`."""
    data = f"%PDF-1.7 {one.name} {one.body} {content}".encode()
    path = built / f"{one.name}.pdf"
    built.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    identity = Identity(slug=one.slug, language=one.language, sha256=digest, size=len(data))
    label = f"{len(data)} bytes"
    return LocalFile(
        identity=identity,
        path=path,
        title=one.title,
        label=one.label,
        size_label=label,
        text=f"{one.label} ({label})",
    )


def desired_post(post: Post, built: Path, *, kept: Iterable[str] = ()) -> DesiredPost:
    """Return a post as a folder is to carry it.

    The editions in the languages of `kept` can't be published now.
    """
    files = tuple(local_file(one, built) for one in post.editions if one.language not in set(kept))
    place = DesiredPlace(reference=post.slug, files=files, languages=tuple(LABELS))
    if not kept:
        place = DesiredPlace(
            reference=post.slug, files=files, languages=tuple(one.language for one in post.editions)
        )
    return DesiredPost(slug=post.slug, places=(place,), post=post)


def publish(folder: Folder, *posts: DesiredPost) -> list[Action]:
    """Publish posts, then what all share, as the command does; return what was done."""
    done: list[Action] = []
    context = ApplyContext(target=folder, wait=_never, report=done.append)
    for desired in (*posts, Folder.front):
        apply_post(context, desired)
    return done


def _never(_seconds: float) -> None:
    raise AssertionError("a folder tells every write's fate")
