"""Posts to measure with: a seed gives the same ones again, and no two share a text.

Each post has an English and a French edition of about 800 words; every third has an image, every fourth a table, every
fifth notes. `write_posts` writes them in the source format of docs/source-format.md.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.conformance.corpus_pictures import picture

LANGUAGES = ("en", "fr")
#: Words of an edition, as the posts that Annexe was made for have them.
WORDS = 800
_WORDS_FILE = Path(__file__).with_name("words.toml")
_IMAGE_EVERY, _TABLE_EVERY, _NOTES_EVERY = 3, 4, 5
_IMAGE_SIZE = (900, 600)
_HEADING_EVERY, _NOTE_EVERY, _LIST_AT, _ADORNED = 3, 2, 3, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language, by the gaps that they fill."""

    label: str
    months: list[str]
    authors: list[str]
    titles: list[str]
    headings: list[str]
    sentences: list[str]
    people: list[str]
    places: list[str]
    matters: list[str]
    deeds: list[str]
    qualities: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One edition's source: its post, its language, and where the file lies."""

    slug: str
    language: str
    path: Path

    @property
    def name(self) -> str:
        """Return what tells it from all others."""
        return f"{self.slug}-{self.language}"


def write_posts(folder: Path, *, count: int, seed: int) -> tuple[Document, ...]:
    """Write `count` posts under a folder and return their editions; raises OSError where that can't be done."""
    return tuple(
        _write(
            folder,
            f"bench-{seed}-{number:05}",
            random.Random(f"{seed}-{number}-{language}"),  # noqa: S311 - made-up posts, no secret
            language=language,
            number=number,
            words=WORDS,
        )
        for number in range(count)
        for language in LANGUAGES
    )


def write_long_post(folder: Path, *, words: int, seed: int) -> Document:
    """Write one English edition of about so many words, with an image, a table and notes in every 800 of them."""
    dice = random.Random(f"{seed}-{words}")  # noqa: S311 - as above
    return _write(folder, f"bench-long-{words}", dice, language="en", number=0, words=words)


def _write(
    folder: Path, slug: str, dice: random.Random, *, language: str, number: int, words: int
) -> Document:
    edition = _Edition(
        words=Words(**tomllib.loads(_WORDS_FILE.read_text(encoding="utf-8"))[language]), dice=dice
    )
    post = folder / slug
    post.mkdir(parents=True, exist_ok=True)
    has_image = number % _IMAGE_EVERY == 0
    parts = [
        "\n\n".join(
            edition.part(
                words=min(WORDS, words - begun),
                image=f"{language}.jpg" if has_image and not begun else None,
                has_table=number % _TABLE_EVERY == 0,
                has_notes=number % _NOTES_EVERY == 0,
            )
        )
        for begun in range(0, words, WORDS)
    ]
    path = post / f"{language}.md"
    path.write_text(edition.front_matter() + "\n\n".join(parts) + "\n", encoding="utf-8")
    if has_image:
        (post / f"{language}.jpg").write_bytes(picture(dice, "jpg", _IMAGE_SIZE))
    return Document(slug=slug, language=language, path=path)


class _Edition:
    """One edition while it is made up."""

    def __init__(self, *, words: Words, dice: random.Random) -> None:
        self._words, self._dice, self._notes = words, dice, 0

    def front_matter(self) -> str:
        """Return what stands above the text."""
        date = f"20{self._dice.randint(10, 26)}-{self._dice.randint(1, 12):02}-{self._dice.randint(1, 28):02}"
        title = self._filled(self._dice.choice(self._words.titles))
        return (
            f'---\ntitle: "{title}"\nauthor: {self._dice.choice(self._words.authors)}\ndate: {date}\n'
            f"label: {self._words.label}\n---\n\n"
        )

    def part(self, *, words: int, image: str | None, has_table: bool, has_notes: bool) -> Iterator[str]:
        """Yield blocks of about so many words in all."""
        count = block = 0
        while count < words:
            for text in self._block(block, image=image, has_table=has_table, has_notes=has_notes):
                count += len(text.split())
                yield text
            block += 1

    def _block(self, number: int, *, image: str | None, has_table: bool, has_notes: bool) -> Iterator[str]:
        """Yield a paragraph, and what belongs before and behind the one of this number."""
        if number and number % _HEADING_EVERY == 0:
            yield "## " + self._filled(self._dice.choice(self._words.headings))
        yield self._paragraph(has_note=has_notes and number % _NOTE_EVERY == 0)
        if number == _LIST_AT:
            yield "\n".join(f"- {self._sentence()}" for _ in range(self._dice.randint(3, 5)))
        if number == _LIST_AT - 1 and has_table:
            yield self._table()
        if number == _LIST_AT - 2 and image:
            yield f'![{self._sentence().rstrip(".")}]({image} "{self._matter()}")'

    def _paragraph(self, *, has_note: bool) -> str:
        sentences = [self._adorned(self._sentence()) for _ in range(self._dice.randint(3, 6))]
        if not has_note:
            return " ".join(sentences)
        self._notes += 1
        return f"{' '.join(sentences)}[^{self._notes}]\n\n[^{self._notes}]: {self._sentence()}"

    def _sentence(self) -> str:
        return self._filled(self._dice.choice(self._words.sentences))

    def _adorned(self, sentence: str) -> str:
        """Return a sentence, now and then with a link or a stressed word behind it."""
        chance = self._dice.random()
        if chance < _ADORNED:
            return f"{sentence} ([{self._matter()}](https://example.org/{self._dice.randrange(10**6)}).)"
        return f"{sentence} *{self._matter()}*!" if chance < 2 * _ADORNED else sentence

    def _table(self) -> str:
        rows = [
            f"| {self._dice.choice(self._words.places)} | {self._matter()} | {self._dice.randrange(10_000)} |"
            for _ in range(self._dice.randint(4, 9))
        ]
        return "\n".join(["| A | B | C |", "| --- | --- | ---: |", *rows])

    def _matter(self) -> str:
        return self._dice.choice(self._words.matters)

    def _filled(self, pattern: str) -> str:
        """Return a pattern whose gaps are filled, each with a word of its own, beginning with a capital."""
        kinds = {
            "{people}": self._words.people,
            "{place}": self._words.places,
            "{matter}": self._words.matters,
            "{deed}": self._words.deeds,
            "{quality}": self._words.qualities,
            "{month}": self._words.months,
        }
        text = pattern
        for gap, choices in kinds.items():
            while gap in text:
                text = text.replace(gap, self._dice.choice(choices), 1)
        while "{number}" in text:
            text = text.replace("{number}", str(self._dice.randint(2, 9999)), 1)
        return text[0].upper() + text[1:]
