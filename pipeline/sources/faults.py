"""What is wrong with one file, gathered while it is read, so that an editor is told everything in one run."""

from pipeline.core.model import Finding, Severity


class Faults:
    """Gathers the findings of one file; `subject` is what stands before the dot of their ids."""

    def __init__(
        self, subject: str, file: str, *, slug: str | None = None, language: str | None = None
    ) -> None:
        self.file = file
        self.language = language
        self._subject = subject
        self._slug = slug
        self._findings: dict[Finding, None] = {}

    def tell(
        self, name: str, line: int | None, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Add a finding, unless this very one was added before."""
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
        self._findings[finding] = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all findings in the order of their lines."""
        return tuple(sorted(self._findings, key=lambda finding: finding.line or 0))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings for which the file can't be used."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)
