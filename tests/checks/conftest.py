"""What the tests of checks share."""

import pytest

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from tests.attachments import Workbench


@pytest.fixture(scope="session")
def bench(kit: Kit, composer: Composer) -> Workbench:
    """A bench that makes attachments as a worker does."""
    return Workbench(kit, composer)
