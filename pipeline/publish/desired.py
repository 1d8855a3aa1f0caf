"""Sources and the build folder → what a site is to carry.

An attachment is published only when it is the one that its source makes now and its size is within bounds:
the ledger records it with the fingerprints of everything it was made from, and it was recorded only after it
had passed every check.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.build.candidates import Materials, make_candidate
from pipeline.core.files import read_if_there
from pipeline.core.model import Edition, Finding, Post, Reading, Severity
from pipeline.core.settings import Settings
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.core.size_labels import label_of
from pipeline.core.sizes import SizeVerdict, size_verdict
from pipeline.ledger.fingerprints import reason_to_build
from pipeline.ledger.ledger import Ledger
from pipeline.publish.errors import publish_finding
from pipeline.publish.model import DesiredPlace, DesiredPost, Identity, LocalFile
from pipeline.report.reasons import reason_text
from pipeline.sources.folder import languages_by_post, read_named_posts
from pipeline.sources.post_folders import post_folders
from pipeline.sources.post_references import posts_on

#: So many posts are in memory at once: they are read, compared with the site and released.
BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredBatch:
    """A batch of posts as a site is to carry them, and why some editions can't be published now."""

    posts: tuple[DesiredPost, ...]
    findings: tuple[Finding, ...]


class DesiredPosts:
    """Says what one site is to carry, a batch of posts at a time; with `withdraw`, nothing of ours."""

    def __init__(
        self,
        settings: Settings,
        target: TargetSettings,
        materials: Materials,
        ledger: Ledger,
        *,
        withdraw: bool = False,
    ) -> None:
        self._settings = settings
        self._target = target
        self._house = materials.house
        self._ledger = ledger
        self._withdraw = withdraw
        self._materials = materials

    def batches(self, slugs: Sequence[str]) -> Iterator[DesiredBatch]:
        """Yield the named posts, or all, in batches; raises AnnexeError as reading does."""
        names = list(slugs) or list(post_folders(self._settings.sources).folders)
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            yield self._batch(read_named_posts(self._settings, self._house, batch), batch)

    def one(self, slug: str) -> DesiredPost | None:
        """Return what the site is to carry of one post, or None where nothing of it belongs there."""
        posts = self._batch(read_named_posts(self._settings, self._house, [slug]), [slug]).posts
        return next(iter(posts), None)

    def _batch(self, reading: Reading, names: Sequence[str]) -> DesiredBatch:
        posts = {post.slug: post for post in reading.posts}
        languages = languages_by_post(reading, self._house)
        desired, findings = [], []
        for slug in names:
            failed = [language for failed, language in reading.failed if failed == slug]
            post = posts.get(slug)
            if failed:
                findings.append(_unreadable(slug, failed))
            if post is None or None in failed:
                # Which languages the post has is unknown, so nothing of it is touched.
                continue
            one = self._post(post, languages[slug], findings)
            if one is not None:
                desired.append(one)
        return DesiredBatch(posts=tuple(desired), findings=tuple(findings))

    def _post(self, post: Post, languages: Sequence[str], findings: list[Finding]) -> DesiredPost | None:
        """Return what a site is to carry of a post; `languages` includes the unreadable ones."""
        references = self._references(post)
        unnamed = [language for language in languages if language not in references]
        if references:
            good = [edition.language for edition in post.editions]
            findings += [self._unnamed(post.slug, language) for language in unnamed if language in good]
        files = {}
        for edition in () if self._withdraw else post.editions:
            if edition.language in references:
                ready = self._file(edition, languages)
                if isinstance(ready, LocalFile):
                    files[edition.language] = ready
                else:
                    findings.append(ready)
        places = tuple(self._places(references, files, unnamed))
        return DesiredPost(slug=post.slug, places=places, post=post) if places else None

    def _references(self, post: Post) -> dict[str, str]:
        """Return the post's reference on the site by language; a language without one isn't published."""
        named = posts_on(self._target.name, post.editions)
        if not named and (self._target.kind is TargetKind.FOLDER or self._target.create):
            return {edition.language: post.slug for edition in post.editions}
        languages = [edition.language for edition in post.editions]
        return {language: named[language] for language in languages if language in named}

    def _places(
        self, references: Mapping[str, str], files: Mapping[str, LocalFile], unnamed: Sequence[str]
    ) -> Iterator[DesiredPlace]:
        """Yield the places of a post; a link of a language in `unnamed` stays in whichever place it is."""
        order = [words.language for words in self._house.languages]
        groups: dict[tuple[str, str | None], list[str]] = {}
        for language, reference in references.items():
            translation = language if self._target.translations else None
            groups.setdefault((reference, translation), []).append(language)
        for (reference, translation), languages in groups.items():
            own = () if self._withdraw else {*languages, *unnamed}
            yield DesiredPlace(
                reference=reference,
                files=tuple(files[language] for language in languages if language in files),
                languages=tuple(sorted(own, key=order.index)),
                translation=translation,
            )

    def _file(self, edition: Edition, languages: Sequence[str]) -> LocalFile | Finding:
        """Return an edition's attachment, or why it can't be published."""
        path = self._settings.output / edition.slug / f"{edition.name}.pdf"
        data = read_if_there(path)
        candidate, _ = make_candidate(self._materials, edition, languages)
        entry = self._ledger.entry(edition.slug, edition.language)
        reason = reason_to_build(entry, candidate.fingerprints, data)
        if reason is not None:
            why = reason_text(reason)
            what = f"the attachment is older than what it is made from ({why}), and was not published"
            return _not_ready(edition, what, "run `make`, mend what it says, then publish again")
        if data is None or entry is None:
            raise ValueError("what need not be built is there and recorded")
        if any(finding.severity is Severity.ERROR for finding in candidate.findings):
            what = "the source has errors, so that its attachment was not published"
            return _not_ready(edition, what, "run `make` and mend what it says")
        verdict = size_verdict(
            len(data), edition.published_size, over=self._settings.size_over, under=self._settings.size_under
        )
        if verdict in (SizeVerdict.OVER, SizeVerdict.UNDER):
            what = (
                f"the attachment's size is {verdict} what `published_size` allows, and it was not published"
            )
            return _not_ready(edition, what, "run `annexe sizes` to see by how much")
        size_label = label_of(len(data), style=self._target.size_labels, language=self._target.label_language)
        is_bare = self._target.kind is TargetKind.DRUPAL
        return LocalFile(
            identity=Identity(
                slug=edition.slug, language=edition.language, sha256=entry.sha256, size=len(data)
            ),
            path=path,
            title=edition.title,
            label=edition.label,
            size_label=size_label,
            text=edition.label if is_bare else f"{edition.label} ({size_label})",
        )

    def _unnamed(self, slug: str, language: str) -> Finding:
        name = self._target.name
        return publish_finding(
            "unnamed",
            f"the front matter names a post on {name} for other languages and none for this one, which was "
            "left out",
            f"write its id or slug into `publish`, such as publish: {{{name}: {{{language}: 123}}}}",
            slug=slug,
            language=language,
            severity=Severity.WARNING,
        )


def _unreadable(slug: str, failed: Sequence[str | None]) -> Finding:
    languages = ", ".join(language for language in failed if language is not None)
    return publish_finding(
        "not_ready",
        f"{'the source of ' + languages if languages else 'a source'} can't be read; what is published of "
        "it stays as it is",
        "run `make` and mend what it says",
        slug=slug,
        language=failed[0] if len(failed) == 1 else None,
    )


def _not_ready(edition: Edition, message: str, remedy: str) -> Finding:
    return edition.finding("publish.not_ready", Severity.ERROR, message, remedy)
