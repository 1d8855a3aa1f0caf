"""What came of a run, told to people and to machines."""

from pipeline.report.acceptance import accepted_json, print_accepted
from pipeline.report.console import print_findings, print_run
from pipeline.report.github import annotations, runs_on_github, step_summary
from pipeline.report.history import changes_json, print_changes, print_runs, runs_json
from pipeline.report.json_report import write_json, write_night_json
from pipeline.report.junit import write_junit, write_night_junit
from pipeline.report.metrics import write_metrics
from pipeline.report.night import Night
from pipeline.report.night_words import exit_code_of, plain_summary
from pipeline.report.publishing import print_plan, print_published, published_json
from pipeline.report.reasons import print_reasons
from pipeline.report.result import EditionResult, RunResult, Verdict
from pipeline.report.sarif import read_rules, write_sarif
from pipeline.report.sizes import print_sizes, sizes_json

__all__ = [
    "EditionResult",
    "Night",
    "RunResult",
    "Verdict",
    "accepted_json",
    "annotations",
    "changes_json",
    "exit_code_of",
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
    "runs_json",
    "runs_on_github",
    "sizes_json",
    "step_summary",
    "write_json",
    "write_junit",
    "write_metrics",
    "write_night_json",
    "write_night_junit",
    "write_sarif",
]
