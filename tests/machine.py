"""What the machine can't do that a test needs: such a test is skipped here, and required where everything is tested."""

import os
import pty
from collections.abc import Iterable
from typing import NoReturn

import pytest

#: What `.ci/run` sets: then a test that can't run is one that fails.
REQUIRED = "ANNEXE_TEST_EVERYTHING"
_WORDS = "this machine cannot: "


def cannot(reason: str) -> NoReturn:
    """End a test that needs what this machine lacks: skip it with the reason, or fail it where everything must run."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{_WORDS}{reason} ({REQUIRED} is set, so that no test may be left out)")
    pytest.skip(_WORDS + reason)


def open_terminal() -> tuple[int, int]:
    """Open a terminal of its own for a test and return the descriptors of its two ends."""
    try:
        return pty.openpty()
    except OSError as error:
        cannot(f"open a terminal ({error})")


def summary(reasons: Iterable[str]) -> str | None:
    """Return one line about the tests that were skipped for these reasons, or None if the machine could do everything."""
    lacking = [reason.partition(_WORDS)[2] for reason in reasons if _WORDS in reason]
    if not lacking:
        return None
    return f"{len(lacking)} skipped: {_WORDS}{'; '.join(sorted(set(lacking)))}"
