"""What came of a run, told to people and to machines."""

from pipeline.report.acceptance import accepted_json, print_accepted
from pipeline.report.console import print_run
from pipeline.report.history import changes_json, print_changes, print_runs, runs_json
from pipeline.report.json_report import write_json
from pipeline.report.junit import write_junit
from pipeline.report.publishing import print_plan, print_published, published_json
from pipeline.report.reasons import print_reasons
from pipeline.report.result import EditionResult, RunResult, Verdict
from pipeline.report.sizes import print_sizes, sizes_json

__all__ = [
    "EditionResult",
    "RunResult",
    "Verdict",
    "accepted_json",
    "changes_json",
    "print_accepted",
    "print_changes",
    "print_plan",
    "print_published",
    "print_reasons",
    "print_run",
    "print_runs",
    "print_sizes",
    "published_json",
    "runs_json",
    "sizes_json",
    "write_json",
    "write_junit",
]
