"""Loads what a worker needs, for the process that workers are forked from."""

from pipeline.build.workers.memory import without_collecting

# Nothing that is loaded is garbage: looking for some took a twelfth of the time.
with without_collecting():
    import pipeline.build.worker  # noqa: F401 - what this module is for
