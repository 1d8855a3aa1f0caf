"""Starts the process that workers are forked from early: it imports what they need meanwhile."""

import multiprocessing
from multiprocessing import forkserver

from pipeline.build.request import Goal, Request

#: Imported once, in the process that the workers are forked from.
PRELOAD = ("pipeline.build.workers.loading",)


def begin_workers(request: Request) -> None:
    """Begin that process where a request will need it on this machine, and return while it still imports."""
    if request.goal is not Goal.HTML and request.settings.cluster is None:
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(PRELOAD))
        forkserver.ensure_running()
