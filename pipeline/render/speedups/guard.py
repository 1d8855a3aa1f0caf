"""The one guard of what Annexe replaces in WeasyPrint: the files must be those this was written for."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import weasyprint

from pipeline.core.errors import MachineError

WRITTEN_FOR = "70.0"

#: An attribute to be replaced: the module or class that has it, its name, the value that takes its place.
Change = tuple[Any, str, Any]


@contextmanager
def replaced(*changes: Change) -> Iterator[None]:
    """Give attributes of modules or classes other values inside the block, also undone after an error."""
    before = [(holder, name, getattr(holder, name)) for holder, name, _ in changes]
    try:
        for holder, name, value in changes:
            setattr(holder, name, value)
        yield
    finally:
        for holder, name, value in before:
            setattr(holder, name, value)


def check_weasyprint(
    sources: Mapping[str, str],
    *,
    version: str = weasyprint.__version__,
    folder: Path = Path(weasyprint.__file__).parent,
) -> None:
    """Raise MachineError unless WeasyPrint has the expected version, and each file the sha256 given for it.

    Another version may mean something else by the same private names.
    """
    changed = [
        name
        for name, expected in sources.items()
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected
    ]
    if version != WRITTEN_FOR or changed:
        raise MachineError(
            f"this is WeasyPrint {version}{' with another ' if changed else ''}{', '.join(changed)}, "
            f"and Annexe renders with an unchanged {WRITTEN_FOR} alone; install weasyprint=={WRITTEN_FOR}, "
            "or look through pipeline/render/speedups/ with the new version beside it "
            "and run `make test` and `make conformance`"
        )
