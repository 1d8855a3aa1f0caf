"""How sites refuse: each function knows one trouble by status, code or words, or returns None."""

import re
from http import HTTPStatus

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.errors import TroubleError
from pipeline.publish.http.messages import quoted, table_of, trouble_error
from pipeline.publish.http.responses import Answer

_WRONG_PASSWORD_CODES = frozenset(
    {"incorrect_password", "invalid_password", "invalid_username", "invalid_email"}
)
#: What WordPress says to somebody who hasn't signed in.
_NOT_SIGNED_IN = re.compile(r"rest_not_logged_in|rest_forbidden\w*|rest_cannot_\w+|rest_user_cannot\w+")
#: What plugins say that close the interface.
_REST_OFF_CODES = re.compile(
    r"rest_(?:api_)?disabled|rest_cannot_access|rest_login_required|rest_api_\w*(?:disabled|restricted)\w*"
)
_REST_OFF_WORDS = re.compile(
    r"REST[ -]API.{0,60}(?:disabled|restricted|not (?:allowed|enabled|available))", re.IGNORECASE
)
_GONE_CODES = re.compile(r"rest_(?:post|media|attachment|page)_invalid_(?:id|parent)")
_READ_ONLY = re.compile(r"only read operations", re.IGNORECASE)
_NO_FIELD = re.compile(r'Field ".{1,80}" does not exist|No route found for', re.IGNORECASE)
_TOO_LARGE_CODES = frozenset(
    {"rest_upload_file_too_big", "rest_upload_limited_space", "rest_upload_user_quota_exceeded"}
)
_TOO_LARGE = re.compile(
    r"exceed\w* (?:the )?(?:maximum|upload|post_max|disk quota|your disk|allowed)|too (?:large|big)",
    re.IGNORECASE,
)
_EXTENSION_CODES = frozenset({"rest_upload_sideload_error", "rest_upload_unknown_error"})
_EXTENSION = re.compile(
    r"following extensions|not allowed to upload this file type|file type is not (?:allowed|permitted)",
    re.IGNORECASE,
)
#: WordPress has the same code for a disk that it can't write to.
_DISK = re.compile(
    r"could not be (?:moved|written)|unable to create directory|writ(?:e|able)|disk|répertoire|dossier|déplac|écri",
    re.IGNORECASE,
)


def rest_off(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that the interface is closed or isn't there."""
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


def wrong_password(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that the site doesn't take our password or token, or never gets to see it."""
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


def read_only(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that JSON:API may only be read, which is how Drupal comes."""
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


def upload_limit(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that a file is too large for the site."""
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


def extension_forbidden(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that the site takes no PDF files."""
    is_said = answer.status in {400, 403, 422, 500} and (
        (answer.code() in _EXTENSION_CODES and not _DISK.search(answer.words()))
        or _EXTENSION.search(answer.words())
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


def no_such_field(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that the content type or its field isn't called what the settings say."""
    is_said = answer.status == HTTPStatus.NOT_FOUND and _NO_FIELD.search(answer.words())
    if settings.kind is not TargetKind.DRUPAL or not is_said:
        return None
    return trouble_error(
        "no_such_field",
        f"{place}: the site has no content type {settings.content_type} with a field {settings.field}{quoted(answer)}",
        f"see that content_type and field in {table_of(settings)} are the machine names that stand at "
        f"{settings.url or ''}/admin/structure/types",
        is_whole_site=True,
    )


def no_such_translation(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that a post has no translation in a language; Drupal's interface can't make one."""
    is_said = answer.status == HTTPStatus.METHOD_NOT_ALLOWED and "translation" in answer.words()
    if not is_said:
        return None
    return trouble_error(
        "post_not_found",
        f"{place}: the post has no translation in that language{quoted(answer)}",
        f"ask an editor of the site to add the translation, or set translations = false in {table_of(settings)}",
    )


def no_such_post(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that the site has no post of that id."""
    if answer.status not in {404, 410} and not _GONE_CODES.fullmatch(answer.code()):
        return None
    return trouble_error(
        "post_not_found",
        f"{place}: the site has no such post{quoted(answer)}",
        f"write the post's id there into the front matter (publish: {{{settings.name}: …}}), or set create = true in "
        f"{table_of(settings)} to have it made as a draft",
    )


def permission(answer: Answer, settings: TargetSettings, place: str) -> TroubleError | None:
    """Return the trouble that the site knows us, and doesn't let us do this."""
    if answer.status != HTTPStatus.FORBIDDEN:
        return None
    user = settings.user or "the token's user"
    if answer.data() is None:
        remedy = "ask the hosting whether a firewall stops programs, since this page is no answer of the interface itself"
    elif settings.kind is TargetKind.DRUPAL:
        remedy = (
            f"see that {settings.variable} is right (Drupal takes a wrong password for a visitor), and ask the site's "
            f'administrator to give {user} the permissions "Create new content", "Edit any content" of '
            f'{settings.content_type} and "Delete own files" (/admin/people/permissions)'
        )
    else:
        remedy = (
            f"ask the site's administrator to give {user} the role Editor, or Author for posts of its own"
        )
    return trouble_error("missing_permission", f"{place}: {user} may not do this{quoted(answer)}", remedy)
