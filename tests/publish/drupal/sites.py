"""The Drupals that the tests run against: the fake one, and a real one where the environment names it."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.core.size_labels import drupal_label
from pipeline.publish.drupal.target import Drupal
from pipeline.publish.http.client import Client, RetryPolicy
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPlace,
    DesiredPost,
    Identity,
    LocalFile,
    NewLink,
    PlaceState,
    PostState,
    RemoteFile,
)
from tests.publish.drupal.site import PASSWORD

REAL = os.environ.get("ANNEXE_TEST_DRUPAL_URL", "").rstrip("/")
HOSTS = ["127.0.0.1", *([host] if (host := urlsplit(REAL).hostname) else [])]
NAMES = ("fake", *(("real",) if REAL else ()))
#: As patient as always, without waiting; a real site is given its time.
SOON = RetryPolicy(first_wait=0, longest_wait=0, jitter=0, longest_retry_after=0)
HOUSE_LANGUAGES = ("en", "fr", "es")


def settings_of(url: str, **changes: Any) -> TargetSettings:
    """Return the settings of a Drupal called site."""
    settings = TargetSettings(
        name="site",
        kind=TargetKind.DRUPAL,
        url=url,
        path=None,
        user="annexe",
        size_labels="drupal",
        label_language="en",
        create=False,
        content_type="article",
        field="field_attachments",
        translations=False,
        time_limit=30,
        bytes_limit=4_000_000,
        file="pyproject.toml",
        line=3,
    )
    return replace(settings, **changes)


def real_settings(environment: Mapping[str, str]) -> tuple[TargetSettings, str]:
    """Return the settings of the real site and its password.

    The account's content type and field may have other names.
    """
    settings = settings_of(
        REAL,
        user=environment["ANNEXE_TEST_DRUPAL_USER"],
        content_type=environment.get("ANNEXE_TEST_DRUPAL_CONTENT_TYPE", "article"),
        field=environment.get("ANNEXE_TEST_DRUPAL_FIELD", "field_attachments"),
        create=True,
    )
    return settings, environment["ANNEXE_TEST_DRUPAL_PASSWORD"]


def basic(user: str | None, password: str = PASSWORD) -> str:
    """Return the header that signs a user in."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def draft(post: DesiredPost, place: DesiredPlace) -> tuple[str, str]:
    """Return the title and the text of a draft."""
    return f"Draft of {post.slug}", f"<p>In {', '.join(place.languages)}.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whoever publishes: the target under test, its client for what a test does by hand.

    It also has a folder for files.
    """

    target: Drupal
    client: Client
    settings: TargetSettings
    folder: Path

    def file(self, slug: str, language: str, text: str = "first", label: str = "") -> LocalFile:
        """Return a built attachment of one edition."""
        data = f"%PDF-1.7 {slug} {language} {text}\n".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.folder / f"{slug}-{language}-{sha256[:8]}.pdf"
        path.write_bytes(data)
        text = label or f"{slug} {language}"
        return LocalFile(
            identity=Identity(slug=slug, language=language, sha256=sha256, size=len(data)),
            path=path,
            title=f"Title in {language}",
            label=text,
            size_label=drupal_label(len(data)),
            text=text,
        )

    def post(self, slug: str, reference: str, *files: LocalFile) -> DesiredPost:
        """Return a post of one place with these files."""
        languages = tuple(file.language for file in files)
        place = DesiredPlace(reference=reference, files=files, languages=languages)
        return DesiredPost(slug=slug, places=(place,))

    def look(self, post: DesiredPost) -> PostState:
        """Return what the site carries of a post."""
        (state,) = self.target.observe([post])
        return state

    def place(self, post: DesiredPost, index: int = 0) -> PlaceState:
        """Return what the site carries in one place of a post."""
        return self.look(post).places[index]

    def publish(self, post: DesiredPost) -> list[RemoteFile]:
        """Upload and link the files of a post's first place, which exists."""
        (place,) = post.places
        stored = [self.target.upload(file, self.place(post)) for file in place.files]
        links = [new_link(file, remote) for file, remote in zip(place.files, stored, strict=True)]
        self.target.link(place, self.place(post), links, post)
        return stored


def new_link(file: LocalFile, remote: RemoteFile) -> NewLink:
    """Return the link of a file that is on the site."""
    return NewLink(language=file.language, text=file.text, file=remote)


def texts(links: tuple[AttachmentLink, ...]) -> list[str]:
    """Return the texts of links."""
    return [link.text for link in links]
