"""The files of ours in a WordPress's media library: those whose description is a marker, to the letter."""

import datetime as dt
import email.utils
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.client import Client
from pipeline.publish.http.exchange import Response
from pipeline.publish.model import RemoteFile, read_marker
from pipeline.publish.wordpress.posts import API, entries_of

#: Up to so many posts are searched for one by one; for more, the whole library is read once.
_FEW = 3
#: The most entries of one response.
_PAGE = 100
_TRIES = 3
#: An entry without details of its file may be in the making for so many seconds; past that its upload was
#: broken off.
_MAKING = 30
#: Every marker begins with this, and little else does.
_SIGN = "annexe:"
_OK, _NO_SUCH_PAGE, _NOT_FOUND, _GONE = 200, 400, 404, 410
_FIELDS = "id,source_url,description,media_details"


class _MovedError(Exception):
    """The library changed while it was read, so that entries may be missing."""


class Media:
    """Finds our files; the ids found in a search of the whole library are kept until `forget` is called."""

    def __init__(self, client: Client, *, name: str) -> None:
        self._client = client
        self._name = name
        self._ids: dict[str, tuple[int, ...]] | None = None
        #: The keys of entries that were seen without details of their files.
        self._begun: set[str] = set()

    def find(self, slugs: Sequence[str]) -> dict[str, tuple[RemoteFile, ...]]:
        """Return our files of each post, oldest first; raises SiteProblemError where they keep changing."""
        for _ in range(_TRIES):
            try:
                if len(slugs) <= _FEW:
                    return {slug: tuple(self._files(self._search(f"{_SIGN}{slug}:"), slug)) for slug in slugs}
                return self._looked_up(slugs)
            except _MovedError:
                self.forget()
        raise SiteProblemError(
            "library_changing",
            f"{self._name}: the media library changes faster than it can be read",
            "publish again when nobody else publishes there",
            is_whole_site=True,
        )

    def forget(self) -> None:
        """Forget what the library held: something was written to it."""
        self._ids = None

    def _looked_up(self, slugs: Sequence[str]) -> dict[str, tuple[RemoteFile, ...]]:
        if self._ids is None:
            self._ids = self._all_ids()
        desired = {slug: self._ids.get(slug, ()) for slug in slugs}
        numbers = [number for some in desired.values() for number in some]
        entries: dict[int, Mapping[str, Any]] = {}
        for start in range(0, len(numbers), _PAGE):
            batch = numbers[start : start + _PAGE]
            response = self._ask({"include": ",".join(map(str, batch))}, 1)
            entries.update((int(entry["id"]), entry) for entry in entries_of(response))
        if len(entries) != len(numbers):
            # One of them is gone: what else has changed since is unknown.
            raise _MovedError
        return {
            slug: tuple(self._files((entries[number] for number in some), slug))
            for slug, some in desired.items()
        }

    def _all_ids(self) -> dict[str, tuple[int, ...]]:
        """Look through the whole library once; return the ids of our files by post."""
        found: dict[str, tuple[int, ...]] = {}
        for entry in self._search(_SIGN, fields="id,description"):
            identity = read_marker(_description(entry))
            if identity is not None:
                found[identity.slug] = (*found.get(identity.slug, ()), int(entry["id"]))
        return found

    def await_made(self, file: RemoteFile) -> None:
        """Wait until WordPress has made a file whole that somebody is uploading this very moment.

        It writes the entry first, and then which file it is (`wp_insert_attachment`): an entry that is
        deleted between the two leaves its file on the disk, where nobody finds it. Details of the file come
        last.
        """
        # Counted as well: a cache in front of the site may show the same time for ever.
        for _ in range(_MAKING):
            if file.key not in self._begun:
                break
            response = self._client.read(
                f"{API}/media/{file.key}",
                params={"context": "edit", "_fields": "id,date_gmt,media_details"},
                expect=(_OK, _NOT_FOUND, _GONE),
                doing="looking at a file",
            )
            if response.status != _OK or _is_made(response):
                self._begun.discard(file.key)
            else:
                time.sleep(1.0)

    def _files(self, entries: Iterable[Mapping[str, Any]], slug: str) -> Iterator[RemoteFile]:
        for entry in entries:
            file = remote_file(entry)
            if file is not None and file.slug == slug:
                if not entry.get("media_details"):
                    self._begun.add(file.key)
                yield file

    def _search(self, words: str, fields: str = _FIELDS) -> Iterator[Mapping[str, Any]]:
        """Yield the results of a search page by page; raises _MovedError where their number changes."""
        page, pages, total = 1, 1, None
        while page <= pages:
            response = self._ask({"search": words, "_fields": fields}, page)
            if response.status != _OK:
                # There are fewer pages than there were.
                raise _MovedError
            if total not in (None, response.headers.get("x-wp-total")):
                raise _MovedError
            total = response.headers.get("x-wp-total")
            count = response.headers.get("x-wp-totalpages", "")
            pages = int(count) if count.isdecimal() else 1
            yield from entries_of(response)
            page += 1

    def _ask(self, params: Mapping[str, str], page: int) -> Response:
        return self._client.read(
            f"{API}/media",
            params={
                "context": "edit",
                "per_page": _PAGE,
                "page": page,
                "orderby": "id",
                "order": "asc",
                "_fields": _FIELDS,
                **params,
            },
            expect=(_OK,) if page == 1 else (_OK, _NO_SUCH_PAGE),
            doing="looking through the media library",
        )


def remote_file(entry: Mapping[str, Any]) -> RemoteFile | None:
    """Return the file of ours that an entry of the library is, or None where it isn't ours."""
    identity = read_marker(_description(entry))
    if identity is None:
        return None
    return RemoteFile(
        key=str(entry["id"]),
        url=str(entry.get("source_url")),
        slug=identity.slug,
        language=identity.language,
        sha256=identity.sha256,
        size=identity.size,
    )


def _is_made(response: Response) -> bool:
    """Say whether an entry's file is complete, or never will be, by the site's own clock."""
    entry = response.json()
    if not isinstance(entry, dict) or entry.get("media_details"):
        return True
    try:
        now = email.utils.parsedate_to_datetime(response.headers.get("date", ""))
        begun = dt.datetime.fromisoformat(str(entry.get("date_gmt"))).replace(tzinfo=dt.UTC)
        return abs((now - begun).total_seconds()) > _MAKING
    except (ValueError, TypeError):
        # A site that tells no times can't be waited for.
        return True


def _description(entry: Mapping[str, Any]) -> str:
    description = entry.get("description")
    return str(description.get("raw", "")) if isinstance(description, dict) else ""
