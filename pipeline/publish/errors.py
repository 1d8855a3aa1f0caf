"""What goes wrong in publishing: a problem of a site, an error for each cause, and findings about either.

All errors have the exit code of publishing.
"""

from dataclasses import dataclass

from pipeline.core.errors import AnnexeError, ExitCode
from pipeline.core.model import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProblem:
    """What is wrong on a site; `name` is stable (`post_not_found`), `remedy` says who can fix it, or how."""

    name: str
    message: str
    remedy: str


class PublishError(AnnexeError):
    """Publishing failed; what was published before stays as it was, unless the message says otherwise."""

    exit_code = ExitCode.PUBLISHING_FAILED
    #: What to do about an error of this kind, where nothing better is known.
    usual_remedy = "run `annexe verify` to see how the site stands, then publish again"

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy or self.usual_remedy
        super().__init__(f"{message}; {self.remedy}")


class SiteProblemError(PublishError):
    """A site refuses a request, can't be reached or gives an unexpected response.

    With `is_whole_site` nothing else can be done there either; otherwise it concerns one post or file.
    """

    def __init__(self, name: str, message: str, remedy: str, *, is_whole_site: bool = False) -> None:
        super().__init__(message, remedy)
        self.problem = SiteProblem(name=name, message=message, remedy=remedy)
        self.is_whole_site = is_whole_site


class OutcomeUnknownError(PublishError):
    """A write got no response: it may have happened or not, so observe the site before sending it again."""

    usual_remedy = "publish again: the site is looked at first, and nothing is done twice"


class ChangedMeanwhileError(PublishError):
    """Somebody else changed the post since it was observed; nothing of theirs was overwritten."""

    usual_remedy = "look at the new plan, and publish again"


class CompetingRunError(PublishError):
    """Another run undoes all that this run does; this one gives up, so that the other can finish."""

    usual_remedy = (
        "see which machine or person publishes the same post, let one of them do it, then publish again"
    )


class OverwroteChangeError(ChangedMeanwhileError):
    """Somebody saved the post in the moment between our last reading and our write, which overwrote theirs.

    Their version may lack what we linked, so the post is read and put right once more before this is
    reported.
    """


def publish_finding(
    name: str,
    message: str,
    remedy: str,
    *,
    slug: str | None,
    language: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """Return a finding of the check `publish.NAME`, about a post where `slug` names one."""
    return Finding(
        check=f"publish.{name}",
        severity=severity,
        message=message,
        remedy=remedy,
        slug=slug or None,
        language=language,
    )
