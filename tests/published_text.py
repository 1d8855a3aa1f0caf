"""The text of the published page, taken apart, and the list of what was restored in it."""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent / "published" / "reflections-trafficking-in-persons.txt"
SLUG = "reflections-trafficking-in-persons"

#: What the French lost on its way to the page: (published, restored), in the order of the text.
CORRECTIONS = (
    ("reste lune des formes", "reste l\u2019une des formes"),
    ("dures dexploitation et", "dures d\u2019exploitation et"),
    ("profit dautrui.", "profit d\u2019autrui."),
    ("leur travail essentiel\n", "leur travail essentiel.\n"),
    ("continuent davoir une", "continuent d\u2019avoir une"),
    ("longueur davance sur", "longueur d\u2019avance sur"),
)

_BYLINE = "Amy Emel Muedin"
_PARAGRAPHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEdition:
    """One language of the published page: its lines as they stand there, without what surrounds them."""

    title: str
    byline: str
    date: str
    paragraphs: tuple[str, ...]
    disclaimer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPage:
    """The published page: its links to the attachments, both editions, and the note below them."""

    links: tuple[str, ...]
    english: PublishedEdition
    french: PublishedEdition
    kosovo_note: str

    def edition(self, language: str) -> PublishedEdition:
        """Return the edition in this language."""
        return {"en": self.english, "fr": self.french}[language]


def published_page() -> PublishedPage:
    """Return the published page; raises ValueError where the file is not of the form it always had."""
    lines = [line.strip("\u00a0 ") for line in PAGE.read_text(encoding="utf-8").split("\n")]
    lines = [line for line in lines if line]
    english, french = (index for index, line in enumerate(lines) if line == _BYLINE)
    note = lines.pop()
    if lines[0] != "Skip to main content" or not note.startswith("*"):
        raise ValueError(f"{PAGE} does not begin and end as the page did")
    return PublishedPage(
        links=tuple(lines[2:english]),
        english=_edition(lines[1], lines[english : french - 1]),
        french=_edition(lines[french - 1], lines[french:]),
        kosovo_note=note.removeprefix("*"),
    )


def _edition(title: str, lines: list[str]) -> PublishedEdition:
    byline, date, *paragraphs, disclaimer = lines
    if len(paragraphs) != _PARAGRAPHS:
        raise ValueError(f"{title}: {len(paragraphs)} paragraphs, not {_PARAGRAPHS}")
    return PublishedEdition(
        title=title, byline=byline, date=date, paragraphs=tuple(paragraphs), disclaimer=disclaimer
    )


def restored_paragraphs(language: str) -> tuple[str, ...]:
    """Return the paragraphs of an edition as its source has them: the French with all that it lost."""
    paragraphs = published_page().edition(language).paragraphs
    if language != "fr":
        return paragraphs
    text = "\n".join(paragraphs)
    for published, restored in CORRECTIONS:
        if text.count(published) != 1:
            raise ValueError(f"{published!r} stands {text.count(published)} times on the page, not once")
        text = text.replace(published, restored)
    return tuple(text.split("\n"))
