"""What is wrong on a real WordPress is told apart, and nothing is written where it is."""

import re
from pathlib import Path

import pytest

from pipeline.publish.errors import ChangedMeanwhileError, SiteProblemError
from tests.publish.desired_posts import desired_post
from tests.publish.wordpress.publishing import Blog, blog_of, pdfs
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

#: What plugins and servers do to the REST interface.
CLOSED_BY_PLUGIN = """
add_filter('rest_authentication_errors',
    fn() => new WP_Error('rest_disabled', 'The REST API is disabled.', ['status' => 403]));
"""
CLOSED_BY_SERVER = """
if (str_contains($_SERVER['REQUEST_URI'], 'wp-json')) { http_response_code(404); exit('<h1>Not found</h1>'); }
"""
NO_APPLICATION_PASSWORDS = "add_filter('wp_is_application_passwords_available', '__return_false');"
BEHIND_A_LOGIN = """
add_action('init', function () {
    if (str_contains($_SERVER['REQUEST_URI'], 'wp-json')) { wp_redirect(wp_login_url()); exit; }
});
"""
#: What they do to uploads.
NO_PDF = "add_filter('upload_mimes', fn($types) => array_diff_key($types, ['pdf' => 1]));"
TOO_LARGE = """
add_filter('wp_handle_sideload_prefilter',
    fn($file) => ['error' => 'The uploaded file exceeds the maximum upload size for this site.'] + $file);
"""
NO_UPLOADS = "add_filter('user_has_cap', fn($all) => array_merge($all, ['upload_files' => false]));"
NO_MARKER = "add_filter('wp_insert_attachment_data', fn($data) => ['post_content' => 'A nice file'] + $data);"
OTHER_BYTES = (
    "add_action('add_attachment', fn($id) => file_put_contents(get_attached_file($id), ' ', FILE_APPEND));"
)


def _told(blog: Blog, folder: Path, slug: str, number: int) -> SiteProblemError:
    """Publish one attachment to a post, which must fail; return what is told."""
    desired = desired_post(folder, pdfs(en="one"), slug=slug, references={"en": str(number)})
    with pytest.raises(SiteProblemError) as raised:
        blog.publish(desired)
    return raised.value


@pytest.mark.parametrize(("user", "role"), [("admin", "administrator"), ("author", "author")])
def test_who_we_are_is_told(site: WordPressSite, user: str, role: str) -> None:
    """Checking a good connection names the site, the user and the role."""
    with blog_of(site, user) as blog:
        assert blog.target.check() == f'WordPress "Test blog" as {user} ({role})'
        assert blog.client.writes == []


def test_a_wrong_password_is_told(site: WordPressSite) -> None:
    """A password that isn't the user's is told as one, with the variable that holds it, and isn't shown."""
    wrong = "not the password"
    with blog_of(site, "author", password=wrong) as blog, pytest.raises(SiteProblemError) as raised:
        blog.target.check()
    assert (raised.value.problem.name, raised.value.is_whole_site) == ("wrong_password", True)
    assert "ANNEXE_BLOG_PASSWORD" in raised.value.remedy
    assert wrong not in str(raised.value)


def test_missing_rights_are_told(site: WordPressSite) -> None:
    """A user who may not upload files is told so before anything else."""
    with blog_of(site, "contributor") as blog, pytest.raises(SiteProblemError) as raised:
        blog.target.check()
    assert raised.value.problem.name == "missing_permission"
    assert str(raised.value).startswith("blog: contributor may not put files into the media library, nor")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (CLOSED_BY_PLUGIN, "rest_disabled"),
        (CLOSED_BY_SERVER, "rest_disabled"),
        (NO_APPLICATION_PASSWORDS, "application_passwords_off"),
        (BEHIND_A_LOGIN, "login_page"),
    ],
    ids=["by a plugin", "by the web server", "no application passwords", "behind a login"],
)
def test_a_closed_interface_is_told(site: WordPressSite, code: str, name: str) -> None:
    """Where a plugin or the server closes the interface, that is what is told, as a problem of the whole site."""
    with site.plugin(code), blog_of(site, "admin") as blog, pytest.raises(SiteProblemError) as raised:
        blog.target.check()
    assert (raised.value.problem.name, raised.value.is_whole_site) == (name, True)


def test_maintenance_is_told(site: WordPressSite) -> None:
    """A site that is being updated is told as one."""
    with site.maintenance(), blog_of(site, "admin") as blog, pytest.raises(SiteProblemError) as raised:
        blog.target.check()
    assert (raised.value.problem.name, raised.value.is_whole_site) == ("maintenance", True)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (NO_PDF, "extension_forbidden"),
        (TOO_LARGE, "upload_limit"),
        (NO_UPLOADS, "missing_permission"),
        (NO_MARKER, "marker_lost"),
        (OTHER_BYTES, "damaged_upload"),
    ],
    ids=["extension", "size", "right", "marker", "bytes"],
)
def test_a_refused_or_changed_upload_is_told(
    site: WordPressSite, user: str, slug: str, tmp_path: Path, code: str, name: str
) -> None:
    """A site that doesn't take the file, or changes it, is told as that; the post isn't touched."""
    number = site.create_post("<p>Words</p>", author=user)
    with site.plugin(code), blog_of(site, user) as blog:
        error = _told(blog, tmp_path, slug, number)
    assert error.problem.name == name
    assert site.content(number) == "<p>Words</p>"
    assert site.attachments(slug) == []


@pytest.mark.parametrize("status", ["publish", "draft"])
def test_somebody_elses_post_is_told(site: WordPressSite, slug: str, tmp_path: Path, status: str) -> None:
    """An author may not touch others' posts.

    Told as a missing right where the post is to be seen, else as not found.
    """
    number = site.create_post("<p>Words</p>", author="other", status=status, slug=slug)
    for reference in (str(number), slug):
        desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": reference})
        with blog_of(site, "author", create=status == "publish") as blog:
            problem = blog.observe(desired).places[0].problem
            assert problem is not None
            assert blog.publish(desired) == []
            assert blog.client.writes == []
        assert problem.name == ("missing_permission" if status == "publish" else "post_not_found")
        assert reference in problem.message


def test_a_missing_post_is_told(site: WordPressSite, user: str, slug: str, tmp_path: Path) -> None:
    """A post that isn't there is told as that, also with `create` where the front matter names it by another name."""
    desired = desired_post(
        tmp_path, pdfs(en="one", fr="un"), slug=slug, references={"en": "999999", "fr": f"{slug}-x"}
    )
    with blog_of(site, user, create=True) as blog:
        problems = [place.problem for place in blog.observe(desired).places]
        assert blog.publish(desired) == []
    assert [problem.name for problem in problems if problem] == ["post_not_found"] * 2


def test_a_post_in_the_bin_is_missing(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """A post that was thrown away isn't published to."""
    number = site.create_post("<p>Words</p>")
    site.run("return (bool) wp_trash_post($given['id']);", id=number)
    desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": str(number)})
    with blog_of(site, "admin") as blog:
        problem = blog.observe(desired).places[0].problem
    assert problem is not None
    assert problem.name == "post_not_found"


def test_two_posts_of_one_name_are_told(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """Two drafts with the slug of the front matter are told with their ids.

    A published one comes before drafts.
    """
    drafts = [site.create_post("x", status="draft", slug=slug) for _ in range(2)]
    public = site.create_post("x", slug=f"{slug}-public")
    site.create_post("x", status="draft", slug=f"{slug}-public")
    references = {"en": slug, "fr": f"{slug}-public"}
    desired = desired_post(tmp_path, pdfs(en="one", fr="un"), slug=slug, references=references)
    with blog_of(site, "admin") as blog:
        ambiguous, chosen = blog.observe(desired).places
    assert ambiguous.problem is not None
    assert ambiguous.problem.message == f"blog: several posts are called {slug}: {drafts[0]}, {drafts[1]}"
    assert chosen.key == f"posts/{public}"


def test_a_change_since_the_look_is_noticed(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path
) -> None:
    """Between our look and our write somebody saved the post: nothing is written."""
    number = site.create_post("<p>Words</p>", author=user)
    desired = desired_post(tmp_path, {}, slug=slug, references={"en": str(number)}, kept=("en",))
    state = blog.observe(desired)
    site.edit_post(number, "<p>Other words</p>", user=user)
    with pytest.raises(ChangedMeanwhileError, match="somebody changed the post"):
        blog.target.link(desired.places[0], state.places[0], (), desired)
    assert site.content(number) == "<p>Other words</p>"
    assert blog.client.writes == []


def test_a_save_in_the_very_moment_is_told(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """Somebody saves the post after our last look and before our write.

    Their text is among the revisions, and it is told.
    """
    number = site.create_post("<p>Words</p>")
    site.edit_post(number, "<p>More words</p>")
    code = (
        "add_filter('rest_pre_insert_post', function ($post) { remove_all_filters('rest_pre_insert_post'); "
        "wp_update_post(['ID' => $post->ID, 'post_content' => '<p>Theirs</p>']); return $post; });"
    )
    desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": str(number)})
    with (
        site.plugin(code),
        blog_of(site, "admin") as blog,
        pytest.raises(ChangedMeanwhileError, match="restore theirs"),
    ):
        blog.publish(desired)
    texts = site.run(
        "return array_values(wp_list_pluck(wp_get_post_revisions($given['id']), 'post_content'));", id=number
    )
    assert "<p>Theirs</p>" in texts


def test_an_administrators_markup_is_not_lost(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """Where WordPress would filter an author's whole post for our one link, nothing is written.

    It is told why.
    """
    number = site.create_post("<p>Words</p>", author="author")
    frame = '<iframe src="https://example.org/map"></iframe>'
    site.edit_post(number, f"<p>Words</p>\n{frame}")
    with blog_of(site, "author") as blog:
        error = _told(blog, tmp_path, slug, number)
    assert error.problem.name == "html_filtered"
    assert frame[:40] in error.problem.message
    assert "the role Editor" in error.remedy
    assert site.content(number) == f"<p>Words</p>\n{frame}"
    with blog_of(site, "admin") as blog:
        desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": str(number)})
        blog.publish(desired)
    assert site.content(number).endswith(f"</ul>\n\n<p>Words</p>\n{frame}")


def test_a_site_that_changes_posts_is_told(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """A plugin that changes a post while it is saved is noticed at once, with what became of what."""
    number = site.create_post("<p>Words</p>")
    code = "add_filter('content_save_pre', fn($text) => str_replace('Words', 'Werds', $text));"
    with site.plugin(code), blog_of(site, "admin") as blog:
        error = _told(blog, tmp_path, slug, number)
    assert error.problem.name == "changed_by_site"
    assert '"ords</p>" became "erds</p>"' in error.problem.message


@pytest.mark.parametrize("fault", ["replaced", "lost", "unattached", "doubled"])
def test_what_happens_to_files_is_put_right(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path, fault: str
) -> None:
    """A file that was replaced by hand, deleted, taken from its post or uploaded twice.

    One good file remains, linked.
    """
    number = site.create_post("<p>Words</p>", author=user)
    desired = desired_post(
        tmp_path, pdfs(en="one", fr="un"), slug=slug, references=dict.fromkeys(("en", "fr"), str(number))
    )
    blog.publish(desired)
    english = site.attachments(slug)[0]
    damaged: tuple[str, ...] = ()
    expected = ["upload en", "link en"]
    if fault == "replaced":
        site.replace_file(english["id"], b"%PDF-1.7 another one")
        assert [finding.check for finding in blog.verify(desired)] == ["publish.replaced"]
        damaged = (str(english["id"]),)
        expected.append("delete en")
    elif fault == "lost":
        site.run("return (bool) wp_delete_attachment($given['id'], true);", id=english["id"])
        assert [finding.check for finding in blog.verify(desired)] == ["publish.file_gone"]
        # The name is free again, so that the link leads to the new file as it is.
        expected = ["upload en"]
    elif fault == "unattached":
        site.run("return wp_update_post(['ID' => $given['id'], 'post_parent' => 0]);", id=english["id"])
        expected = []
    else:
        second = blog.target.upload(desired.places[0].files[0], blog.observe(desired).places[0])
        assert re.search(r"-1\.pdf$", second.url)
        expected = ["delete en"]
    assert [action for action in blog.publish(desired, damaged=damaged) if action != "nothing fr"] == expected
    assert len(site.attachments(slug)) == 2
    assert blog.verify(desired) == ()
    assert blog.publish(desired) == []


def test_a_file_that_is_gone_is_no_problem(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path
) -> None:
    """Deleting what somebody else deleted already is done."""
    number = site.create_post("<p>Words</p>", author=user)
    desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": str(number)})
    file = blog.target.upload(desired.places[0].files[0], blog.observe(desired).places[0])
    blog.target.delete(file)
    blog.target.delete(file)
    assert site.attachments(slug) == []
