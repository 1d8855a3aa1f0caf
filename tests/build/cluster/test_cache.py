"""The shared cache of attachments: machines that start empty, damaged entries, a cache that is gone."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.remote_cache import Cache, cache_key, sealed, unsealed
from tests.build.cluster.test_build import attachments
from tests.projects import ENGLISH, HEAVY, Project, findings

pytestmark = pytest.mark.cluster

KEY = cache_key({"page": "a", "fonts": "b"})
OTHER = cache_key({"page": "a", "fonts": "c"})
ENTRY = sealed(KEY, b"%PDF-1.7 an attachment")


@pytest.fixture(params=["folder", "file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each kind of place that can be had here.

    A path, an address of a folder, a file system of another kind.
    """
    (tmp_path / "cache").mkdir()
    places = {
        "folder": str(tmp_path / "cache"),
        "file": (tmp_path / "cache").as_uri(),
        "memory": f"memory://{tmp_path}",
    }
    return places[str(request.param)]


def files_of(place: str) -> Any:
    """Return the file system of a place, and the path in it."""
    from fsspec.core import url_to_fs

    return url_to_fs(place)


def fetch(place: str, *keys: str | None) -> list[bytes | None]:
    """Ask a cache that works for some entries, as a new run does."""
    cache = Cache(place)
    found = list(cache.fetch(keys))
    cache.close()
    assert cache.fault is None
    return found


def keep(place: str, key: str, data: bytes) -> None:
    """Keep an attachment, as a run does that ends then."""
    cache = Cache(place)
    cache.keep(key, data)
    cache.close()
    assert cache.fault is None


def test_what_was_kept_is_there_for_the_next(place: str) -> None:
    """What one run keeps another is given; what nobody kept, and what nobody asks for, is None."""
    keep(place, KEY, b"an attachment")
    assert fetch(place, KEY, None, OTHER, KEY) == [b"an attachment", None, None, b"an attachment"]


def test_entries_come_in_their_order(place: str) -> None:
    """Many entries, asked for at once, come in the order of their keys."""
    keys = [cache_key({"page": str(number)}) for number in range(80)]
    cache = Cache(place)
    for number, key in enumerate(keys):
        cache.keep(key, str(number).encode())
    cache.close()
    assert fetch(place, *keys) == [str(number).encode() for number in range(80)]


def test_nothing_half_made_is_left(place: str) -> None:
    """Beside the entries there is no temporary file."""
    keep(place, KEY, b"an attachment")
    files, root = files_of(place)
    assert [path.rpartition("/")[2] for path in files.find(root)] == [KEY]


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(ENTRY[:-1], id="one byte short"),
        pytest.param(ENTRY[:10], id="cut in its head"),
        pytest.param(b"", id="empty"),
        pytest.param(ENTRY[:-3] + b"\x00nt", id="one byte other"),
        pytest.param(ENTRY + b"\n", id="one byte more"),
        pytest.param(sealed(OTHER, b"%PDF-1.7 an attachment"), id="the entry of another"),
    ],
)
def test_a_damaged_entry_is_none(damaged: bytes) -> None:
    """An entry that is not as it was written, or stands under another's name, is not taken."""
    assert unsealed(KEY, ENTRY) == b"%PDF-1.7 an attachment"
    assert unsealed(KEY, damaged) is None


def test_a_damaged_entry_is_counted_and_replaced(place: str) -> None:
    """A truncated entry is missed and counted; keeping the attachment again mends it."""
    keep(place, KEY, b"an attachment")
    files, root = files_of(place)
    path = f"{root}/{KEY[:2]}/{KEY}"
    files.pipe_file(path, files.cat_file(path)[:-4])
    cache = Cache(place)
    assert list(cache.fetch([KEY])) == [None]
    assert cache.damaged == 1
    cache.keep(KEY, b"an attachment")
    cache.close()
    assert fetch(place, KEY) == [b"an attachment"]


def test_two_machines_may_keep_the_same_at_once(place: str) -> None:
    """While several runs write one entry again and again, a reader finds it whole, or not yet there."""
    data = bytes(200_000)

    def write() -> None:
        for _ in range(5):
            keep(place, KEY, data)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    seen: set[bytes | None] = set()
    while any(writer.is_alive() for writer in writers):
        cache = Cache(place)
        seen.update(cache.fetch([KEY]))
        assert (cache.damaged, cache.fault) == (0, None)
        cache.close()
    for writer in writers:
        writer.join()
    assert seen <= {None, data}
    assert fetch(place, KEY) == [data]


@pytest.fixture
def silent() -> Iterator[str]:
    """A place that never answers, until the test is over."""
    from fsspec import AbstractFileSystem, register_implementation

    over = threading.Event()

    class Silent(AbstractFileSystem):  # type: ignore[misc] # fsspec's types are not looked at
        protocol = "silent"

        def cat_file(self, *_: object, **__: object) -> bytes:
            over.wait()
            return b""

    register_implementation("silent", Silent, clobber=True)
    yield "silent://somewhere"
    over.set()


def test_a_silent_cache_is_waited_for_once(silent: str) -> None:
    """A cache that doesn't answer keeps a run waiting once, and is not asked again."""
    cache = Cache(silent, patience=0.1)
    assert list(cache.fetch([KEY] * 100)) == [None] * 100
    assert cache.fault == "no answer within 0.1 s"
    cache.keep(KEY, b"an attachment")
    cache.close()


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("file:///nowhere/at/all", "FileNotFoundError: there is no folder /nowhere/at/all"),
        ("s4://bucket", "ValueError: Protocol not known: s4"),
    ],
)
def test_a_cache_that_cannot_be_had_says_why(where: str, fault: str) -> None:
    """A folder that isn't mounted, or an address of no kind, is a fault in words; nothing is raised."""
    cache = Cache(where)
    assert list(cache.fetch([KEY])) == [None]
    cache.keep(KEY, b"an attachment")
    cache.close()
    assert cache.fault is not None
    assert cache.fault.startswith(fault)


def machine(folder: Path, cache: Path) -> Project:
    """Return a project as a machine has it that starts empty: sources and settings, nothing built."""
    project = Project(folder)
    project.add_post()
    project.write("heavy/en.md", HEAVY)
    project.write("../pyproject.toml", f'[tool.annexe]\ncache = "{cache}"\n')
    return project


def built(project: Project) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Build and return the report, and its editions by their attachments' names."""
    ran = project.run("build", "--json")
    assert ran.code == 1, ran.err
    report = json.loads(ran.out)
    return report, {f"{one['slug']}-{one['language']}": one for one in report["editions"]}


def test_a_machine_that_starts_empty_rebuilds_nothing(tmp_path: Path) -> None:
    """What one machine built well, another takes from the cache.

    The same bytes, checked again, rendered nowhere.
    """
    (tmp_path / "cache").mkdir()
    first = machine(tmp_path / "first", tmp_path / "cache")
    built(first)
    second = machine(tmp_path / "second", tmp_path / "cache")
    report, editions = built(second)
    for name in ("testing-en", "testing-fr"):
        assert editions[name]["outcome"] == "built"
        assert editions[name]["reason"] == "not built before; taken from the cache"
        assert "size.unpublished" in findings(editions[name])
    # What a check rejects is kept for nobody.
    assert editions["heavy-en"]["reason"] == "not built before"
    assert attachments(second.output) == attachments(first.output)
    assert not {finding["check"] for finding in report["findings"]} & {"build.cache", "build.damaged"}
    _, again = built(second)
    assert [again[name]["outcome"] for name in sorted(again)] == ["rejected", "unchanged", "unchanged"]


def entries(cache: Path) -> list[Path]:
    """Return the files of a cache."""
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_damaged_entries_are_built_anew(tmp_path: Path) -> None:
    """A truncated entry and one with another's bytes are reported, built here and replaced.

    The result is the same.
    """
    cache = tmp_path / "cache"
    cache.mkdir()
    first = machine(tmp_path / "first", cache)
    built(first)
    one, other = entries(cache)
    whole = [one.read_bytes(), other.read_bytes()]
    one.write_bytes(whole[0][:-100])
    other.write_bytes(whole[0])
    second = machine(tmp_path / "second", cache)
    report, editions = built(second)
    assert editions["testing-en"]["reason"] == editions["testing-fr"]["reason"] == "not built before"
    assert attachments(second.output) == attachments(first.output)
    assert [path.read_bytes() for path in entries(cache)] == whole
    (finding,) = (finding for finding in report["findings"] if finding["check"] == "build.damaged")
    assert finding["message"].startswith(f"2 attachments in the cache at {cache} were damaged")


def test_an_entry_that_fails_a_check_is_built_after_all(tmp_path: Path) -> None:
    """Somebody else's bytes under the right name and with a right digest don't pass.

    The attachment is built here.
    """
    cache = tmp_path / "cache"
    cache.mkdir()
    first = machine(tmp_path / "first", cache)
    built(first)
    english = attachments(first.output)["testing-en.pdf"]
    for path in entries(cache):
        path.write_bytes(sealed(path.name, english if english not in path.read_bytes() else b"no PDF"))
    second = machine(tmp_path / "second", cache)
    _, editions = built(second)
    assert {editions[name]["reason"] for name in ("testing-en", "testing-fr")} == {"not built before"}
    assert attachments(second.output) == attachments(first.output)


def test_a_cache_that_is_gone_is_a_warning(tmp_path: Path) -> None:
    """A cache that can't be reached costs no build: it is told, and everything is built here."""
    project = machine(tmp_path / "project", tmp_path / "not-mounted")
    project.write("heavy/en.md", ENGLISH.replace("label:", "published_size: 1 KB\nlabel:"))
    report, editions = built(project)
    assert editions["testing-en"]["outcome"] == "built"
    (finding,) = (finding for finding in report["findings"] if finding["check"] == "build.cache")
    assert finding["severity"] == "warning"
    assert f"there is no folder {tmp_path / 'not-mounted'}" in finding["message"]
    assert not (tmp_path / "not-mounted").exists()
