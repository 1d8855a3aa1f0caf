"""Whatever an editor gets wrong is reported in exact words with its place; good editions are read."""

from pathlib import Path

import pytest

from tests.sources import bad_bodies, bad_files, bad_front_matter, bad_references
from tests.sources.reading import Case, names, read, reported, write_all

CASES = (*bad_front_matter.CASES, *bad_files.CASES, *bad_bodies.CASES, *bad_references.CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_input_is_reported_and_the_rest_is_read(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fault has its file, line and remedy; editions without an error are read, the others failed."""
    monkeypatch.chdir(tmp_path)
    write_all(tmp_path, case.files)
    reading = read(tmp_path)
    assert tuple(reported(reading)) == case.reported
    assert tuple(names(reading)) == case.good
    assert reading.failed == case.failed


def test_there_are_many_cases_each_with_its_name() -> None:
    """More than thirty different bad inputs are held."""
    assert len({case.name for case in CASES}) == len(CASES) >= 40
