"""`annexe publish`: bring a site to carry the attachments. `annexe verify` shares its options."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandT, folder_options, house_file, report_options, settings_for

if TYPE_CHECKING:
    from pipeline.publish.plan import Action
    from pipeline.publish.result import PublishResult
    from pipeline.publish.run import Interaction
    from pipeline.publish.targets import PublishRequest


def target_option(function: CommandT) -> CommandT:
    """Add `--to`."""
    option = click.option(
        "--to",
        "name",
        required=True,
        metavar="NAME",
        help="The site: [tool.annexe.publish.NAME] of the settings, or site, the built-in folder.",
    )
    return option(function)


def request_for(
    name: str, slugs: tuple[str, ...], *, sources: Path | None, output: Path | None, withdraw: bool = False
) -> "PublishRequest":
    """Return what is to be published or verified where; raises CommandError where there is no such target."""
    from pipeline.core.settings import target_named  # noqa: PLC0415 - heavy
    from pipeline.publish.targets import PublishRequest  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    return PublishRequest(
        settings=settings,
        house_file=house_file(settings),
        target=target_named(settings, name),
        slugs=slugs,
        environment=os.environ,
        withdraw=withdraw,
    )


def interaction(*, confirm: Callable[["PublishResult"], bool], quiet: bool) -> "Interaction":
    """Return how a run reports: each action to standard error, progress to a terminal alone."""
    from pipeline.publish.run import Interaction  # noqa: PLC0415 - heavy

    shows_progress = not quiet and sys.stderr.isatty()

    def report(action: "Action") -> None:
        if not quiet:
            click.echo(f"{action.slug or '(front pages)'}: {action.kind}: {action.what}", err=True)

    def progress(what: str) -> None:
        if shows_progress:
            # In the place of the last such line, which is cleared first.
            click.echo(f"\r\x1b[2K{what}\r", err=True, nl=False)

    return Interaction(confirm=confirm, report=report, progress=progress)


@click.command(
    "publish",
    epilog="""\b
Examples:
  annexe publish --to blog                      show what would be done for every post
  annexe publish my-post --to blog --yes        do it for one post, and verify it
  annexe publish --to site --yes                write the static site
  annexe publish my-post --to blog --repair     also replace files that were changed by hand
  annexe publish my-post --to blog --withdraw   take our links and files off the post
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@target_option
@click.option("--yes", "-y", is_flag=True, help="Do what the plan says without asking.")
@click.option("--repair", is_flag=True, help="Download what is linked, and replace what differs from ours.")
@click.option("--withdraw", is_flag=True, help="Take what is ours of the named posts off the site.")
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    name: str,
    yes: bool,
    repair: bool,
    withdraw: bool,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show what is to be done on a site, do it once it is confirmed, and verify it.

    What is confirmed by --yes or on a terminal is done: new files are uploaded, downloaded again and
    compared, then linked, and what they replace is deleted last. Only what is ours is ever changed.
    """
    from pipeline.publish.result import print_plan, print_published, published_json  # noqa: PLC0415 - heavy
    from pipeline.publish.run import publish  # noqa: PLC0415 - heavy

    def confirm(plan: "PublishResult") -> bool:
        if not as_json and not quiet:
            print_plan(plan, out=sys.stdout)
        if yes or as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return yes
        return click.confirm(f"Do this on {plan.target}?", default=False)

    request = request_for(name, slugs, sources=sources, output=output, withdraw=withdraw)
    result = publish(request, interaction(confirm=confirm, quiet=quiet or as_json), repair=repair)
    if as_json:
        click.echo(published_json(result), nl=False)
    else:
        if not result.is_applied and not result.work and not quiet:
            print_plan(result, out=sys.stdout)
        print_published(result, out=sys.stdout, err=sys.stderr, quiet=quiet, what=_summary(result))
    return int(result.exit_code)


def _summary(result: "PublishResult") -> str:
    counts: dict[str, int] = {}
    for action in result.work:
        counts[str(action.kind)] = counts.get(str(action.kind), 0) + 1
    work = ", ".join(f"{number} × {kind}" for kind, number in counts.items())
    right = f"{result.unchanged} link{'' if result.unchanged == 1 else 's'} right"
    if result.is_applied:
        return f"{result.who}: {work or 'nothing'} done; {right} before"
    if work:
        return f"{result.who}: {work} to do; {right}; nothing was done: add --yes to do it"
    return f"{result.who}: nothing to do; {right}"
