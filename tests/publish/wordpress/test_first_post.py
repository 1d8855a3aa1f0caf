"""The repository's own first post on a real WordPress.

Published, looked at in a browser, changed, published again.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import started_browser
from tests.projects import Project, Ran
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.publish.wordpress.site import WordPressSite
from tests.repository import ROOT

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

SLUG = "reflections-trafficking-in-persons"
TEXT = "<!-- wp:paragraph -->\n<p>The post’s own text, “as it is” &amp; so on.</p>\n<!-- /wp:paragraph -->"
ABOVE = "<!-- wp:paragraph -->\n<p>Added above by an editor – É &lt;b&gt;.</p>\n<!-- /wp:paragraph -->"
BELOW = '<!-- wp:paragraph {"align":"right"} -->\n<p class="has-text-align-right">Added  below.</p>\n<!-- /wp:paragraph -->'
_CLEAR = """
foreach (get_posts(['post_type' => ['attachment', 'post'], 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}
return true;
"""
_NAMED = """
return array_map(fn($post) => [$post->ID, $post->post_status], get_posts(['name' => $given['slug'], 'post_type' => 'post',
    'post_status' => ['publish', 'draft', 'pending'], 'numberposts' => -1]));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The first post's project, the site behind a proxy that counts what is written, and a user of it."""

    project: Project
    site: WordPressSite
    proxy: FaultProxy
    user: str

    def run(self, *arguments: str) -> Ran:
        """Run the command in a process of its own, with the user's password in its environment."""
        return self.project.run(
            *arguments, environment={"ANNEXE_BLOG_PASSWORD": self.site.passwords[self.user]}
        )

    def name(self, publish: str) -> None:
        """Write into the front matter on which posts the attachments belong."""
        source = (self.project.sources / SLUG / "en.md").read_text(encoding="utf-8")
        self.project.write(f"{SLUG}/en.md", source.replace("\nlabel:", f"\npublish: {publish}\nlabel:", 1))

    def build(self) -> None:
        """Build the attachments."""
        ran = self.project.run("build")
        assert ran.code == 0, ran.err

    def publish(self) -> list[str]:
        """Publish; return what was written to the site."""
        self.proxy.lose(0, "before")
        ran = self.run("publish", "--to", "blog", "--yes")
        assert ran.code == 0, ran.err + ran.out
        return [re.sub(r"[?].*", "", line) for line in self.proxy.log]

    def verify(self) -> None:
        """Verify: all is as it should be, and nothing is written."""
        self.proxy.lose(0, "before")
        ran = self.run("verify", "--to", "blog")
        assert (ran.code, ran.err, self.proxy.writes) == (0, "", 0), ran
        assert ran.out.endswith("all as it should be\n")

    def files(self) -> dict[str, dict[str, Any]]:
        """Return the site's files of the post, by language."""
        return {str(file["marker"]).split(":")[2]: file for file in self.site.attachments(SLUG)}


@pytest.fixture
def desk(site: WordPressSite, tmp_path: Path, user: str) -> Iterator[Desk]:
    """A desk with the first post as it is in this repository, and a site without posts and files."""
    project = Project(tmp_path / "project")
    shutil.copy(ROOT / "sources/house.yaml", project.sources)
    shutil.copytree(ROOT / "sources" / SLUG, project.sources / SLUG)
    site.run(_CLEAR)
    with fault_proxy(site.url) as proxy:
        settings = f'kind = "wordpress"\nurl = "{proxy.url}"\nuser = "{user}"'
        (project.folder / "pyproject.toml").write_text(
            f"[tool.annexe]\n\n[tool.annexe.publish.blog]\n{settings}\n", encoding="utf-8"
        )
        yield Desk(project=project, site=site, proxy=proxy, user=user)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with started_browser() as browser:
        yield browser


def _shown(browser: Browser, desk: Desk, number: int, picture: str) -> dict[str, str]:
    """Open a post as anybody does.

    Return its links by language as they read, each downloaded and compared.
    """
    with ExitStack() as stack:
        context = browser.new_context(viewport={"width": 800, "height": 600})
        stack.callback(context.close)
        page = context.new_page()
        response = page.goto(f"{desk.site.url}/?p={number}")
        assert response is not None
        assert response.ok
        page.screenshot(path=desk.project.folder.parent / f"{picture}.png", full_page=True)
        found = {}
        for link in page.locator("main a[href$='.pdf']").all():
            assert link.is_visible()
            language = link.get_attribute("lang") or ""
            built = desk.project.attachment(SLUG, language).read_bytes()
            assert _downloaded(page, link) == hashlib.sha256(built).hexdigest()
            found[language] = link.inner_text()
            assert found[language].endswith(f" ({round(len(built) / 1024)} KB)")
        return found


def _downloaded(page: Page, link: Any) -> str:
    """Download what a link leads to, as a reader does; return its sha256."""
    with page.expect_download() as download:
        link.click(modifiers=["Alt"])  # Chromium's way of saving what is linked
    return hashlib.sha256(Path(download.value.path()).read_bytes()).hexdigest()


def test_the_first_post_is_published_and_kept_up_to_date(browser: Browser, desk: Desk) -> None:
    """Both links lead to the bytes built; after an edit of fr.md, French alone changed, an editor's words didn't."""
    number = desk.site.create_post(TEXT, author=desk.user)
    desk.name(f"{{blog: {{en: {number}, fr: {number}}}}}")
    desk.build()
    assert len(desk.publish()) == 3
    shown = _shown(browser, desk, number, "first")
    assert [text.partition(" (")[0] for text in shown.values()] == ["Reflections", "Français"]
    assert list(shown) == ["en", "fr"]
    desk.verify()
    before = desk.files()

    content = desk.site.content(number)
    edited = f"{ABOVE}\n\n{content}\n\n{BELOW}"
    desk.site.edit_post(number, edited)
    assert desk.site.content(number) == edited
    desk.verify()
    french = (desk.project.sources / SLUG / "fr.md").read_text(encoding="utf-8")
    desk.project.write(f"{SLUG}/fr.md", french.replace("la semaine dernière", "la semaine passée"))
    desk.build()
    assert desk.publish() == [
        "POST /wp-json/wp/v2/media",
        f"POST /wp-json/wp/v2/posts/{number}",
        f"DELETE /wp-json/wp/v2/media/{before['fr']['id']}",
    ]
    now = desk.files()
    assert now["en"] == before["en"]
    assert now["fr"]["id"] != before["fr"]["id"]
    after = desk.site.content(number)
    assert after.startswith(f"{ABOVE}\n\n")
    assert after.endswith(f"\n\n{TEXT}\n\n{BELOW}")
    again = _shown(browser, desk, number, "changed")
    assert again["en"] == shown["en"]
    # Nothing but the French link changed: its address, and its size where that is another one.
    was, is_now = str(before["fr"]["file"]), str(now["fr"]["file"])
    assert after == edited.replace(was, is_now).replace(shown["fr"], again["fr"])
    desk.verify()
    assert desk.publish() == []
    assert desk.files() == now


def test_one_post_a_language(browser: Browser, desk: Desk) -> None:
    """Each language's post shows its own attachment alone; a second run writes nothing."""
    numbers = {language: desk.site.create_post(TEXT, author=desk.user) for language in ("en", "fr")}
    desk.name(f"{{blog: {{en: {numbers['en']}, fr: {numbers['fr']}}}}}")
    desk.build()
    assert len(desk.publish()) == 4
    for language, number in numbers.items():
        assert list(_shown(browser, desk, number, f"one-{language}")) == [language]
        assert desk.site.content(number).endswith(TEXT)
    desk.verify()
    assert desk.publish() == []


def test_a_draft_is_made_once_and_shown_to_nobody(browser: Browser, desk: Desk) -> None:
    """With `create = true` there is one draft, which no reader sees, and which is found again.

    Published, it shows both links.
    """
    settings = desk.project.folder / "pyproject.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "create = true\n", encoding="utf-8")
    desk.build()
    assert len(desk.publish()) == 4
    ((number, status),) = desk.site.run(_NAMED, slug=SLUG)
    assert status == "draft"
    for path in (f"/?p={number}", f"/{SLUG}/", f"/wp-json/wp/v2/posts/{number}"):
        response = httpx2.get(f"{desk.site.url}{path}", follow_redirects=True, trust_env=False)
        assert response.status_code in {401, 404}, path
        assert ".pdf" not in response.text
    assert desk.publish() == []
    desk.verify()
    assert desk.site.run(_NAMED, slug=SLUG) == [[number, "draft"]]
    desk.site.run("return wp_publish_post($given['id']);", id=number)
    assert desk.publish() == []
    assert list(_shown(browser, desk, number, "draft")) == ["en", "fr"]
