"""The settings of targets: read, refused all at once, and never holding a secret."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import CommandError
from pipeline.core.settings import load_settings, target_named
from pipeline.core.settings.targets import TargetKind, TargetSettings, secret_variable
from tests.core.settings.test_settings import faults, write

WORDPRESS = (
    '[tool.annexe.publish.blog]\nkind = "wordpress"\nurl = "https://blog.example.org/"\nuser = "ada"\n'
)


def target(folder: Path, text: str, name: str = "blog") -> TargetSettings:
    """Return a target of a pyproject.toml."""
    write(folder, text)
    return target_named(load_settings(folder), name)


def test_a_wordpress_has_its_own_defaults(tmp_path: Path) -> None:
    """A WordPress prints its own size labels.

    The rest are the defaults, and the place where it stands is known.
    """
    assert target(tmp_path, WORDPRESS) == TargetSettings(
        name="blog",
        kind=TargetKind.WORDPRESS,
        url="https://blog.example.org",
        path=None,
        user="ada",
        size_labels="wordpress",
        label_language="en",
        create=False,
        content_type="article",
        field="field_attachments",
        translations=False,
        time_limit=60,
        bytes_limit=67_108_864,
        file=f"{tmp_path}/pyproject.toml",
        line=1,
    )


def test_every_setting_of_a_drupal_can_be_set(tmp_path: Path) -> None:
    """Each setting that a Drupal has is read from its table."""
    text = (
        '\n[tool.annexe.publish.web-2]\nkind="drupal"\nurl="https://www.example.org:8443/cms"\nuser="ada"\n'
        'size_labels="wordpress"\nlabel_language="fr"\ncreate=true\ncontent_type="post"\nfield="field_x"\n'
        "translations=true\ntime_limit=5\nbytes_limit=1000\n"
    )
    assert target(tmp_path, text, "web-2") == TargetSettings(
        name="web-2",
        kind=TargetKind.DRUPAL,
        url="https://www.example.org:8443/cms",
        path=None,
        user="ada",
        size_labels="wordpress",
        label_language="fr",
        create=True,
        content_type="post",
        field="field_x",
        translations=True,
        time_limit=5,
        bytes_limit=1000,
        file=f"{tmp_path}/pyproject.toml",
        line=2,
    )


def test_a_drupal_without_a_user_gets_a_token(tmp_path: Path) -> None:
    """The variable of the secret says what it holds: a token where no user is written."""
    drupal = target(tmp_path, '[tool.annexe.publish.my-web]\nkind="drupal"\nurl="https://a.org"\n', "my-web")
    assert (drupal.user, drupal.size_labels, drupal.variable) == (None, "drupal", "ANNEXE_MY_WEB_TOKEN")
    assert secret_variable("blog", is_password=True) == "ANNEXE_BLOG_PASSWORD"


def test_the_folder_site_is_there_without_being_written(tmp_path: Path) -> None:
    """The built-in target lies beside pyproject.toml and is served at base_url.

    A table of its name takes its place.
    """
    built_in = target(tmp_path, '[tool.annexe]\nbase_url = "https://a.org/posts"\n', "site")
    assert (built_in.kind, built_in.path, built_in.url) == (
        TargetKind.FOLDER,
        tmp_path / "site",
        "https://a.org/posts",
    )
    written = target(tmp_path, '[tool.annexe.publish.site]\nkind = "folder"\npath = "../web"\n', "site")
    assert (written.path, written.url) == (tmp_path.parent / "web", None)
    assert [one.name for one in load_settings(tmp_path).targets] == ["site"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost/cms", "http://[::1]:8080"])
def test_http_is_allowed_on_this_very_machine(tmp_path: Path, url: str) -> None:
    """A site that runs here, for trying out, needs no certificate."""
    assert target(tmp_path, WORDPRESS.replace("https://blog.example.org/", url)).url == url


@pytest.mark.parametrize("url", ["http://blog.example.org", "http://10.0.0.1", "http://localhost.example.org", "https://a.org/?x=1", "https://a.org/#x", "ftp://a.org", "blog.example.org", ""])  # fmt: skip
def test_an_address_that_a_password_must_not_travel_to_is_refused(tmp_path: Path, url: str) -> None:
    """Elsewhere only https will do, and the address is nothing but scheme, host, port and path."""
    text = WORDPRESS.replace("https://blog.example.org/", url)
    (line,) = faults(tmp_path, text)
    assert line == (
        f'pyproject.toml:3: publish.blog.url = "{url}" is no https address (http is for this very machine '
        f"alone; no user, "
        'query or fragment); write one, such as "https://www.example.org"'
    )


def test_a_secret_is_refused_and_not_shown(tmp_path: Path) -> None:
    """A key that asks for a secret is reported with the variable that holds it.

    Its value is nowhere in the message.
    """
    secret = "hunter2hunter2"
    for key in (
        "password",
        "app_password",
        "token",
        "secret",
        "api_key",
        "Authorization",
        "pass",
        "credentials",
    ):
        (line,) = faults(tmp_path, f'{WORDPRESS}{key} = "{secret}"\n')
        assert line == (
            f"pyproject.toml:5: publish.blog.{key}: a secret never stands in this file; take it out (and "
            f"change it, it may "
            "be in the history), set the environment variable ANNEXE_BLOG_PASSWORD"
        )
    drupal = f'[tool.annexe.publish.web]\nkind = "drupal"\nurl = "https://a.org"\ntoken = "{secret}"\n'
    assert "ANNEXE_WEB_TOKEN" in faults(tmp_path, drupal)[0]
    elsewhere = (
        f'[tool.annexe]\npassword = "{secret}"\nbase_url = "https://ada:{secret}@a.org"\n'
        f'[tool.annexe.publish]\ntoken = "{secret}"\n'
        + WORDPRESS.replace("https://", f"https://ada:{secret}@").replace('"ada"', f'"ada:{secret}"')
    )
    found = faults(tmp_path, elsewhere)
    assert len(found) == 5
    assert secret not in "\n".join(found)


FAULTS = [
    "pyproject.toml:2: workers = -1 is no whole number from 0 up; write one, such as 0",
    (
        "pyproject.toml:4: publish.Blog_1 is no name of a target; write small letters, digits and hyphens, "
        "such as blog"
    ),
    (
        "pyproject.toml:4: publish.Blog_1 has no url; write the site's address, such as url = "
        '"https://www.example.org"'
    ),
    ('pyproject.toml:4: publish.Blog_1 has no user; write the name that we sign in by, such as user = "ada"'),
    (
        'pyproject.toml:10: publish.web.path is for kind = "folder"; take it out of this target, whose kind '
        'is "drupal"'
    ),
    'pyproject.toml:11: publish.web.create = "yes" is neither true nor false; write false or true',
    (
        "pyproject.toml:12: publish.web.content_type is no machine name; write it as the site's addresses "
        'do, such as "article"'
    ),
    (
        'pyproject.toml:13: publish.web.label_language = "de" is no language of size labels; write "en" or '
        '"fr"'
    ),
    "pyproject.toml:14: there is no setting publish.web.translatons; did you mean translations?",
    "pyproject.toml:15: publish.web.time_limit = 0 is no whole number from 1 up; write one, such as 60",
    (
        'pyproject.toml:19: publish.here.create is for kind = "wordpress" or "drupal"; take it out of this '
        'target, whose kind is "folder"'
    ),
    (
        'pyproject.toml:20: publish.here.user is for kind = "wordpress" or "drupal"; take it out of this '
        'target, whose kind is "folder"'
    ),
    (
        'pyproject.toml:23: publish.odd.kind = "joomla" is no kind of site; write "folder", "wordpress" or '
        '"drupal"'
    ),
    (
        "pyproject.toml:24: publish.odd.user is no name to sign in by (a text without colons); write the "
        'name alone, such as "ada"'
    ),
    'pyproject.toml:26: publish.bare has no kind; write kind = "folder", "wordpress" or "drupal"',
]


def test_all_faults_of_all_targets_are_reported_at_once(tmp_path: Path) -> None:
    """Each fault has its line and what to write; a setting of another kind of target is one of them."""
    text = (
        '[tool.annexe]\nworkers = -1\n\n[tool.annexe.publish.Blog_1]\nkind = "wordpress"\n\n'
        '[tool.annexe.publish.web]\nkind = "drupal"\nurl = "https://a.org"\npath = "x"\ncreate = "yes"\n'
        'content_type = "My type"\nlabel_language = "de"\ntranslatons = true\ntime_limit = 0\n\n'
        '[tool.annexe.publish.here]\nkind = "folder"\ncreate = true\nuser = "ada"\n\n'
        '[tool.annexe.publish.odd]\nkind = "joomla"\nuser = 3\n\n[tool.annexe.publish.bare]\n'
    )
    assert faults(tmp_path, text) == FAULTS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (("[tool.annexe]\npublish = "
         "1\n"), ("pyproject.toml:2: publish is no table; write [tool.annexe.publish.NAME] on a line of its "
                "own")),
        (("[tool.annexe.publish]\nblog = "
         "1\n"), ("pyproject.toml:2: publish.blog is no table; write [tool.annexe.publish.blog] on a line of "
                "its own")),
        (('[tool.annexe]\n\npublish.blog.kind = '
         '"x"\n'), ('pyproject.toml:3: publish.blog.kind = "x" is no kind of site; write "folder", "wordpress" '
                  'or "drupal"')),
        (('[tool.annexe]\n\npublish = {blog = {kind = '
         '"x"}}\n'), ('pyproject.toml:3: publish.blog.kind = "x" is no kind of site; write "folder", '
                    '"wordpress" or "drupal"')),
        (('[tool.annexe.publish."blog"]\n\nkind = '
         '"x"\n'), ('pyproject.toml:3: publish.blog.kind = "x" is no kind of site; write "folder", "wordpress" '
                  'or "drupal"')),
    ],
)  # fmt: skip
def test_faults_of_targets_have_their_line_however_they_are_written(
    tmp_path: Path, text: str, line: str
) -> None:
    """A table, dotted keys or an inline table: the fault is reported with its line in each."""
    assert faults(tmp_path, text) == [line]


def test_an_unknown_target_is_told_with_the_ones_there_are(tmp_path: Path) -> None:
    """A slip of the pen gets the near name, anything else all names and how a new one is made."""
    write(tmp_path, WORDPRESS)
    written = load_settings(tmp_path)
    with pytest.raises(CommandError, match=r"^there is no target blgo; did you mean blog\?$"):
        target_named(written, "blgo")
    whole = (
        r"^there is no target nowhere; there are blog and site; "
        r"a new one is a table \[tool.annexe.publish.NAME\]$"
    )
    with pytest.raises(CommandError, match=whole):
        target_named(written, "nowhere")


@settings(deadline=None)
@given(text=st.from_regex(r"(?:(?:\[tool\.annexe\.publish(?:\.[\"a-z-]{1,6})?\]|[a-z_]{1,9} = [-\"a-z0-9:/.@\[\]{}= ]{0,20})\n){1,5}", fullmatch=True))  # fmt: skip
def test_any_targets_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is in the tables of targets, they are read or refused with the file's name."""
    folder = tmp_path_factory.mktemp("any")
    write(folder, f"{WORDPRESS.replace('blog', 'own')}{text}")
    try:
        read = load_settings(folder)
    except CommandError as error:
        assert f"{folder}/pyproject.toml" in str(error)  # noqa: PT017 - either way of ending is right
    else:
        assert {"own", "site"} <= {one.name for one in read.targets}
