"""Whether a live site still tells the truth: its links, their labels, and the files behind them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from pipeline.core.model import Finding, Severity
from pipeline.publish.apply import difference
from pipeline.publish.errors import TroubleError
from pipeline.publish.model import (
    Link,
    LocalFile,
    PlaceState,
    PostState,
    RemoteFile,
    Target,
    Trouble,
    WantedPlace,
    WantedPost,
)

#: A page of a post is no larger than this; what is larger is no page of a post.
_LARGEST_PAGE = 16 * 1024 * 1024
#: A link's text and the size beside it are no longer than this together.
_LONGEST_LABEL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying a post gave: what was found, and the keys of the files that don't hold what they say."""

    findings: tuple[Finding, ...]
    spoilt: tuple[str, ...]


def verify_post(target: Target, wanted: WantedPost, state: PostState) -> Verified:
    """Download what the site's links lead to, read the live page, and compare both with what they should be.

    Raises TroubleError where the site as a whole can't be asked any more.
    """
    verifier = _Verifier(target, wanted, state)
    findings = tuple(verifier.findings())
    return Verified(findings=findings, spoilt=tuple(verifier.spoilt))


class _Verifier:
    def __init__(self, target: Target, wanted: WantedPost, state: PostState) -> None:
        self._target = target
        self._wanted = wanted
        self._state = state
        self._files = {file.key: file for file in state.files}
        self.spoilt: list[str] = []

    def findings(self) -> Iterator[Finding]:
        for wanted, place in zip(self._wanted.places, self._state.places, strict=True):
            yield from self._of_place(wanted, place)
        if all(place.trouble is None for place in self._state.places):
            yield from self._unlinked()

    def _of_place(self, wanted: WantedPlace, place: PlaceState) -> Iterator[Finding]:
        if place.trouble is not None:
            yield self._trouble(place.trouble, None)
            return
        if place.key is None:
            yield self._finding("not_published", None, f"there is no post {wanted.name}", self._publish())
            return
        links = {link.language: link for link in place.links}
        good = []
        for file in wanted.files:
            found = list(self._of_file(wanted, file, links.get(file.language)))
            yield from found
            if not found:
                good.append((file, links[file.language]))
        for link in place.links:
            if link.language not in wanted.languages:
                what = f'the post {wanted.name} still links to "{link.text}", which no source makes any more'
                yield self._finding("unwanted_link", link.language, what, self._publish())
        if place.stale is not None:
            what = f"the page of {wanted.name} is out of date: {place.stale}"
            yield self._finding("page_outdated", wanted.translation, what, self._publish())
        if place.page_url is not None and good:
            yield from self._of_page(wanted, place.page_url, good)

    def _of_file(self, wanted: WantedPlace, file: LocalFile, link: Link | None) -> Iterator[Finding]:
        """Yield what is wrong with the link to an edition's attachment and with the file behind it."""
        language = file.language
        if link is None:
            what = f"the post {wanted.name} has no link to the attachment"
            yield self._finding("link_lost", language, what, self._publish())
            return
        remote = self._files.get(link.file_key) if link.file_key is not None else None
        if remote is None:
            what = f"the link of the post {wanted.name} leads to no file of ours ({link.url})"
            yield self._finding("file_gone", language, what, self._publish())
            return
        if not remote.holds(file.identity):
            what = (
                f"the post {wanted.name} carries an older attachment than the one that is built "
                f"(sha256 {remote.sha256[:8]} instead of {file.identity.sha256[:8]})"
            )
            yield self._finding("outdated", language, what, self._publish())
            return
        if link.text != file.text:
            what = f'the link of the post {wanted.name} says "{link.text}" instead of "{file.text}"'
            yield self._finding("label", language, what, self._publish())
        yield from self._of_bytes(file, remote)

    def _of_bytes(self, file: LocalFile, remote: RemoteFile) -> Iterator[Finding]:
        try:
            what = difference(self._target, remote, file)
        except TroubleError as error:
            if error.is_whole_site:
                raise
            yield self._trouble(error.trouble, file.language)
            return
        if what is not None:
            self.spoilt.append(remote.key)
            message = f"{remote.url} was replaced by hand or damaged: it came back {what}"
            remedy = f"run `annexe publish {self._wanted.slug} --to {self._target.name} --repair` to put ours there again"
            yield self._finding("replaced", file.language, message, remedy)

    def _of_page(
        self, wanted: WantedPlace, url: str, good: Sequence[tuple[LocalFile, Link]]
    ) -> Iterator[Finding]:
        """Yield what readers of the live page are told wrong, or aren't told."""
        try:
            page = _Page(self._target.fetch(url, most=_LARGEST_PAGE), url)
        except TroubleError as error:
            if error.is_whole_site:
                raise
            yield self._trouble(error.trouble, wanted.translation)
            return
        for file, link in good:
            shown = page.text_at(link.url)
            if shown is None:
                what = f"the link to {link.url} is not on the page that readers see ({url})"
                remedy = "look whether the site's theme shows the attachments, and empty its page cache"
                yield self._finding("link_hidden", file.language, what, remedy)
            elif not (_plain(file.label) in shown and _plain(file.size_label) in shown):
                what = f'the page that readers see ({url}) says "{shown[:120]}" instead of "{file.label} ({file.size_label})"'
                remedy = (
                    f"empty the site's page cache; see that `size_labels` and `label_language` of "
                    f"[tool.annexe.publish.{self._target.name}] are as the site prints sizes"
                )
                yield self._finding("label", file.language, what, remedy)

    def _unlinked(self) -> Iterator[Finding]:
        """Yield a warning for each file of ours that nothing links to."""
        used = {link.file_key for place in self._state.places for link in place.links}
        for file in self._state.files:
            if file.key not in used and file.kept is None:
                what = f"{file.url} is ours, and nothing of ours links to it"
                yield self._finding("unlinked_file", file.language, what, self._publish(), Severity.WARNING)

    def _publish(self) -> str:
        return f"run `annexe publish{f' {self._wanted.slug}' * bool(self._wanted.slug)} --to {self._target.name}`"

    def _trouble(self, trouble: Trouble, language: str | None) -> Finding:
        return self._finding(trouble.name, language, trouble.message, trouble.remedy)

    def _finding(
        self,
        name: str,
        language: str | None,
        message: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        return Finding(
            check=f"publish.{name}",
            severity=severity,
            message=message,
            remedy=remedy,
            slug=self._wanted.slug or None,
            language=language,
        )


class _Page:
    """A live page: what stands at and beside each of its links."""

    def __init__(self, data: bytes, url: str) -> None:
        self._url = url
        # Every site of these kinds speaks UTF-8; a page that doesn't say so is not to be taken for Latin-1.
        self._root = etree.HTML(data, parser=etree.HTMLParser(encoding="utf-8")) if data.strip() else None

    def text_at(self, url: str) -> str | None:
        """Return the text of the link to an address and what stands behind it; None where no link leads there.

        The text ends where the next link begins: a site's own software may print the size beside the link, in an
        element of its own.
        """
        text: str | None = None
        for event, element in (
            () if self._root is None else etree.iterwalk(self._root, events=("start", "end"))
        ):
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
    """Return a text with every run of spaces, no-break ones too, as one."""
    return " ".join(text.split())
