"""Typography per language."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from pipeline.compose.typography import set_text, set_typography

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "written", "set_"),
    [
        ("en", "people's", "people\u2019s"),
        ("en", '"Hello," she said', "\u201cHello,\u201d she said"),
        ("en", "the '90s", "the \u201990s"),
        ("en", "worse - and easier", f"worse{NO_BREAK}\u2013 and easier"),
        ("en", "wait...", "wait\u2026"),
        ("en", "resolution 1244 (1999)", f"resolution{NO_BREAK}1244 (1999)"),
        ("en", 'a 10" pipe', 'a 10" pipe'),
        ("en", '"in 1990"', "\u201cin 1990\u201d"),
        ("fr", "l'une", "l\u2019une"),
        ("fr", "quoi ?", f"quoi{NARROW}?"),
        ("fr", "quoi?", f"quoi{NARROW}?"),
        ("fr", "coûts : la santé", f"coûts{NO_BREAK}: la santé"),
        ("fr", "à 10:30 précises", "à 10:30 précises"),
        ("fr", '"oui"', f"\u00ab{NO_BREAK}oui{NO_BREAK}\u00bb"),
        ("fr", "« oui »", f"\u00ab{NO_BREAK}oui{NO_BREAK}\u00bb"),
        ("fr", "15 000 migrants", f"15{NARROW}000{NO_BREAK}migrants"),
        ("fr", "voir https://a.example/b?c=1; puis", "voir https://a.example/b?c=1; puis"),
        ("fr", "COVID-19", "COVID-19"),
        ("sw", "hakuna 'x'", "hakuna 'x'"),
    ],
)
def test_marks_and_spaces(language: str, written: str, set_: str) -> None:
    """Marks and spaces come out as the language's authority has them."""
    assert set_text(written, language) == set_


def test_code_and_addresses_stay() -> None:
    """Code and addresses are never touched, the text around them is."""
    root = html.fragment_fromstring(
        "<p>it's <code>it's \"x\"</code> - <a href='#'>https://a.example/it's</a></p>"
    )
    set_typography(root, "en")
    assert html.tostring(root, encoding="unicode") == (
        '<p>it\u2019s <code>it\'s "x"</code>\u00a0\u2013 <a href="#">https://a.example/it\'s</a></p>'
    )


def test_quotation_across_elements() -> None:
    """A quotation that begins before an element and ends behind it gets its two marks."""
    root = html.fragment_fromstring('<p>"He said <em>no</em>"</p>')
    set_typography(root, "en")
    assert root.text_content() == "\u201cHe said no\u201d"


def test_foreign_run_follows_its_own_language() -> None:
    """A block in another language is set by that language's rules."""
    root = html.fragment_fromstring('<div><p lang="en">Why?</p><p>Quoi?</p></div>')
    set_typography(root, "fr")
    assert root.text_content() == f"Why?Quoi{NARROW}?"


def test_short_last_word_is_held() -> None:
    """A short last word of a long paragraph stays with the word before it; a short text is left alone."""
    long = "a word and " * 10
    assert set_text(f"{long}the end.", "en").endswith("the\u00a0end.")
    assert set_text(f"{long}the inequalities.", "en").endswith("the inequalities.")
    assert set_text("The end.", "en") == "The end."


def shown(text: str) -> str:
    """Return a text with its no-break spaces to be seen: `~` a full one, `_` a narrow one."""
    return text.replace(NO_BREAK, "~").replace(NARROW, "_")


def tree(markup: str, language: str) -> str:
    """Return the HTML of a fragment after it was set, its no-break spaces to be seen."""
    root = html.fragment_fromstring(markup)
    set_typography(root, language)
    return shown(html.tostring(root, encoding="unicode"))


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("'Tis late, and 'twas dark.", "’Tis late, and ’twas dark."),
        ("\u2018Tis the season", "’Tis the season"),
        ("The '68 movement, class of '07, the '90s", "The ’68 movement, class of ’07, the ’90s"),
        ("in \u201868 and \u201899,", "in ’68 and ’99,"),
        ("class of \u201807, rock ’n’ roll", "class of ’07, rock ’n’ roll"),
        ("'The '90s', 'born in '68', he said", "\u2018The ’90s’, \u2018born in ’68’, he said"),
        ("the \u201880’s and the '80's", "the ’80’s and the ’80’s"),
        ("rock 'n' roll, fish \u2018n’ chips", "rock ’n’ roll, fish ’n’ chips"),
        ("tell 'em to wait 'til noon", "tell ’em to wait ’til noon"),
        ("'Go and tell 'em, Tom', he said", "\u2018Go and tell ’em, Tom’, he said"),
        ("stayed 'cause they were tired", "stayed ’cause they were tired"),
        ("good ol' times, the workers' hall", "good ol’ times, the workers’ hall"),
        ("she said 'allo to us", "she said ’allo to us"),
        ("'20 years on' was its title", "\u201820 years on’ was its title"),
        ("the word 'em' is short", "the word \u2018em’ is short"),
    ],
)
def test_apostrophes_for_what_is_left_out(written: str, set_: str) -> None:
    """An apostrophe stands for what is left out, whatever mark was written; a quotation keeps its marks."""
    assert set_text(written, "en") == set_


@pytest.mark.parametrize(
    ("language", "written", "set_"),
    [
        ("en", '15" and “Agenda 2030" here', '15" and “Agenda 2030” here'),
        ("en", 'a 15" screen and "Agenda 2030" here', 'a 15" screen and “Agenda 2030” here'),
        ("en", "6' 2\" tall, 40' long", "6' 2\" tall, 40' long"),
        ("en", "6'2\" tall", "6'2\" tall"),
        ("en", "\"The word 'support'\", she said", "“The word \u2018support’”, she said"),
        ("en", "'He says \"no\"', she said", "\u2018He says “no”’, she said"),
        ("en", '"She said "no" to us"', "“She said \u2018no’ to us”"),
        ("en", '"Not closed. And "this" is', "“Not closed. And “this” is"),
        ("en", '("yes")—"no"', "(“yes”)—“no”"),
        ("en", '"well—" he began', "“well—” he began"),
        ("en", 'he said:"yes"', "he said:“yes”"),
        ("en", '“straight at the end".', "“straight at the end”."),
        ("en", '"curly at the end”.', "“curly at the end”."),
        ("fr", "le \"mot 'soutien'\", puis", "le «~mot \u2018soutien’~», puis"),
        ("fr", '"il dit "oui" ici"', "«~il dit “oui” ici~»"),
        ("fr", '« il dit "oui" ici »', "«~il dit “oui” ici~»"),
        ("fr", "l'\"arbre\" d'or", "l’«~arbre~» d’or"),
        ("fr", '« Oui" et “non"', "«~Oui~» et “non”"),
        ("fr", 'qu\'"elle" dit', "qu’«~elle~» dit"),
        ("fr", "Mai '68, mai \u201868", "Mai ’68, mai ’68"),
        ("es", '"dice "no" hoy"', "«dice “no” hoy»"),
        ("ru", '"слово "да" тут"', "«слово „да“ тут»"),
    ],
)
def test_each_mark_closes_what_opened(language: str, written: str, set_: str) -> None:
    """Quotation marks nest, straight and curly ones together; marks of length and time stay as they are."""
    assert shown(set_text(written, language)) == set_


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("De 2015 à 2020 350 000 personnes", "De 2015 à 2020 350_000~personnes"),
        ("en 2020 250 cas", "en 2020 250~cas"),
        ("le 9 juillet 2020 100 cas", "le 9~juillet 2020 100~cas"),
        ("tél. 022 717 91 11", "tél. 022 717 91 11"),
        ("tél. 0800 123 456", "tél. 0800 123 456"),
        ("l’A380 800 places", "l’A380 800~places"),
        ("l’A380 800 000 fois", "l’A380 800 000~fois"),
        ("le +41 22 717 91 11", "le +41 22 717 91 11"),
        ("1,5 000", "1,5 000"),
        ("10 000 000 en tout", "10_000_000~en tout"),
        ("12\u00a0500 km", "12_500~km"),
        ("résolution 2250 100 fois", "résolution~2250 100~fois"),
    ],
)
def test_french_numbers_are_grouped_from_their_first_digit(written: str, set_: str) -> None:
    """Only a number that is grouped from its first digit on is held together by narrow spaces."""
    assert shown(set_text(written, "fr")) == set_


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ('"Vraiment?" et "Oui!"', "«~Vraiment_?~» et «~Oui_!~»"),
        ("“Vraiment?” puis «Oui!».", "“Vraiment_?” puis «~Oui_!~»."),
        ("Quoi?! Non;", "Quoi_?! Non_;"),
        ("fin ; suite : voilà", "fin_; suite~: voilà"),
        ("50% et 20 %, 5€", "50~% et 20~%, 5~€"),
        ("(?) et ?id=1, 10:30", "(?) et ?id=1, 10:30"),
    ],
)
def test_french_spaces_before_high_marks(written: str, set_: str) -> None:
    """French puts its spaces before high marks in quotation marks of any kind, written or not."""
    assert shown(set_text(written, "fr")) == set_


@pytest.mark.parametrize(
    ("language", "written", "set_"),
    [
        ("fr", "M. Diallo et Mme Roy, Mmes Petit", "M.~Diallo et Mme~Roy, Mmes~Petit"),
        ("fr", "MM. Roy et Mlle Ba, le Dr Ba", "MM.~Roy et Mlle~Ba, le Dr~Ba"),
        ("fr", "p. 5, pp. 5-6, art. 3, al. 2", "p.~5, pp.~5-6, art.~3, al.~2"),
        ("fr", "n° 5, § 3, chap. IV", "n°~5, §~3, chap.~IV"),
        ("fr", "1er juillet, 12 km, 5 h", "1er~juillet, 12~km, 5~h"),
        ("fr", "120 participants", "120~participants"),
        ("fr", "de 5 à 10 ans, 3 ou 4 fois", "de 5 à 10~ans, 3 ou 4~fois"),
        ("fr", "M. de Gaulle, Mme la Ministre", "M.~de Gaulle, Mme~la Ministre"),
        (
            "fr",
            "art. L. 121-1, p. xii, art. premier, l’art. Il",
            "art.~L. 121-1, p.~xii, art.~premier, l’art. Il",
        ),
        ("fr", "120 invraisemblablement", "120 invraisemblablement"),
        ("fr", "en 2020 nous", "en 2020 nous"),
        ("en", "9 July 2020, 9th July, July 9", "9~July 2020, 9th~July, July 9"),
        ("en", "12 km, 5 million, 3 per cent", "12~km, 5~million, 3~per cent"),
        ("en", "p. 5, § 3, Art. 5, No. 5, pp. 5", "p.~5, §~3, Art.~5, No.~5, pp.~5"),
        ("en", "Mr. Okafor, Dr Ito, Ms. Roy", "Mr.~Okafor, Dr~Ito, Ms.~Roy"),
        ("en", "in 12 countries", "in 12 countries"),
        ("en", "Mr de Klerk, 3 percent", "Mr~de Klerk, 3~percent"),
        ("es", "página 5", "página~5"),
        ("es", "5 días, ¿5 ¿o no", "5 días, ¿5 ¿o no"),
        ("ru", "№ 5", "№~5"),
    ],
)
def test_what_belongs_together_stays_on_a_line(language: str, written: str, set_: str) -> None:
    """A number stays with its unit, month or abbreviation, a title with the name."""
    assert shown(set_text(written, language)) == set_


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Le 1er mai", "Le 1<sup>er</sup>~mai"),
        ("la 1re et la 2e fois", "la 1<sup>re</sup> et la 2<sup>e</sup> fois"),
        ("au XXe siècle, les XIXe", "au XX<sup>e</sup> siècle, les XIX<sup>e</sup>"),
        ("François Ier, la Ve République", "François I<sup>er</sup>, la V<sup>e</sup> République"),
        ("<em>2e</em> et 3e", "<em>2<sup>e</sup></em> et 3<sup>e</sup>"),
        ("1<sup>er</sup> mai", "1<sup>er</sup>~mai"),
        ("Le Me, Ce, IVe <code>2e</code>", "Le Me, Ce, IV<sup>e</sup> <code>2e</code>"),
        ('<span lang="en">2e</span>', '<span lang="en">2e</span>'),
    ],
)
def test_french_ordinals_are_raised(written: str, set_: str) -> None:
    """The endings of ordinals are raised and keep their letters; setting them again changes nothing."""
    root = html.fragment_fromstring(f"<p>{written}</p>")
    before = root.text_content()
    set_typography(root, "fr")
    once = html.tostring(root, encoding="unicode")
    assert shown(once) == f"<p>{set_}</p>"
    assert root.text_content().replace(NO_BREAK, " ") == before
    set_typography(root, "fr")
    assert html.tostring(root, encoding="unicode") == once


@pytest.mark.parametrize(
    ("language", "written", "set_"),
    [
        (
            "fr",
            '<p>Vu <em lang="en">"Why?"</em> et "quoi?"</p>',
            '<p>Vu <em lang="en">“Why?”</em> et «~quoi_?~»</p>',
        ),
        ("en", '<p>"Yes" <em lang="fr-CH">"quoi?"</em></p>', '<p>“Yes” <em lang="fr-CH">«~quoi_?~»</em></p>'),
        ("fr", "<p>a@b.example?; 'x'</p>", "<p>a@b.example_?; \u2018x’</p>"),
        ("fr", "<p>«<code>a</code>» <code>b</code>;</p>", "<p>«~<code>a</code>~» <code>b</code>_;</p>"),
        ("fr", '<p><em lang="en">Who </em>?</p>', '<p><em lang="en">Who </em>?</p>'),
        ("en", "<p><code>x</code>'s</p>", "<p><code>x</code>’s</p>"),
        ("en", '<p>"https://a.example/it\'s"</p>', "<p>“https://a.example/it's”</p>"),
        (
            "fr",
            "<p>www.a.example/?b!c;d et <kbd>a ;</kbd></p>",
            "<p>www.a.example/?b!c;d et <kbd>a ;</kbd></p>",
        ),
    ],
)
def test_runs_keep_their_language_and_addresses(language: str, written: str, set_: str) -> None:
    """Words in another language follow its rules, within a paragraph too; addresses and keys stay."""
    assert tree(written, language) == set_


HOSTILE = [
    "a@",
    "a@a.",
    "a",
    "a.",
    "https://www.",
    '"',
    "'",
    "' \"",
    "'20 s' ",
    '"a ',
    "«a“ ",
    " ",
    "\u00a0",
    "1 000 ",
    "123 ",
    "9",
    "XX",
    "- ",
    "?",
    "a ?",
    "« ",
    "n' ",
    "12 a",
    "1 000\u00a0000",
    "p. ",
    "\u2018",
    "'68 '",
    ",1",
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("part", HOSTILE)
def test_time_is_linear(part: str, language: str) -> None:
    """Four times the text takes about four times as long, never sixteen times, whatever repeats in it."""
    short, long = (part * (length // len(part)) for length in (5_000, 20_000))
    set_text(short, language)
    assert _seconds(long, language) < 12 * max(_seconds(short, language), 0.005)


def _seconds(text: str, language: str) -> float:
    """Return the least time of the processor that setting a text took in three attempts."""
    times = []
    for _ in range(3):
        start = time.process_time()
        set_text(text, language)
        times.append(time.process_time() - start)
    return min(times)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["en", "fr", "es", "ru", "ar"]))
def test_letters_and_digits_stay(text: str, language: str) -> None:
    """No letter and no digit is ever added, dropped or moved."""
    before = [character for character in text if character.isalnum()]
    assert [character for character in set_text(text, language) if character.isalnum()] == before


PARTS = [
    *"abs1209 '\"-.:;?!«»“”\u2018’„%()\u00a0\u202f",
    "000",
    " 000",
    "'em",
    "12 ",
    "XXe",
    "p. ",
    "M. A",
    "km",
    "word ",
]


@settings(deadline=None, max_examples=500)
@given(
    st.lists(st.sampled_from(PARTS), max_size=40).map("".join),
    st.sampled_from(["en", "fr", "es", "ru", "sw"]),
)
def test_setting_twice_is_setting_once(text: str, language: str) -> None:
    """What is set stays as it is when it is set again, with the same letters and digits."""
    once = set_text(text, language)
    assert set_text(once, language) == once
    assert [c for c in once if c.isalnum()] == [c for c in text if c.isalnum()]


WRAPPERS = [
    "{}",
    "<em>{}</em>",
    '<em lang="en">{}</em>',
    '<em lang="fr">{}</em>',
    "<code>{}</code>",
    "<sup>{}</sup>",
]
RUNS = st.builds(
    str.format, st.sampled_from(WRAPPERS), st.lists(st.sampled_from(PARTS), max_size=6).map("".join)
)


@settings(deadline=None, max_examples=500)
@given(st.lists(RUNS, max_size=6).map("".join), st.sampled_from(["en", "fr", "ru"]))
def test_setting_a_tree_twice_is_setting_it_once(markup: str, language: str) -> None:
    """Elements, languages and code in a paragraph change nothing in that; code stays as it was."""
    root = html.fragment_fromstring(f"<p>{markup}</p>")
    before, code = root.text_content(), [element.text for element in root.iter("code")]
    set_typography(root, language)
    once = html.tostring(root, encoding="unicode")
    assert [c for c in root.text_content() if c.isalnum()] == [c for c in before if c.isalnum()]
    assert [element.text for element in root.iter("code")] == code
    set_typography(root, language)
    assert html.tostring(root, encoding="unicode") == once
