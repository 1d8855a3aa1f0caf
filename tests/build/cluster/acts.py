"""Jobs as hostile or honest documents would be; workers import them from here."""

import os
import signal
import time
from pathlib import Path


def prepare(_folder: Path | None) -> None:
    """Prepare nothing: these jobs need nothing."""


def act(order: str) -> str:
    """Do what the job says, as a hostile or an honest document would, in a process below a worker."""
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "hang":
        time.sleep(600)
    if order == "eat":
        return str(len(bytearray(2**31)))
    if order == "fail":
        raise ValueError("this document is odd")
    if order == "poison":
        # Between this process and the worker is the one that it was forked from.
        parent = Path(f"/proc/{os.getppid()}/stat").read_text(encoding="utf-8").split()[3]
        os.kill(int(parent), signal.SIGKILL)
        time.sleep(600)
    if order.startswith("wait"):
        until = Path(order.partition(" ")[2])
        while not until.exists():
            time.sleep(0.02)
    return order.upper()
