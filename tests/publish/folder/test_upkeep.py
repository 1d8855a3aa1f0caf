"""What others did to the folder, what the style does to it: told, mended or left alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.publish.folder.target import Folder
from pipeline.publish.model import AttachmentLink
from pipeline.publish.plan import ActionKind, plan_post
from pipeline.publish.site.site import Site
from pipeline.publish.verify import verify_post
from tests.publish.folder.trees import tree
from tests.sites import desired_post, folder_settings, make_post, publish


@pytest.mark.parametrize(
    ("path", "change", "told"),
    [
        ("a-post/fr/index.html", lambda text: text.replace("français", "anglais"), "the text changed (fr)"),
        ("a-post/fr/index.html", lambda text: text.replace("English (", "Anglais ("), "the links changed (fr)"),
        ("a-post/en/index.html", lambda text: text.replace("og:type", "og:tipe"), "what surrounds the text changed (en)"),
        ("a-post/en/index.html", lambda text: text.replace("assets/site-", "assets/sote-"), "the style changed"),
        ("a-post/fr/index.html", None, "a-post/fr/index.html is missing"),
        ("a-post/fragment-fr.html", None, "a-post/fragment-fr.html is missing"),
        ("a-post/post.json", lambda text: text.replace("2020", "2021"), "a-post/post.json is not as it should be"),
    ],
)  # fmt: skip
def test_what_was_changed_by_hand_is_told_and_mended(
    folder: Folder, root: Path, built: Path, path: str, change: Callable[[str], str] | None, told: str
) -> None:
    """Pages are ours: whatever somebody did to one is named as the reason, and undone to the byte."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    before = {name: data for name, (data, _, _) in tree(root).items()}
    if change is None:
        (root / path).unlink()
    else:
        text = (root / path).read_text()
        assert change(text) != text
        (root / path).write_text(change(text))
    (state,) = folder.observe([desired])
    assert told in str(state.places[0].stale)
    publish(folder, desired)
    assert {name: data for name, (data, _, _) in tree(root).items()} == before


def test_a_lost_link_is_seen(folder: Folder, root: Path, built: Path) -> None:
    """A link removed from the first page by hand is no link any more, and comes back."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    page = root / "a-post" / "en" / "index.html"
    page.write_text(re.sub(r"<li><a [^>]*>Français.*</li>\n", "", page.read_text()))
    (state,) = folder.observe([desired])
    assert [link.language for link in state.places[0].links] == ["en"]
    assert ActionKind.LINK in [action.kind for action in publish(folder, desired)]
    (state,) = folder.observe([desired])
    assert [link.text for link in state.places[0].links] == [file.text for file in desired.places[0].files]


def test_what_a_person_put_there_stays(folder: Folder, root: Path, built: Path) -> None:
    """No file that isn't ours is changed or removed, whatever it is called and wherever it lies."""
    foreign = (
        "robots.txt",
        "404.html",
        "a-post/map.png",
        "a-post/a-post-en-notes.pdf",
        "a-post/b-post-en-01234567.pdf",
        "a-post/images/mine.png",
        "a-post/de/index.html",
        "assets/logo.css",
        "assets/site-0123456789abcdef.css",
        "en/about.html",
        ".htaccess",
    )
    for path in foreign:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("mine")
    before = tree(root)
    publish(folder, desired_post(make_post(), built))
    publish(folder, desired_post(make_post(bodies={"en": "Other.\n"}), built))
    after = tree(root)
    assert {path: after[path] for path in foreign} == before


@pytest.mark.parametrize("path", ["a-post/en/index.html", "a-post/post.json", "a-post/fragment-fr.html"])
def test_a_foreign_file_in_the_way_is_told(folder: Folder, root: Path, built: Path, path: str) -> None:
    """Where a page belongs and another's file is, nothing of the post is written, and the file is named."""
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text("mine")
    desired = desired_post(make_post(), built)
    (state,) = folder.observe([desired])
    problem = state.places[0].problem
    assert problem is not None
    assert problem.name == "name_taken"
    assert path in problem.message
    assert not plan_post(desired, state).has_work


def test_a_foreign_index_is_told(folder: Folder, root: Path) -> None:
    """An index.html of somebody else's at the root is not overwritten."""
    root.mkdir()
    (root / "index.html").write_text("mine")
    (state,) = folder.observe([Folder.front])
    assert state.places[0].problem is not None
    assert (root / "index.html").read_text() == "mine"


def test_a_post_may_not_have_the_name_of_a_shared_folder(folder: Folder, built: Path) -> None:
    """A post that is called as a language or as the assets is refused in words."""
    (state,) = folder.observe([desired_post(make_post("en"), built)])
    assert state.places[0].problem is not None
    assert "give the post another name" in state.places[0].problem.remedy


def test_another_style_rewrites_the_pages_and_drops_the_old_sheet_last(
    folder: Folder, restyled: Site, root: Path, built: Path
) -> None:
    """The reason is told; the old style sheet stays as long as a page asks for it, then goes; fonts stay."""
    one, other = desired_post(make_post(), built), desired_post(make_post("b-post"), built)
    publish(folder, one, other)
    (old,) = (root / "assets").glob("*.css")
    fonts = set((root / "assets").glob("*.woff2"))
    again = Folder(folder_settings(root), restyled)
    (state,) = again.observe([one])
    assert state.places[0].stale is not None
    assert state.places[0].stale.startswith("the style changed")
    publish(again, one)
    assert old.is_file()
    publish(again, one, other)
    assert not old.exists()
    assert set((root / "assets").glob("*.woff2")) == fonts


def test_a_plan_foretells_that_the_lists_change(folder: Folder, built: Path) -> None:
    """Before anything is written, posts that are to change announce that what all share does too."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    (state,) = folder.observe([Folder.front])
    assert state.places[0].stale is None
    again = desired_post(make_post(bodies={"en": "Other.\n", "fr": "Autre.\n"}), built)
    folder._front.has_written = False
    folder.observe([again])
    (state,) = folder.observe([Folder.front])
    assert state.places[0].stale == "a post changes"


def test_a_file_replaced_by_hand_is_found_and_can_be_repaired(
    folder: Folder, root: Path, built: Path
) -> None:
    """Verifying tells it; with the file named as spoilt, publishing puts ours in its place."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    name = desired.places[0].files[0].identity.file_name
    (root / "a-post" / name).write_bytes(b"%PDF-1.7 another")
    (state,) = folder.observe([desired])
    verified = verify_post(folder, desired, state)
    assert [finding.check for finding in verified.findings] == ["publish.replaced"]
    plan = plan_post(desired, state, verified.damaged)
    assert [file.identity.file_name for _, file in plan.uploads] == [name]
    folder.upload(plan.uploads[0][1], state.places[0])
    (state,) = folder.observe([desired])
    assert not plan_post(desired, state, verified.damaged).has_work
    assert verify_post(folder, desired, state).findings == ()


def test_a_link_elsewhere_stays_a_link_elsewhere(folder: Folder, root: Path, built: Path) -> None:
    """A kept language's link that somebody led to another site stays so."""
    publish(folder, desired_post(make_post(), built))
    for path in ("a-post/en/index.html", "a-post/fr/index.html"):
        page = root / path
        page.write_text(
            re.sub(
                r'href="\.\./a-post-fr-[0-9a-f]+\.pdf"', 'href="https://example.org/x.pdf"', page.read_text()
            )
        )
    desired = desired_post(make_post(bodies={"en": "Other.\n"}), built, kept=["fr"])
    publish(folder, desired)
    (state,) = folder.observe([desired])
    assert state.places[0].links[1] == AttachmentLink(
        language="fr", text=state.places[0].links[1].text, url="https://example.org/x.pdf", file_key=None
    )
    assert publish(folder, desired) == []
