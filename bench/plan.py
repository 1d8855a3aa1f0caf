"""What it takes to plan very many posts on a real WordPress: requests, time, memory.

Usage: python -m bench.plan [POSTS]

Starts a WordPress of its own (as make test-wordpress does), fills it with posts that carry two attachments each, and
plans a hundredth, a tenth and all of them. Nothing is to be done in any: what is measured is looking. Peak
memory is that of this process, which only grows from one line to the next.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.core.settings import load_settings
from pipeline.publish.http.client import Client
from pipeline.publish.http.exchange import Response
from pipeline.publish.http.secrets import Secret, authorisation
from pipeline.publish.run import Interaction, _plan, _Run
from pipeline.publish.targets import PublishRequest
from pipeline.publish.wordpress.block import make_item, write_items
from pipeline.publish.wordpress.target import WordPress
from tests.publish.test_scale import LANGUAGES, Many, identity_at
from tests.publish.wordpress.publishing import settings_of
from tests.publish.wordpress.site import WordPressSite, started_wordpress

_POSTS = 10_000
#: So many posts are put into the site's database at once.
_AT_ONCE = 250
_FIRST = 1_000_000
_INSERT = """
global $wpdb;
$insert = function (array $row) use ($wpdb) {
    $done = $wpdb->insert($wpdb->posts, $row + ['post_author' => 1, 'post_date' => '2020-01-01',
        'post_date_gmt' => '2020-01-01', 'post_modified' => '2020-01-01', 'post_modified_gmt' => '2020-01-01',
        'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '']);
    if (!$done) { throw new Exception($wpdb->last_error); }
    return $wpdb->insert_id;
};
$wpdb->query('START TRANSACTION');
"""
_ADD_POSTS = f"""{_INSERT}
foreach ($given['posts'] as [$id, $slug, $content]) {{
    $insert(['ID' => $id, 'post_title' => $slug, 'post_name' => $slug, 'post_content' => $content,
        'post_status' => 'publish', 'post_type' => 'post']);
}}
return $wpdb->query('COMMIT');
"""
_ADD_FILES = f"""{_INSERT}
foreach ($given['files'] as [$path, $marker]) {{
    $id = $insert(['post_title' => 'x', 'post_content' => $marker, 'post_status' => 'inherit',
        'post_type' => 'attachment', 'post_mime_type' => 'application/pdf']);
    $wpdb->insert($wpdb->postmeta, ['post_id' => $id, 'meta_key' => '_wp_attached_file', 'meta_value' => $path]);
}}
return $wpdb->query('COMMIT');
"""


class _Counting(Client):
    requests = 0

    def read(self, path: str, **options: Any) -> Response:
        """Count the request."""
        self.requests += 1
        return super().read(path, **options)


def main() -> None:
    """Fill a site and plan a part of it, a greater part, all."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _POSTS
    with tempfile.TemporaryDirectory() as folder, started_wordpress(Path(folder)) as site:
        started = time.perf_counter()
        chunks = [range(start, min(start + _AT_ONCE, count + 1)) for start in range(1, count + 1, _AT_ONCE)]
        for numbers in chunks:
            _add_posts(site, numbers)
        # Behind all posts, since the database numbers the files itself, from the highest number on.
        for numbers in chunks:
            files = [identity_at(number, language) for number in numbers for language in LANGUAGES]
            site.run(_ADD_FILES, files=[(one.file_name, one.marker) for one in files])
        _say(f"WordPress {site.version}, filled in {time.perf_counter() - started:.0f} s")
        for number in sorted({count // 100, count // 10, count}):
            _measure(site, Path(folder), number)


def _add_posts(site: WordPressSite, numbers: range) -> None:
    """Put posts into the site that carry the links they should."""
    posts = []
    for number in numbers:
        items = [
            make_item(
                f"{site.url}/wp-content/uploads/{identity_at(number, language).file_name}",
                language,
                f"{language} (30 KB)",
            )
            for language in LANGUAGES
        ]
        posts.append((_FIRST + number, f"post-{number}", write_items("<p>Text.</p>\n" * 300, (), items)))
    site.run(_ADD_POSTS, posts=posts)


def _measure(site: WordPressSite, folder: Path, number: int) -> None:
    settings = settings_of(site, "admin")
    secret = Secret(site.passwords["admin"])
    request = PublishRequest(
        settings=load_settings(folder), house_file=folder, target=settings, slugs=(), environment={}
    )
    interaction = Interaction(confirm=lambda _: False, report=lambda _: None, progress=lambda _: None)
    with _Counting(settings, authorisation=authorisation(settings, secret)) as client:
        target = WordPress(settings, client, lambda *_: ("", ""))
        started = time.perf_counter()
        run = _Run(
            request=request,
            interaction=interaction,
            target=target,
            desired_posts=Many(number, first=_FIRST),
            who=target.check(),
        )
        plan = _plan(run, repair=False)
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(
        f"{number:>6} posts: {client.requests:>5} requests, {seconds:7.1f} s, peak {peak:.0f} MiB; "
        f"{plan.unchanged} links right, {len(plan.work)} posts with work, {len(plan.findings)} findings"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
