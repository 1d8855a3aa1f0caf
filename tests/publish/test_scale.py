"""A plan of very many posts: few requests, and no more memory than a plan of some."""

import hashlib
import math
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.core.settings import load_settings
from pipeline.publish.desired import BATCH, DesiredBatch, DesiredPosts
from pipeline.publish.http.client import Client
from pipeline.publish.model import DesiredPlace, DesiredPost, Identity, LocalFile
from pipeline.publish.run import Interaction, _Plan, _plan, _Run
from pipeline.publish.targets import PublishRequest
from pipeline.publish.wordpress.block import make_item, write_items
from pipeline.publish.wordpress.target import WordPress
from tests.publish.loopback import SOON, CannedResponse, ReceivedRequest, data, site, target

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LANGUAGES = ("en", "fr")
#: As much text as a long post has: what keeps the posts in memory would be seen.
_TEXT = "<p>What an editor wrote.</p>\n" * 350


def identity_at(number: int, language: str) -> Identity:
    """Return the identity of an attachment that nobody built."""
    sha256 = hashlib.sha256(f"{number} {language}".encode()).hexdigest()
    return Identity(slug=f"post-{number}", language=language, sha256=sha256, size=30_000 + number)


def wanted_at(number: int, first: int = 0) -> DesiredPost:
    """Return the wanted post of a number; the site knows it by the number counted from `first`."""
    files = tuple(
        LocalFile(
            identity=identity_at(number, language),
            path=Path("nowhere"),
            title=f"Title {number}",
            label=language,
            size_label="30 KB",
            text=f"{language} (30 KB)",
        )
        for language in LANGUAGES
    )
    place = DesiredPlace(reference=str(first + number), files=files, languages=LANGUAGES)
    return DesiredPost(slug=f"post-{number}", places=(place,))


class Many(DesiredPosts):
    """So many posts, made up a batch at a time."""

    def __init__(self, count: int, first: int = 0) -> None:
        self._count = count
        self._first = first

    def batches(self, slugs: Sequence[str]) -> Iterator[DesiredBatch]:
        """Yield them all, as the sources of a project come."""
        del slugs
        for start in range(1, self._count + 1, BATCH):
            numbers = range(start, min(start + BATCH, self._count + 1))
            yield DesiredBatch(posts=tuple(wanted_at(number, self._first) for number in numbers), findings=())


@dataclass(slots=True)
class ManyPosts:
    """A WordPress that carries so many posts as it should; it makes each answer anew, and counts them."""

    url: str
    count: int
    requests: int = 0

    def response(self, asked: ReceivedRequest) -> CannedResponse:
        """Answer as WordPress does."""
        self.requests += 1
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/posts"):
            return data([self._post(int(number)) for number in query["include"].split(",")])
        if "include" in query:
            return data([self._file(int(number)) for number in query["include"].split(",")])
        page, size, total = int(query["page"]), int(query["per_page"]), self.count * len(LANGUAGES)
        numbers = range((page - 1) * size, min(page * size, total))
        pages = str(math.ceil(total / size))
        found = [self._file(number) for number in numbers]
        return data(found, X_WP_Total=str(total), X_WP_TotalPages=pages)

    def _file(self, number: int) -> dict[str, object]:
        identity = identity_at(number // 2 + 1, LANGUAGES[number % 2])
        return {
            "id": number,
            "source_url": self._address(identity),
            "description": {"raw": identity.marker},
        }

    def _post(self, number: int) -> dict[str, object]:
        identities = [identity_at(number, language) for language in LANGUAGES]
        items = [make_item(self._address(one), one.language, f"{one.language} (30 KB)") for one in identities]
        return {
            "id": number,
            "slug": f"post-{number}",
            "status": "publish",
            "link": f"{self.url}/?p={number}",
            "modified_gmt": "2020-01-01T00:00:00",
            "content": {"raw": write_items(_TEXT, (), items)},
        }

    def _address(self, identity: Identity) -> str:
        return f"{self.url}/uploads/{identity.file_name}"


def planned(folder: Path, count: int) -> tuple[_Plan, int, int]:
    """Plan so many posts; return the plan, the number of requests.

    The most bytes that were in use meanwhile.
    """
    many = ManyPosts("", count)
    with site(many.response) as running:
        many.url = running.url
        settings = target(running.url)
        request = PublishRequest(
            settings=load_settings(folder), house_file=folder, target=settings, slugs=(), environment={}
        )
        interaction = Interaction(confirm=lambda _: False, report=lambda _: None, progress=lambda _: None)
        with Client(settings, authorisation="Basic x", retries=SOON) as client:
            wordpress = WordPress(settings, client, lambda *_: ("", ""))
            tracemalloc.start()
            try:
                run = _Run(
                    request=request,
                    interaction=interaction,
                    target=wordpress,
                    desired_posts=Many(count),
                    who="",
                )
                plan = _plan(run, repair=False)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    return plan, many.requests, peak


def test_planning_reads_in_pages_and_keeps_memory_flat(tmp_path: Path) -> None:
    """Four times as many posts take four times as many requests, four for fifty posts.

    Hardly more memory.
    """
    few, many = 200, 800
    peaks = {}
    planned(tmp_path, BATCH)  # what is loaded once is not to be counted
    for count in (few, many):
        plan, requests, peaks[count] = planned(tmp_path, count)
        assert (plan.unchanged, plan.work, plan.findings) == (2 * count, {}, [])
        assert requests <= 4 * math.ceil(count / BATCH) + 2
    # Names and numbers by which posts and files are known take about a kilobyte a post; a post read is ten.
    assert peaks[many] - peaks[few] < len(_TEXT) * (many - few) / 4
