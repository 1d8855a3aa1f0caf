"""Writes the pages of a night's report; what can't be written is a finding of the night."""

import shutil
from pathlib import Path

from pipeline.compose.styles import read_report_styles
from pipeline.core.errors import CommandError
from pipeline.core.files import is_full, machine_folder
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.core.paths import shown_path
from pipeline.core.settings import Settings
from pipeline.render.fonts.faces import prepare_fonts
from pipeline.report.pages.writing import write_pages

#: The letters of the report in all its languages, so that the fonts it carries have them.
_LETTERS = (
    "<p lang=fr>ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz "
    "àâäéèêëîïôöùûüçœæÀÂÉÈÊÎÔÙÇŒ « » ’ … – — × ·</p>"
)


def write_report_pages(settings: Settings, night: Night) -> tuple[Finding, ...]:
    """Write the pages; return an error where they can't be written: the old ones are of another night.

    Where the disk is full, those are deleted to make room.
    """
    report = settings.output / "report"
    try:
        try:
            _write(settings, night, report)
        except OSError as error:
            if not is_full(error):
                raise
            shutil.rmtree(report, ignore_errors=True)
            _write(settings, night, report)
    except OSError as error:
        if is_full(error):
            # Half of the pages help nobody; report.json can have their room.
            shutil.rmtree(report, ignore_errors=True)
        trouble: Exception = error
    except CommandError as error:
        trouble = error
    else:
        return ()
    what = f"{shown_path(report)} can't be written ({trouble}), so that it does not tell of this night"
    return (_unwritten(what, "report.json has the same"),)


def _write(settings: Settings, night: Night, report: Path) -> None:
    css = prepare_fonts(machine_folder(settings.output)).screen_css(_LETTERS)
    write_pages(
        night, report, styles=read_report_styles(settings.styles), approved=settings.approved, font_css=css
    )


def not_put_aside(settings: Settings, error: OSError) -> Finding:
    """Return the error that the earlier attachments can't be set aside."""
    what = f"how attachments were before can't be put aside in {shown_path(settings.output)} ({error})"
    return _unwritten(what, "until then, each night tells the same changes again")


def _unwritten(what: str, more: str) -> Finding:
    return Finding(
        check="night.report",
        severity=Severity.ERROR,
        message=what,
        remedy=f"free the disk, or ask for the right to write there; {more}",
    )
