"""What WordPress and Drupal say when they refuse, and what is told of it."""

from typing import Any

from pipeline.core.settings.targets import TargetKind
from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.client import Client, RetryPolicy
from tests.publish.loopback import CannedResponse, data, problem_of, site, target

SOON = RetryPolicy(attempts=2, first_wait=0, longest_wait=0, jitter=0)
DRUPAL = {"kind": TargetKind.DRUPAL, "user": "ada"}


def wordpress_says(code: str, message: str, status: int) -> CannedResponse:
    """Return an error as WordPress's REST interface gives it."""
    return data({"code": code, "message": message, "data": {"status": status}}, status)


def drupal_says(title: str, detail: str, status: int) -> CannedResponse:
    """Return an error as Drupal's JSON:API gives it."""
    kind = "application/vnd.api+json"
    return data({"jsonapi": {}, "errors": [{"title": title, "status": str(status), "detail": detail}]}, status, Content_Type=kind)  # fmt: skip


def told(said: CannedResponse, *, method: str = "GET", **changes: Any) -> SiteProblemError:
    """Return the problem that a call runs into at a site that answers so, its address written as SITE."""
    with (
        site(said) as running,
        Client(target(running.url, **changes), authorisation="Basic x", retries=SOON) as client,
    ):
        if method == "GET":
            caught = problem_of(lambda: client.read("/x", doing="reading post 7"))
        else:
            caught = problem_of(
                lambda: client.write(method, "/x", content=b"", expect=(201,), doing="putting a.pdf there")
            )
    problem = caught.problem
    return SiteProblemError(
        problem.name,
        problem.message.replace(running.url, "SITE"),
        problem.remedy.replace(running.url, "SITE"),
        is_whole_site=caught.is_whole_site,
    )


def facts(error: SiteProblemError) -> tuple[str, bool]:
    """Return the name of a problem and whether it is the whole site's."""
    return error.problem.name, error.is_whole_site
