"""Posts of every construct, in any order and length, for veraPDF to judge: a seed gives the same ones again.

    python -m tools.conformance.corpus FOLDER --count 100 --seed 1

Each post lies in FOLDER/variation-NNN in the source format of docs/source-format.md: an English and a French edition,
or one of the two, and their images.
"""

import argparse
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.conformance.corpus_pictures import FORMATS, picture

_WORDS = Path(__file__).with_name("words.toml")
_LANGUAGES = ("en", "fr")
#: How often: a sentence has something in it, a block has a heading, an item a list, a key of the front matter is there.
_ADORNED, _HEADED, _NESTED, _WRITTEN = 0.4, 0.5, 0.3, 0.6
_DEEPEST_LIST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language; `other` is the tag of the one that runs in another language are written in."""

    other: str
    name: str
    authors: list[str]
    sentences: list[str]
    nouns: list[str]
    kosovo: str
    long_word: str
    abbreviation: str
    abbreviation_in_full: str


def write_corpus(folder: Path, *, count: int, seed: int) -> None:
    """Write `count` posts under `folder`; raises OSError where that can't be done."""
    tables = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    words = {language: Words(**tables[language]) for language in _LANGUAGES}
    for number in range(1, count + 1):
        dice = random.Random(f"{seed}-{number}")  # noqa: S311 - a corpus, not a secret
        languages = dice.choice((("en", "fr"), ("en",), ("fr",)))
        post = folder / f"variation-{number:03}"
        post.mkdir(parents=True, exist_ok=True)
        for language in languages:
            own = random.Random(f"{seed}-{number}-{language}")  # noqa: S311 - as above
            edition = _Edition(
                language=language, words=words[language], others=words[words[language].other], dice=own
            )
            (post / f"{language}.md").write_text(edition.source(), encoding="utf-8")
            for name, data in edition.images.items():
                (post / name).write_bytes(data)


@dataclass(slots=True, kw_only=True)
class _Edition:
    """One edition while it is made up."""

    language: str
    words: Words
    others: Words
    dice: random.Random
    images: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    level: int = 1
    has_abbreviation: bool = False

    def source(self) -> str:
        """Return the whole file: front matter, body, footnotes, abbreviations."""
        blocks = [self.paragraph()]
        makers: list[Callable[[], str]] = self.every_block() * self.dice.choice((1, 1, 2))
        self.dice.shuffle(makers)
        for make in makers:
            if self.dice.random() < _HEADED:
                blocks.append(self.heading())
            blocks += [self.paragraph() for _ in range(self.dice.randint(0, 2))]
            blocks.append(make())
        blocks += [f"[^{number}]: {note}" for number, note in enumerate(self.notes, start=1)]
        if self.has_abbreviation:
            blocks.append(f"*[{self.words.abbreviation}]: {self.words.abbreviation_in_full}")
        return self.front_matter() + "\n\n".join(blocks) + "\n"

    def front_matter(self) -> str:
        """Return a front matter with any of the keys that may be left out."""
        lines = [
            f'title: "{self.sentence().rstrip(".")}"',
            f"date: {self.date()}",
            f"label: {self.words.name}",
        ]
        if self.dice.random() < _WRITTEN:
            authors = self.dice.sample(self.words.authors, self.dice.randint(1, 3))
            lines.append(f"author: [{', '.join(authors)}]")
        if self.dice.random() < _WRITTEN:
            lines.append(f'description: "{self.sentence()}"')
        if self.dice.random() < _WRITTEN:
            lines.append(f"keywords: [{', '.join(self.dice.sample(self.words.nouns, 3))}]")
        lines.append(f'short_title: "{self.dice.choice(self.words.nouns).capitalize()}"')
        return "---\n" + "\n".join(lines) + "\n---\n\n"

    def date(self) -> str:
        """Return a date that exists."""
        return f"{self.dice.randint(1999, 2038)}-{self.dice.randint(1, 12):02}-{self.dice.randint(1, 28):02}"

    def every_block(self) -> list[Callable[[], str]]:
        """Return what makes each kind of block."""
        return [
            self.bullets,
            self.numbers,
            self.definitions,
            self.quotation,
            self.foreign_block,
            self.table,
            self.spanning_table,
            self.code,
            self.figure,
            self.decoration,
            self.line_with_image,
            self.rule,
        ]

    def sentence(self) -> str:
        """Return a sentence without marks that stands nowhere else: texts that repeat themselves have no order."""
        text, noun = self.dice.choice(self.words.sentences), self.dice.choice(self.words.nouns)
        return f"{text[:-1]} ({noun} {self.dice.randrange(10**6)})."

    def heading(self) -> str:
        """Return a heading that skips no level."""
        self.level = self.dice.randint(2, min(self.level + 1, 6))
        return "#" * self.level + " " + self.sentence().rstrip(".")

    def paragraph(self) -> str:
        """Return a paragraph of some sentences, some with something in them."""
        sentences = [self.sentence() for _ in range(self.dice.randint(1, 8))]
        return " ".join(self.adorned(text) if self.dice.random() < _ADORNED else text for text in sentences)

    def adorned(self, text: str) -> str:
        """Return a sentence with one of its words marked up, or with something behind it."""
        first, _, rest = text.partition(" ")
        noun = self.dice.choice(self.words.nouns)
        behind = (
            f"(*{noun}*)",
            f"(**{noun}**)",
            f"`{noun.split()[0]}`.",
            f"[{noun}](https://example.org/{len(noun)}).",
            f'<span lang="{self.words.other}">{self.dice.choice(self.others.sentences)}</span>.',
            f"<q>{noun}</q>, <kbd>Ctrl</kbd>, <mark>{noun}</mark>.",
            "CO<sub>2</sub>, m<sup>2</sup>.",
            self.words.kosovo,
            f"[{self.words.long_word}](https://example.org/{'very-long-address-' * 6}).",
        )
        kind = self.dice.randrange(len(behind) + 3)
        if kind < len(behind):
            return f"{text} {behind[kind]}"
        if kind == len(behind):
            return f"**{first}** {rest}{self.note()}"
        if kind == len(behind) + 1:
            self.has_abbreviation = True
            return f"{text} {self.words.abbreviation}."
        return f"*{first}* {rest}"

    def note(self) -> str:
        """Return a reference to a new footnote."""
        text = " ".join(self.sentence() for _ in range(self.dice.randint(1, 5)))
        self.notes.append(self.dice.choice((text, f"*{text}*", f"{text} [{text[:9]}](https://example.org/)")))
        return f"[^{len(self.notes)}]"

    def bullets(self) -> str:
        """Return a list with lists in it."""
        return "\n".join(self.items("-", 0))

    def numbers(self) -> str:
        """Return a numbered list, with lists in it."""
        return "\n".join(self.items("1.", 0))

    def items(self, mark: str, depth: int) -> list[str]:
        """Return the lines of a list, four blanks deeper for each level."""
        lines: list[str] = []
        for _ in range(self.dice.randint(1, 6)):
            lines.append(f"{'    ' * depth}{mark} {self.adorned(self.sentence())}")
            if depth < _DEEPEST_LIST and self.dice.random() < _NESTED:
                lines += self.items(self.dice.choice(("-", "1.")), depth + 1)
        return lines

    def definitions(self) -> str:
        """Return terms and what they mean."""
        terms = self.dice.sample(self.words.nouns, self.dice.randint(1, 5))
        return "\n\n".join(
            f"{term.capitalize()}\n"
            + "\n".join(f":   {self.sentence()}" for _ in range(self.dice.randint(1, 3)))
            for term in terms
        )

    def quotation(self) -> str:
        """Return a quotation of some paragraphs."""
        return "\n>\n".join(f"> {self.paragraph()}" for _ in range(self.dice.randint(1, 3)))

    def foreign_block(self) -> str:
        """Return a quotation in the other language."""
        words = " ".join(self.dice.sample(self.others.sentences, 3))
        return f'<blockquote lang="{self.words.other}"><p>{words}</p></blockquote>'

    def table(self) -> str:
        """Return a table that may be longer than a page."""
        columns = self.dice.randint(2, 6)
        rule = "|".join(self.dice.choice(("---", ":--", "--:", ":-:")) for _ in range(columns))
        head = "|".join(self.dice.choice(self.words.nouns) for _ in range(columns))
        rows = [
            "|".join(
                str(self.dice.choice((self.dice.randint(0, 9999), self.dice.choice(self.words.nouns), "")))
                for _ in range(columns)
            )
            for _ in range(self.dice.choice((1, 3, 8, 20, 60)))
        ]
        return "\n".join(f"|{line}|" for line in (head, rule, *rows))

    def spanning_table(self) -> str:
        """Return a table with a caption, heads of rows, and cells that span."""
        noun = self.dice.choice
        nouns = self.words.nouns
        rows = "".join(
            f"<tr><th>{noun(nouns)}</th><td>{noun(nouns)}</td><td>{self.dice.randint(0, 99)}</td></tr>"
            for _ in range(self.dice.randint(1, 12))
        )
        return (
            f"<table><caption>{self.sentence()}</caption><thead><tr><th>{noun(nouns)}</th>"
            f'<th colspan="2">{noun(nouns)}</th></tr></thead><tbody>'
            f'<tr><th rowspan="2">{noun(nouns)}</th><td>1</td><td>2</td></tr><tr><td colspan="2">3</td></tr>'
            f"{rows}</tbody></table>"
        )

    def code(self) -> str:
        """Return a block of code that may be longer than a page."""
        lines = [
            f"{'    ' * self.dice.randint(0, 3)}{self.dice.choice(self.words.nouns)} = {number}"
            for number in range(self.dice.choice((1, 4, 12, 60)))
        ]
        return "```python\n" + "\n".join(lines) + "\n```"

    def image(self) -> str:
        """Return the name of a new image."""
        suffix = self.dice.choice(FORMATS)
        name = f"{self.language}-{len(self.images) + 1}.{suffix}"
        size = (self.dice.randint(8, 640), self.dice.randint(8, 480))
        self.images[name] = picture(self.dice, suffix, size)
        return name

    def figure(self) -> str:
        """Return an image with or without a caption."""
        caption = self.dice.choice(("", f' "{self.sentence()}"'))
        return f"![{self.sentence()}]({self.image()}{caption})"

    def decoration(self) -> str:
        """Return an image that says nothing."""
        return f"![]({self.image()}){{.decorative}}"

    def line_with_image(self) -> str:
        """Return a line of text with an image in it."""
        return f"{self.sentence()} ![{self.dice.choice(self.words.nouns)}]({self.image()}) {self.sentence()}"

    def rule(self) -> str:
        """Return a line between two parts."""
        return "* * *"


def main() -> None:
    """Write a corpus, as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_corpus(arguments.folder, count=arguments.count, seed=arguments.seed)


if __name__ == "__main__":
    main()
