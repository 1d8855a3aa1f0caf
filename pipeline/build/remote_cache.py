"""Attachments that other machines have built already, kept where fsspec can reach: a folder, S3, and more.

An entry is named by the fingerprint of all that an attachment's bytes depend on, and carries its own digest,
so that half an entry, or another's, is seen for what it is. What a cache can't give is built.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

from pebble import ThreadPool

from pipeline.core.files import write_atomically
from pipeline.ledger.fingerprints import fingerprint

_MARK = b"annexe-attachment 1"
#: Seconds that the cache may keep a run waiting, once: then the run goes on without it.
_PATIENCE = 10.0
#: How many entries are asked for at once, and lie ready: the way to S3 and back takes longer than checking.
_THREADS, _AHEAD = 16, 32
#: No attachment is larger than this many bytes.
_LARGEST = 512 * 1024 * 1024
#: Where an object shows whole or not at all, by itself; elsewhere it is written beside its place and moved.
_OBJECT_STORES = frozenset(["s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"])

ResultT = TypeVar("ResultT")


def cache_key(inputs: Mapping[str, str]) -> str:
    """Return the name of an attachment's entry: the sha256 of all fingerprints that decide its bytes."""
    return fingerprint(json.dumps(dict(inputs), sort_keys=True))


def sealed(key: str, data: bytes) -> bytes:
    """Return an entry: a line that names it and its attachment's digest, then the attachment."""
    return b"%s %s %s\n%s" % (_MARK, key.encode(), hashlib.sha256(data).hexdigest().encode(), data)


def unsealed(key: str, entry: bytes) -> bytes | None:
    """Return the attachment of an entry, or None where the entry is damaged or has another's name."""
    _, _, data = entry.partition(b"\n")
    return data if entry == sealed(key, data) else None


class Cache:
    """A cache at a path or fsspec address: `fault` is why it is not used, `damaged` counts bad entries."""

    def __init__(self, place: str, *, patience: float = _PATIENCE) -> None:
        self.place = place
        self.fault: str | None = None
        self.damaged = 0
        self._patience = patience
        # Its threads are daemons: one that hangs in the network does not keep the run from ending.
        self._pool: Any = ThreadPool(max_workers=_THREADS)
        self._writing: deque[Future[None]] = deque()
        self._files: Any
        self._files, self._root = self._wait(self._pool.schedule(_open, args=(place,))) or (None, "")

    def fetch(self, keys: Iterable[str | None]) -> Iterator[bytes | None]:
        """Yield the attachment of each key, in their order; None where there is none, or no key."""
        asked: deque[tuple[str | None, Future[bytes | None] | None]] = deque()
        for key in chain(keys, (None,) * _AHEAD):
            is_asked = key is not None and self.fault is None
            asked.append((key, self._pool.schedule(self._read, args=(key,)) if is_asked else None))
            if len(asked) > _AHEAD:
                yield self._fetched(*asked.popleft())

    def keep(self, key: str, data: bytes) -> None:
        """Keep an attachment; returns before it is there."""
        if self.fault is not None:
            return
        self._writing.append(self._pool.schedule(self._write, args=(key, sealed(key, data))))
        if len(self._writing) > _AHEAD:
            self._wait(self._writing.popleft())

    def close(self) -> None:
        """Wait until everything is kept, as long as the cache answers."""
        while self._writing and self.fault is None:
            self._wait(self._writing.popleft())
        self._pool.stop()

    def _fetched(self, key: str | None, future: Future[bytes | None] | None) -> bytes | None:
        if key is None or future is None or self.fault is not None:
            return None
        entry = self._wait(future)
        if entry is None:
            return None
        data = unsealed(key, entry)
        # What is built in its stead will overwrite a damaged one.
        self.damaged += data is None
        return data

    def _wait(self, future: "Future[ResultT]") -> ResultT | None:
        try:
            return future.result(timeout=self._patience)
        except FutureTimeoutError:
            self.fault = f"no answer within {self._patience:g} s"
        except Exception as error:  # noqa: BLE001 - whatever a file system or its driver raises, the run goes on without
            self.fault = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return None

    def _path(self, key: str) -> str:
        return f"{self._root}/{key[:2]}/{key}"

    def _read(self, key: str) -> bytes | None:
        try:
            entry: bytes = self._files.cat_file(self._path(key), end=_LARGEST)
        except FileNotFoundError:
            return None
        return entry

    def _write(self, key: str, entry: bytes) -> None:
        path = self._path(key)
        protocols = _protocols(self._files)
        if "file" in protocols:
            write_atomically(Path(path), entry)
        elif protocols & _OBJECT_STORES:
            self._files.pipe_file(path, entry)
        else:
            # Two machines may write one entry at once: each moves a whole one into place, both equal.
            beside = f"{path}.{token_hex(8)}.part"
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(beside, entry)
            self._files.mv(beside, path)


def _open(place: str) -> tuple[Any, str]:
    """Return the file system of a place and the path in it; raises whatever its driver does."""
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - optional
    except ImportError as error:
        raise ImportError("fsspec is not installed; run `make set-up-cluster`") from error
    files, root = url_to_fs(place)
    # A folder that is not there is most likely one that is not mounted: nothing is written in its stead.
    if "file" in _protocols(files) and not Path(root).is_dir():
        raise FileNotFoundError(f"there is no folder {root}")
    return files, str(root).rstrip("/")


def _protocols(files: Any) -> frozenset[str]:
    named = files.protocol
    return frozenset([named] if isinstance(named, str) else named)
