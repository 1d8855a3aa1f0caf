"""A WordPress target for the tests, which counts its requests and may lose some.

What is published with it.
"""

import base64
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.model import Finding
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.errors import OutcomeUnknownError
from pipeline.publish.http.client import Client, RetryPolicy
from pipeline.publish.http.exchange import Response
from pipeline.publish.model import DesiredPlace, DesiredPost, PostState
from pipeline.publish.plan import Action
from pipeline.publish.verify import verify_post
from pipeline.publish.wordpress.target import WordPress
from tests.publish.wordpress.site import WordPressSite

#: Asks three times in no time.
HASTY = RetryPolicy(
    attempts=3, total_time=5.0, first_wait=0.01, longest_wait=0.02, jitter=0.0, longest_retry_after=0.02
)
#: Begins as a PDF does, which is what WordPress looks at.
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class Killed(BaseException):
    """Our process ends here: nothing catches this."""


@dataclass(slots=True)
class Fault:
    """What befalls the write of this number, counted from 1.

    It is `lost`, its answer is `unheard`, or we are `killed`.
    """

    number: int
    kind: str


class CountingClient(Client):
    """A client that notes every request, and loses one write or its answer where it is told to."""

    def __init__(self, settings: TargetSettings, *, authorisation: str) -> None:
        super().__init__(settings, authorisation=authorisation, retries=HASTY)
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.fault: Fault | None = None

    def read(self, path: str, **options: Any) -> Response:
        """Note it and ask."""
        self.reads.append(path)
        return super().read(path, **options)

    def write(self, method: str, path: str, **options: Any) -> Response:
        """Note it and send it, unless a fault befalls it."""
        self.writes.append(f"{method} {path}")
        fault = self.fault
        if fault is None or len(self.writes) != fault.number:
            return super().write(method, path, **options)
        if fault.kind == "lost":
            raise OutcomeUnknownError(f"{method} {path} was lost before it arrived")
        if fault.kind == "killed before":
            raise Killed
        super().write(method, path, **options)
        if fault.kind == "killed after":
            raise Killed
        raise OutcomeUnknownError(f"the answer to {method} {path} was lost")


@dataclass(slots=True)
class Blog:
    """The target as one user, and what was done there."""

    target: WordPress
    client: CountingClient
    settings: TargetSettings
    done: list[Action] = field(default_factory=list)

    def restart(self) -> None:
        """Forget all that a process knows, as the next one does; connections may be the same."""
        self.client.reads.clear()
        self.client.writes.clear()
        self.client.fault = None
        self.target = WordPress(self.settings, self.client, draft)

    def observe(self, desired: DesiredPost) -> PostState:
        """Look at one post."""
        (state,) = self.target.observe([desired])
        return state

    def publish(self, desired: DesiredPost, *, damaged: Collection[str] = ()) -> list[str]:
        """Bring the site to carry a post; return what was done, in words."""
        self.done.clear()
        apply_post(
            ApplyContext(target=self.target, wait=lambda _: None, report=self.done.append),
            desired,
            damaged=damaged,
        )
        return [f"{action.kind} {action.language or ''}".strip() for action in self.done]

    def verify(self, desired: DesiredPost) -> tuple[Finding, ...]:
        """Compare what readers get with what was published."""
        return verify_post(self.target, desired, self.observe(desired)).findings

    def page(self, desired: DesiredPost) -> str:
        """Return the page of a post's first place, as anybody sees it."""
        url = self.observe(desired).places[0].page_url
        assert url is not None
        return self.target.fetch(url, 1_000_000).decode()


def settings_of(site: WordPressSite, user: str, *, create: bool = False) -> TargetSettings:
    """Return the settings of a target that is this site."""
    return TargetSettings(
        name="blog",
        kind=TargetKind.WORDPRESS,
        url=site.url,
        path=None,
        user=user,
        size_labels="wordpress",
        label_language="en",
        create=create,
        content_type="",
        field="",
        translations=False,
        time_limit=60,
        bytes_limit=8_000_000,
        file="pyproject.toml",
        line=1,
    )


@contextmanager
def blog_of(
    site: WordPressSite, user: str, *, create: bool = False, password: str | None = None
) -> Iterator[Blog]:
    """Yield the site as a target for one user, with the user's own password unless another one is given."""
    settings = settings_of(site, user, create=create)
    secret = site.passwords[user] if password is None else password
    authorisation = "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
    with CountingClient(settings, authorisation=authorisation) as client:
        yield Blog(target=WordPress(settings, client, draft), client=client, settings=settings)


def draft(post: DesiredPost, place: DesiredPlace) -> tuple[str, str]:
    """Return the title and text of a new post."""
    return f"Title of {post.slug}", f"<p>Text for {place.name}\nover two lines.</p>\n<p>The end.</p>"


def pdf(text: str) -> bytes:
    """Return bytes that WordPress takes for a PDF; other ones for another text."""
    return PDF + text.encode()


def pdfs(**texts: str) -> Mapping[str, bytes]:
    """Return attachments by language."""
    return {language: pdf(text) for language, text in texts.items()}
