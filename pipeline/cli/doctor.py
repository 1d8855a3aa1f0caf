"""`annexe doctor`: what this machine lacks, and the command that fixes it."""

from pathlib import Path

import click

from pipeline.cli.options import folder_options, settings_for


@click.command(
    "doctor",
    epilog="""\b
Example:
  annexe doctor    one line a thing that Annexe needs; exit code 4 when one is missing
""",
)
@folder_options
def command(*, sources: Path | None, output: Path | None) -> int:
    """Say what this machine lacks, and the command that mends it."""
    from pipeline.cli.diagnosis import examine  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    symptoms = examine(settings)
    for symptom in symptoms:
        click.echo(f"{'ok     ' if symptom.is_well else 'missing'}  {symptom.name}: {symptom.state}")
        if not symptom.is_well:
            click.echo(f"         mend it with: {symptom.remedy}")
    return 0 if all(symptom.is_well for symptom in symptoms) else 4
