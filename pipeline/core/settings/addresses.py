"""Addresses of sites: which ones a password may travel to."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit


def is_https(address: str) -> bool:
    """Say whether an address is a bare https one: no user, query, fragment or mark that ends an attribute."""
    parts = _bare(address)
    return parts is not None and parts.scheme == "https"


def is_safe(address: str) -> bool:
    """Say whether an address is a bare https one, or a bare http one on this very machine."""
    parts = _bare(address)
    if parts is None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def is_loopback(host: str) -> bool:
    """Say whether a host is this very machine: 127.0.0.0/8, ::1 or localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _bare(address: str) -> SplitResult | None:
    """Return the parts of an address that is nothing but scheme, host, port and path, or None."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - the port is checked when it is asked for
    except ValueError:
        return None
    is_bare = not (
        parts.query or parts.fragment or parts.username is not None or re.search(r"[\s\"'<>]", address)
    )
    return parts if is_bare and parts.hostname else None


#: The address of a Dask scheduler, and what is wrong with one that is none.
CLUSTER = re.compile(r"(?:tcp|tls)://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
CLUSTER_FAULT = (
    "is no address of a scheduler",
    'write it as `dask scheduler` prints it, such as "tcp://10.0.0.5:8786"',
)
#: Where attachments may be kept: a folder, or an address that fsspec knows. An `@` may show a secret.
CACHE = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?!.*(?:://|::))[^@\x00-\x1f]*[^@\x00-\x1f\s]")
CACHE_FAULT = (
    "is no place for a cache",
    'write a folder or an address without a name and password, such as "file:///mnt/annexe-cache" or "s3://bucket/prefix"',
)
