"""`annexe nightly`: the build that nobody has to watch."""

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.build_command import progress_bar
from pipeline.cli.options import folder_options, house_file, now, report_options, settings_for
from pipeline.core.settings import Settings

if TYPE_CHECKING:
    from pipeline.build.request import Request
    from pipeline.core.night import Night


@click.command(
    "nightly",
    epilog="""\b
Examples:
  annexe nightly                        build what is stale, check everything, look at the sites, report
  annexe nightly --rebuild              make everything anew, and prove that the bytes are the same
  annexe nightly --publish              also publish what changed, once every check of a post has passed
  annexe nightly --notify-command 'mail -s "The night" web@example.org'
""",
)
@click.option("--rebuild", is_flag=True, help="Make everything anew, and prove that the bytes are the same.")
@click.option("--publish", is_flag=True, help="Publish what changed to the sites of the settings.")
@click.option(
    "--notify-command",
    metavar="CMD",
    help="Give ten lines of summary to this line of the shell, on its standard input.",
)
@click.option(
    "--now",
    "given_now",
    type=click.DateTime(formats=["%Y-%m-%dT%H:%M:%S"]),
    metavar="TIME",
    help="Take this for the time it is (UTC, such as 2026-11-24T03:00:00): to try what a night would tell.",
)
@folder_options
@report_options
def command(
    *,
    rebuild: bool,
    publish: bool,
    notify_command: str | None,
    given_now: dt.datetime | None,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Build what is stale, check everything again, look at the sites, and tell what came of it.

    The report begins at report/index.html in the build folder. Exit code 6 where another run is at work.
    """
    from pipeline.build.request import Progress  # noqa: PLC0415 - not for --help
    from pipeline.nightly.run import NightRequest, nightly  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    request = NightRequest(
        build=_request(settings, given_now, rebuild=rebuild),
        is_publishing=publish,
        notify_command=notify_command,
        environment=os.environ,
        annotations=sys.stderr,
    )
    with progress_bar(quiet=quiet or as_json) as (start, advance):
        night = nightly(request, Progress(start=start, advance=advance))
    return _report(night, settings.output, as_json=as_json, quiet=quiet)


def _report(night: "Night", output: Path, *, as_json: bool, quiet: bool) -> int:
    """Print what came of a night and return its exit code."""
    from pipeline.nightly.run import report_of  # noqa: PLC0415 - heavy
    from pipeline.report.console import print_findings  # noqa: PLC0415 - heavy
    from pipeline.report.json import write_night_json  # noqa: PLC0415 - heavy
    from pipeline.report.night_summary import exit_code_of, plain_summary  # noqa: PLC0415 - heavy

    if as_json:
        click.echo(write_night_json(night), nl=False)
    else:
        print_findings(night.all_findings, err=sys.stderr, quiet=quiet)
        if not quiet:
            click.echo(plain_summary(night, report_of(output)), nl=False)
    return int(exit_code_of(night))


def _request(settings: Settings, given_now: dt.datetime | None, *, rebuild: bool) -> "Request":
    from pipeline.build.request import Goal, Request  # noqa: PLC0415 - not for --help

    return Request(
        settings=settings,
        house_file=house_file(settings),
        goal=Goal.BUILD,
        slugs=(),
        languages=(),
        now=given_now.replace(tzinfo=dt.UTC) if given_now else now(),
        verify=rebuild,
        is_thorough=True,
    )
