"""What came of publishing or verifying."""

from dataclasses import dataclass

from pipeline.core.errors import ExitCode, exit_code_of_subject
from pipeline.core.model import Finding, Severity
from pipeline.publish.plan import Action, ActionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What a run on a site gave.

    `who` says in words where and as whom we were. `actions` are the plan; once it `is_applied`, what was done.
    `unchanged` counts the links that were right as they were.
    """

    target: str
    who: str
    actions: tuple[Action, ...]
    unchanged: int
    findings: tuple[Finding, ...]
    is_applied: bool

    @property
    def work(self) -> tuple[Action, ...]:
        """Return the actions that write something."""
        return tuple(action for action in self.actions if action.kind is not ActionKind.NOTHING)

    @property
    def exit_code(self) -> ExitCode:
        """Return the exit code that the errors among the findings stand for: the highest of them."""
        codes = [
            exit_code_of_subject(finding.subject)
            for finding in self.findings
            if finding.severity is Severity.ERROR
        ]
        return max(codes, default=ExitCode.OK)
