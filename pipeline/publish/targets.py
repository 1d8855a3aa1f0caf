"""A request to publish, and the target that its settings describe, ready for use."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.build.candidates import Materials
from pipeline.core.settings import Settings
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.drupal.target import Drupal
from pipeline.publish.folder.target import Folder
from pipeline.publish.http.client import Client
from pipeline.publish.http.secrets import authorisation, find_secret
from pipeline.publish.model import DesiredPlace, DesiredPost, Draft, Target
from pipeline.publish.site.site import Site
from pipeline.publish.wordpress.target import WordPress


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """What to publish or verify where: settings, target, posts (none: all), environment with secrets.

    With `withdraw`, what is ours of these posts is taken off the site.
    """

    settings: Settings
    house_file: Path
    target: TargetSettings
    slugs: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    withdraw: bool = False


@contextmanager
def opened_target(request: PublishRequest, materials: Materials) -> Iterator[Target]:
    """Yield the target of a request; raises SiteProblemError where there is no secret for it."""
    settings = request.target
    site = Site(
        house=materials.house,
        styles=materials.styles,
        composer=materials.composer,
        fonts=materials.fonts.web_fonts(),
        url=settings.url,
    )
    if settings.kind is TargetKind.FOLDER:
        yield Folder(settings, site)
        return
    secret = find_secret(settings, request.environment)
    draft = draft_with(site)
    with Client(settings, authorisation=authorisation(settings, secret)) as client:
        if settings.kind is TargetKind.WORDPRESS:
            yield WordPress(settings, client, draft)
        else:
            languages = [words.language for words in materials.house.languages]
            yield Drupal(settings, client, draft, languages)


def draft_with(site: Site) -> Draft:
    """Return the function that gives title and text of a draft: those of the place's first good edition."""

    def draft(post: DesiredPost, place: DesiredPlace) -> tuple[str, str]:
        editions = {edition.language: edition for edition in post.post.editions} if post.post else {}
        edition = next(editions[language] for language in place.languages if language in editions)
        return edition.title, site.text(edition)

    return draft
