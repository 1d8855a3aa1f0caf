"""A real WordPress for the tests.

Made anew from Debian's package, with two users, and all that a test sets up in it.
"""

import json
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.publish.wordpress.servers import free_port, php, started_database, started_web_server
from tests.repository import ROOT

#: The users there are: the name, and WordPress's name of the role.
USERS = {"admin": "administrator", "author": "author", "other": "author", "contributor": "contributor"}

_KEYS = ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPressSite:
    """A running WordPress; `passwords` are application passwords by user, `token` lets a test run PHP in it."""

    url: str
    version: str
    root: Path
    passwords: Mapping[str, str] = field(repr=False)
    token: str = field(repr=False)

    def run(self, script: str, *, user: str | None = "admin", **given: object) -> Any:
        """Run PHP inside the site, as a user.

        `$given` holds the arguments, what it returns comes back as JSON.
        """
        response = httpx2.post(
            f"{self.url}/run.php",
            json={"user": user, "script": script, "given": given},
            headers={"X-Token": self.token},
            timeout=60,
            trust_env=False,
        )
        if response.status_code != httpx2.codes.OK:
            raise RuntimeError(f"{script}\n{response.text}")
        return json.loads(response.text)

    def create_post(
        self,
        content: str = "",
        *,
        author: str = "admin",
        status: str = "publish",
        slug: str = "",
        kind: str = "post",
    ) -> int:
        """Make a post as somebody who may write any HTML; return its id."""
        number: int = self.run(_CREATE, content=content, author=author, status=status, slug=slug, kind=kind)
        return number

    def create_posts(self, count: int, prefix: str) -> list[int]:
        """Make so many posts at once, with slugs `prefix-0` and on; return their ids."""
        numbers: list[int] = self.run(_CREATE_MANY, count=count, prefix=prefix)
        return numbers

    def add_files(self, markers: Sequence[str]) -> list[int]:
        """Put files into the media library that are nothing but their descriptions; return their ids."""
        numbers: list[int] = self.run(_ADD_FILES, markers=list(markers))
        return numbers

    def content(self, number: int) -> str:
        """Return a post's content as the database holds it."""
        text: str = self.run("return get_post($given['id'])->post_content;", id=number)
        return text

    def edit_post(self, number: int, content: str, *, user: str = "admin") -> None:
        """Save a post with another content, as the editing page does."""
        self.run(
            "return wp_update_post(wp_slash(['ID' => $given['id'], 'post_content' => $given['content']]), "
            "true);",
            user=user,
            id=number,
            content=content,
        )

    def attachments(self, slug: str) -> list[dict[str, Any]]:
        """Return the site's files of a post of ours: id, parent, author, marker, file, caption."""
        found: list[dict[str, Any]] = self.run(_ATTACHMENTS, slug=slug)
        return found

    def replace_file(self, number: int, data: bytes) -> None:
        """Put other bytes under the name of a file, as somebody with access to the server does."""
        path: str = self.run("return get_attached_file($given['id']);", id=number)
        Path(path).write_bytes(data)

    @contextmanager
    def plugin(self, code: str) -> Iterator[None]:
        """Let a must-use plugin run until the block is left."""
        folder = self.root / "wp-content/mu-plugins"
        folder.mkdir(exist_ok=True)
        file = folder / f"test-{secrets.token_hex(4)}.php"
        file.write_text(f"<?php\n{code}\n", encoding="utf-8")
        try:
            yield
        finally:
            file.unlink()

    @contextmanager
    def maintenance(self) -> Iterator[None]:
        """Let the site say that it is being updated until the block is left."""
        file = self.root / ".maintenance"
        file.write_text("<?php $upgrading = time();\n", encoding="utf-8")
        try:
            yield
        finally:
            file.unlink()


@contextmanager
def started_wordpress(folder: Path) -> Iterator[WordPressSite]:
    """Yield a WordPress that was just installed in `folder`; all its processes end with the block."""
    tree = _tree()
    with ExitStack() as stack:
        work = folder / "site"
        work.mkdir(parents=True)
        short = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wp-")))
        root = work / "public"
        _copy(tree, root)
        socket = stack.enter_context(started_database(short))
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        (root / "wp-config.php").write_text(_configuration(url, f"localhost:{socket}"), encoding="utf-8")
        token = secrets.token_hex(16)
        (root / "run.php").write_text(_RUN.replace("%token%", token), encoding="utf-8")
        made = _install(work, root, socket, url)
        stack.enter_context(started_web_server(work, root, port))
        yield WordPressSite(
            url=url, version=made["version"], root=root, passwords=made["passwords"], token=token
        )


def _tree() -> Path:
    done = subprocess.run([str(ROOT / "tools/wordpress.sh")], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Path(done.stdout.strip())


def _copy(tree: Path, root: Path) -> None:
    """Copy WordPress without what is Debian's own setting up, and give it the smallest of themes."""
    left_out = shutil.ignore_patterns("akismet", "wp-config.php", ".htaccess", "twenty*")
    shutil.copytree(tree, root, ignore=left_out, ignore_dangling_symlinks=True)
    theme = root / "wp-content/themes/bare"
    theme.mkdir(parents=True)
    (theme / "style.css").write_text("/*\nTheme Name: bare\n*/\n", encoding="utf-8")
    (theme / "index.php").write_text(_THEME, encoding="utf-8")
    (root / "wp-content/uploads").mkdir(exist_ok=True)


def _configuration(url: str, database: str) -> str:
    constants: dict[str, str] = {
        "DB_NAME": "wordpress",
        "DB_USER": "root",
        "DB_PASSWORD": "",
        "DB_HOST": database,
        "DB_CHARSET": "utf8mb4",
        "DB_COLLATE": "",
        "WP_HOME": url,
        "WP_SITEURL": url,
        # Application passwords are for https, except on a site that says it is one for trying things.
        "WP_ENVIRONMENT_TYPE": "local",
        "WP_DEFAULT_THEME": "bare",
        "WP_HTTP_BLOCK_EXTERNAL": "1",
        "DISABLE_WP_CRON": "1",
        "AUTOMATIC_UPDATER_DISABLED": "1",
        **{f"{key}_{kind}": secrets.token_hex(32) for key in _KEYS for kind in ("KEY", "SALT")},
    }
    lines = [f"define({_quoted(key)}, {_quoted(value)});" for key, value in constants.items()]
    ending = (
        "$table_prefix = 'wp_';",
        "defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');",
        "require_once ABSPATH . 'wp-settings.php';",
    )
    return "\n".join(("<?php", *lines, *ending, ""))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", r"\\").replace("'", r"\'") + "'"


def _install(work: Path, root: Path, socket: Path, url: str) -> dict[str, Any]:
    script = work / "install.php"
    script.write_text(_INSTALL, encoding="utf-8")
    command: Sequence[str] = (
        *php(work),
        str(script),
        str(root),
        str(socket),
        url.removeprefix("http://"),
        json.dumps(USERS),
    )
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(f"WordPress could not be installed:\n{done.stdout}\n{done.stderr}")
    made: dict[str, Any] = json.loads(done.stdout)
    return made


_THEME = """<!doctype html>
<html <?php language_attributes(); ?>>
<head><meta charset="utf-8"><title><?php bloginfo('name'); ?></title></head>
<body><main><?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); } ?></main></body>
</html>
"""

#: What a request has and a script on the command line lacks.
_REQUEST = """
$_SERVER += ['HTTP_HOST' => $host, 'SERVER_NAME' => '127.0.0.1', 'SERVER_PROTOCOL' => 'HTTP/1.1',
    'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1'];
"""

_INSTALL = f"""<?php
[, $root, $socket, $host, $users] = $argv;
$database = new mysqli('localhost', 'root', '', '', 0, $socket);
$database->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
{_REQUEST}
define('WP_INSTALLING', true);
function wp_new_blog_notification() {{}}  // there is nobody to write to
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
$password = fn() => bin2hex(random_bytes(12));
wp_install('Test blog', 'admin', 'admin@example.invalid', false, '', $password());
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'UTC');
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules(false);
$made = ['version' => $GLOBALS['wp_version'], 'passwords' => []];
foreach (json_decode($users, true) as $name => $role) {{
    $user = get_user_by('login', $name);
    $id = $user ? $user->ID : wp_insert_user(['user_login' => $name, 'user_pass' => $password(),
        'user_email' => "$name@example.invalid", 'role' => $role]);
    [$made['passwords'][$name]] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']);
}}
echo json_encode($made);
"""

#: Runs what it is sent by somebody who knows the token, as the user that is named.
_RUN = """<?php
if (!hash_equals('%token%', $_SERVER['HTTP_X_TOKEN'] ?? '')) { http_response_code(403); exit; }
$asked = json_decode(file_get_contents('php://input'), true);
$given = $asked['given'];
http_response_code(500);
require __DIR__ . '/wp-load.php';
foreach (['image', 'media', 'file', 'post'] as $part) { require_once ABSPATH . "wp-admin/includes/$part.php"; }
if ($asked['user'] !== null) { wp_set_current_user(get_user_by('login', $asked['user'])->ID); }
$answer = eval($asked['script']);
if (is_wp_error($answer)) { exit($answer->get_error_message()); }
http_response_code(200);
echo json_encode($answer, JSON_THROW_ON_ERROR);
"""

_CREATE = """
return wp_insert_post(wp_slash(['post_title' => 'A post', 'post_content' => $given['content'],
    'post_status' => $given['status'], 'post_name' => $given['slug'], 'post_type' => $given['kind'],
    'post_author' => get_user_by('login', $given['author'])->ID]), true);
"""

#: Straight into the database, since WordPress itself takes a while over each.
_INSERT = """
global $wpdb;
$insert = function (array $row) use ($wpdb) {
    $wpdb->insert($wpdb->posts, $row + ['post_author' => 1, 'post_date' => '2020-01-01', 'post_date_gmt' => '2020-01-01',
        'post_modified' => '2020-01-01', 'post_modified_gmt' => '2020-01-01', 'post_excerpt' => '', 'to_ping' => '',
        'pinged' => '', 'post_content_filtered' => '']);
    return $wpdb->insert_id;
};
"""

_CREATE_MANY = f"""{_INSERT}
return array_map(fn($number) => $insert(['post_title' => "Post $number", 'post_content' => "<p>Text $number</p>",
    'post_status' => 'publish', 'post_type' => 'post', 'post_name' => "{{$given['prefix']}}-$number"]),
    range(0, $given['count'] - 1));
"""

_ADD_FILES = f"""{_INSERT}
return array_map(fn($marker) => $insert(['post_title' => 'x', 'post_content' => $marker, 'post_status' => 'inherit',
    'post_type' => 'attachment', 'post_mime_type' => 'application/pdf', 'guid' => home_url('/x.pdf')]), $given['markers']);
"""

_ATTACHMENTS = """
$found = [];
foreach (get_posts(['post_type' => 'attachment', 'post_status' => 'any', 'numberposts' => -1, 'orderby' => 'ID',
        'order' => 'ASC', 's' => "annexe:{$given['slug']}:"]) as $post) {
    $found[] = ['id' => $post->ID, 'parent' => $post->post_parent, 'author' => get_userdata($post->post_author)->user_login,
        'marker' => $post->post_content, 'file' => basename(get_attached_file($post->ID)), 'title' => $post->post_title];
}
return $found;
"""
