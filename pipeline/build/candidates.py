"""Candidates for building: editions that are cleaned, composed, checked as sources, and fingerprinted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.checks import check_source
from pipeline.checks.differences import differing
from pipeline.checks.source import Source
from pipeline.compose.cleaning import clean
from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles, read_styles
from pipeline.core.files import machine_folder
from pipeline.core.model import Edition, Finding, House, HouseLanguage, Kit, Page, WebPage
from pipeline.core.settings import Settings
from pipeline.core.toolchain import machinery_fingerprint, tool_versions
from pipeline.ledger.fingerprints import SETTING, SETTING_OF_PAGE, TOOL, Fingerprints, fingerprint
from pipeline.render.fonts.faces import FontSet, prepare_fonts
from pipeline.sources.outline.model import Outline
from pipeline.sources.outline.reader import read_outline

#: What an editor writes of an edition; where its file lies or is published decides nothing.
_SOURCE = frozenset(Edition.__slots__) - {"file", "body_line", "lines", "images", "publish"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An edition as it would be built, without what Annexe adds itself: its page and the findings so far."""

    edition: Edition
    words: HouseLanguage = field(repr=False)
    outline: Outline = field(repr=False)
    page: Page = field(repr=False)
    findings: tuple[Finding, ...]
    fingerprints: Fingerprints = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What every edition of a run is made with; `fingerprints` are those of all that the editions share."""

    house: House
    styles: Styles
    fonts: FontSet
    composer: Composer
    fingerprints: Fingerprints = field(repr=False)

    def kit(self) -> Kit:
        """Return what workers render with."""
        return Kit(
            sheets=self.styles.print_sheets, font_faces=self.fonts.print_css(), fonts=self.fonts.assets()
        )


def read_materials(settings: Settings, house: House) -> Materials:
    """Read the styles and make the fonts ready; raises CommandError where there are none."""
    styles = read_styles(settings.styles)
    fonts = prepare_fonts(machine_folder(settings.output))
    tools = tool_versions()
    return Materials(
        house=house,
        styles=styles,
        fonts=fonts,
        composer=Composer(house=house, styles=styles, font_css=fonts.screen_css, base_url=settings.base_url),
        fingerprints=Fingerprints(
            inputs={
                "styles": styles.fingerprint,
                "fonts": fonts.fingerprint,
                "machinery": machinery_fingerprint(),
                "settings": fingerprint(str(settings.image_resolution)),
                "tools": fingerprint(repr(tools)),
            },
            origins={
                "house words": fingerprint(repr(house.languages)),
                "template": fingerprint(repr(styles.templates)),
                # What people know by name and value, to say what changed.
                f"{SETTING}image_resolution": str(settings.image_resolution),
                f"{SETTING_OF_PAGE}base_url": settings.base_url or "none",
                **{f"{TOOL}{name}": number for name, number in tools},
            },
        ),
    )


def make_candidate(
    materials: Materials, written: Edition, languages: Sequence[str]
) -> tuple[Candidate, WebPage]:
    """Return an edition as it would be built, and its page for browsers.

    `languages` are those of all its post's editions. Raises ValueError for one without standard wording.
    """
    words = materials.house.language(written.language)
    if words is None:
        raise ValueError(f"{written.file}: the house has no words in {written.language!r}")
    edition, outline, findings = _as_source(materials, written)
    page, web_page, differences = materials.composer.compose(edition, languages)
    candidate = Candidate(
        edition=edition,
        words=words,
        outline=outline,
        page=page,
        findings=(*findings, *differing(edition, differences)),
        fingerprints=_fingerprints(materials.fingerprints, edition, page, languages),
    )
    return candidate, web_page


def draft_findings(materials: Materials, draft: Edition) -> tuple[Finding, ...]:
    """Return what else is wrong with an edition that can't be built."""
    return _as_source(materials, draft)[2]


def _as_source(materials: Materials, written: Edition) -> tuple[Edition, Outline, tuple[Finding, ...]]:
    """Return an edition without what Annexe adds itself, its outline, and the findings about its source."""
    edition, findings = clean(written, materials.house)
    outline = read_outline(edition.body, first_line=edition.body_line)
    source = Source(edition=edition, outline=outline, missing=materials.fonts.missing)
    return edition, outline, (*findings, *check_source(source))


def _fingerprints(
    shared: Fingerprints, edition: Edition, page: Page, languages: Sequence[str]
) -> Fingerprints:
    source = repr([getattr(edition, name) for name in Edition.__slots__ if name in _SOURCE])
    return Fingerprints(
        inputs={
            **shared.inputs,
            "page": fingerprint(page.html),
            "images": fingerprint(*(image.data for image in edition.images)),
        },
        origins={
            **shared.origins,
            "source": fingerprint(source),
            "languages of the post": " ".join(languages),
        },
    )
