"""A site in a folder: what is seen, what is written, what is left alone, and what two runs at once do."""

import fcntl
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.compose import Composer
from pipeline.files import write_atomically
from pipeline.fonts import FontSet
from pipeline.publish import folder_disk
from pipeline.publish.errors import ChangedMeanwhileError, PublishError, TroubleError
from pipeline.publish.folder import Folder
from pipeline.publish.model import Link, LocalFile, WantedPlace, WantedPost
from pipeline.publish.plan import ActionKind, plan_post
from pipeline.publish.verifying import verify_post
from pipeline.site import Site
from pipeline.styles import Styles
from tests.sites import URL, folder_settings, local_file, make_post, make_site, publish, wanted_post

Open = Callable[..., Folder]


@pytest.fixture(scope="module")
def site(fonts: FontSet, styles: Styles, composer: Composer) -> Site:
    """A site whose address nobody knows."""
    return make_site(fonts, styles, composer)


@pytest.fixture(scope="module")
def restyled(fonts: FontSet, styles: Styles, composer: Composer) -> Site:
    """The same site with another style sheet."""
    changed = Styles(
        templates=styles.templates,
        print_sheets=(),
        screen_sheets=styles.screen_sheets,
        site_sheets=(("site.css", "p { color: red }"),),
    )
    return make_site(fonts, changed, composer)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the site is to be."""
    return tmp_path / "site"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Where attachments are built."""
    return tmp_path / "built"


@pytest.fixture
def folder(root: Path, site: Site) -> Folder:
    """A folder in which nothing is yet."""
    return Folder(folder_settings(root), site)


def tree(root: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return every file below a folder: bytes, inode, time of change."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def changed(before: dict[str, tuple[bytes, int, int]], after: dict[str, tuple[bytes, int, int]]) -> set[str]:
    """Return the paths that were written, added or removed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_publishing_lays_out_the_whole_site(folder: Folder, root: Path, built: Path) -> None:
    """Attachments, pages, fragments, a summary, lists, feeds and assets; every link of every page leads to a file."""
    publish(folder, wanted_post(make_post(), built))
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
    """Where all is as it should be, no file is touched: same inodes, same times; another process sees the same."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    before = tree(root)
    assert publish(folder, wanted) == []
    assert publish(Folder(folder_settings(root), site), wanted) == []
    assert tree(root) == before


def test_what_is_published_verifies(folder: Folder, built: Path) -> None:
    """Verifying finds nothing wrong with what was just published, in the posts and in what they share."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    for one in (wanted, Folder.front):
        (state,) = folder.observe([one])
        assert verify_post(folder, one, state).findings == ()


def test_a_folder_that_is_served_speaks_in_addresses(
    root: Path, built: Path, fonts: FontSet, styles: Styles, composer: Composer
) -> None:
    """With a known address, files and pages are told by it; what is fetched comes from the folder."""
    folder = Folder(folder_settings(root, URL), make_site(fonts, styles, composer, URL))
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    (state,) = folder.observe([wanted])
    assert state.places[0].page_url == f"{URL}/a-post/en/"
    assert state.files[0].url == f"{URL}/{state.files[0].key}"
    assert verify_post(folder, wanted, state).findings == ()


def test_a_changed_edition_changes_what_shows_it_and_nothing_else(
    folder: Folder, root: Path, built: Path
) -> None:
    """A word of the French text: the French files, the list on the English page, the feed; the old file goes."""
    publish(folder, wanted_post(make_post(), built), wanted_post(make_post("b-post"), built))
    before = tree(root)
    post = make_post(bodies={"en": "An English text.\n", "fr": "Un autre texte.\n"})
    kinds = [action.kind for action in publish(folder, wanted_post(post, built))]
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
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    before = {name: data for name, (data, _, _) in tree(root).items()}
    if change is None:
        (root / path).unlink()
    else:
        text = (root / path).read_text()
        assert change(text) != text
        (root / path).write_text(change(text))
    (state,) = folder.observe([wanted])
    assert told in str(state.places[0].stale)
    publish(folder, wanted)
    assert {name: data for name, (data, _, _) in tree(root).items()} == before


def test_a_lost_link_is_seen(folder: Folder, root: Path, built: Path) -> None:
    """A link removed from the first page by hand is no link any more, and comes back."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    page = root / "a-post" / "en" / "index.html"
    page.write_text(re.sub(r"<li><a [^>]*>Français.*</li>\n", "", page.read_text()))
    (state,) = folder.observe([wanted])
    assert [link.language for link in state.places[0].links] == ["en"]
    assert ActionKind.LINK in [action.kind for action in publish(folder, wanted)]
    (state,) = folder.observe([wanted])
    assert [link.text for link in state.places[0].links] == [file.text for file in wanted.places[0].files]


def test_an_edition_that_cannot_be_published_keeps_its_page(folder: Folder, root: Path, built: Path) -> None:
    """Its text, its fragment and its entry in lists stay; its list of attachments follows the other editions."""
    publish(folder, wanted_post(make_post(), built))
    french = (root / "a-post" / "fr" / "index.html").read_text()
    post = make_post(bodies={"en": "Another English text.\n"})
    publish(folder, wanted_post(post, built, kept=["fr"]))
    page = (root / "a-post" / "fr" / "index.html").read_text()
    new = local_file(post.editions[0], built)
    section = re.compile(r'<section class="attachments".*?</section>', re.DOTALL)
    assert section.sub("", page) == section.sub("", french)
    assert new.identity.file_name in page
    assert new.identity.file_name in (root / "a-post" / "fragment-fr.html").read_text()
    assert "Title fr" in (root / "fr" / "index.html").read_text()
    assert publish(folder, wanted_post(post, built, kept=["fr"])) == []


def test_an_edition_that_is_gone_takes_its_files_along(folder: Folder, root: Path, built: Path) -> None:
    """Without a source, page, fragment and attachment go, and lists and feed with the last of a language."""
    publish(folder, wanted_post(make_post(), built))
    publish(folder, wanted_post(make_post(bodies={"en": "An English text.\n"}), built))
    assert not [path for path in tree(root) if "fr" in re.split(r"[/.-]", path)]
    assert not (root / "fr").exists()
    assert "Français" not in (root / "a-post" / "en" / "index.html").read_text()


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
    publish(folder, wanted_post(make_post(), built))
    publish(folder, wanted_post(make_post(bodies={"en": "Other.\n"}), built))
    after = tree(root)
    assert {path: after[path] for path in foreign} == before


@pytest.mark.parametrize("path", ["a-post/en/index.html", "a-post/post.json", "a-post/fragment-fr.html"])
def test_a_foreign_file_in_the_way_is_told(folder: Folder, root: Path, built: Path, path: str) -> None:
    """Where a page belongs and another's file is, nothing of the post is written, and the file is named."""
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text("mine")
    wanted = wanted_post(make_post(), built)
    (state,) = folder.observe([wanted])
    trouble = state.places[0].trouble
    assert trouble is not None
    assert trouble.name == "name_taken"
    assert path in trouble.message
    assert not plan_post(wanted, state).has_work


def test_a_foreign_index_is_told(folder: Folder, root: Path) -> None:
    """An index.html of somebody else's at the root is not overwritten."""
    root.mkdir()
    (root / "index.html").write_text("mine")
    (state,) = folder.observe([Folder.front])
    assert state.places[0].trouble is not None
    assert (root / "index.html").read_text() == "mine"


def test_a_post_may_not_have_the_name_of_a_shared_folder(folder: Folder, built: Path) -> None:
    """A post that is called as a language or as the assets is refused in words."""
    (state,) = folder.observe([wanted_post(make_post("en"), built)])
    assert state.places[0].trouble is not None
    assert "give the post another name" in state.places[0].trouble.remedy


def test_another_style_rewrites_the_pages_and_drops_the_old_sheet_last(
    folder: Folder, restyled: Site, root: Path, built: Path
) -> None:
    """The reason is told; the old style sheet stays as long as a page asks for it, then goes; fonts stay."""
    one, other = wanted_post(make_post(), built), wanted_post(make_post("b-post"), built)
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
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    (state,) = folder.observe([Folder.front])
    assert state.places[0].stale is None
    again = wanted_post(make_post(bodies={"en": "Other.\n", "fr": "Autre.\n"}), built)
    folder._front.has_written = False
    folder.observe([again])
    (state,) = folder.observe([Folder.front])
    assert state.places[0].stale == "a post changes"


def test_a_file_replaced_by_hand_is_found_and_can_be_repaired(
    folder: Folder, root: Path, built: Path
) -> None:
    """Verifying tells it; with the file named as spoilt, publishing puts ours in its place."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    name = wanted.places[0].files[0].identity.file_name
    (root / "a-post" / name).write_bytes(b"%PDF-1.7 another")
    (state,) = folder.observe([wanted])
    verified = verify_post(folder, wanted, state)
    assert [finding.check for finding in verified.findings] == ["publish.replaced"]
    plan = plan_post(wanted, state, verified.spoilt)
    assert [file.identity.file_name for _, file in plan.uploads] == [name]
    folder.upload(plan.uploads[0][1], state.places[0])
    (state,) = folder.observe([wanted])
    assert not plan_post(wanted, state, verified.spoilt).has_work
    assert verify_post(folder, wanted, state).findings == ()


def test_the_loser_of_two_runs_says_so(folder: Folder, site: Site, root: Path, built: Path) -> None:
    """Whoever linked from an older look writes nothing."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    (state,) = folder.observe([wanted])
    other = Folder(folder_settings(root), site)
    publish(other, wanted_post(make_post(bodies={"en": "Other.\n", "fr": "Autre.\n"}), built))
    before = tree(root)
    with pytest.raises(ChangedMeanwhileError, match="somebody changed its pages"):
        folder.link(wanted.places[0], state.places[0], state.places[0].links, wanted)
    assert tree(root) == before


def test_a_folder_that_another_process_holds_is_left_alone(
    folder: Folder, root: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process writes, ours waits a while, then says who is in the way."""
    monkeypatch.setattr(folder_disk, "_PATIENCE", 0.1)
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    descriptor = os.open(root / ".annexe-lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    (state,) = folder.observe([wanted])
    with pytest.raises(ChangedMeanwhileError, match="another process is publishing into this folder"):
        folder.delete(state.files[0])
    os.close(descriptor)


def test_a_file_that_a_page_links_to_is_not_deleted(folder: Folder, root: Path, built: Path) -> None:
    """Deleting looks once more: what is linked again meanwhile stays."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    (state,) = folder.observe([wanted])
    with pytest.raises(ChangedMeanwhileError, match="a page links to"):
        folder.delete(state.files[0])
    assert (root / state.files[0].key).is_file()


def test_a_link_to_a_file_that_vanished_is_not_written(folder: Folder, root: Path, built: Path) -> None:
    """Somebody who removed an attachment between look and link is told of, and no page leads nowhere."""
    wanted = wanted_post(make_post(), built)
    (state,) = folder.observe([wanted])
    for file in wanted.places[0].files:
        folder.upload(file, state.places[0])
    (state,) = folder.observe([wanted])
    plan = plan_post(wanted, state)
    (root / state.files[0].key).unlink()
    links = [link for link in plan.links[0].links if not isinstance(link, LocalFile)]
    with pytest.raises(ChangedMeanwhileError, match="somebody removed"):
        folder.link(wanted.places[0], state.places[0], links, wanted)
    assert not (root / "a-post" / "en").exists()


def test_what_a_killed_run_left_is_cleared_by_the_next(folder: Folder, root: Path, built: Path) -> None:
    """Half-written files of ours are named as a reason to write, and are gone afterwards."""
    wanted = wanted_post(make_post(), built)
    publish(folder, wanted)
    for path in (
        "a-post/.post.json.abcd1234.part",
        "a-post/fr/.index.html.abcd1234.part",
        "assets/.x.css.abcd1234.part",
    ):
        (root / path).write_text("half")
    (state,) = folder.observe([wanted])
    assert state.places[0].stale == "a run was killed while it wrote"
    publish(folder, wanted)
    assert not list(root.rglob("*.part"))


def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(
    folder: Folder, site: Site, root: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any single write, on first publish and on update, the next run comes to the same folder."""
    posts = [
        wanted_post(make_post(), built / "one"),
        wanted_post(make_post(bodies={"en": "Other.\n", "fr": "Autre.\n"}), built / "two"),
    ]
    other = root.parent / "whole"
    whole = Folder(folder_settings(other), site)
    writes = _count_writes(monkeypatch)
    for wanted in posts:
        start = len(writes)
        publish(whole, wanted)
        for number in range(len(writes) - start):
            if number < 3 or number > len(site.assets):
                _kill_at(number, root, site, wanted, monkeypatch)
        publish(folder, wanted)
        assert {path: data for path, (data, _, _) in tree(root).items()} == {
            path: data for path, (data, _, _) in tree(other).items()
        }


class _Killed(BaseException):
    pass


def _count_writes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    writes: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        writes.append(path)
        write_atomically(path, data)

    monkeypatch.setattr(folder_disk, "write_atomically", write)
    return writes


def _kill_at(
    number: int, root: Path, site: Site, wanted: WantedPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [number]

    def write(path: Path, data: bytes) -> None:
        if left[0] == 0:
            raise _Killed
        left[0] -= 1
        write_atomically(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(folder_disk, "write_atomically", write)
        try:
            publish(Folder(folder_settings(root), site), wanted)
        except _Killed:
            return


@pytest.mark.parametrize(
    "address", ["../../etc/passwd", "a-post/../../x", "https://example.org/x", "a-post//x"]
)
def test_nothing_outside_the_folder_is_fetched(folder: Folder, root: Path, address: str) -> None:
    """An address that leads out of the folder, or into another site, is no address of ours."""
    url = address if "://" in address else f"{root.as_uri()}/{address}"
    with pytest.raises(TroubleError, match="there is no such file"):
        folder.fetch(url, 1000)


def test_a_file_that_is_too_large_is_not_handed_out(folder: Folder, root: Path, built: Path) -> None:
    """Fetching more than is asked for is trouble."""
    publish(folder, wanted_post(make_post(), built))
    with pytest.raises(TroubleError, match="more than 10 bytes"):
        folder.fetch((root / "index.html").as_uri(), 10)


def test_checking_says_where_and_writes_nothing(folder: Folder, root: Path) -> None:
    """A folder that isn't there yet will be made; nothing is made by checking."""
    assert folder.check() == f"the folder {root}, which will be made"
    assert not root.exists()


def test_a_folder_that_cannot_be_written_to_is_told(site: Site, tmp_path: Path) -> None:
    """A file where the folder should be is trouble of the whole site, and names the setting."""
    (tmp_path / "file").write_text("")
    folder = Folder(folder_settings(tmp_path / "file" / "site"), site)
    with pytest.raises(TroubleError, match=r"set `path` in \[tool\.annexe\.publish\.site\]") as caught:
        folder.check()
    assert caught.value.is_whole_site


def test_a_folder_without_a_path_is_refused(site: Site) -> None:
    """A target of this kind needs a path."""
    with pytest.raises(PublishError, match="set `path`"):
        Folder(folder_settings(None), site)


def test_an_attachment_that_changed_while_publishing_is_not_published(
    folder: Folder, root: Path, built: Path
) -> None:
    """What is uploaded are the bytes that the plan spoke of, or nothing."""
    wanted = wanted_post(make_post(), built)
    (state,) = folder.observe([wanted])
    wanted.places[0].files[0].path.write_bytes(b"other")
    with pytest.raises(PublishError, match="changed while it was being published"):
        folder.upload(wanted.places[0].files[0], state.places[0])
    assert not (root / "a-post").exists()


def test_a_post_of_which_nothing_can_be_published_stays_as_it_is(
    folder: Folder, root: Path, built: Path
) -> None:
    """With all languages kept, no file changes."""
    publish(folder, wanted_post(make_post(), built))
    before = tree(root)
    place = WantedPlace(reference="a-post", files=(), languages=("en", "fr"))
    assert publish(folder, WantedPost(slug="a-post", places=(place,))) == []
    assert tree(root) == before


def test_a_link_elsewhere_stays_a_link_elsewhere(folder: Folder, root: Path, built: Path) -> None:
    """A kept language's link that somebody led to another site stays so."""
    publish(folder, wanted_post(make_post(), built))
    for path in ("a-post/en/index.html", "a-post/fr/index.html"):
        page = root / path
        page.write_text(
            re.sub(
                r'href="\.\./a-post-fr-[0-9a-f]+\.pdf"', 'href="https://example.org/x.pdf"', page.read_text()
            )
        )
    wanted = wanted_post(make_post(bodies={"en": "Other.\n"}), built, kept=["fr"])
    publish(folder, wanted)
    (state,) = folder.observe([wanted])
    assert state.places[0].links[1] == Link(
        language="fr", text=state.places[0].links[1].text, url="https://example.org/x.pdf", file_key=None
    )
    assert publish(folder, wanted) == []
