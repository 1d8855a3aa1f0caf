"""`annexe build --cluster`: the same bytes as on one machine, whatever dies in the middle."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build.cluster.dask import KIT, Cluster, kill, started, until
from tests.projects import ENGLISH, PARAGRAPH, Project, Ran, findings
from tests.repository import ROOT

pytestmark = pytest.mark.cluster

POSTS = 8
#: Has WeasyPrint kill the worker above it at a certain page, as one does that takes all memory of a machine.
DEADLY = """
import os, sys
if "multiprocessing.forkserver" in " ".join(sys.orig_argv):
    import weasyprint
    class HTML(weasyprint.HTML):
        def __init__(self, **options):
            if "Poison" in options.get("string", ""):
                with open(f"/proc/{os.getppid()}/stat") as stat:
                    os.kill(int(stat.read().split()[3]), 9)
            super().__init__(**options)
    weasyprint.HTML = HTML
"""
COMMAND = ("build", "--sources", "sources", "--json")


def project_of(folder: Path, posts: int = POSTS) -> Project:
    """Return a project of some posts that take a moment each."""
    project = Project(folder)
    for number in range(posts):
        project.add_post(f"post-{number}")
        project.write(f"post-{number}/en.md", f"{ENGLISH}\nThe post {number}.\n\n{PARAGRAPH * 30}")
    return project


def attachments(folder: Path) -> dict[str, bytes]:
    """Return the attachments below a folder by their names."""
    return {path.name: path.read_bytes() for path in folder.glob("*/*.pdf")}


def build(project: Project, *arguments: str, output: str = "build") -> Ran:
    """Build in a process of its own."""
    return project.run_alone(*COMMAND, "--output", output, *arguments)


def building(project: Project, cluster: Cluster) -> subprocess.Popen[str]:
    """Start a build and return once it has finished its first attachment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", *COMMAND, "--output", "build", "--cluster", cluster.address],
        cwd=project.folder,
        env={**os.environ, "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: attachments(project.output) or process.poll() is not None, "the first attachment")
    return process


def test_a_cluster_gives_the_same_bytes_and_gets_fonts_and_styles_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Every attachment has the bytes of the local build; two builds give each worker what it needs once."""
    project = project_of(tmp_path / "project", 3)
    before, kits = cluster.log().count(KIT), cluster.ask("kits")
    for output in ("first", "second"):
        ran = build(project, "--cluster", cluster.address, output=output)
        assert ran.code == 0, ran.err
    assert cluster.log().count(KIT) == before + 2
    assert cluster.ask("kits") == [one + 1 for one in kits]
    assert build(project, output="local").code == 0
    local = attachments(project.folder / "local")
    assert len(local) == 6
    assert attachments(project.folder / "first") == attachments(project.folder / "second") == local


def test_a_cluster_of_the_settings_is_used(cluster: Cluster, tmp_path: Path) -> None:
    """The setting `cluster` does what the option does, for checks too."""
    project = project_of(tmp_path / "project", 1)
    project.write("../pyproject.toml", f'[tool.annexe]\ncluster = "{cluster.address}"\n')
    before = cluster.log().count("'introduce'")
    assert build(project).code == 0
    assert project.run_alone("check", "--output", "build").code == 0
    assert cluster.log().count("'introduce'") == before + 4


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """Of two workers one is killed while it works: every attachment is built, none twice, none other."""
    project = project_of(tmp_path / "project")
    with started(tmp_path / "cluster", workers=1) as cluster:
        victim = cluster.start_worker()
        cluster.wait_for_workers(2)
        process = building(project, cluster)
        kill(victim)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    report = json.loads(out)
    assert [edition["outcome"] for edition in report["editions"]] == ["built"] * (2 * POSTS)
    assert build(project, output="local").code == 0
    assert attachments(project.output) == attachments(project.folder / "local")


def test_what_was_finished_stays_when_the_scheduler_dies(tmp_path: Path) -> None:
    """The build ends with exit code 4.

    What it finished is there and recorded, and the next one goes on from there.
    """
    project = project_of(tmp_path / "project")
    with started(tmp_path / "cluster", workers=2) as cluster:
        process = building(project, cluster)
        kill(cluster.scheduler)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 4
    assert err == (
        f"annexe: the scheduler at {cluster.address} is gone; what was finished is kept and recorded: "
        "start a scheduler and workers, then run again to go on\n"
    )
    kept = attachments(project.output)
    assert 0 < len(kept) < 2 * POSTS
    ran = build(project)
    assert ran.code == 0
    outcomes = [edition["outcome"] for edition in json.loads(ran.out)["editions"]]
    assert outcomes.count("unchanged") == len(kept)
    assert outcomes.count("built") == 2 * POSTS - len(kept)


def test_a_poisoned_edition_is_named(tmp_path: Path) -> None:
    """An edition that kills its workers is an error of its own with exit code 4; all others are built."""
    project = project_of(tmp_path / "project", 3)
    project.write("poison/en.md", ENGLISH.replace("On testing", "Poison"))
    (tmp_path / "deadly").mkdir()
    (tmp_path / "deadly" / "sitecustomize.py").write_text(DEADLY)
    with started(tmp_path / "cluster", workers=0, failures=0) as cluster:
        cluster.start_worker("--nworkers", "2", "--nanny", code=[ROOT, tmp_path / "deadly"])
        cluster.wait_for_workers(2)
        ran = build(project, "--cluster", cluster.address)
    assert ran.code == 4, ran.err
    report = json.loads(ran.out)
    editions = {edition["slug"] + edition["language"]: edition for edition in report["editions"]}
    assert findings(editions.pop("poisonen")) == {"render.death"}
    assert {edition["outcome"] for edition in editions.values()} == {"built"}
