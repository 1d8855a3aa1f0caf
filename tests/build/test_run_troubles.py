"""The whole run when something is wrong: the command, the machine, a document, the user's patience."""

import json
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from tests.projects import ENGLISH, PARAGRAPH, Project, build, findings


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tesing"], "no post 'tesing' in"),
        (["--lang", "de"], "no language 'de' in"),
        (["--sources", "nowhere"], "'nowhere' does not exist"),
        (["--only", "docx"], "'docx' is not one of"),
        (["--output", "sources/house.yaml"], "house.yaml"),
    ],
)
def test_a_bad_command_ends_in_2(project: Project, arguments: list[str], said: str) -> None:
    """A command that can't be followed ends in 2 and says why."""
    ran = project.run("build", "--sources", "sources", "--output", "build", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_all_that_is_wrong_is_told_in_one_run(project: Project) -> None:
    """Of a source that can't be built, the faults of its text are told together with those of its front matter."""
    text = ENGLISH.replace("2020-07-09", "2021-04-31").replace(
        "It says", "[here](a.html) ![](none.png)\n\nIt says"
    )
    project.write("testing/en.md", text + "\n\n#### Deep\n\nA note.[^1]\n")
    assert findings(build(project, code=3)["en"]) == {
        "source.date",
        "source.image_missing",
        "source.link",
        "source.note",
        "access.alt",
        "access.heading_level",
        "access.link_text",
    }


def test_bad_house_words_end_in_3(project: Project) -> None:
    """House words that can't be read end in 3 and leave every attachment as it was."""
    before = project.attachment().read_bytes()
    project.write("house.yaml", "languages: {en: }\n")
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert ran.code == 3
    assert "sources/house.yaml:1" in ran.err
    assert project.attachment().read_bytes() == before


def test_a_document_past_its_time_fails_alone(project: Project) -> None:
    """An edition that takes too long is stopped with a clear finding and exit code 4; the other is built."""
    (project.folder / "pyproject.toml").write_text("[tool.annexe]\ntime_limit = 4\n")
    project.write("long/en.md", ENGLISH + "\n" + PARAGRAPH * 16000)
    project.write("testing/en.md", ENGLISH.replace("It says", "It tells"))
    ran = project.run("build", "--json")
    report = json.loads(ran.out)
    editions = {(edition["slug"], edition["language"]): edition for edition in report["editions"]}
    assert ran.code == 4
    assert "render.time" in findings(editions["long", "en"])
    assert editions["testing", "en"]["outcome"] == "built"


def test_a_document_past_its_memory_fails_alone(project: Project) -> None:
    """An edition that needs too much memory is stopped with a clear finding and exit code 4; the other is built."""
    (project.folder / "pyproject.toml").write_text("[tool.annexe]\nmemory_limit = 256\n")
    project.write("long/en.md", ENGLISH + "\n![A large red square](square.png)\n")
    Image.new("RGBA", (6300, 6300), "red").save(project.sources / "long" / "square.png")
    project.write("testing/en.md", ENGLISH.replace("It says", "It tells"))
    ran = project.run("build", "--json")
    report = json.loads(ran.out)
    editions = {(edition["slug"], edition["language"]): edition for edition in report["editions"]}
    assert ran.code == 4
    assert "render.memory" in findings(editions["long", "en"])
    assert editions["testing", "en"]["outcome"] == "built"


def test_an_interrupted_run_ends_in_130_and_the_next_goes_on(project: Project) -> None:
    """Interrupted by the user, a run ends in 130, leaves no half-made file, and the next run builds the rest."""
    for number in range(30):
        project.write(f"post-{number}/en.md", ENGLISH + PARAGRAPH * 40)
    command = [sys.executable, "-m", "pipeline.cli", "build", "--sources", "sources", "--output", "build"]
    with subprocess.Popen(
        command, cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        deadline = time.monotonic() + 60
        while len(list(project.output.glob("post-*/*.pdf"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Traceback" not in err
    assert not list(project.output.rglob("*.part"))
    assert all(path.read_bytes().endswith(b"%%EOF\n") for path in project.output.rglob("*.pdf"))
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert ran.code == 0
    assert len(list(project.output.glob("post-*/*.pdf"))) == 30


def test_a_damaged_ledger_is_told_and_survived(project: Project) -> None:
    """A damaged ledger is set aside with a warning; everything is built again, to the same bytes."""
    good = project.attachment().read_bytes()
    ledger = project.output / ".annexe" / "ledger.sqlite"
    for path in ledger.parent.glob("ledger.sqlite*"):
        path.unlink()
    ledger.write_bytes(b"this was a database once, before somebody opened it in an editor")
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert ran.code == 0
    assert "build.ledger" in ran.err
    assert project.attachment().read_bytes() == good


def test_an_attachment_without_a_source_is_told(project: Project) -> None:
    """An attachment whose source is gone is a warning, and is left alone."""
    (project.sources / "testing" / "fr.md").unlink()
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert "build.orphan" in ran.err
    assert project.attachment(language="fr").is_file()


def test_quiet_says_nothing_of_a_good_run(project: Project) -> None:
    """`--quiet` prints nothing where there is no error."""
    ran = project.run("build", "--sources", "sources", "--output", "build", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_what_the_disk_refuses_is_told_and_loses_nothing(project: Project) -> None:
    """When the disk takes no more, the run ends in 4, says what it could not write, and keeps what was good."""
    good = project.attachment().read_bytes()
    project.write("testing/en.md", ENGLISH + "\n![Noise](noise.jpg)\n")
    Image.effect_noise((1100, 1100), 90).save(project.sources / "testing" / "noise.jpg", quality=95)
    # The kernel refuses to let any file of this process grow past 400 KiB, as a full disk would.
    limited = f"ulimit -f 400; exec {sys.executable} -m pipeline.cli build --sources sources --output build"
    ran = subprocess.run(
        ["bash", "-c", limited], cwd=project.folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 4, ran.stderr
    assert "build/testing/testing-en.pdf can't be written (File too large)" in ran.stderr
    assert "build/testing/en.html can't be written (File too large)" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert project.attachment().read_bytes() == good
    assert not list(project.output.rglob("*.part"))
