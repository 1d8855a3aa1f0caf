"""What the tests of finishing share."""

import pytest

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from tests.finishing import Finishing


@pytest.fixture(scope="session")
def finishing(kit: Kit, composer: Composer) -> Finishing:
    """Renders and finishes pages as a worker does, or otherwise."""
    return Finishing(kit, composer)
