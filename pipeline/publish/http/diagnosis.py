"""An unexpected response of a site, or none → what is wrong, where, and who or which setting can fix it.

The statuses, codes and words are those that WordPress 6 and 7 and Drupal 10 answer with.
"""

import math
import re
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.exchange import NoResponseError, Response, login_page_problem


def _where(settings: TargetSettings, url: str, doing: str) -> str:
    """Return how a message begins: the target's name, what was being done, and at which address."""
    return ": ".join(part for part in (settings.name, doing, shown_address(url)) if part)


def shown_address(url: str) -> str:
    """Return an address without user, query and fragment, on one printable line."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "the address"
    shown = f"{parts.scheme}://{host}{parts.path}" if parts.scheme else parts.path
    return "".join(mark if mark.isprintable() else "?" for mark in shown)


def _location_of(response: Response) -> str:
    """Return the address that a response redirects to, as it may be shown; empty where there is none."""
    location = response.headers.get("location", "")
    try:
        whole = urljoin(response.url, location) if location else ""
    except ValueError:
        whole = location
    return response.shown(shown_address(whole))


def _later(response: Response) -> str:
    """Return when to try again: as the site asks by Retry-After, or "later"."""
    wait = response.retry_after()
    return "later" if wait is None else f"in {math.ceil(wait)} seconds or later, as the site asks"


def quoted(response: Response) -> str:
    """Return the site's own message in brackets, or nothing where it gives none."""
    words = response.words()
    return f' (it says "{words}")' if words else ""


def user_of(settings: TargetSettings) -> str:
    """Return how messages call the user of a target."""
    return settings.user or "the token's user"


def table_of(settings: TargetSettings) -> str:
    """Return the table of pyproject.toml that holds a target's settings."""
    return f"[tool.annexe.publish.{settings.name}]"


def no_response(
    failure: NoResponseError, settings: TargetSettings, url: str, most: int, doing: str = ""
) -> SiteProblemError:
    """Return what is wrong where no whole response came; `most` is how many bytes it could have had."""
    place = _where(settings, url, doing)
    if failure.reason == "certificate":
        return _certificate(settings, place, failure.detail)
    if failure.reason == "too_large":
        remedy = (
            "look at what the address serves; where that much is right, raise bytes_limit in "
            f"{table_of(settings)}"
            if most == settings.bytes_limit
            else "look at what the address serves: it isn't the file that was put there"
        )
        return SiteProblemError("too_large", f"{place} sends more than {most} bytes", remedy)
    if failure.reason == "time_limit":
        return SiteProblemError(
            "unreachable",
            f"{place} takes longer than the time limit to answer ({settings.time_limit} s)",
            f"try again later; where the site is always that slow, raise time_limit in {table_of(settings)}",
            is_whole_site=True,
        )
    what = failure.detail or "the connection breaks off"
    return SiteProblemError(
        "unreachable",
        f"{place} can't be reached ({what})",
        f"see that this machine is on the network and that url in {table_of(settings)} is right, or ask the "
        "hosting whether the site is up",
        is_whole_site=True,
    )


def unsafe_address(settings: TargetSettings, url: str) -> SiteProblemError:
    """Return the problem that Annexe sends nothing to this address on behalf of the site."""
    return SiteProblemError(
        "unsafe_address",
        f"{settings.name}: {shown_address(url)} is no https address, or lies outside the site's own",
        f"set url in {table_of(settings)} to the https address that the site itself uses for its links; "
        "http is for this very machine alone",
    )


def too_many_redirects(settings: TargetSettings, url: str) -> SiteProblemError:
    """Return the problem that an address redirects again and again."""
    return SiteProblemError(
        "too_many_redirects",
        f"{settings.name}: {shown_address(url)} leads on to other addresses again and again",
        "open the address in a browser, and ask the site's administrator about its redirects",
    )


def _certificate(settings: TargetSettings, place: str, detail: str) -> SiteProblemError:
    said = f" ({detail})" if detail else ""
    return SiteProblemError(
        "certificate",
        f"{place}: the site's certificate can't be trusted{said}",
        f"see that url in {table_of(settings)} names the host that the certificate is for, and ask the "
        "hosting to renew it; where your organisation signs its own, set SSL_CERT_FILE to a file with its "
        "authority's certificate",
        is_whole_site=True,
    )


_WRONG_PASSWORD_CODES = frozenset(
    {"incorrect_password", "invalid_password", "invalid_username", "invalid_email"}
)
#: WordPress's codes for somebody who hasn't signed in.
_NOT_SIGNED_IN = re.compile(r"rest_not_logged_in|rest_forbidden\w*|rest_cannot_\w+|rest_user_cannot\w+")
#: The codes of plugins that switch the interface off.
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
#: WordPress uses the same code for a disk that it can't write to.
_DISK = re.compile(
    r"could not be (?:moved|written)|unable to create directory|writ(?:e|able)|disk"
    r"|répertoire|dossier|déplac|écri",
    re.IGNORECASE,
)


def _rest_off(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise an interface that is switched off or isn't installed."""
    code = response.code()
    is_said = response.status in {401, 403, 404, 501} and bool(
        _REST_OFF_CODES.fullmatch(code) or _REST_OFF_WORDS.search(response.words())
    )
    is_no_interface = response.status == HTTPStatus.NOT_FOUND and (
        code == "rest_no_route" or response.data() is None
    )
    if not is_said and not is_no_interface:
        return None
    if settings.kind is TargetKind.DRUPAL:
        what, whom = "JSON:API", "switch the module JSON:API on (/admin/modules)"
    else:
        what = "the REST interface"
        whom = (
            "allow it for signed-in users in the plugin that closes it, and to set permalinks (Settings, "
            "Permalinks) to anything but plain"
        )
    said = quoted(response)
    return SiteProblemError(
        "rest_disabled",
        f"{place}: {what} is switched off or isn't there{said}",
        f"see that url in {table_of(settings)} is the site's address, and ask the site's administrator to "
        f"{whom}",
        is_whole_site=True,
    )


def _wrong_password(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a password or token that the site rejects, or that never reaches it."""
    if response.status not in {401, 403} or (
        response.status == HTTPStatus.FORBIDDEN and response.code() not in _WRONG_PASSWORD_CODES
    ):
        return None
    variable, said = settings.variable, quoted(response)
    if settings.user is None:
        return SiteProblemError(
            "wrong_password",
            f"{place} doesn't take the token{said}",
            f"set {variable} to a token that is valid and not yet expired, or ask the site's administrator "
            "for one",
            is_whole_site=True,
        )
    if _NOT_SIGNED_IN.fullmatch(response.code()):
        return SiteProblemError(
            "not_signed_in",
            f"{place} takes us for nobody: the password doesn't reach it{said}",
            "ask the hosting to hand the header Authorization on to PHP, and the site's administrator "
            "whether a plugin switches application passwords off",
            is_whole_site=True,
        )
    whose = (
        "an application password of that user" if settings.kind is TargetKind.WORDPRESS else "its password"
    )
    return SiteProblemError(
        "wrong_password",
        f"{place} doesn't take the password of {settings.user}{said}",
        f"see that user in {table_of(settings)} is right and that {variable} holds {whose}",
        is_whole_site=True,
    )


def _read_only(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a JSON:API that accepts reads alone, which is Drupal's default."""
    if response.status != HTTPStatus.METHOD_NOT_ALLOWED or settings.kind is not TargetKind.DRUPAL:
        return None
    if not _READ_ONLY.search(response.words()):
        return None
    return SiteProblemError(
        "read_only",
        f"{place}: JSON:API only lets itself be read",
        "ask the site's administrator to choose \"Accept all JSON:API create, read, update, and delete "
        'operations" at '
        f"{settings.url or ''}/admin/config/services/jsonapi",
        is_whole_site=True,
    )


def _upload_limit(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a file that is too large for the site."""
    is_said = response.status in {400, 422, 500} and _TOO_LARGE.search(response.words())
    if (
        response.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        and response.code() not in _TOO_LARGE_CODES
        and not is_said
    ):
        return None
    whom = (
        'raise "Maximum upload size" of the field (Manage fields)'
        if settings.kind is TargetKind.DRUPAL
        else 'raise "Max upload file size" and the site\'s space '
        "(a network of sites has both in its settings)"
    )
    return SiteProblemError(
        "upload_limit",
        f"{place}: the file is larger than the site takes{quoted(response)}",
        f"ask the site's administrator to {whom}, and the hosting to raise PHP's upload_max_filesize and "
        "post_max_size and the web server's own limit (client_max_body_size)",
    )


def _extension_forbidden(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a site that accepts no PDF files."""
    is_said = response.status in {400, 403, 422, 500} and (
        (response.code() in _EXTENSION_CODES and not _DISK.search(response.words()))
        or _EXTENSION.search(response.words())
    )
    if not is_said:
        return None
    whom = (
        f'add pdf to "Allowed file extensions" of the field {settings.field} of {settings.content_type}'
        if settings.kind is TargetKind.DRUPAL
        else "allow PDF files "
        "(a plugin, or in a network of sites its setting Upload file types, takes them away)"
    )
    return SiteProblemError(
        "extension_forbidden",
        f"{place}: the site takes no PDF{quoted(response)}",
        f"ask the site's administrator to {whom}",
        is_whole_site=True,
    )


def _no_such_field(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a content type or field whose name isn't the one in the settings."""
    is_said = response.status == HTTPStatus.NOT_FOUND and _NO_FIELD.search(response.words())
    if settings.kind is not TargetKind.DRUPAL or not is_said:
        return None
    return SiteProblemError(
        "no_such_field",
        f"{place}: the site has no content type {settings.content_type} with a field "
        f"{settings.field}{quoted(response)}",
        f"see that content_type and field in {table_of(settings)} are the machine names that stand at "
        f"{settings.url or ''}/admin/structure/types",
        is_whole_site=True,
    )


def _no_such_translation(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a post without a translation in a language; Drupal's interface can't create one."""
    if response.status != HTTPStatus.METHOD_NOT_ALLOWED or "translation" not in response.words():
        return None
    return SiteProblemError(
        "post_not_found",
        f"{place}: the post has no translation in that language{quoted(response)}",
        "ask an editor of the site to add the translation, or set translations = false in "
        f"{table_of(settings)}",
    )


def _no_such_post(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a post that the site doesn't have."""
    if response.status not in {404, 410} and not _GONE_CODES.fullmatch(response.code()):
        return None
    return SiteProblemError(
        "post_not_found",
        f"{place}: the site has no such post{quoted(response)}",
        f"write the post's id there into the front matter (publish: {{{settings.name}: …}}), or set create "
        f"= true in {table_of(settings)} to have it made as a draft",
    )


def _permission(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    """Recognise a user who lacks the permission."""
    if response.status != HTTPStatus.FORBIDDEN:
        return None
    user = user_of(settings)
    if response.data() is None:
        remedy = (
            "ask the hosting whether a firewall stops programs, since this page is no answer of the "
            "interface itself"
        )
    elif settings.kind is TargetKind.DRUPAL:
        remedy = (
            f"see that {settings.variable} is right (Drupal takes a wrong password for a visitor), and ask "
            "the site's "
            f'administrator to give {user} the permissions "Create new content", "Edit any content" of '
            f'{settings.content_type} and "Delete own files" (/admin/people/permissions)'
        )
    else:
        remedy = (
            f"ask the site's administrator to give {user} the role Editor, or Author for posts of its own"
        )
    return SiteProblemError(
        "missing_permission", f"{place}: {user} may not do this{quoted(response)}", remedy
    )


#: WordPress's codes for a refusal that comes with the status 500: the site works, and nothing was written.
_CERTAIN_CODES = re.compile(r"rest_upload_\w+|rest_cannot_\w+")
#: The words of a site in maintenance, in the languages that its interface may be in.
_MAINTENANCE = re.compile(
    r"maintenance|mantenimiento|manuten[çc][ãa]o|wartung|техническ|обслуживани|维护|維護|صيانة", re.IGNORECASE
)
#: Statuses with which a site may show its page to sign in.
_ASKING = frozenset({200, 401, 403})


def status_error(response: Response, settings: TargetSettings, doing: str = "") -> SiteProblemError:
    """Return what an unexpected status means; `doing` says what was being done."""
    place = _where(settings, response.url, doing)
    for recognise in _RECOGNISED:
        problem = recognise(response, settings, place)
        if problem is not None:
            return problem
    return SiteProblemError(
        "unexpected_answer",
        f"{place} answered with status {response.status}{quoted(response)}",
        "ask the site's administrator what the site means by that",
    )


def file_error(response: Response, settings: TargetSettings) -> SiteProblemError:
    """Return what is wrong where a reader would not get a file."""
    place = _where(settings, response.url, "reading a file")
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return SiteProblemError(
            "file_not_found",
            f"{place} isn't there",
            f"run annexe publish --to {settings.name}, which puts it back; where it was put there just now, "
            "ask the site's administrator from where files are served",
        )
    if response.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return SiteProblemError(
            "file_not_shown",
            f"{place} isn't shown to readers (status {response.status})",
            "ask the site's administrator whether files are private there, or the hosting whether a "
            "firewall stops programs",
        )
    return status_error(response, settings, "reading a file")


def certainly_did_nothing(response: Response) -> bool:
    """Say whether a response with a status 5xx nevertheless shows that nothing was written."""
    return _CERTAIN_CODES.fullmatch(response.code()) is not None


def _login_page(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:  # noqa: ARG001 - one shape
    is_page = response.data() is None and (response.status in _ASKING or response.is_redirect)
    return login_page_problem(place) if is_page and response.is_login_page else None


def _moved(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    target = _location_of(response)
    if not response.is_redirect or not target:
        return None
    path = shown_address(response.url).removeprefix(settings.url or "\0")
    better = target.removesuffix("/").removesuffix(path.removesuffix("/"))
    remedy = (
        f'set url in {table_of(settings)} to "{better}"'
        if better != target.removesuffix("/") and better != settings.url
        else f"set url in {table_of(settings)} to the address that the site has now, or ask its administrator"
    )
    return SiteProblemError("moved", f"{place} leads on to {target}", remedy, is_whole_site=True)


def _maintenance(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:
    if response.status != HTTPStatus.SERVICE_UNAVAILABLE or not _MAINTENANCE.search(
        response.body.decode("utf-8", "replace")
    ):
        return None
    seat = {
        TargetKind.WORDPRESS: "a file .maintenance in WordPress's folder that an update left behind",
        TargetKind.DRUPAL: "/admin/config/development/maintenance",
    }.get(settings.kind, "its settings")
    return SiteProblemError(
        "maintenance",
        f"{place} is in maintenance mode",
        f"run the same command again {_later(response)}; where it stays so, ask the site's administrator "
        f"({seat})",
        is_whole_site=True,
    )


def _busy(response: Response, settings: TargetSettings, place: str) -> SiteProblemError | None:  # noqa: ARG001 - one shape
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        what, remedy = "asks us to come less often", "or ask the hosting about its limit"
    elif response.status in {500, 502, 503, 504}:
        what, remedy = "fails", "and where it stays so, ask the hosting to read the error log"
    else:
        return None
    return SiteProblemError(
        "site_failing",
        f"{place} {what} (status {response.status}){quoted(response)}",
        f"run the same command again {_later(response)}, {remedy}",
    )


#: In the order in which they are tried; the first that recognises the response says what is wrong.
_RECOGNISED = (
    _login_page,
    _moved,
    _maintenance,
    _upload_limit,
    _extension_forbidden,
    _rest_off,
    _wrong_password,
    _read_only,
    _no_such_field,
    _no_such_translation,
    _no_such_post,
    _permission,
    _busy,
)
