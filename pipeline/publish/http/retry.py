"""How long a site is waited for."""

import datetime as dt
import email.utils
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long the same is asked again; all times in seconds.

    The first wait is `first_wait`, each next one twice as long up to `longest_wait`, and up to `jitter` more. What a
    site asks for by Retry-After comes instead; where that is longer than `longest_asked`, nothing is asked again, since
    coming earlier would only be refused. Past `in_all` nothing is begun again.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    jitter: float = 0.5
    longest_asked: float = 120.0
    in_all: float = 300.0


PATIENCE = Patience()


def asked_wait(asked: str) -> float | None:
    """Return the seconds that Retry-After asks for, as a number or a date (RFC 9110, 10.2.3), or None."""
    text = asked.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return max(then.timestamp() - time.time(), 0.0)
