"""Many posts and many nights: a project of fifty posts, and what each night leaves behind."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import Any

from tests.projects import ENGLISH, FRENCH, Project, Ran
from tests.repository import ROOT

SETTINGS = '[tool.annexe]\nstyles = "styles"\nworkers = 2\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a night ended, what it printed, and its report.json."""

    ran: Ran
    report: dict[str, Any]

    @property
    def code(self) -> int:
        """Return the exit code of the command."""
        return self.ran.code

    @property
    def night(self) -> dict[str, Any]:
        """Return what only a night's report has."""
        night: dict[str, Any] = self.report["night"]
        return night

    def edition(self, name: str) -> dict[str, Any]:
        """Return what the report says of an edition."""
        found = [one for one in self.report["editions"] if f"{one['slug']}-{one['language']}" == name]
        assert len(found) == 1
        return dict(found[0])

    def changes(self) -> dict[str, str]:
        """Return, by name, why each attachment that is another one was built."""
        return {
            f"{one['slug']}-{one['language']}": one["night"]["change"]["reason"]
            for one in self.report["editions"]
            if one["night"]["change"] is not None
        }

    def kept(self) -> list[str]:
        """Return the names of the attachments that are older ones."""
        return [f"{one['slug']}-{one['language']}" for one in self.report["editions"] if one["night"]["kept"]]

    def codes(self) -> list[int]:
        """Return the exit codes of the nights that the report shows, the oldest first."""
        return [one["exit_code"] for one in self.night["nights"]]

    def checks(self, severity: str = "error") -> set[str]:
        """Return the ids of all that was found of a severity."""
        places = (self.report, *self.report["editions"], *self.night["sites"])
        return {
            found["check"] for place in places for found in place["findings"] if found["severity"] == severity
        }


def run_night(project: Project, now: str, *arguments: str, **options: Any) -> Told:
    """Run a night that takes `now` for the time it is."""
    ran = project.run("nightly", "--now", now, *arguments, **options)
    assert "Traceback" not in ran.err, ran.err
    return Told(ran=ran, report=read_report(project))


def read_report(project: Project) -> dict[str, Any]:
    """Return what lies there as report.json, or nothing."""
    path = project.output / "report.json"
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return report


def sums(project: Project) -> dict[str, str]:
    """Return, by name, the sha256 of each attachment that stands in its place.

    Nothing half-made lies anywhere.
    """
    assert list(project.output.rglob("*.part")) == []
    return standing(project)


def standing(project: Project) -> dict[str, str]:
    """Return the same while a run is at work, or was killed."""
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in project.output.glob("*/*.pdf")
    }


def add_posts(project: Project, number: int) -> None:
    """Write so many posts of two languages and settings of their own.

    The looks are a copy that may be changed.
    """
    shutil.copytree(ROOT / "styles", project.folder / "styles")
    (project.folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    for place in range(number):
        project.write(f"post-{place:02}/en.md", ENGLISH.replace("On testing", f"On test {place}"))
        project.write(f"post-{place:02}/fr.md", FRENCH.replace("De l'essai", f"De l'essai {place}"))
