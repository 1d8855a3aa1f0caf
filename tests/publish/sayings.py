"""What WordPress and Drupal say when they refuse, and what is told of it."""

from typing import Any

from pipeline.core.settings.targets import TargetKind
from pipeline.publish.errors import TroubleError
from pipeline.publish.http.client import Client, Patience
from tests.publish.loopback import Said, data, site, target, trouble_of

SOON = Patience(attempts=2, first_wait=0, longest_wait=0, jitter=0)
DRUPAL = {"kind": TargetKind.DRUPAL, "user": "ada"}


def wordpress_says(code: str, message: str, status: int) -> Said:
    """Return an error as WordPress's REST interface gives it."""
    return data({"code": code, "message": message, "data": {"status": status}}, status)


def drupal_says(title: str, detail: str, status: int) -> Said:
    """Return an error as Drupal's JSON:API gives it."""
    kind = "application/vnd.api+json"
    return data({"jsonapi": {}, "errors": [{"title": title, "status": str(status), "detail": detail}]}, status, Content_Type=kind)  # fmt: skip


def told(said: Said, *, method: str = "GET", **changes: Any) -> TroubleError:
    """Return the trouble that a call runs into at a site that answers so, its address written as SITE."""
    with (
        site(said) as running,
        Client(target(running.url, **changes), authorisation="Basic x", patience=SOON) as client,
    ):
        if method == "GET":
            caught = trouble_of(lambda: client.read("/x", doing="reading post 7"))
        else:
            caught = trouble_of(
                lambda: client.write(method, "/x", content=b"", expect=(201,), doing="putting a.pdf there")
            )
    trouble = caught.trouble
    plain = type(trouble)(
        name=trouble.name,
        message=trouble.message.replace(running.url, "SITE"),
        remedy=trouble.remedy.replace(running.url, "SITE"),
    )
    return TroubleError(plain, is_whole_site=caught.is_whole_site)


def facts(error: TroubleError) -> tuple[str, bool]:
    """Return the name of a trouble and whether it is the whole site's."""
    return error.trouble.name, error.is_whole_site
