"""Records of stats: what they notice, what they can't, and where they are not relied on."""

import os
import time
from pathlib import Path

import pytest

from pipeline.build.incremental.stat_records import (
    GRANULARITY,
    UnusualError,
    clock,
    files_of,
    same_sources,
    stats_of,
    sums_of,
)


def written(folder: Path, *slugs: str) -> tuple[str, str]:
    """Write posts with an image in a folder below, and what was made of them; return both folders."""
    for slug in slugs or ("a",):
        for name in (f"in/{slug}/en.md", f"in/{slug}/img/b.png", f"out/{slug}/en.html", f"out/{slug}/x.pdf"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"some bytes")
    return str(folder / "in"), str(folder / "out")


def test_a_record_names_every_file(tmp_path: Path) -> None:
    """All files of a post's folder are in its record, in folders below it too, and of what was made pages and PDFs."""
    sources, output = written(tmp_path)
    (tmp_path / "out" / "a" / "rejected").mkdir()
    names = [(file.name, file.is_made) for file in files_of(stats_of(sources, output, "a"))]
    assert names == [("en.md", False), ("img/b.png", False), ("en.html", True), ("x.pdf", True)]


@pytest.mark.parametrize("name", ["in/a/en.md", "in/a/img/b.png", "out/a/en.html", "out/a/x.pdf"])
def test_an_edit_shows_whatever_its_time_stamp(tmp_path: Path, name: str) -> None:
    """An edit of the same size with its time stamp put back makes another record, and another sum."""
    sources, output = written(tmp_path)
    before = stats_of(sources, output, "a")
    sums = sums_of(before, sources, output, "a")
    path = tmp_path / name
    stat = path.stat()
    # Beyond the tick in which the file was written.
    beside = tmp_path / "tick"
    beside.touch()
    while beside.stat().st_ctime_ns <= stat.st_ctime_ns:
        beside.touch()
    path.write_bytes(b"SOME bytes")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    after = stats_of(sources, output, "a")
    assert after != before
    assert sums_of(after, sources, output, "a") != sums
    assert same_sources(before, after) == name.startswith("out")


def test_an_edit_in_the_same_tick_is_one_that_no_record_is_relied_on_for(tmp_path: Path) -> None:
    """Where a record can't show an edit, the file is younger than the time before which stamps are old."""
    sources, output = written(tmp_path)
    path = tmp_path / "in" / "a" / "en.md"
    for number in range(2_000):
        since = clock(tmp_path / "clock")
        path.write_bytes(b"%010d" % number)
        before = stats_of(sources, output, "a")
        path.write_bytes(b"%010d" % -number)
        after = stats_of(sources, output, "a")
        assert max(file.newest for file in files_of(after)) >= since
        if before == after:
            break


def test_the_clock_is_the_earlier_of_two(tmp_path: Path) -> None:
    """The time before which stamps are old lies two seconds back; where the folder can't be written, nothing is old."""
    assert time.time_ns() - clock(tmp_path / "clock") >= GRANULARITY
    assert clock(tmp_path / "nowhere" / "clock") == 0


@pytest.mark.parametrize("kind", ["link", "pipe", "linked folder"])
def test_what_is_unusual_has_no_record(tmp_path: Path, kind: str) -> None:
    """A link, a pipe or a link to a folder in a post's folder makes a post that is always read."""
    sources, output = written(tmp_path)
    path = tmp_path / "in" / "a" / "odd"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("en.md" if kind == "link" else tmp_path)
    with pytest.raises(UnusualError):
        stats_of(sources, output, "a")


def test_a_link_put_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    """A file that was exchanged for a link after its record was made is not read through it."""
    sources, output = written(tmp_path)
    stats = stats_of(sources, output, "a")
    path = tmp_path / "in" / "a" / "en.md"
    path.unlink()
    path.symlink_to("img/b.png")
    with pytest.raises(OSError, match="symbolic link"):
        sums_of(stats, sources, output, "a")
