"""A running Drupal, and somebody at a desk who publishes there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish.drupal.target import Drupal
from pipeline.publish.http.client import Client
from tests.publish.drupal.fake import FakeDrupal, fake_drupal
from tests.publish.drupal.site import Site
from tests.publish.drupal.sites import HOUSE_LANGUAGES, SOON, Desk, basic, draft, settings_of

MakeDesk = Callable[..., Desk]


@pytest.fixture
def site() -> Site:
    """What the fake Drupal holds; to be changed by a test."""
    return Site()


@pytest.fixture
def drupal(site: Site) -> Iterator[FakeDrupal]:
    """A running fake Drupal."""
    with fake_drupal(site) as running:
        yield running


@pytest.fixture
def make_desk(drupal: FakeDrupal, tmp_path: Path) -> Iterator[MakeDesk]:
    """What makes a desk at the fake Drupal, with other settings where a test names them."""
    with ExitStack() as stack:

        def make(authorisation: str | None = basic("annexe"), **changes: Any) -> Desk:
            settings = settings_of(drupal.url, **changes)
            client = stack.enter_context(Client(settings, authorisation=authorisation, retries=SOON))
            target = Drupal(settings, client, draft, HOUSE_LANGUAGES)
            return Desk(target=target, client=client, settings=settings, folder=tmp_path)

        yield make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with the usual settings."""
    return make_desk()
