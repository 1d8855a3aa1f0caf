"""One base error that carries its exit code, and the table of exit codes."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command returns to the shell; documented in docs/exit-codes.md and stable."""

    OK = 0
    CHECK_FOUND_AN_ERROR = 1
    BAD_COMMAND_OR_SETTINGS = 2
    BAD_SOURCE = 3
    RENDERING_FAILED = 4
    PUBLISHING_FAILED = 5
    LOCKED = 6
    BUG = 70
    INTERRUPTED = 130


#: A finding's subject (its id before the dot) decides the exit code; one not named here is a check's.
EXIT_CODE_OF_SUBJECT = {
    "settings": ExitCode.BAD_COMMAND_OR_SETTINGS,
    "source": ExitCode.BAD_SOURCE,
    "house": ExitCode.BAD_SOURCE,
    "render": ExitCode.RENDERING_FAILED,
    "write": ExitCode.RENDERING_FAILED,
    "publish": ExitCode.PUBLISHING_FAILED,
    "annexe": ExitCode.BUG,
}


def exit_code_of_subject(subject: str) -> ExitCode:
    """Return the exit code that an error of this subject (`size`, `source`, …) stands for."""
    return EXIT_CODE_OF_SUBJECT.get(subject, ExitCode.CHECK_FOUND_AN_ERROR)


class AnnexeError(Exception):
    """The run can't go on; `str(error)` says what is wrong, where, and what to do."""

    exit_code = ExitCode.BUG


class CommandError(AnnexeError):
    """The command line or the settings can't be followed."""

    exit_code = ExitCode.BAD_COMMAND_OR_SETTINGS


class HouseWordsError(AnnexeError):
    """The institution's standard wording can't be read, so that no edition can be built."""

    exit_code = ExitCode.BAD_SOURCE


class BuildLockedError(AnnexeError):
    """Another run holds the build folder."""

    exit_code = ExitCode.LOCKED


class MachineError(AnnexeError):
    """This machine lacks something that rendering needs; the message names the command that fixes it."""

    exit_code = ExitCode.RENDERING_FAILED


class ClusterError(AnnexeError):
    """The cluster can't be used, or is gone before the end; what was finished is kept and recorded."""

    exit_code = ExitCode.RENDERING_FAILED
