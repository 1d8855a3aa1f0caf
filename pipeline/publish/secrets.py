"""The password or token of a site: from the environment or the keyring, and never shown."""

import base64
import binascii

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


def secret_words(authorisation: Secret | None) -> list[str]:
    """Return the words of an authorisation that must not be shown, the longest first."""
    if authorisation is None:
        return []
    value = authorisation.reveal()
    scheme, _, credentials = value.partition(" ")
    words = [value, credentials]
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        words += [pair, pair.partition(":")[2]]
    return sorted((word for word in words if len(word) >= _SHORTEST_HIDDEN), key=len, reverse=True)
