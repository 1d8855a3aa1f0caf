"""What `build` and `check` share: the request, the progress bar, the report on the console."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline.cli.options import house_file, now, settings_for, with_cluster


def carry_out(
    *,
    goal: str,
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    verify: bool = False,
    cluster: str | None = None,
) -> int:
    """Run the pipeline, print what came of it, and return the exit code."""
    from pipeline.build.request import Goal, Progress, Request  # noqa: PLC0415 - not for --help
    from pipeline.build.run import run  # noqa: PLC0415 - not for --help
    from pipeline.report.console import print_run  # noqa: PLC0415 - not for --help
    from pipeline.report.github import runs_on_github  # noqa: PLC0415 - not for --help

    settings = with_cluster(settings_for(sources, output), cluster)
    request = Request(
        settings=settings,
        house_file=house_file(settings),
        goal=Goal(goal),
        slugs=slugs,
        languages=languages,
        now=now(),
        verify=verify,
    )
    with progress_bar(quiet=quiet or as_json) as (start, advance):
        result = run(request, Progress(start=start, advance=advance))
    if as_json:
        click.echo((settings.output / "report.json").read_bytes(), nl=False)
    else:
        print_run(result, out=sys.stdout, err=sys.stderr, quiet=quiet)
    if runs_on_github(os.environ):
        from pipeline.report.github import annotate  # noqa: PLC0415 - only there

        annotate(result.different_findings, os.environ, project=settings.project, out=sys.stderr)
    return int(result.exit_code)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Yield `start(total)` and `advance(name)`: a progress bar on a terminal, nothing anywhere else."""
    if quiet or not sys.stderr.isatty():
        yield (lambda _total: None), (lambda _name: None)
        return
    from rich import progress as bars  # noqa: PLC0415 - heavy
    from rich.console import Console  # noqa: PLC0415 - heavy

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def start(total: int) -> None:
            progress.update(task, total=total, description="building")

        def advance(name: str) -> None:
            progress.update(task, advance=1, description=name)

        yield start, advance
