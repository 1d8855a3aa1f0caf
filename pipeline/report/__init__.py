"""What came of a run, told to people and to machines."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.report.acceptance import accepted_json, print_accepted
    from pipeline.report.console import print_findings, print_run
    from pipeline.report.github import annotations, runs_on_github, step_summary
    from pipeline.report.history import changes_json, print_changes, print_runs, runs_json
    from pipeline.report.json_report import json_bytes, report_of, write_night_json
    from pipeline.report.junit import write_junit, write_night_junit
    from pipeline.report.metrics import write_metrics
    from pipeline.report.night import Night
    from pipeline.report.night_words import exit_code_of, plain_summary
    from pipeline.report.publishing import print_plan, print_published, published_json
    from pipeline.report.reasons import print_reasons
    from pipeline.report.result import EditionResult, RunResult, Verdict
    from pipeline.report.sarif import read_rules, write_sarif
    from pipeline.report.sizes import print_sizes, sizes_json
    from pipeline.report.splicing import splice_json, splice_junit

__all__ = [
    "EditionResult",
    "Night",
    "RunResult",
    "Verdict",
    "accepted_json",
    "annotations",
    "changes_json",
    "exit_code_of",
    "json_bytes",
    "plain_summary",
    "print_accepted",
    "print_changes",
    "print_findings",
    "print_plan",
    "print_published",
    "print_reasons",
    "print_run",
    "print_runs",
    "print_sizes",
    "published_json",
    "read_rules",
    "report_of",
    "runs_json",
    "runs_on_github",
    "sizes_json",
    "splice_json",
    "splice_junit",
    "step_summary",
    "write_junit",
    "write_metrics",
    "write_night_json",
    "write_night_junit",
    "write_sarif",
]

#: Where each name comes from: a run imports only what it tells.
_HOMES = {
    "accepted_json": "acceptance",
    "print_accepted": "acceptance",
    "print_findings": "console",
    "print_run": "console",
    "annotations": "github",
    "runs_on_github": "github",
    "step_summary": "github",
    "changes_json": "history",
    "print_changes": "history",
    "print_runs": "history",
    "runs_json": "history",
    "json_bytes": "json_report",
    "report_of": "json_report",
    "write_night_json": "json_report",
    "write_junit": "junit",
    "write_night_junit": "junit",
    "write_metrics": "metrics",
    "Night": "night",
    "exit_code_of": "night_words",
    "plain_summary": "night_words",
    "print_plan": "publishing",
    "print_published": "publishing",
    "published_json": "publishing",
    "print_reasons": "reasons",
    "EditionResult": "result",
    "RunResult": "result",
    "Verdict": "result",
    "read_rules": "sarif",
    "write_sarif": "sarif",
    "print_sizes": "sizes",
    "sizes_json": "sizes",
    "splice_json": "splicing",
    "splice_junit": "splicing",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
