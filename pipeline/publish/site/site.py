"""A static site as bytes, pure: a post's own files, and the files that all posts share.

docs/styles.md says which file lies where. Writing them to a disk is the job of pipeline.publish.folder.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pipeline.compose.composer import Composed, Composer, OtherEdition
from pipeline.compose.styles import Styles, template_environment
from pipeline.core.model import Edition, House, HouseLanguage
from pipeline.publish.site.addresses import ASSETS, Addresses, feed_path, fragment_path, list_path, page_path
from pipeline.publish.site.feeds import Fragments, feed, sitemaps
from pipeline.publish.site.fragments import plain_html, without_far_images
from pipeline.publish.site.heads import PDF, open_graph, structured_data
from pipeline.publish.site.lists import Lists
from pipeline.publish.site.summaries import GENERATOR, PageLink, PostSummary
from pipeline.render.fonts.web import WebFont

#: The list of attachments on a page, and in a fragment, where it is the first list; neither is nested.
_ATTACHMENTS = re.compile(rb'<section class="attachments".*?</section>', re.DOTALL)
_FRAGMENT_ATTACHMENTS = re.compile(rb"<ul>.*?</ul>", re.DOTALL)
#: The comment that marks a fragment in a folder as ours.
_COMMENT = re.compile(r"\A<!-- Annexe\b.*?-->\s*", re.DOTALL)
_DIGITS = 16
_NAME = re.compile(
    rf"(?:site|annexe-[a-z0-9-]+)-(?P<digest>[0-9a-f]{{{_DIGITS}}})\.(?P<suffix>css|woff2)", re.ASCII
)
_FONT_ADDRESS = re.compile(rf'url\("(?P<name>annexe-[a-z0-9-]+-[0-9a-f]{{{_DIGITS}}}\.woff2)"\)')


def make_assets(
    sheets: Sequence[tuple[str, str]], fonts: Sequence[WebFont]
) -> tuple[str, Mapping[str, bytes]]:
    """Return the path of the one style sheet made of `sheets` (name, CSS), and it and the fonts by path."""
    files: dict[str, bytes] = {}
    rules = []
    for font in fonts:
        name = f"{font.stem}-{_digest(font.data)}.woff2"
        files[f"{ASSETS}/{name}"] = font.data
        rules.append(font.face(name))
    css = "".join([*rules, *(text for _, text in sheets)]).encode()
    stylesheet = f"{ASSETS}/site-{_digest(css)}.css"
    return stylesheet, {**files, stylesheet: css}


def is_asset(name: str, data: bytes) -> bool:
    """Say whether a file in the folder of assets is ours: its name tells its content."""
    match = _NAME.fullmatch(name)
    return match is not None and match["digest"] == _digest(data)


def may_be_asset(name: str) -> bool:
    """Say whether a file of this name may be one of our assets."""
    return _NAME.fullmatch(name) is not None


def fonts_of(css: bytes) -> Collection[str]:
    """Return the paths of the fonts that a style sheet of ours asks for."""
    names = _FONT_ADDRESS.finditer(css.decode("utf-8", "replace"))
    return {f"{ASSETS}/{match['name']}" for match in names}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


class Site:
    """Makes the files of one site; `url` is where the site is served, or None where that is unknown."""

    def __init__(
        self, *, house: House, styles: Styles, composer: Composer, fonts: Sequence[WebFont], url: str | None
    ) -> None:
        self.house = house
        self.addresses = Addresses(url=url)
        self._composer = composer
        #: The path of the style sheet that new pages refer to; the style sheet and the fonts by path.
        self.stylesheet, self.assets = make_assets((*styles.screen_sheets, *styles.site_sheets), fonts)
        environment = template_environment(styles.templates)
        names = ("post", "attachments", "fragment", "fragment-attachments", "list")
        # Compiled here, so that a fault in one is found before anything is written.
        self._templates = {name: environment.get_template(f"site-{name}.html.jinja") for name in names}

    def edition_files(
        self, edition: Edition, *, languages: Sequence[str], attachments: Sequence[PageLink]
    ) -> dict[str, bytes]:
        """Return the files of an edition by path: its page, its fragment and its images.

        `languages` are those of all pages of the post, `attachments` all links of its list.
        """
        composed = self._composer.composed(edition)
        files = {
            page_path(edition.slug, edition.language): self._page(composed, languages, attachments),
            fragment_path(edition.slug, edition.language): self._fragment(composed, attachments),
        }
        return {**files, **{f"{edition.slug}/{asset.name}": asset.data for asset in composed.assets}}

    def text(self, edition: Edition) -> str:
        """Return an edition as the HTML of a post on another site: its fragment without attachments.

        A picture that has no address there is told by its alternative text. The comment that says whose the
        fragment is goes too: what a site does with comments in a post depends on who saves it.
        """
        composed = self._composer.composed(edition)
        text = _COMMENT.sub("", self._fragment(composed, ()).decode(), count=1)
        return without_far_images(text.replace("<ul>\n</ul>\n", "", 1))

    def with_attachments(
        self,
        page: bytes,
        fragment: bytes | None,
        *,
        slug: str,
        language: str,
        attachments: Sequence[PageLink],
    ) -> dict[str, bytes]:
        """Return a present page and fragment by path, with another list of attachments."""
        words = self._words(language)
        path, fragment_at = page_path(slug, language), fragment_path(slug, language)
        new = self._templates["attachments"].render(
            labels=words.labels, attachments=self._links(path, attachments, is_far=False)
        )
        files = {path: _replaced(_ATTACHMENTS, page, new)}
        if fragment is not None:
            links = self._links(fragment_at, attachments, is_far=True)
            new = self._templates["fragment-attachments"].render(attachments=links)
            files[fragment_at] = _replaced(_FRAGMENT_ATTACHMENTS, fragment, new)
        return files

    def shared_files(
        self, summaries: Sequence[PostSummary], fragments: Fragments
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (path, bytes) of the files that all posts share, except assets: lists, feeds, site maps.

        `fragments` returns the fragment of an edition as it stands.
        """
        posts = sorted(summaries, key=lambda summary: summary.slug)
        posts.sort(key=lambda summary: summary.date, reverse=True)
        lists = Lists(self.house, self.addresses, self.stylesheet, self._templates["list"])
        yield from lists.files(posts)
        for words in self.house.languages:
            made = feed(posts, words, self.addresses, fragments)
            if made is not None:
                yield feed_path(words.language), made
        yield from sitemaps(posts, self.addresses)

    def _words(self, language: str) -> HouseLanguage:
        words = self.house.language(language)
        if words is None:
            raise ValueError(f"the house has no words in {language!r}")
        return words

    def _page(self, composed: Composed, languages: Sequence[str], attachments: Sequence[PageLink]) -> bytes:
        words = composed.words
        facts: Mapping[str, Any] = composed.facts
        slug, language = str(facts["slug"]), words.language
        path = page_path(slug, language)
        others = [tag for tag in languages if tag != language]
        links = [
            OtherEdition(
                language=tag,
                name=self._words(tag).name,
                href=self.addresses.between(path, page_path(slug, tag)),
            )
            for tag in others
        ]
        own = next((one for one in attachments if one.language == language), None)
        text = self._templates["post"].render(
            {
                **composed.for_browser().template_values(links),
                "generator": GENERATOR,
                "attachments": self._links(path, attachments, is_far=False),
                "site": self._site_names(path, words)
                | {
                    "alternates": [
                        (tag, self.addresses.best(path, page_path(slug, tag))) for tag in languages
                    ],
                    "default": self.addresses.best(path, page_path(slug, languages[0])),
                    "open_graph": open_graph(
                        facts, words, others, self.addresses.absolute(path), self._image(composed)
                    ),
                    "data": structured_data(facts, words, others=others, own=own, addresses=self.addresses),
                },
            }
        )
        for asset in composed.assets:
            text = text.replace(f"annexe:{asset.name}", f"../{asset.name}")
        return f"{text.rstrip()}\n".encode()

    def _site_names(self, path: str, words: HouseLanguage) -> dict[str, Any]:
        """Return what every page of the site knows as `site`, as it is for a page at `path`."""
        between = self.addresses.between
        return {
            "stylesheet": between(path, self.stylesheet),
            "canonical": self.addresses.absolute(path),
            "home": between(path, list_path(words.language)),
            "all_posts": between(path, list_path(None)),
            "feed": between(path, feed_path(words.language)),
        }

    def _image(self, composed: Composed) -> str | None:
        """Return the address on the web of an edition's first image, if it has one."""
        if not composed.assets:
            return None
        return self.addresses.absolute(f"{composed.facts['slug']}/{composed.assets[0].name}")

    def _fragment(self, composed: Composed, attachments: Sequence[PageLink]) -> bytes:
        slug, language = str(composed.facts["slug"]), composed.words.language
        path = fragment_path(slug, language)
        html = composed.html
        plain = plain_html(html["body"] or "", html["title_note"], html["kosovo_note"], language)
        text = self._templates["fragment"].render(
            {
                **composed.template_values(()),
                "attachments": self._links(path, attachments, is_far=True),
                "body": Markup(plain.body),  # noqa: S704 - made of sanitised HTML
                "notes": [Markup(note) for note in plain.notes],  # noqa: S704 - made of sanitised HTML
                "kosovo_note": None if plain.kosovo_note is None else Markup(plain.kosovo_note),  # noqa: S704 - ours
            }
        )
        for asset in composed.assets:
            address = self.addresses.best(path, f"{slug}/{asset.name}")
            text = text.replace(f"annexe:{asset.name}", address)
        return f"{text.rstrip()}\n".encode()

    def _links(self, path: str, attachments: Sequence[PageLink], *, is_far: bool) -> list[dict[str, Any]]:
        """Return the links for templates; with `is_far`, addresses that are valid on other sites too."""
        address = self.addresses.best if is_far else self.addresses.between
        return [
            {"language": one.language, "text": one.text, "href": address(path, one.path), "type": PDF}
            for one in attachments
        ]


def _replaced(part: re.Pattern[bytes], page: bytes, new: str) -> bytes:
    """Return a page with another text in the place of its first such part, if it has one."""
    return part.sub(lambda _: new.strip().encode(), page, count=1)
