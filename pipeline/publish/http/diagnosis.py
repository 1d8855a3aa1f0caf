"""The troubles with sites, told apart: what is wrong, where, and which setting or person mends it.

The statuses, codes and words are those that WordPress 6 and 7 and Drupal 10 answer with.
"""

import re
from http import HTTPStatus

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.errors import TroubleError
from pipeline.publish.http.messages import (
    later,
    location_of,
    quoted,
    shown_address,
    table_of,
    trouble_error,
    where,
)
from pipeline.publish.http.refusals import (
    extension_forbidden,
    no_such_field,
    no_such_post,
    no_such_translation,
    permission,
    read_only,
    rest_off,
    upload_limit,
    wrong_password,
)
from pipeline.publish.http.responses import Answer, login_trouble

#: WordPress's refusals that may come with the status 500 although the site did its work: nothing was written.
_CERTAIN_CODES = re.compile(r"rest_upload_\w+|rest_cannot_\w+")
#: What a site in maintenance says, in the languages that its interface may be in.
_MAINTENANCE = re.compile(
    r"maintenance|mantenimiento|manuten[çc][ãa]o|wartung|техническ|обслуживани|维护|維護|صيانة", re.IGNORECASE
)
#: Statuses of pages that may be a site's way of asking who we are.
_ASKING = frozenset({200, 401, 403})


def refusal(answer: Answer, settings: TargetSettings, doing: str = "") -> TroubleError:
    """Return what is wrong where a site's status isn't one that was expected; `doing` is what was being done."""
    place = where(settings, answer.url, doing)
    for told_apart in _TOLD_APART:
        trouble = told_apart(answer, settings, place)
        if trouble is not None:
            return trouble
    return _general(answer, place)


def file_refusal(answer: Answer, settings: TargetSettings) -> TroubleError:
    """Return what is wrong where a reader would not get a file."""
    place = where(settings, answer.url, "reading a file")
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return trouble_error(
            "file_not_found",
            f"{place} isn't there",
            f"run annexe publish --to {settings.name}, which puts it back; where it was put there just now, ask the site's "
            "administrator from where files are served",
        )
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return trouble_error(
            "file_not_shown",
            f"{place} isn't shown to readers (status {answer.status})",
            "ask the site's administrator whether files are private there, or the hosting whether a firewall stops programs",
        )
    return refusal(answer, settings, "reading a file")


def is_certain_refusal(answer: Answer) -> bool:
    """Say whether a failing site tells that it did nothing, so that nobody needs to look."""
    return _CERTAIN_CODES.fullmatch(answer.code()) is not None


def _login_page(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:  # noqa: ARG001 - one shape
    is_page = answer.data() is None and (answer.status in _ASKING or answer.is_redirect)
    return login_trouble(place) if is_page and answer.is_login_page else None


def _moved(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    target = location_of(answer)
    if not answer.is_redirect or not target:
        return None
    path = shown_address(answer.url).removeprefix(settings.url or "\0")
    better = target.removesuffix("/").removesuffix(path.removesuffix("/"))
    remedy = (
        f'set url in {table_of(settings)} to "{better}"'
        if better != target.removesuffix("/") and better != settings.url
        else f"set url in {table_of(settings)} to the address that the site has now, or ask its administrator"
    )
    return trouble_error("moved", f"{place} leads on to {target}", remedy, is_whole_site=True)


def _maintenance(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    if answer.status != HTTPStatus.SERVICE_UNAVAILABLE or not _MAINTENANCE.search(
        answer.body.decode("utf-8", "replace")
    ):
        return None
    seat = {
        TargetKind.WORDPRESS: "a file .maintenance in WordPress's folder that an update left behind",
        TargetKind.DRUPAL: "/admin/config/development/maintenance",
    }.get(settings.kind, "its settings")
    return trouble_error(
        "maintenance",
        f"{place} is in maintenance mode",
        f"run the same command again {later(answer)}; where it stays so, ask the site's administrator ({seat})",
        is_whole_site=True,
    )


def _busy(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:  # noqa: ARG001 - one shape
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        what, remedy = "asks us to come less often", "or ask the hosting about its limit"
    elif answer.status in {500, 502, 503, 504}:
        what, remedy = "fails", "and where it stays so, ask the hosting to read the error log"
    else:
        return None
    return trouble_error(
        "site_failing",
        f"{place} {what} (status {answer.status}){quoted(answer)}",
        f"run the same command again {later(answer)}, {remedy}",
    )


def _general(answer: Answer, place: str) -> TroubleError:
    return trouble_error(
        "unexpected_answer",
        f"{place} answered with status {answer.status}{quoted(answer)}",
        "ask the site's administrator what the site means by that",
    )


#: Asked in this order; the first that knows the answer tells it.
_TOLD_APART = (
    _login_page,
    _moved,
    _maintenance,
    upload_limit,
    extension_forbidden,
    rest_off,
    wrong_password,
    read_only,
    no_such_field,
    no_such_translation,
    no_such_post,
    permission,
    _busy,
)
