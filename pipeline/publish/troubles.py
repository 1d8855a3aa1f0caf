"""The troubles with sites, told apart: what is wrong, where, and which setting or person mends it.

The statuses, codes and words are those that WordPress 6 and 7 and Drupal 10 answer with.
"""

import re
from http import HTTPStatus
from urllib.parse import urljoin

from pipeline.publish.answers import Answer, login_trouble
from pipeline.publish.errors import TroubleError
from pipeline.publish.telling import quoted, shown_address, table_of, trouble_error, where
from pipeline.target_settings import TargetKind, TargetSettings

#: WordPress's refusals that may come with the status 500 although the site did its work: nothing was written.
_CERTAIN_CODES = re.compile(r"rest_upload_\w+|rest_cannot_\w+")
_WRONG_PASSWORD_CODES = frozenset(
    {"incorrect_password", "invalid_username", "invalid_email", "empty_password", "empty_username"}
)
#: What WordPress says to somebody who hasn't signed in, and to plugins' own words for it.
_NOT_SIGNED_IN = re.compile(
    r"rest_not_logged_in|rest_forbidden\w*|rest_cannot_(?!access)\w+|rest_user_cannot\w+"
)
_REST_OFF_CODES = re.compile(
    r"rest_(?:api_)?disabled|rest_cannot_access|rest_login_required|rest_api_\w*(?:disabled|restricted)\w*"
)
_REST_OFF_WORDS = re.compile(
    r"REST[ -]API.{0,60}(?:disabled|restricted|not (?:allowed|enabled|available))", re.IGNORECASE
)
_GONE_CODES = re.compile(r"rest_(?:post|media|attachment|page|term)_invalid\w*")
_READ_ONLY = re.compile(r"read[- ]only|only read operations", re.IGNORECASE)
_NO_TRANSLATION = re.compile(r"translation", re.IGNORECASE)
_TOO_LARGE_CODES = frozenset({"rest_upload_file_too_big", "rest_upload_limited_space"})
_TOO_LARGE = re.compile(
    r"exceed\w* (?:the )?(?:maximum|upload|post_max|disk quota|allowed)|too (?:large|big)", re.IGNORECASE
)
_EXTENSION = re.compile(r"following extensions|not allowed to upload this file type|file type is not (?:allowed|permitted)", re.IGNORECASE)  # fmt: skip
_EXTENSION_CODES = frozenset({"rest_upload_sideload_error", "rest_upload_unknown_error"})
_MAINTENANCE = re.compile(r"maintenance", re.IGNORECASE)


def refusal(answer: Answer, settings: TargetSettings, doing: str = "") -> TroubleError:
    """Return what is wrong where a site's status isn't one that was expected; `doing` is what was being done."""
    place = where(settings, answer.url, doing)
    for told_apart in _TOLD_APART:
        trouble = told_apart(answer, settings, place)
        if trouble is not None:
            return trouble
    return _general(answer, place)


def is_certain_refusal(answer: Answer) -> bool:
    """Say whether a failing site tells that it did nothing, so that nobody needs to look."""
    return _CERTAIN_CODES.fullmatch(answer.code()) is not None


def _login_page(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:  # noqa: ARG001 - one shape
    is_page = answer.data() is None
    return login_trouble(place) if is_page and answer.is_login_page else None


def _moved(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    if not 300 <= answer.status < 400:  # noqa: PLR2004 - the statuses that lead elsewhere
        return None
    target = shown_address(urljoin(answer.url, answer.headers.get("location", "")))
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
        f"run the same command again later; where it stays so, ask the site's administrator ({seat})",
        is_whole_site=True,
    )


def _rest_off(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    code = answer.code()
    is_said = answer.status in {401, 403, 404, 501} and bool(
        _REST_OFF_CODES.fullmatch(code) or _REST_OFF_WORDS.search(answer.words())
    )
    is_no_interface = answer.status == HTTPStatus.NOT_FOUND and (
        code == "rest_no_route" or answer.data() is None
    )
    if not is_said and not is_no_interface:
        return None
    if settings.kind is TargetKind.DRUPAL:
        what, whom = "JSON:API", "switch the module JSON:API on (/admin/modules)"
    else:
        what = "the REST interface"
        whom = (
            "allow it for signed-in users in the plugin that closes it, and to set permalinks (Settings, Permalinks) to "
            "anything but plain"
        )
    said = quoted(answer)
    return trouble_error(
        "rest_disabled",
        f"{place}: {what} is switched off or isn't there{said}",
        f"see that url in {table_of(settings)} is the site's address, and ask the site's administrator to {whom}",
        is_whole_site=True,
    )


def _wrong_password(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    if answer.status not in {401, 403} or (
        answer.status == HTTPStatus.FORBIDDEN and answer.code() not in _WRONG_PASSWORD_CODES
    ):
        return None
    variable, said = settings.variable, quoted(answer)
    if settings.user is None:
        return trouble_error(
            "wrong_password",
            f"{place} doesn't take the token{said}",
            f"set {variable} to a token that is valid and not yet expired, or ask the site's administrator for one",
            is_whole_site=True,
        )
    if _NOT_SIGNED_IN.fullmatch(answer.code()):
        return trouble_error(
            "not_signed_in",
            f"{place} takes us for nobody: the password doesn't reach it{said}",
            "ask the hosting to hand the header Authorization on to PHP, and the site's administrator whether a plugin "
            "switches application passwords off",
            is_whole_site=True,
        )
    whose = (
        "an application password of that user" if settings.kind is TargetKind.WORDPRESS else "its password"
    )
    return trouble_error(
        "wrong_password",
        f"{place} doesn't take the password of {settings.user}{said}",
        f"see that user in {table_of(settings)} is right and that {variable} holds {whose}",
        is_whole_site=True,
    )


def _read_only(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    if answer.status != HTTPStatus.METHOD_NOT_ALLOWED or settings.kind is not TargetKind.DRUPAL:
        return None
    if not _READ_ONLY.search(answer.words()):
        return None
    return trouble_error(
        "read_only",
        f"{place}: JSON:API only lets itself be read",
        'ask the site\'s administrator to choose "Accept all JSON:API create, read, update, and delete operations" at '
        f"{settings.url or ''}/admin/config/services/jsonapi",
        is_whole_site=True,
    )


def _upload_limit(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    is_said = answer.status in {400, 422, 500} and _TOO_LARGE.search(answer.words())
    if (
        answer.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        and answer.code() not in _TOO_LARGE_CODES
        and not is_said
    ):
        return None
    whom = (
        'raise "Maximum upload size" of the field (Manage fields)'
        if settings.kind is TargetKind.DRUPAL
        else 'raise "Max upload file size" and the site\'s space (a network of sites has both in its settings)'
    )
    return trouble_error(
        "upload_limit",
        f"{place}: the file is larger than the site takes{quoted(answer)}",
        f"ask the site's administrator to {whom}, and the hosting to raise PHP's upload_max_filesize and post_max_size "
        "and the web server's own limit (client_max_body_size)",
    )


def _extension(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    is_said = answer.status in {400, 403, 422, 500} and (
        answer.code() in _EXTENSION_CODES or _EXTENSION.search(answer.words())
    )
    if not is_said:
        return None
    whom = (
        f'add pdf to "Allowed file extensions" of the field {settings.field} of {settings.content_type}'
        if settings.kind is TargetKind.DRUPAL
        else "allow PDF files (a plugin, or in a network of sites its setting Upload file types, takes them away)"
    )
    return trouble_error(
        "extension_forbidden",
        f"{place}: the site takes no PDF{quoted(answer)}",
        f"ask the site's administrator to {whom}",
        is_whole_site=True,
    )


def _not_found(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    is_no_translation = answer.status == HTTPStatus.METHOD_NOT_ALLOWED and _NO_TRANSLATION.search(
        answer.words()
    )
    if answer.status not in {404, 410} and not _GONE_CODES.fullmatch(answer.code()) and not is_no_translation:
        return None
    if is_no_translation:
        return trouble_error(
            "post_not_found",
            f"{place}: the post has no translation in that language{quoted(answer)}",
            f"ask an editor of the site to add the translation, or set translations = false in {table_of(settings)}",
        )
    return trouble_error(
        "post_not_found",
        f"{place}: the site has no such post{quoted(answer)}",
        f"write the post's id there into the front matter (publish: {{{settings.name}: …}}), or set create = true in "
        f"{table_of(settings)} to have it made as a draft",
    )


def _permission(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    if answer.status != HTTPStatus.FORBIDDEN:
        return None
    whom = (
        f'the permissions "{settings.content_type}: Create new content", "Edit any content" and "Delete own files" '
        "(/admin/people/permissions)"
        if settings.kind is TargetKind.DRUPAL
        else "the role Editor, or Author for posts of its own"
    )
    user = settings.user or "the token's user"
    return trouble_error(
        "missing_permission",
        f"{place}: {user} may not do this{quoted(answer)}",
        f"ask the site's administrator to give {user} {whom}; where the page is no answer of the site's own, ask the "
        "hosting whether its firewall stops it",
    )


def _busy(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:  # noqa: ARG001 - one shape
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        what, remedy = (
            "asks us to come less often",
            "run the same command again later, or ask the hosting about its limit",
        )
    elif answer.status in {500, 502, 503, 504}:
        what, remedy = (
            "fails",
            "run the same command again later; where it stays so, ask the hosting to read the error log",
        )
    else:
        return None
    return trouble_error("site_failing", f"{place} {what} (status {answer.status}){quoted(answer)}", remedy)


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
    _upload_limit,
    _extension,
    _rest_off,
    _wrong_password,
    _read_only,
    _not_found,
    _permission,
    _busy,
)
