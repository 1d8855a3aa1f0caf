"""The settings of a target → the target, ready to be asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model import House
from pipeline.publish.drupal import Drupal
from pipeline.publish.http import Client
from pipeline.publish.model import Target, WantedPlace, WantedPost
from pipeline.publish.secrets import authorisation, find_secret
from pipeline.settings import Settings
from pipeline.target_settings import TargetSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to publish or verify where: settings, target, posts (none named: all), and where secrets may stand.

    With `withdraw`, what is ours of these posts is taken off the site.
    """

    settings: Settings
    house_file: Path
    target: TargetSettings
    slugs: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    withdraw: bool = False


@contextmanager
def opened_target(order: Order, house: House) -> Iterator[Target]:
    """Yield the target of an order; raises TroubleError where there is no secret for it."""
    secret = find_secret(order.target, order.environment)
    with Client(order.target, authorisation=authorisation(order.target, secret)) as client:
        languages = [words.language for words in house.languages]
        yield Drupal(order.target, client, _draft, languages)


def _draft(post: WantedPost, place: WantedPlace) -> tuple[str, str]:
    return post.slug, ""
