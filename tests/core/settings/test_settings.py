"""The settings: found upwards, checked at once, and each described."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import CommandError, ExitCode
from pipeline.core.paths import shown_path
from pipeline.core.settings import Settings, load_settings
from pipeline.core.settings.targets import TargetKind, TargetSettings

HOME = Path(__file__).parents[3]


def write(folder: Path, text: str) -> None:
    """Write the pyproject.toml of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def faults(folder: Path, text: str) -> list[str]:
    """Return what is reported about a pyproject.toml, line by line, without the folder."""
    write(folder, text)
    with pytest.raises(CommandError) as caught:
        load_settings(folder)
    assert caught.value.exit_code == ExitCode.BAD_COMMAND_OR_SETTINGS
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).split("\n")]


def built_in(folder: Path, url: str | None, line: int) -> TargetSettings:
    """Return the target that is there without being written."""
    return TargetSettings(
        name="site",
        kind=TargetKind.FOLDER,
        url=url,
        path=folder / "site",
        user=None,
        size_labels="drupal",
        label_language="en",
        create=False,
        content_type="article",
        field="field_attachments",
        translations=False,
        time_limit=60,
        bytes_limit=67_108_864,
        file="pyproject.toml" if line == 1 and url is None else f"{folder}/pyproject.toml",
        line=line,
        is_written=False,
    )


def test_without_a_file_all_are_the_defaults(tmp_path: Path) -> None:
    """Where no folder upwards has the table, the defaults hold and Annexe's own styles serve."""
    assert load_settings(tmp_path) == Settings(
        project=HOME,
        sources=tmp_path / "sources",
        output=tmp_path / "build",
        styles=HOME / "styles",
        approved=tmp_path / "approved",
        workers=0,
        time_limit=60,
        memory_limit=1024,
        image_bytes_limit=8_000_000,
        image_pixels_limit=40_000_000,
        image_resolution=220,
        size_over=1.0,
        size_under=0.05,
        size_drift=0.1,
        size_labels="drupal",
        history_nights=400,
        base_url=None,
        cluster=None,
        cache=None,
        targets=(built_in(tmp_path, None, 1),),
    )


def test_the_nearest_table_upwards_holds(tmp_path: Path) -> None:
    """A pyproject.toml without the table is passed by.

    Paths are taken from the folder of the one that has it.
    """
    write(tmp_path, '[tool.annexe]\nsources = "words"\noutput = "../made"\nstyles = "/looks"\nworkers = 3\n')
    write(tmp_path / "below", "[tool.ruff]\nline-length = 80\n")
    settings = load_settings(tmp_path / "below" / "deeper")
    assert settings.project == tmp_path
    assert settings.sources == tmp_path / "words"
    assert settings.output == tmp_path.parent / "made"
    assert settings.styles == Path("/looks")
    assert settings.workers == 3


def test_folders_of_the_command_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of the command line come before those of the file and are taken from the current folder."""
    write(tmp_path, '[tool.annexe]\nsources = "words"\n')
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    settings = load_settings(Path.cwd(), sources=Path("posts"), output=Path("/elsewhere"))
    assert settings.sources == tmp_path / "here" / "posts"
    assert settings.output == Path("/elsewhere")


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    """Each setting but the project is read from the table."""
    write(
        tmp_path,
        '[tool.annexe]\nsources="a"\noutput="b"\nstyles="c"\napproved="d"\nworkers=2\ntime_limit=5\nmemory_limit=300\n'
        "image_bytes_limit=7\nimage_pixels_limit=8\nimage_resolution=300\nsize_over=1.5\nsize_under=0\nsize_drift=1\n"
        'size_labels="wordpress"\nhistory_nights=30\nbase_url="https://www.example.org:8443/posts/"\n'
        'cluster="tcp://10.0.0.5:8786"\ncache="s3://bucket/prefix"\n',
    )
    assert load_settings(tmp_path) == Settings(
        project=tmp_path,
        sources=tmp_path / "a",
        output=tmp_path / "b",
        styles=tmp_path / "c",
        approved=tmp_path / "d",
        workers=2,
        time_limit=5,
        memory_limit=300,
        image_bytes_limit=7,
        image_pixels_limit=8,
        image_resolution=300,
        size_over=1.5,
        size_under=0.0,
        size_drift=1.0,
        size_labels="wordpress",
        history_nights=30,
        base_url="https://www.example.org:8443/posts",
        cluster="tcp://10.0.0.5:8786",
        cache="s3://bucket/prefix",
        targets=(built_in(tmp_path, "https://www.example.org:8443/posts", 1),),
    )


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Every fault of the table is in one message, in the order of the lines, each with what to write."""
    text = (
        "[project]\nsources = 1\n\n[tool.annexe]\nworkers = -1\ntime_limit = 1.5\nmemory_limit = true\n"
        'sources = ""\nsize_over = "2"\nsize_under = nan\nsize_labels = "joomla"\n'
        'base_url = "http://example.org"\nworker = 2\npaint = "blue"\n'
    )
    assert faults(tmp_path, text) == [
        "pyproject.toml:5: workers = -1 is no whole number from 0 up; write one, such as 0",
        "pyproject.toml:6: time_limit = 1.5 is no whole number from 1 up; write one, such as 60",
        "pyproject.toml:7: memory_limit = true is no whole number from 256 up; write one, such as 1024",
        'pyproject.toml:8: sources = "" is no path; write it in quotation marks, such as "sources"',
        'pyproject.toml:9: size_over = "2" is no ratio from 0 up; write a number, such as 1.0',
        "pyproject.toml:10: size_under = nan is no ratio from 0 up; write a number, such as 0.05",
        (
            'pyproject.toml:11: size_labels = "joomla" is no way of printing sizes; write "drupal" or '
            '"wordpress"'
        ),
        (
            'pyproject.toml:12: base_url = "http://example.org" is no https address; write one, such as '
            '"https://www.example.org/posts"'
        ),
        "pyproject.toml:13: there is no setting worker; did you mean workers?",
        (
            "pyproject.toml:14: there is no setting paint; the settings are sources, output, styles, approved, "
            "workers, time_limit, memory_limit, image_bytes_limit, image_pixels_limit, image_resolution, "
            "size_over, size_under, size_drift, size_labels, history_nights, base_url, cluster, cache, publish"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[tool]\nannexe = "x"\n', ("pyproject.toml:2: annexe is no table; write [tool.annexe] on a line of "
                                   "its own")),
        (("[tool]\nannexe.workers = "
         "-1\n"), "pyproject.toml:2: workers = -1 is no whole number from 0 up; write one, such as 0"),
        (("tool.annexe.workers = "
         "-1\n"), "pyproject.toml:1: workers = -1 is no whole number from 0 up; write one, such as 0"),
        (("\n[ tool . 'annexe' ]\n 'workers' = "
         "-1\n"), "pyproject.toml:3: workers = -1 is no whole number from 0 up; write one, such as 0"),
        ("[tool.annexe]\nworkers = \n", "pyproject.toml:2: this is not TOML (Invalid value); mend the line"),
        (("[tool.annexe]\nworkers = 1\nworkers = "
         "2\n"), "pyproject.toml:3: this is not TOML (Cannot overwrite a value); mend the line"),
    ],
)  # fmt: skip
def test_faults_have_their_line_however_the_table_is_written(tmp_path: Path, text: str, line: str) -> None:
    """TOML has several ways of writing a table; a fault is reported with its line in each."""
    assert faults(tmp_path, text) == [line]


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    """The place of the first bad byte is reported."""
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.annexe]\n# \xe9\n")
    with pytest.raises(CommandError, match=r"byte 16 is not UTF-8; save the file as UTF-8"):
        load_settings(tmp_path)


@pytest.mark.parametrize("address", ["https://", "ftp://a.org", "https://a.org/?x=1", "https://me@a.org", "https://[x", "https://a.org:99999", 'https://a.org/"'])  # fmt: skip
def test_only_a_bare_https_address_is_a_base(tmp_path: Path, address: str) -> None:
    """An address that links are made from has no query, no user, and no character that ends an attribute."""
    write(tmp_path, f"[tool.annexe]\nbase_url = '{address}'\n")
    with pytest.raises(CommandError, match="is no https address"):
        load_settings(tmp_path)


def test_the_repository_sets_what_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's own table names its own folders."""
    monkeypatch.chdir(HOME)
    settings = load_settings(HOME / "tests")
    assert (settings.project, settings.sources, settings.styles) == (HOME, HOME / "sources", HOME / "styles")


def test_every_setting_is_described_once() -> None:
    """docs/settings.md and the dataclasses name the same settings in the same order, targets' too."""
    text = (HOME / "docs" / "settings.md").read_text(encoding="utf-8")
    of_annexe, of_targets = text.split("## Where to publish")
    row = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
    assert row.findall(of_annexe) == [field.name for field in dataclasses.fields(Settings)]
    # Where a target is written, and whether, is not set: the messages name the one, a night asks the other.
    names = [
        field.name
        for field in dataclasses.fields(TargetSettings)
        if field.name not in ("file", "line", "is_written")
    ]
    assert row.findall(of_targets) == names


@given(text=st.text(max_size=60) | st.from_regex(r"workers = [-+0-9a-z.\[\]{}\"' =\n]{0,20}", fullmatch=True))
def test_any_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever stands in the table, the settings are read or refused by a message with the file's name."""
    folder = tmp_path_factory.mktemp("any")
    (folder / "pyproject.toml").write_bytes(b"[tool.annexe]\n" + text.encode("utf-8", "surrogatepass"))
    try:
        settings = load_settings(folder)
    except CommandError as error:
        assert f"{folder}/pyproject.toml" in str(error)  # noqa: PT017 - either way of ending is right
    else:
        assert settings.project in (folder, HOME)


def test_paths_are_shown_as_the_editor_types_them(tmp_path: Path) -> None:
    """A path inside the folder is relative, another absolute, and bytes that are no text can be printed."""
    assert shown_path(tmp_path / "a" / "b.md", tmp_path) == "a/b.md"
    assert shown_path(Path("/elsewhere/b.md"), tmp_path) == "/elsewhere/b.md"
    assert shown_path(tmp_path / "a\udcff.md", tmp_path) == "a\\xff.md"


@pytest.mark.parametrize(
    ("written", "cache"),
    [
        ("cache", "{folder}/cache"),
        ("/mnt/annexe cache", "/mnt/annexe cache"),
        ("file:///mnt/annexe-cache", "file:///mnt/annexe-cache"),
        ("s3://bucket/prefix", "s3://bucket/prefix"),
    ],
)
def test_a_cache_is_a_folder_or_an_address(tmp_path: Path, written: str, cache: str) -> None:
    """A path is taken from the folder of the file; an address stays as it is written."""
    write(tmp_path, f'[tool.annexe]\ncache = "{written}"\n')
    assert load_settings(tmp_path).cache == cache.format(folder=tmp_path)


@pytest.mark.parametrize("cache", ["", " ", "s3://key:word@bucket", "simplecache::s3://bucket", "a\\u0000b"])
def test_what_is_no_place_for_a_cache_is_refused(tmp_path: Path, cache: str) -> None:
    """Nothing, a chain of places, and an address that may hold a secret are refused, and not shown."""
    write(tmp_path, f'[tool.annexe]\ncache = "{cache}"\n')
    with pytest.raises(
        CommandError, match=r"pyproject\.toml:2: cache is no place for a cache; write a folder or"
    ) as caught:
        load_settings(tmp_path)
    assert "word" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    "cluster", ["10.0.0.5:8786", "http://10.0.0.5:8786", "tcp://10.0.0.5", "tcp://me@host:1"]
)
def test_what_is_no_scheduler_is_refused(tmp_path: Path, cluster: str) -> None:
    """The address of a scheduler has a protocol that Dask speaks, a host and a port."""
    write(tmp_path, f'[tool.annexe]\ncluster = "{cluster}"\n')
    with pytest.raises(
        CommandError, match=r"pyproject\.toml:2: cluster is no address of a scheduler; write it as"
    ):
        load_settings(tmp_path)
