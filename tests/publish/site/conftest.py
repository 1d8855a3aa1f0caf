"""What the tests of the site share."""

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.publish.site.site import Site
from pipeline.render.fonts.faces import FontSet
from tests.sites import URL, make_site


@pytest.fixture(scope="session")
def site(fonts: FontSet, styles: Styles, composer: Composer) -> Site:
    """A site whose address nobody knows."""
    return make_site(fonts, styles, composer)


@pytest.fixture(scope="session")
def served(fonts: FontSet, styles: Styles, composer: Composer) -> Site:
    """A site that is served at a known address."""
    return make_site(fonts, styles, composer, URL)
