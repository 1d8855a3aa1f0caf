"""Where editions become candidates for building: cleaned, composed, looked through and fingerprinted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.checks import check_source
from pipeline.checks.source import Source
from pipeline.compose.cleaning import clean
from pipeline.compose.composer import Composer
from pipeline.compose.styles import read_styles
from pipeline.core.files import machine_folder
from pipeline.core.model import Edition, Finding, House, HouseLanguage, Kit, Page
from pipeline.core.settings import Settings
from pipeline.core.toolchain import machinery_fingerprint, tool_versions
from pipeline.ledger.fingerprints import SETTING, SETTING_OF_PAGE, TOOL, Fingerprints, fingerprint
from pipeline.render.fonts.faces import prepare_fonts
from pipeline.sources.outline.model import Outline
from pipeline.sources.outline.reader import read_outline

#: What an editor writes of an edition; where its file lies decides nothing, and neither does where it is published.
_SOURCE = frozenset(Edition.__slots__) - {"file", "body_line", "lines", "images", "publish"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An edition as it would be built: without what Annexe adds itself, with its page and what was found so far."""

    edition: Edition
    words: HouseLanguage = field(repr=False)
    outline: Outline = field(repr=False)
    page: Page = field(repr=False)
    findings: tuple[Finding, ...]
    fingerprints: Fingerprints = field(repr=False)


class Workshop:
    """House, looks and fonts of one run, ready for editions."""

    def __init__(self, settings: Settings, house: House) -> None:
        self.house = house
        self.styles = read_styles(settings.styles)
        self.fonts = prepare_fonts(machine_folder(settings.output))
        self.composer = Composer(
            house=house,
            styles=self.styles,
            font_css=self.fonts.screen_css,
            base_url=settings.base_url,
        )
        self._inputs = {
            "styles": self.styles.fingerprint,
            "fonts": self.fonts.fingerprint,
            "machinery": machinery_fingerprint(),
            "settings": fingerprint(str(settings.image_resolution)),
            "tools": fingerprint(repr(tool_versions())),
        }
        # What people know by name and value, to say what changed.
        self._known = {
            f"{SETTING}image_resolution": str(settings.image_resolution),
            f"{SETTING_OF_PAGE}base_url": settings.base_url or "none",
            **{f"{TOOL}{name}": number for name, number in tool_versions()},
        }

    @property
    def fontconfig_file(self) -> str:
        """Return the private fontconfig file that workers must see, so that no font of the machine leaks in."""
        return str(self.fonts.fontconfig_file)

    def kit(self) -> Kit:
        """Return what workers render with."""
        return Kit(
            sheets=self.styles.print_sheets,
            font_faces=self.fonts.print_css(),
            fonts=self.fonts.assets(),
        )

    def candidate(self, written: Edition, languages: Sequence[str]) -> Candidate:
        """Return an edition as it would be built; `languages` are those of all its post's editions."""
        words = self.house.language(written.language)
        if words is None:
            raise ValueError(f"{written.file}: the house has no words in {written.language!r}")
        edition, cleaned = clean(written, self.house)
        outline = read_outline(edition.body, first_line=edition.body_line)
        page = self.composer.compose(edition, languages)
        found = check_source(Source(edition=edition, outline=outline, missing=self.fonts.missing))
        return Candidate(
            edition=edition,
            words=words,
            outline=outline,
            page=page,
            findings=(*cleaned, *found),
            fingerprints=self._fingerprints(edition, page, languages),
        )

    def look_through(self, draft: Edition) -> tuple[Finding, ...]:
        """Return what else is wrong with an edition that can't be built."""
        edition, cleaned = clean(draft, self.house)
        outline = read_outline(edition.body, first_line=edition.body_line)
        source = Source(edition=edition, outline=outline, missing=self.fonts.missing)
        return (*cleaned, *check_source(source))

    def _fingerprints(self, edition: Edition, page: Page, languages: Sequence[str]) -> Fingerprints:
        source = repr([getattr(edition, name) for name in Edition.__slots__ if name in _SOURCE])
        return Fingerprints(
            inputs={
                **self._inputs,
                "page": fingerprint(page.html),
                "images": fingerprint(*(image.data for image in edition.images)),
            },
            origins={
                "source": fingerprint(source),
                "house words": fingerprint(repr(self.house.languages)),
                "template": fingerprint(repr(self.styles.templates)),
                "languages of the post": " ".join(languages),
                **self._known,
            },
        )
