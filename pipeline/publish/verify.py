"""Whether what a live site carries is correct: its links, their labels, and the files behind them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from pipeline.core.model import Finding, Severity
from pipeline.publish.apply import difference
from pipeline.publish.errors import SiteProblem, SiteProblemError, publish_finding
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPlace,
    DesiredPost,
    LocalFile,
    PlaceState,
    PostState,
    RemoteFile,
    Target,
)
from pipeline.publish.site.summaries import parse_page

#: No page of a post has more bytes than this.
_LARGEST_PAGE = 16 * 1024 * 1024
#: A link's text and the size beside it are no longer than this together.
_LONGEST_LABEL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPost:
    """The result of verifying a post: findings, and the keys of files with wrong bytes."""

    findings: tuple[Finding, ...]
    damaged: tuple[str, ...]


def verify_post(target: Target, desired: DesiredPost, state: PostState) -> VerifiedPost:
    """Download what the site's links lead to, read the live page, and compare both with what they should be.

    Raises SiteProblemError where the site as a whole no longer answers.
    """
    verifier = _Verifier(target, desired, state)
    findings = tuple(verifier.findings())
    return VerifiedPost(findings=findings, damaged=tuple(verifier.damaged))


class _Verifier:
    def __init__(self, target: Target, desired: DesiredPost, state: PostState) -> None:
        self._target = target
        self._desired = desired
        self._state = state
        self._files = {file.key: file for file in state.files}
        self.damaged: list[str] = []

    def findings(self) -> Iterator[Finding]:
        for desired, place in zip(self._desired.places, self._state.places, strict=True):
            yield from self._of_place(desired, place)
        if all(place.problem is None for place in self._state.places):
            yield from self._unlinked()

    def _of_place(self, desired: DesiredPlace, place: PlaceState) -> Iterator[Finding]:
        if place.problem is not None:
            yield self._problem(place.problem, None)
            return
        if place.key is None:
            yield self._finding("not_published", None, f"there is no post {desired.name}")
            return
        links = {link.language: link for link in place.links}
        good = []
        for file in desired.files:
            found = list(self._of_file(desired, file, links.get(file.language)))
            yield from found
            if not found:
                good.append((file, links[file.language]))
        for link in place.links:
            if link.language not in desired.languages:
                what = f'the post {desired.name} still links to "{link.text}", which no source makes any more'
                yield self._finding("unwanted_link", link.language, what)
        if place.stale is not None:
            what = f"the page of {desired.name} is out of date: {place.stale}"
            yield self._finding("page_outdated", desired.translation, what)
        if place.page_url is not None and good:
            yield from self._of_page(desired, place.page_url, good)

    def _of_file(
        self, desired: DesiredPlace, file: LocalFile, link: AttachmentLink | None
    ) -> Iterator[Finding]:
        """Yield what is wrong with the link to an edition's attachment and with the file behind it."""
        language = file.language
        if link is None:
            what = f"the post {desired.name} has no link to the attachment"
            yield self._finding("link_lost", language, what)
            return
        remote = self._files.get(link.file_key) if link.file_key is not None else None
        if remote is None:
            what = f"the link of the post {desired.name} leads to no file of ours ({link.url})"
            yield self._finding("file_gone", language, what)
            return
        if not remote.holds(file.identity):
            what = (
                f"the post {desired.name} carries an older attachment than the one that is built (sha256 "
                f"{remote.sha256[:8]} instead of {file.identity.sha256[:8]})"
            )
            yield self._finding("outdated", language, what)
            return
        if link.text != file.text:
            what = f'the link of the post {desired.name} says "{link.text}" instead of "{file.text}"'
            yield self._finding("label", language, what)
        yield from self._of_bytes(file, remote)

    def _of_bytes(self, file: LocalFile, remote: RemoteFile) -> Iterator[Finding]:
        try:
            what = difference(self._target, remote, file)
        except SiteProblemError as error:
            if error.is_whole_site:
                raise
            yield self._problem(error.problem, file.language)
            return
        if what is not None:
            self.damaged.append(remote.key)
            message = f"{remote.url} was replaced by hand or damaged: it came back {what}"
            command = f"annexe publish {self._desired.slug} --to {self._target.name} --repair"
            remedy = f"run `{command}` to put ours there again"
            yield self._finding("replaced", file.language, message, remedy)

    def _of_page(
        self, desired: DesiredPlace, url: str, good: Sequence[tuple[LocalFile, AttachmentLink]]
    ) -> Iterator[Finding]:
        """Yield what the live page shows readers wrongly, or doesn't show them."""
        try:
            page = _Page(self._target.fetch(url, most=_LARGEST_PAGE), url)
        except SiteProblemError as error:
            if error.is_whole_site:
                raise
            yield self._problem(error.problem, desired.translation)
            return
        for file, link in good:
            shown = page.text_at(link.url)
            if shown is None:
                what = f"the link to {link.url} is not on the page that readers see ({url})"
                remedy = "look whether the site's theme shows the attachments, and empty its page cache"
                yield self._finding("link_hidden", file.language, what, remedy)
            elif not (_plain(file.label) in shown and _plain(file.size_label) in shown):
                what = (
                    f'the page that readers see ({url}) says "{shown[:120]}" instead of "{file.label} '
                    f'({file.size_label})"'
                )
                remedy = (
                    "empty the site's page cache; see that `size_labels` and `label_language` of "
                    f"[tool.annexe.publish.{self._target.name}] are as the site prints sizes"
                )
                yield self._finding("label", file.language, what, remedy)

    def _unlinked(self) -> Iterator[Finding]:
        """Yield a warning for each file of ours that nothing links to."""
        used = {link.file_key for place in self._state.places for link in place.links}
        for file in self._state.files:
            if file.key not in used and file.keep_reason is None:
                what = f"{file.url} is ours, and nothing of ours links to it"
                yield self._finding("unlinked_file", file.language, what, severity=Severity.WARNING)

    def _problem(self, problem: SiteProblem, language: str | None) -> Finding:
        return self._finding(problem.name, language, problem.message, problem.remedy)

    def _finding(
        self,
        name: str,
        language: str | None,
        message: str,
        remedy: str = "",
        *,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Return a finding about the post; its remedy is to publish, where no other is given."""
        slug = self._desired.slug
        remedy = remedy or f"run `annexe publish{f' {slug}' * bool(slug)} --to {self._target.name}`"
        return publish_finding(name, message, remedy, slug=slug, language=language, severity=severity)


class _Page:
    """A live page: the text at and behind each of its links."""

    def __init__(self, data: bytes, url: str) -> None:
        self._url = url
        self._root = parse_page(data)

    def text_at(self, url: str) -> str | None:
        """Return the text of the link to an address and the text behind it; None where no link leads there.

        The text ends where the next link begins: a site's own software may print the size beside the link, in
        an element of its own.
        """
        text: str | None = None
        walk = () if self._root is None else etree.iterwalk(self._root, events=("start", "end"))
        for event, element in walk:
            is_link = element.tag == "a"
            if event == "start" and is_link:
                if text is not None:
                    break
                if urljoin(self._url, element.get("href", "")) == url:
                    text = ""
            if text is not None:
                text += (element.text if event == "start" else element.tail) or ""
                if len(text) > _LONGEST_LABEL:
                    break
        return None if text is None else _plain(text)


def _plain(text: str) -> str:
    """Return a text with each run of spaces, no-break ones too, as one space."""
    return " ".join(text.split())
