"""What a site answered, and what it says in its own words."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.publish.errors import TroubleError
from pipeline.publish.http.secrets import Secret, without_secret
from pipeline.publish.model import Trouble

#: Where sites ask people to sign in: WordPress, Drupal, and what stands before them.
_LOGIN_ADDRESS = re.compile(
    r"wp-login\.php|/user/login|log-?in\b|sign-?in\b|/(?:sso|saml|adfs|cas|oauth2?)\b", re.IGNORECASE
)
_LOGIN_PAGE = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it came: its status, the address that gave it, headers by their names in lower case, and the body.

    `target` is how the settings call the site. `hidden` is what was sent to authorise us: a site may repeat it, and no
    message does.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    target: str = ""
    hidden: Secret | None = field(default=None, repr=False)

    def json(self) -> Any:
        """Return the body as data; raises TroubleError where it is none, such as a page that asks to sign in."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            pass
        where = f"{self.target}: {self.url}" if self.target else self.url
        if self.is_login_page:
            raise login_trouble(where)
        shown = self.words() or "nothing"
        raise TroubleError(
            Trouble(
                name="not_json",
                message=f"{where} answered with something that is no data: {shown}",
                remedy="open the address in a browser, and ask the site's administrator what stands before or in the data "
                "there (a cache, a firewall, a plugin's notice)",
            )
        )

    @property
    def is_redirect(self) -> bool:
        """Say whether this leads to another address."""
        return 300 <= self.status < 400  # noqa: PLR2004 - the statuses that lead elsewhere

    @property
    def is_login_page(self) -> bool:
        """Say whether this is a page where people sign in, or leads to one."""
        if self.is_redirect:
            return _LOGIN_ADDRESS.search(self.headers.get("location", "")) is not None
        return _LOGIN_PAGE.search(self.body) is not None

    def data(self) -> Any:
        """Return the body as data, or None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def code(self) -> str:
        """Return WordPress's name of what is wrong (`rest_post_invalid_id`), or an empty string."""
        data = self.data()
        code = data.get("code") if isinstance(data, dict) else None
        return code if isinstance(code, str) else ""

    def words(self) -> str:
        """Return what the site says in its own words, cut to one printable line; empty where it says nothing."""
        data = self.data()
        if data is None:
            return _line(self.shown(_page_words(self.body.decode("utf-8", "replace"))))
        return _line(self.shown(" ".join(_messages(data))))

    def shown(self, text: str) -> str:
        """Return a text of the site without what was sent to authorise us."""
        return without_secret(text, self.hidden)


def login_trouble(where: str) -> TroubleError:
    """Return the trouble that a page asks people to sign in where data was asked for."""
    return TroubleError(
        Trouble(
            name="login_page",
            message=f"{where} leads to a page that asks people to sign in",
            remedy="set url in the target's settings to the site's own address, or ask the site's administrator to let "
            "programs reach the interface without that page",
        ),
        is_whole_site=True,
    )


def _messages(data: object) -> Iterator[str]:
    """Yield the messages of WordPress (`message`) or JSON:API (`errors[].detail`, else `title`)."""
    if not isinstance(data, dict):
        return
    if isinstance(data.get("message"), str):
        yield data["message"]
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            words = error.get("detail") or error.get("title")
            if isinstance(words, str):
                yield words


def _page_words(page: str) -> str:
    """Return the words of a web page without its tags, scripts and styles; its title comes first, as it stands."""
    text = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>", " ", page)
    return html.unescape(text)


def _line(text: str) -> str:
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE].rstrip()}…"
