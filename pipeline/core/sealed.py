"""JSON files that carry their own digest, so that damage is seen instead of believed."""

import hashlib
import json
from pathlib import Path

from pipeline.core.files import read_if_there, write_atomically


def write_sealed(path: Path, value: object) -> None:
    """Write a JSON value with its sha256; the same value gives the same bytes. Raises OSError."""
    content = json.dumps(value, sort_keys=True, separators=(",", ":"))
    sealed = {"sha256": hashlib.sha256(content.encode()).hexdigest(), "content": content}
    write_atomically(path, json.dumps(sealed, separators=(",", ":")).encode())


def read_sealed(path: Path) -> object:
    """Return the JSON value of a sealed file, or None where it is missing or not as it was written; raises OSError."""
    try:
        sealed = json.loads(read_if_there(path) or b"null")
        content = sealed["content"]
        if hashlib.sha256(content.encode()).hexdigest() != sealed["sha256"]:
            return None
        value: object = json.loads(content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # half a file, or another program's
    return value
