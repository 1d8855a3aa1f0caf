"""Makes a node as a draft, under a UUID that finds it again."""

from http import HTTPStatus
from typing import Any

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.drupal.documents import Entry
from pipeline.publish.drupal.reading import ACCEPTED, Reader
from pipeline.publish.errors import ChangedMeanwhileError, TroubleError
from pipeline.publish.http.client import Client
from pipeline.publish.http.diagnosis import refusal
from pipeline.publish.http.messages import quoted, trouble_error

JSON_API = {"Content-Type": "application/vnd.api+json", **ACCEPTED}
#: The format of Drupal's standard installation, taken where no post shows another.
_USUAL_FORMAT = "basic_html"


def create_draft(
    settings: TargetSettings, client: Client, node: str, draft: tuple[str, str], entries: tuple[Entry, ...]
) -> None:
    """Create the node with this UUID, unpublished, with a title and a text of HTML.

    The text takes the format of the newest post; where posts have no text, it is left out. Raises ChangedMeanwhileError
    where another run has just made it.
    """
    reader = Reader(settings, client)
    title, text = draft
    attributes: dict[str, Any] = {"title": title, "status": False}
    sample = reader.sample().get("attributes")
    if not isinstance(sample, dict) or "body" in sample:
        body = sample.get("body") if isinstance(sample, dict) else None
        text_format = body.get("format") if isinstance(body, dict) else None
        attributes["body"] = {"value": text, "format": text_format or _USUAL_FORMAT}
    data: dict[str, Any] = {"type": f"node--{settings.content_type}", "id": node, "attributes": attributes}
    if entries:
        data["relationships"] = {settings.field: {"data": [entry.document() for entry in entries]}}
    expect = (HTTPStatus.CREATED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT)
    doing = "creating a draft"
    answer = client.write(
        "POST", reader.nodes_path, json={"data": data}, headers=JSON_API, expect=expect, doing=doing
    )
    if answer.status == HTTPStatus.CONFLICT:
        raise _taken(settings, client, f"{reader.nodes_path}/{node}", title)
    if answer.status == HTTPStatus.FORBIDDEN:
        if "(status)" not in answer.words():
            raise refusal(answer, settings, doing)
        user = settings.user or "the token's user"
        raise trouble_error(
            "missing_permission",
            f"{settings.name}: {user} may not create drafts, only published posts, which we don't{quoted(answer)}",
            f'ask the site\'s administrator to give {user} the permission "Administer content" (newer Drupals: '
            '"Administer content published status"), or create the post there by hand and write its number into the front '
            f"matter (publish: {{{settings.name}: 123}})",
        )


def _taken(
    settings: TargetSettings, client: Client, path: str, title: str
) -> TroubleError | ChangedMeanwhileError:
    """Return what is wrong where a node has our UUID although the look right before didn't find it."""
    seen = client.read(
        path, headers=ACCEPTED, expect=(HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    )
    if seen.status == HTTPStatus.OK:
        return ChangedMeanwhileError(
            f'{settings.name}: another run has just created the draft "{title}", and nothing was written here'
        )
    user = settings.user or "the token's user"
    return trouble_error(
        "missing_permission",
        f'{settings.name}: the draft "{title}" exists ({path}), and {user} may not see it',
        f'ask the site\'s administrator to give {user} the permission "View own unpublished content", or write the number '
        f"of the post into the front matter (publish: {{{settings.name}: 123}}) once it is published",
    )
