"""How a trouble with a site is told: whose site, which address, what it says itself."""

import math
from urllib.parse import urljoin, urlsplit

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import TroubleError
from pipeline.publish.http.responses import Answer
from pipeline.publish.http.retry import asked_wait
from pipeline.publish.model import Trouble


def trouble_error(name: str, message: str, remedy: str, *, is_whole_site: bool = False) -> TroubleError:
    """Return a trouble as an error."""
    return TroubleError(Trouble(name=name, message=message, remedy=remedy), is_whole_site=is_whole_site)


def where(settings: TargetSettings, url: str, doing: str) -> str:
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


def location_of(answer: Answer) -> str:
    """Return the address that an answer leads to, as it may be shown; empty where it leads nowhere."""
    location = answer.headers.get("location", "")
    try:
        whole = urljoin(answer.url, location) if location else ""
    except ValueError:
        whole = location
    return answer.shown(shown_address(whole))


def later(answer: Answer) -> str:
    """Return when to come back: as the site asks by Retry-After, or "later"."""
    wait = asked_wait(answer.headers.get("retry-after", ""))
    return "later" if wait is None else f"in {math.ceil(wait)} seconds or later, as the site asks"


def quoted(answer: Answer) -> str:
    """Return the site's own words in brackets, or nothing where it has none."""
    words = answer.words()
    return f' (it says "{words}")' if words else ""


def table_of(settings: TargetSettings) -> str:
    """Return the table of pyproject.toml that holds a target's settings."""
    return f"[tool.annexe.publish.{settings.name}]"
