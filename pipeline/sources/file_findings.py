"""The findings of one file, collected while it is read, so that an editor sees all of them after one run."""

from pipeline.core.model import Finding, Severity


class FileFindings:
    """Collects the findings of one file; `subject` is what stands before the dot of their ids."""

    def __init__(
        self, subject: str, file: str, *, slug: str | None = None, language: str | None = None
    ) -> None:
        self.file = file
        self.language = language
        self._subject = subject
        self._slug = slug
        self._findings: dict[Finding, None] = {}

    def error(self, name: str, line: int | None, message: str, remedy: str) -> None:
        """Add a finding for which the file can't be used."""
        self._add(Severity.ERROR, name, line, message, remedy)

    def warning(self, name: str, line: int | None, message: str, remedy: str) -> None:
        """Add a finding that an editor should look at."""
        self._add(Severity.WARNING, name, line, message, remedy)

    def info(self, name: str, line: int | None, message: str, remedy: str) -> None:
        """Add a finding about something that was put right while reading."""
        self._add(Severity.INFO, name, line, message, remedy)

    def _add(self, severity: Severity, name: str, line: int | None, message: str, remedy: str) -> None:
        finding = Finding(
            check=f"{self._subject}.{name}",
            severity=severity,
            message=message,
            remedy=remedy,
            slug=self._slug,
            language=self.language,
            file=self.file,
            line=line,
        )
        # The same finding is reported once, however often the text was read.
        self._findings[finding] = None

    @property
    def all(self) -> tuple[Finding, ...]:
        """Return all findings in the order of their lines."""
        return tuple(sorted(self._findings, key=lambda finding: finding.line or 0))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings for which the file can't be used."""
        return tuple(finding for finding in self.all if finding.severity is Severity.ERROR)
