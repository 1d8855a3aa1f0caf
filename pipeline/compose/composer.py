"""Edition + standard wording + template → page; pure."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree
from markupsafe import Markup

from pipeline import __version__
from pipeline.compose import blocks, notes
from pipeline.compose.agreement import Disagreement
from pipeline.compose.dates import date_in_words
from pipeline.compose.line_breaks import balance_title, keep_words_whole
from pipeline.compose.markdown_body import convert, parse, serialise
from pipeline.compose.styles import Styles, template_environment
from pipeline.compose.tree import remove
from pipeline.compose.typography import set_text, set_typography
from pipeline.core.model import Asset, Edition, House, HouseLanguage, Image, Page, WebPage

#: A first paragraph of more words than this is text, not a lead.
_LONGEST_LEAD = 60
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEdition:
    """Another language of the same post: its tag, its own name, and its address if there is one."""

    language: str
    name: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An edition before it is put into a template: facts, standard wording, HTML by name, images.

    The HTML refers to an image by `annexe:` and the asset's name.
    """

    facts: Mapping[str, object]
    words: HouseLanguage
    html: Mapping[str, Markup | None]
    assets: tuple[Asset, ...]
    differences: tuple[Disagreement, ...]

    def for_browser(self) -> "Composed":
        """Return the same with the words marked that a browser must not break."""
        return self.with_html({name: part and keep_words_whole(part) for name, part in self.html.items()})

    def with_html(self, html: Mapping[str, str | None]) -> "Composed":
        """Return the same with other pieces of HTML: trusted as they are, so made of these pieces alone."""
        trusted = {name: None if part is None else Markup(part) for name, part in html.items()}  # noqa: S704 - see above
        return replace(self, html={**self.html, **trusted})

    def template_values(self, others: Sequence[OtherEdition]) -> dict[str, object]:
        """Return the values that a template uses, by name; `others` are the other editions of the post."""
        titles = {name: self.html[name] for name in ("title_html", "title_note")}
        return {
            "edition": {**self.facts, **titles},
            "institution": self.words.institution.text,
            "labels": self.words.labels,
            "others": others,
            "body": self.html["body"],
            "disclaimer": self.html["disclaimer"],
            "kosovo_note": self.html["kosovo_note"],
            "styles": None,
            "generator": f"Annexe {__version__}",
        }


class Composer:
    """Composes pages with one set of styles and one standard wording; holds the compiled template.

    `font_css` gives the font rules for a page's HTML: only for the scripts (Latin, Arabic …) that it uses.
    """

    def __init__(
        self, *, house: House, styles: Styles, font_css: Callable[[str], str], base_url: str | None = None
    ) -> None:
        self._house = house
        self._font_css = font_css
        self._screen_css = "\n".join(text for _, text in styles.screen_sheets)
        self._base_url = base_url
        self._template = template_environment(styles.templates).get_template("page.html.jinja")
        self._mentions = notes.mention_pattern(house.kosovo_spellings)

    def compose(
        self, edition: Edition, languages: Sequence[str]
    ) -> tuple[Page, WebPage, tuple[Disagreement, ...]]:
        """Return an edition's pages, for print and for browsers, and what they don't show as its source says.

        `languages` are those of all its post's editions.
        """
        composed = self.composed(edition)
        others = [tag for tag in languages if tag != edition.language]
        lined = composed.with_html({"title_html": balance_title(composed.html["title_html"] or "")})
        printed = self._template.render(lined.template_values(self._others(edition, others, is_file=False)))
        names = composed.for_browser().template_values(self._others(edition, others, is_file=True))
        css = Markup(f"{self._font_css(printed)}\n{self._screen_css}")  # noqa: S704 - our own sheets
        web = self._template.render({**names, "styles": css})
        for asset in composed.assets:
            web = web.replace(f"annexe:{asset.name}", _data_url(asset))
        slug, language = edition.slug, edition.language
        return (
            Page(slug=slug, language=language, html=printed, assets=composed.assets),
            WebPage(slug=slug, language=language, html=web),
            composed.differences,
        )

    def composed(self, edition: Edition) -> Composed:
        """Return an edition for a template; raises ValueError where its language has no standard wording."""
        words = self._house.language(edition.language)
        if words is None:
            raise ValueError(f"{edition.file}: the house has no words in {edition.language!r}")
        assets = tuple(_asset(image) for image in edition.images)
        converted = convert(edition.body)
        _shape(converted.root, edition, words, assets)
        return Composed(
            facts=_facts(edition, words),
            words=words,
            html=self._fragments(converted.root, edition, words),
            assets=assets,
            differences=converted.differences,
        )

    def _fragments(
        self, root: etree._Element, edition: Edition, words: HouseLanguage
    ) -> dict[str, Markup | None]:
        """Return the HTML of title, body, disclaimer and the note at the end, by the template's names."""
        heading = parse(f"<h1>{blocks.escape(edition.title)}</h1>")
        title = heading[0]
        mentioned = self._refer_to_note((title, root), words)
        end = None if mentioned else notes.kosovo_note(words.kosovo_note.text, None)
        wrapper = etree.Element("div")
        if end is not None:
            wrapper.append(end)
        for tree in (heading, root, wrapper):
            set_typography(tree, edition.language)
        remove(title)
        return {
            "title_html": _markup(title),
            "title_note": _markup(heading) if len(heading) else None,
            "body": _markup(root),
            "disclaimer": Markup.escape(set_text(words.disclaimer.text, edition.language)),
            "kosovo_note": _markup(wrapper) if end is not None else None,
        }

    def _refer_to_note(self, trees: Sequence[etree._Element], words: HouseLanguage) -> bool:
        """Put the asterisk and the note behind the first mention of Kosovo; return whether there is one."""
        reference = notes.kosovo_reference(words.labels.note)
        for tree in trees:
            if notes.refer_to_kosovo_note(tree, self._mentions, reference):
                note = notes.kosovo_note(words.kosovo_note.text, words.labels.back_to_text)
                notes.put_behind(reference, note)
                return True
        return False

    def _others(self, edition: Edition, languages: Sequence[str], *, is_file: bool) -> list[OtherEdition]:
        others = []
        for tag in languages:
            words = self._house.language(tag)
            if words is None:
                continue
            base = self._base_url.rstrip("/") if self._base_url else None
            address = f"{base}/{edition.slug}/{tag}" if base else None
            others.append(
                OtherEdition(language=tag, name=words.name, href=f"{tag}.html" if is_file else address)
            )
        return others


def _facts(edition: Edition, words: HouseLanguage) -> dict[str, object]:
    """Return what a template uses as `edition`, without the HTML in it."""
    return {
        "slug": edition.slug,
        "language": edition.language,
        "direction": words.direction,
        "title": set_text(edition.title, edition.language),
        "short_title": set_text(edition.short_title, edition.language),
        "authors": list(edition.authors),
        "date_iso": edition.date.isoformat(),
        "date_words": date_in_words(edition.date, edition.language),
        "description": set_text(edition.description, edition.language),
        "keywords": list(edition.keywords),
        "label": edition.label,
    }


def _shape(root: etree._Element, edition: Edition, words: HouseLanguage, assets: Sequence[Asset]) -> None:
    """Bring the tree of an edition's text into the shape that template and styles expect, in place."""
    urls = {image.path: f"annexe:{asset.name}" for image, asset in zip(edition.images, assets, strict=True)}
    sizes = {image.path: (image.width, image.height) for image in edition.images}
    notes.move_footnotes(root, note_name=words.labels.note, back_to_text=words.labels.back_to_text)
    blocks.normalise_headings(root)
    blocks.resolve_anchors(root)
    blocks.embed_images(root, urls, sizes)
    blocks.tag_tables(root, edition.title)
    blocks.number_lists(root)
    blocks.mark_tasks(root, edition.language)
    blocks.drop_local_links(root)
    blocks.mark_lead(root, longest=_LONGEST_LEAD)


def _markup(root: etree._Element) -> Markup:
    return Markup(serialise(root))  # noqa: S704 - sanitised, then only changed by our own code


def _asset(image: Image) -> Asset:
    """Return an image as an asset named by its content, so that the page's bytes change with a picture."""
    digest = hashlib.sha256(image.data).hexdigest()[:32]
    return Asset(
        name=f"images/{digest}.{_SUFFIXES[image.media_type]}", media_type=image.media_type, data=image.data
    )


def _data_url(asset: Asset) -> str:
    return f"data:{asset.media_type};base64,{base64.b64encode(asset.data).decode('ascii')}"
