"""The pages of a night's report, written at the edge."""

from pipeline.errors import CommandError
from pipeline.files import machine_folder
from pipeline.fonts import prepare_fonts
from pipeline.model import Finding, Severity
from pipeline.places import shown_path
from pipeline.report.night import Night
from pipeline.report.pages import write_pages
from pipeline.settings import Settings
from pipeline.styles import read_report_styles

#: The letters of the report in all its languages, so that the fonts it carries have them.
_LETTERS = "<p lang=fr>ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz àâäéèêëîïôöùûüçœæÀÂÉÈÊÎÔÙÇŒ « » ’ … – — × ·</p>"


def write_report_pages(settings: Settings, night: Night) -> tuple[Finding, ...]:
    """Write the pages; return an error where they can't be, since whoever opens them would read of another night."""
    report = settings.output / "report"
    try:
        css = prepare_fonts(machine_folder(settings.output)).screen_css(_LETTERS)
        write_pages(
            night,
            report,
            styles=read_report_styles(settings.styles),
            approved=settings.approved,
            font_css=css,
        )
    except (OSError, CommandError) as error:
        what = f"{shown_path(report)} can't be written ({error}), so that it does not tell of this night"
        return (_trouble(what, "report.json has the same"),)
    return ()


def not_put_aside(settings: Settings, error: OSError) -> Finding:
    """Return the error that how attachments were before can't be put aside."""
    what = f"how attachments were before can't be put aside in {shown_path(settings.output)} ({error})"
    return _trouble(what, "until then, each night tells the same changes again")


def _trouble(what: str, more: str) -> Finding:
    return Finding(
        check="night.report",
        severity=Severity.ERROR,
        message=what,
        remedy=f"free the disk, or ask for the right to write there; {more}",
    )
