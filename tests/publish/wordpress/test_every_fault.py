"""Every fault on the way to a real WordPress, and how it is made up for."""

import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.projects import ENGLISH, Project
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.publish.faults.suite import When, built_twice, survived
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

_TEXT = "<!-- wp:paragraph -->\n<p>What an editor wrote.</p>\n<!-- /wp:paragraph -->"
_LINK = re.compile(r'<a href="[^"]*/uploads/([^"]+)"')
_DELETE_ALL = """
foreach (get_posts(['post_type' => 'attachment', 'post_status' => 'any', 'numberposts' => -1]) as $file) {
    wp_delete_attachment($file->ID, true);
}
foreach (get_posts(['post_status' => 'any', 'numberposts' => -1, 'exclude' => [$given['id']]]) as $other) {
    wp_delete_post($other->ID, true);  // a link in what an earlier test left would hold a file of the same name
}
return wp_update_post(['ID' => $given['id'], 'post_content' => wp_slash($given['text'])]);
"""


class WordPressRig:
    """A real WordPress behind a proxy that loses writes, with one post."""

    def __init__(self, site: WordPressSite, proxy: FaultProxy, post: int) -> None:
        self._site, self._proxy, self._post = site, proxy, post
        self.settings = f'kind = "wordpress"\nurl = "{proxy.url}"\nuser = "admin"'
        self.environment: Mapping[str, str] = {"ANNEXE_BLOG_PASSWORD": site.passwords["admin"]}

    def reset(self) -> None:
        """Begin with one post, the only one, and an empty media library."""
        self._site.run(_DELETE_ALL, id=self._post, text=_TEXT)

    def lose(self, number: int, when: When) -> None:
        """Lose the write of that number from now on; 0: none."""
        self._proxy.lose(number, when)

    def kill(self, number: int, when: When, victim: Callable[[], int]) -> None:
        """Kill the process that `victim` returns in the moment of that write."""
        self._proxy.lose(number, when, lambda: os.kill(victim(), signal.SIGKILL))

    def writes(self) -> int:
        """Return how many writes there were since the last fault was set."""
        return self._proxy.writes

    def carried(self) -> dict[str, bytes]:
        """Return the attachments that the post links to, by language; the editor's paragraph still stands."""
        content = self._site.content(self._post)
        assert content.endswith(_TEXT)
        links = _LINK.findall(content)
        folder = self._site.root / "wp-content/uploads"
        return {Path(link).name.split("-")[1]: (folder / link).read_bytes() for link in links}

    def orphans(self) -> list[str]:
        """Return the files on the site that the post doesn't link to, in the library or on the disk alone."""
        content = self._site.content(self._post)
        library = [
            f"{file['file']}, {file['id']} in the library" for file in self._site.attachments("testing")
        ]
        disk = [path.name for path in (self._site.root / "wp-content/uploads").rglob("*.pdf")]
        linked = {link.rpartition("/")[2] for link in _LINK.findall(content)}
        return sorted(name for name in [*library, *disk] if name.partition(",")[0] not in linked)


def test_every_fault_is_survived(
    site: WordPressSite, built: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each write lost before or after it arrived, and a SIGKILL at each.

    Running again converges, a third run writes nothing.
    """
    post = site.create_post(_TEXT)
    twice = built_twice(
        built, tmp_path, ENGLISH.replace("label:", f"publish: {{blog: {{en: {post}, fr: {post}}}}}\nlabel:")
    )
    with fault_proxy(site.url) as proxy:
        number = survived(WordPressRig(site, proxy, post), twice)
    with capsys.disabled():
        sys.stdout.write(f"\nWordPress: {number} faults survived\n")
    assert number >= 18
