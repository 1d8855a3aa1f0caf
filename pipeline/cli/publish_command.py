"""What `publish` and `verify` share: the order, and how a run talks."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import CommandT, house_file, settings_for

if TYPE_CHECKING:
    from pipeline.publish.plan import Action
    from pipeline.publish.result import PublishResult
    from pipeline.publish.run import Talk
    from pipeline.publish.targets import Order


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


def order_for(
    name: str,
    slugs: tuple[str, ...],
    *,
    sources: Path | None,
    output: Path | None,
    withdraw: bool = False,
) -> "Order":
    """Return what is to be published or verified where; raises CommandError where there is no such target."""
    from pipeline.core.settings import target_named  # noqa: PLC0415 - heavy
    from pipeline.publish.targets import Order  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    return Order(
        settings=settings,
        house_file=house_file(settings),
        target=target_named(settings, name),
        slugs=slugs,
        environment=os.environ,
        withdraw=withdraw,
    )


def talk(*, ask: Callable[["PublishResult"], bool], quiet: bool) -> "Talk":
    """Return how a run talks: what is done goes to standard error, progress to a terminal alone."""
    from pipeline.publish.run import Talk  # noqa: PLC0415 - heavy

    shows_progress = not quiet and sys.stderr.isatty()

    def tell(action: "Action") -> None:
        if not quiet:
            click.echo(f"{action.slug or '(front pages)'}: {action.kind}: {action.what}", err=True)

    def progress(what: str) -> None:
        if shows_progress:
            # Over the line before, which is cleared first.
            click.echo(f"\r\x1b[2K{what}\r", err=True, nl=False)

    return Talk(ask=ask, tell=tell, progress=progress)
