"""The password or token of a site: from the environment or the keyring, and never shown."""

import base64
import binascii
import html
import re
from collections.abc import Mapping
from urllib.parse import quote

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.errors import SiteProblemError

#: How Annexe is called in the keyring.
SERVICE = "annexe"
#: A shorter word is no secret worth hiding, and hiding it would garble what a site says.
_SHORTEST_HIDDEN = 5


class Secret:
    """A password or token that no print, log, traceback or report can show."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is never written down")


def find_secret(settings: TargetSettings, environment: Mapping[str, str]) -> Secret:
    """Return the secret of a site: from the environment variable, else from the keyring.

    It is a password where the settings name a user, else a token. Raises SiteProblemError where there is
    none, or one that can't be sent; it names the variable and the keyring's command, and no part of the
    secret.
    """
    variable = settings.variable
    if variable in environment:
        return _checked(
            settings, environment[variable].rstrip("\r\n"), f"the environment variable {variable}"
        )
    value, why_not = _from_keyring(settings.name)
    if value is not None:
        return _checked(settings, value, "what the keyring holds")
    raise SiteProblemError(
        "secret_missing",
        f"{settings.name}: there is no {_kind(settings)} for {settings.url}: the environment variable "
        f"{variable} isn't set, and {why_not}",
        f"set {variable}, or put it into the keyring with: keyring set {SERVICE} {settings.name}",
        is_whole_site=True,
    )


def authorisation(settings: TargetSettings, secret: Secret) -> str:
    """Return the header Authorization: Basic in UTF-8 (RFC 7617) for a user, else Bearer (RFC 6750)."""
    if settings.user is None:
        return f"Bearer {secret.reveal()}"
    pair = f"{settings.user}:{secret.reveal()}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def without_secret(text: str, header: Secret | None) -> str:
    """Return a text with stars in the place of everything that reveals an authorisation.

    They are the header's value, the credentials in it, and the password alone; each also as addresses and web
    pages write it, wholly or in part, and without the spaces that WordPress leaves out.
    """
    for word in _secret_words(header):
        if len(word) >= _SHORTEST_HIDDEN:
            text = re.sub("".join(map(_written, word)), "***", text)
    return text


def _written(mark: str) -> str:
    """Return a pattern of a character as it is, in an address, in a web page and in JSON."""
    ways = [
        re.escape(mark),
        f"(?i:{quote(mark, safe='') if quote(mark, safe='') != mark else f'%{ord(mark):02x}'})",
        re.escape(html.escape(mark)),
        f"(?i:&#(?:{ord(mark)}|x0*{ord(mark):x});)",
        rf"(?i:\\u{ord(mark):04x})",
    ]
    if mark == " ":
        ways += [r"\+", ""]
    elif mark in '"\\/':
        ways.append(re.escape(f"\\{mark}"))
    return f"(?:{'|'.join(ways)})"


def _secret_words(header: Secret | None) -> list[str]:
    """Return the header's value, the credentials in it, and the password alone, the longest first."""
    if header is None:
        return []
    value = header.reveal()
    scheme, _, credentials = value.partition(" ")
    words = [value, credentials]
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        words += [pair, pair.partition(":")[2]]
    return sorted(set(words), key=len, reverse=True)


def _checked(settings: TargetSettings, value: str, whence: str) -> Secret:
    """Return a value as a secret; raises SiteProblemError where it is empty or can't stand in a header."""
    is_token = settings.user is None
    if not value.strip():
        what = "is empty"
    elif not value.isprintable() or (is_token and (not value.isascii() or " " in value)):
        what = "holds characters that can't be sent, such as a line's end in its middle"
    else:
        return Secret(value)
    raise SiteProblemError(
        "secret_unusable",
        f"{settings.name}: {whence} {what}",
        f"put the {_kind(settings)} there, and nothing else",
        is_whole_site=True,
    )


def _from_keyring(name: str) -> tuple[str | None, str]:
    """Return what the keyring holds, or None and why it holds nothing, in words."""
    try:
        import keyring  # noqa: PLC0415 - looks for a desktop's services, which takes a while and is seldom needed
        from keyring.errors import KeyringLocked, NoKeyringError  # noqa: PLC0415 - as above
    except Exception:  # noqa: BLE001 - a keyring is a guest of the desktop, and may fail in any way
        return None, "this machine's keyring can't be used"
    try:
        value = keyring.get_password(SERVICE, name)
    except NoKeyringError:
        return None, "this machine has no keyring"
    except KeyringLocked:
        return None, "this machine's keyring is locked"
    except Exception as error:  # noqa: BLE001 - as above
        return None, f"this machine's keyring can't be read ({type(error).__name__})"
    return value, f"this machine's keyring holds nothing for {SERVICE} {name}"


def _kind(settings: TargetSettings) -> str:
    if settings.user is None:
        return "token"
    return "application password" if settings.kind is TargetKind.WORDPRESS else "password"
