"""The command `annexe`: its subcommands, its one error handler, its exit codes."""

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline import __version__
from pipeline.core.errors import AnnexeError, ExitCode

#: Each command's module is imported only when it is called, so that `annexe --help` answers at once.
COMMANDS = {
    "build": "Build what is out of date, check everything, and say what came of it.",
    "check": "Check the attachments that lie in the build folder, building nothing.",
    "sizes": "Show each attachment's size beside the size that the live post publishes.",
    "history": "Show the last nights, and how an attachment changed over time.",
    "nightly": "The build that nobody has to watch: build, check everything, look at the sites, report.",
    "accept": "Record that how the attachments look now is how they are meant to look.",
    "publish": "Show what is to be done on a site, do it once it is confirmed, and verify it.",
    "verify": "Say whether a site still tells the truth: its links, their labels, the files behind them.",
    "diff": "Say what differs between two PDFs.",
    "new": "Begin a post: a folder with a source file for each language.",
    "doctor": "Say what this machine lacks, and the command that mends it.",
}

_EPILOG = """\b
Examples:
  annexe build                      build and check every post
  annexe build my-post --lang fr    build one edition
  annexe sizes --json               sizes, for a script
  annexe publish --to blog          show what would be done on a site
\b
Exit codes: 0 all well, 1 a check found an error, 2 bad command or settings, 3 bad source,
4 rendering failed, 5 publishing failed, 6 another run is building there, 70 a bug in Annexe,
130 interrupted.
"""


class _Commands(click.Group):
    """A group whose commands live in modules of their own and are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"pipeline.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"pipeline.cli.{cmd_name}.command is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="annexe", message="%(prog)s %(version)s")
def commands() -> None:
    """Turn posts written in Markdown into the PDFs attached to them: one per language, checked."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; every error ends here, and only here."""
    try:
        result = commands.main(args=arguments, prog_name="annexe", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.BAD_COMMAND_OR_SETTINGS
    except AnnexeError as error:
        _say(f"annexe: {error}")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("annexe: interrupted; what was finished is kept, run again to go on")
        return ExitCode.INTERRUPTED
    except SystemExit:
        # Click leaves this way when whoever read our output has had enough (`annexe sizes | head -1`), and
        # when a shell asked for completions: neither is an error of ours.
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a message
        _say(_bug_report(error))
        return ExitCode.BUG
    return int(result) if isinstance(result, int) else ExitCode.OK


def _say(message: str) -> None:
    click.echo(message, err=True)


def _bug_report(error: Exception) -> str:
    """Return what to say of a bug; the traceback goes to a file, for whoever fixes it."""
    # Not for every start.
    import tempfile  # noqa: PLC0415 - as said above
    import traceback  # noqa: PLC0415 - as said above

    text = "".join(traceback.format_exception(error))
    try:
        descriptor, name = tempfile.mkstemp(prefix="annexe-bug-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError:
        return f"annexe: a bug in Annexe; please report this:\n{text}"
    return f"annexe: a bug in Annexe ({type(error).__name__}: {error}); please report it with {Path(name)}"
