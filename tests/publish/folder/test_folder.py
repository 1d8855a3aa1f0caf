"""A site in a folder: what publishing puts there, and what it changes later."""

import re
from pathlib import Path

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.publish.errors import PublishError, SiteProblemError
from pipeline.publish.folder.target import Folder
from pipeline.publish.model import DesiredPlace, DesiredPost
from pipeline.publish.plan import ActionKind
from pipeline.publish.site.site import Site
from pipeline.publish.verify import verify_post
from pipeline.render.fonts.faces import FontSet
from tests.publish.folder.trees import changed, tree
from tests.sites import URL, desired_post, folder_settings, local_file, make_post, make_site, publish


def test_publishing_lays_out_the_whole_site(folder: Folder, root: Path, built: Path) -> None:
    """Attachments, pages, fragments, a summary, lists, feeds and assets.

    Every link of every page leads to a file.
    """
    publish(folder, desired_post(make_post(), built))
    names = {re.sub(r"[0-9a-f]{8,}", "#", path) for path in tree(root) if "annexe-" not in path}
    assert names == {
        "a-post/a-post-en-#.pdf",
        "a-post/a-post-fr-#.pdf",
        "a-post/en/index.html",
        "a-post/fr/index.html",
        "a-post/fragment-en.html",
        "a-post/fragment-fr.html",
        "a-post/post.json",
        "assets/site-#.css",
        "en/index.html",
        "en/feed.xml",
        "fr/index.html",
        "fr/feed.xml",
        "index.html",
    }
    for page in root.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text()):
            assert (page.parent / address).is_file(), f"{page} leads to {address}"


def test_a_second_run_writes_nothing(folder: Folder, site: Site, root: Path, built: Path) -> None:
    """Where all is as it should be, no file is touched: same inodes, same times.

    Another process sees the same.
    """
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    before = tree(root)
    assert publish(folder, desired) == []
    assert publish(Folder(folder_settings(root), site), desired) == []
    assert tree(root) == before


def test_what_is_published_verifies(folder: Folder, built: Path) -> None:
    """Verifying finds nothing wrong with what was just published, in the posts and in what they share."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    for one in (desired, Folder.front):
        (state,) = folder.observe([one])
        assert verify_post(folder, one, state).findings == ()


def test_a_folder_that_is_served_speaks_in_addresses(
    root: Path, built: Path, fonts: FontSet, styles: Styles, composer: Composer
) -> None:
    """With a known address, files and pages are told by it; what is fetched comes from the folder."""
    folder = Folder(folder_settings(root, URL), make_site(fonts, styles, composer, URL))
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    (state,) = folder.observe([desired])
    assert state.places[0].page_url == f"{URL}/a-post/en/"
    assert state.files[0].url == f"{URL}/{state.files[0].key}"
    assert verify_post(folder, desired, state).findings == ()


def test_a_changed_edition_changes_what_shows_it_and_nothing_else(
    folder: Folder, root: Path, built: Path
) -> None:
    """A word of the French text: the French files, the list on the English page, the feed.

    The old file goes.
    """
    publish(folder, desired_post(make_post(), built), desired_post(make_post("b-post"), built))
    before = tree(root)
    post = make_post(bodies={"en": "An English text.\n", "fr": "Un autre texte.\n"})
    kinds = [action.kind for action in publish(folder, desired_post(post, built))]
    assert kinds.count(ActionKind.UPLOAD) == kinds.count(ActionKind.DELETE) == 1
    names = {re.sub(r"[0-9a-f]{8,}", "#", path) for path in changed(before, tree(root))}
    assert names == {
        "a-post/a-post-fr-#.pdf",
        "a-post/en/index.html",
        "a-post/fr/index.html",
        "a-post/fragment-en.html",
        "a-post/fragment-fr.html",
        "a-post/post.json",
        "en/feed.xml",
        "fr/feed.xml",
    }


def test_an_edition_that_cannot_be_published_keeps_its_page(folder: Folder, root: Path, built: Path) -> None:
    """Its text, its fragment and its entry in lists stay.

    Its list of attachments follows the other editions.
    """
    publish(folder, desired_post(make_post(), built))
    french = (root / "a-post" / "fr" / "index.html").read_text()
    post = make_post(bodies={"en": "Another English text.\n"})
    publish(folder, desired_post(post, built, kept=["fr"]))
    page = (root / "a-post" / "fr" / "index.html").read_text()
    new = local_file(post.editions[0], built)
    section = re.compile(r'<section class="attachments".*?</section>', re.DOTALL)
    assert section.sub("", page) == section.sub("", french)
    assert new.identity.file_name in page
    assert new.identity.file_name in (root / "a-post" / "fragment-fr.html").read_text()
    assert "Title fr" in (root / "fr" / "index.html").read_text()
    assert publish(folder, desired_post(post, built, kept=["fr"])) == []


def test_an_edition_that_is_gone_takes_its_files_along(folder: Folder, root: Path, built: Path) -> None:
    """Without a source, page, fragment and attachment go, and lists and feed with the last of a language."""
    publish(folder, desired_post(make_post(), built))
    publish(folder, desired_post(make_post(bodies={"en": "An English text.\n"}), built))
    assert not [path for path in tree(root) if "fr" in re.split(r"[/.-]", path)]
    assert not (root / "fr").exists()
    assert "Français" not in (root / "a-post" / "en" / "index.html").read_text()


def test_checking_says_where_and_writes_nothing(folder: Folder, root: Path) -> None:
    """A folder that isn't there yet will be made; nothing is made by checking."""
    assert folder.check() == f"the folder {root}, which will be made"
    assert not root.exists()


def test_a_folder_that_cannot_be_written_to_is_told(site: Site, tmp_path: Path) -> None:
    """A file where the folder should be is problem of the whole site, and names the setting."""
    (tmp_path / "file").write_text("")
    folder = Folder(folder_settings(tmp_path / "file" / "site"), site)
    with pytest.raises(SiteProblemError, match=r"set `path` in \[tool\.annexe\.publish\.site\]") as caught:
        folder.check()
    assert caught.value.is_whole_site


def test_a_folder_without_a_path_is_refused(site: Site) -> None:
    """A target of this kind needs a path."""
    with pytest.raises(PublishError, match="set `path`"):
        Folder(folder_settings(None), site)


def test_a_post_of_which_nothing_can_be_published_stays_as_it_is(
    folder: Folder, root: Path, built: Path
) -> None:
    """With all languages kept, no file changes."""
    publish(folder, desired_post(make_post(), built))
    before = tree(root)
    place = DesiredPlace(reference="a-post", files=(), languages=("en", "fr"))
    assert publish(folder, DesiredPost(slug="a-post", places=(place,))) == []
    assert tree(root) == before
