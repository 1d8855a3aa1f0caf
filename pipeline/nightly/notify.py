"""Gives a summary of each night to a command, limited in time and output; its failure fails no night."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from typing import IO

from pipeline.core.model import Finding, Severity
from pipeline.report.printable import on_one_line

#: Seconds; a mail or a message to a chat takes one or two.
TIME_LIMIT = 60.0
#: Bytes that the command may print: what prints without end would fill the disk.
_OUTPUT_LIMIT = 1_000_000
#: Characters of what the command printed that stand in the warning, and bytes at its end that are read for
#: them.
_SHOWN = 300
_TAIL = 4_000
#: The secrets of the sites that are published to (docs/publishing.md): no other program needs to see them.
_SECRET = re.compile(r"ANNEXE_.*_(?:PASSWORD|TOKEN)", re.DOTALL)
#: The address of a chat's webhook is its password, and a report may be read by many.
_ADDRESS = re.compile(r"(\w+://[^/\s?#]+)[/?#]\S*")
_REMEDY = (
    "run the command by hand with a text on its standard input, and mend what it says; "
    "the night itself is not touched"
)


def run_notify(
    command: str, summary: str, environment: Mapping[str, str], timeout: float = TIME_LIMIT
) -> Finding | None:
    """Give a summary to a command's standard input; return a warning where it fails, hangs or can't start.

    `command` is a line of the shell (`/bin/sh -c`). It gets the environment without the secrets of sites.
    After `timeout` seconds, or where it prints without end, it is killed with all that it started. The
    warning has the end of what it printed, without the paths of addresses, and not the command line itself:
    that may hold a secret.
    """
    try:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
            given.write(summary.encode("utf-8", "replace"))
            given.seek(0)
            trouble = _carry_out(command, given, said, allowed(environment), timeout)
            return None if trouble is None else _warning(trouble, _end_of(said))
    except (OSError, ValueError) as error:
        return _warning(f"could not be started ({error})", "")


def allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the secrets of the sites that are published to."""
    return {name: value for name, value in environment.items() if not _SECRET.fullmatch(name)}


def _carry_out(
    command: str, given: IO[bytes], said: IO[bytes], environment: Mapping[str, str], timeout: float
) -> str | None:
    """Run the command to its end or its limit; return what went wrong, or None."""
    deadline = time.monotonic() + timeout
    with subprocess.Popen(  # noqa: S603 - whoever runs the night names the command, on their own command line
        ["/bin/sh", "-c", command],
        stdin=given,
        stdout=said,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        # A group of its own, so that all of it can be ended.
        start_new_session=True,
    ) as process:
        try:
            trouble = _watch(process, said, deadline, timeout)
        finally:
            if process.returncode is None:
                _end_group(process)
    if trouble is None and process.returncode:
        return f"ended with code {process.returncode}"
    return trouble


def _watch(process: subprocess.Popen[bytes], said: IO[bytes], deadline: float, timeout: float) -> str | None:
    """Wait until the command ends (None), or return why it is not waited for any longer."""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return f"did not end within {timeout:g} s and was stopped"
        try:
            process.wait(timeout=min(0.2, left))
        except subprocess.TimeoutExpired:
            if os.fstat(said.fileno()).st_size > _OUTPUT_LIMIT:
                return "printed without end and was stopped"
        else:
            return None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the command and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_of(said: IO[bytes]) -> str:
    """Return the end of what the command printed, in one short line that shows no secret address."""
    size = os.fstat(said.fileno()).st_size
    said.seek(max(0, size - _TAIL))
    text = _ADDRESS.sub(r"\1/…", on_one_line(said.read().decode("utf-8", "replace")))
    return text if len(text) <= _SHOWN else "…" + text[-_SHOWN:]


def _warning(trouble: str, said: str) -> Finding:
    words = f"; it said: {said}" if said else ""
    return Finding(
        check="night.notify",
        severity=Severity.WARNING,
        message=f"the notify command {trouble}{words}",
        remedy=_REMEDY,
    )
