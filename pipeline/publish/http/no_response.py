"""The troubles with sites that give no answer, or none that is taken: what is wrong, where, and what mends it."""

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import TroubleError
from pipeline.publish.http.exchange import NoAnswerError
from pipeline.publish.http.messages import shown_address, table_of, trouble_error, where


def no_answer(
    failure: NoAnswerError, settings: TargetSettings, url: str, most: int, doing: str = ""
) -> TroubleError:
    """Return what is wrong where no whole answer came; `most` is how many bytes it might have had."""
    place = where(settings, url, doing)
    if failure.reason == "certificate":
        return _certificate(settings, place, failure.detail)
    if failure.reason == "too_large":
        remedy = (
            f"look at what the address serves; where that much is right, raise bytes_limit in {table_of(settings)}"
            if most == settings.bytes_limit
            else "look at what the address serves: it isn't the file that was put there"
        )
        return trouble_error("too_large", f"{place} sends more than {most} bytes", remedy)
    if failure.reason == "time_limit":
        return trouble_error(
            "unreachable",
            f"{place} takes longer than the time limit to answer ({settings.time_limit} s)",
            f"try again later; where the site is always that slow, raise time_limit in {table_of(settings)}",
            is_whole_site=True,
        )
    what = failure.detail or "the connection breaks off"
    return trouble_error(
        "unreachable",
        f"{place} can't be reached ({what})",
        f"see that this machine is on the network and that url in {table_of(settings)} is right, or ask the hosting "
        "whether the site is up",
        is_whole_site=True,
    )


def unsafe_address(settings: TargetSettings, url: str) -> TroubleError:
    """Return the trouble that an address is none that Annexe talks to for this site."""
    return trouble_error(
        "unsafe_address",
        f"{settings.name}: {shown_address(url)} is no https address, or lies outside the site's own",
        f"set url in {table_of(settings)} to the https address that the site itself uses for its links; http is for this "
        "very machine alone",
    )


def too_many_redirects(settings: TargetSettings, url: str) -> TroubleError:
    """Return the trouble that an address leads on and on."""
    return trouble_error(
        "too_many_redirects",
        f"{settings.name}: {shown_address(url)} leads on to other addresses again and again",
        "open the address in a browser, and ask the site's administrator about its redirects",
    )


def _certificate(settings: TargetSettings, place: str, detail: str) -> TroubleError:
    said = f" ({detail})" if detail else ""
    return trouble_error(
        "certificate",
        f"{place}: the site's certificate can't be trusted{said}",
        f"see that url in {table_of(settings)} names the host that the certificate is for, and ask the hosting to renew it; "
        "where your organisation signs its own, set SSL_CERT_FILE to a file with its authority's certificate",
        is_whole_site=True,
    )
