"""What the tests of a site in a folder share."""

from pathlib import Path

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.publish.folder.target import Folder
from pipeline.publish.site.site import Site
from pipeline.render.fonts.faces import FontSet
from tests.sites import folder_settings, make_site


@pytest.fixture(scope="module")
def site(fonts: FontSet, styles: Styles, composer: Composer) -> Site:
    """A site whose address nobody knows."""
    return make_site(fonts, styles, composer)


@pytest.fixture(scope="module")
def restyled(fonts: FontSet, styles: Styles, composer: Composer) -> Site:
    """The same site with another style sheet."""
    changed = Styles(
        templates=styles.templates,
        print_sheets=(),
        screen_sheets=styles.screen_sheets,
        site_sheets=(("site.css", "p { color: red }"),),
    )
    return make_site(fonts, changed, composer)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the site is to be."""
    return tmp_path / "site"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Where attachments are built."""
    return tmp_path / "built"


@pytest.fixture
def folder(root: Path, site: Site) -> Folder:
    """A folder in which nothing is yet."""
    return Folder(folder_settings(root), site)
