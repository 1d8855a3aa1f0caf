"""How long a site is waited for."""

import datetime as dt
import email.utils
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long the same is asked again; all times in seconds.

    The first wait is `first_wait`, each next one twice as long up to `longest_wait`, and up to `jitter` more. What a
    site asks for by Retry-After comes instead, up to `longest_asked`. Past `in_all` nothing is begun again.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    jitter: float = 0.5
    longest_asked: float = 60.0
    in_all: float = 180.0


PATIENCE = Patience()


def asked_wait(asked: str, longest: float) -> float | None:
    """Return the seconds that Retry-After asks for, as a number or a date (RFC 9110, 10.2.3), or None."""
    text = asked.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), longest)
    try:
        then = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return min(max(then.timestamp() - time.time(), 0.0), longest)
