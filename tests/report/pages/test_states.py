"""The verdict is one sentence that says whether anything is wrong, what changed and why."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Change, Night, NightEdition
from pipeline.core.reasons import COMPOSING, Reason, ReasonKind
from pipeline.core.results import Verdict as Outcome
from pipeline.report.pages.states import NightVerdict, State, post_statuses, reason_words, sentence, verdict
from tests.reasons import NEW, changed
from tests.report.nights import Files, edition, finding, night
from tests.report.pages.test_words import ENGLISH, FRENCH

A_FILE = Path(__file__)
ERROR = finding("size.over", Severity.ERROR, "too heavy", "make it lighter", slug="a", language="en")
WARNING = finding("size.drift", Severity.WARNING, "it drifted", "look at it", slug="a", language="en")
FRIENDLY = finding("publish.down", Severity.ERROR, "the site is down", "see to it")


def good(slug: str = "a", *found: Finding, reason: Reason | None = None) -> NightEdition:
    """Return an edition as it should be; with a reason, another one than before."""
    change = Change(reason=reason, differences=(), before=None, after=A_FILE) if reason else None
    return edition(slug, "en", A_FILE, *found, change=change)


def kept(slug: str = "a") -> NightEdition:
    """Return an edition whose new attachment was rejected."""
    return edition(slug, "en", A_FILE, ERROR, is_kept=True, outcome=Outcome.REJECTED)


def missing(slug: str = "a") -> NightEdition:
    """Return an edition without any attachment."""
    return edition(slug, "en", None, outcome=Outcome.FAILED)


def said(of: Night) -> NightVerdict:
    """Return the English verdict of a night."""
    found = verdict(of, post_statuses(of), ENGLISH)
    more = tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in found.more)
    return replace(found, sentence=found.sentence.replace("\N{NO-BREAK SPACE}", " "), more=more)


@pytest.mark.parametrize(
    ("editions", "level", "expected"),
    [
        ([], "warning", "There is no attachment to speak of."),
        ([good("a"), good("b")], "good", "All well: 2 attachments as they should be."),
        (
            [good("a"), good("b", reason=changed("source"))],
            "good",
            "All well: 2 attachments as they should be, 1 changed because of its source.",
        ),
        (
            [good("a", reason=changed("styles")), good("b", reason=changed("source"))],
            "good",
            "All well: 2 attachments as they should be, 2 changed.",
        ),
        (
            [good("a", reason=NEW)],
            "good",
            "All well: the one attachment is as it should be, 1 new.",
        ),
        (
            [good("a", WARNING), good("b")],
            "warning",
            "All well but for one warning: 2 attachments are as they should be.",
        ),
        ([kept("a"), good("b")], "error", "1 attachment needs somebody; the other one is as it should be."),
        ([kept("a"), missing("b")], "error", "All 2 attachments need somebody."),
    ],
)
def test_the_sentence(editions: list[NightEdition], level: str, expected: str) -> None:
    """Each kind of night has its sentence, and says how bad it is."""
    found = said(night(*editions))
    assert (found.level, found.sentence) == (level, expected)


def test_errors_that_are_of_no_attachment_are_told() -> None:
    """Where all attachments are good, an error of the night or a site is told, and never passed over."""
    found = said(night(good(), findings=(FRIENDLY,)))
    assert (found.level, found.sentence) == ("error", "1 error needs somebody; the one attachment is good.")
    both = said(night(kept("a"), good("b"), findings=(FRIENDLY,)))
    assert both.sentence.endswith("; 1 more error is not of an attachment.")


def test_what_became_of_the_bad_ones_is_told() -> None:
    """Below the sentence: how many keep an older version, how many have none, and that warnings are left."""
    found = said(night(kept("a"), missing("b"), good("c", WARNING)))
    assert found.more == (
        "1 keeps its last good version, 1 has no attachment at all.",
        "1 warning asks for a decision.",
    )


def test_a_rebuild_says_what_it_proved() -> None:
    """A night that made everything anew says how many came out the same, and how many did not."""
    found = said(night(good("a"), good("b", reason=changed("fonts")), is_rebuild=True))
    (only,) = found.more
    assert only == (
        "Everything was made anew: the one attachment that could be made came out byte for byte the same, "
        "1 did not, and says why below."
    )


def test_french_has_its_own_spaces() -> None:
    """The French verdict stands with the spaces that French puts before its marks."""
    of = night(kept("a"), good("b"), good("c"))
    assert verdict(of, post_statuses(of), FRENCH).sentence == (
        "1\xa0pièce jointe demande une intervention\u202f; les 2\xa0autres sont en ordre."
    )


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        (NEW, "Not built before"),
        (Reason(kind=ReasonKind.BY_HAND), "The attachment was changed by hand"),
        (changed("house words", "source"), "Changed: house words, source"),
        (changed(COMPOSING), "Changed: the way pages are composed"),
        (changed("something new"), "Changed: something new"),
        (Reason(kind=ReasonKind.VERIFIED), "verified"),
        (
            Reason(kind=ReasonKind.CHANGED, changed=("source",), is_from_cache=True),
            "Changed: source; taken from the cache",
        ),
    ],
)
def test_reasons(reason: Reason, english: str) -> None:
    """Every reason of the ledger has words; an unknown one is told as it is."""
    assert reason_words(reason, ENGLISH) == english


def test_every_reason_is_known_in_french() -> None:
    """The parts of a reason are told in French, too."""
    assert reason_words(changed("house words", "fonts"), FRENCH) == (
        "Changement\N{NO-BREAK SPACE}: textes de la maison, polices"
    )


@pytest.mark.parametrize(
    ("of", "state"),
    [
        (missing(), State.MISSING),
        (kept(), State.KEPT),
        (good("a", ERROR), State.FAULTY),
        (good("a", reason=changed("source")), State.CHANGED),
        (good("a", WARNING), State.GOOD),
    ],
)
def test_states(of: NightEdition, state: State) -> None:
    """The worst that can be said of an edition is its state."""
    ((told,),) = (post.editions for post in post_statuses(night(of)))
    assert told.state is state


def test_findings_of_the_night_count_for_their_edition() -> None:
    """An error that the night itself found about an edition makes it one that needs somebody."""
    (post,) = post_statuses(night(good("a"), findings=(replace(ERROR, check="look.unread"),)))
    assert post.editions[0].state is State.FAULTY
    assert [line.check for line in post.editions[0].findings] == ["look.unread"]


def test_what_is_said_of_a_post_alone_counts_for_it() -> None:
    """An error about a post and none of its editions puts it among those that need attention, and counts."""
    of_post = replace(ERROR, check="source.duplicate_slug", language=None)
    of = night(good("a"), good("b"), run_findings=(of_post,))
    post = post_statuses(of)[0]
    assert (post.slug, post.group, post.level) == ("a", "need", "error")
    assert [one.check for one in post.findings] == ["source.duplicate_slug"]
    assert said(of).sentence == "1 error needs somebody; all 2 attachments are good."


def test_posts_that_need_somebody_come_first() -> None:
    """Posts stand in the order in which one looks at them: bad ones, changed ones, others, each by name."""
    posts = post_statuses(night(good("a"), good("b", reason=changed("source")), kept("d"), kept("c")))
    assert [post.slug for post in posts] == ["c", "d", "b", "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the attachment is too heavy", "The attachment is too heavy."),
        ("build/a.pdf can't be written", "build/a.pdf can't be written."),
        ("`annexe sizes` says why", "`annexe sizes` says why."),
        ("it says “No.”", "It says “No.”"),
        ("two\nlines", "Two lines."),
    ],
)
def test_messages_become_sentences(text: str, expected: str) -> None:
    """A message begins with a capital unless it begins with a name, and ends with a stop."""
    assert sentence(text) == expected


def test_sample_nights_say_what_they_are(files: Files) -> None:
    """The nights that the pages are looked at with are what their names say."""
    from tests.report.bad_nights import catastrophe
    from tests.report.nights import all_well, mixed

    assert [said(of(files)).level for of in (all_well, mixed, catastrophe)] == ["good", "error", "error"]
