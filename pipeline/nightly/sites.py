"""What a night does on the sites that attachments are published to: verify, and publish if wanted."""

from collections.abc import Mapping
from dataclasses import replace

from pipeline.build.recorder import Record
from pipeline.build.request import Request
from pipeline.core.model import Finding, Severity
from pipeline.core.night import SiteNight
from pipeline.core.results import RunResult
from pipeline.core.settings.targets import TargetSettings
from pipeline.ledger.rows import SiteCheck
from pipeline.publish.errors import PublishError, SiteProblemError
from pipeline.publish.plan import ActionKind
from pipeline.publish.result import PublishResult
from pipeline.publish.run import Interaction, publish, verify
from pipeline.publish.targets import PublishRequest

#: What is wrong with a site that is down: it passes by itself, or somebody else sees to it.
DOWN = frozenset({"unreachable", "site_failing", "maintenance"})
#: From this night in a row on, a site that is down is an error.
_PATIENCE = 3
#: What verifying says of a post that is not as its source wants it: where its source has errors, those say it
#: already.
_FOLLOWS = frozenset(
    f"publish.{name}" for name in ("not_ready", "not_published", "link_lost", "outdated", "page_outdated")
)


def check_sites(
    request: Request, record: Record, run: RunResult, environment: Mapping[str, str], *, is_publishing: bool
) -> tuple[SiteNight, ...]:
    """Return what the night found on each site that the settings name, one after the other."""
    bad = _bad_posts(run)
    good = tuple(dict.fromkeys(edition.slug for edition in run.editions if edition.slug not in bad))
    return tuple(
        _site(request, record, target, good if is_publishing else (), bad, environment)
        for target in request.settings.targets
        if target.is_written
    )


def _bad_posts(run: RunResult) -> frozenset[str]:
    """Return the posts of which a check failed in this night: nothing of them is published."""
    found = {
        finding.slug for finding in run.all_findings if finding.severity is Severity.ERROR and finding.slug
    }
    return frozenset(found | {edition.slug for edition in run.editions if edition.outcome.is_bad})


def _site(
    request: Request,
    record: Record,
    target: TargetSettings,
    publishable: tuple[str, ...],
    bad: frozenset[str],
    environment: Mapping[str, str],
) -> SiteNight:
    """Publish and verify on one site; one that can't be asked is reported, and fails no other."""
    everything = PublishRequest(
        settings=request.settings,
        house_file=request.house_file,
        target=target,
        slugs=(),
        environment=environment,
    )
    published: PublishResult | None = None
    try:
        if publishable:
            published = publish(replace(everything, slugs=publishable), _QUIET)
        verified = verify(everything, _QUIET)
    except SiteProblemError as error:
        return _with_problem(record, target, error, _uploads(published))
    except PublishError as error:
        return _failed(record, target, error, _uploads(published))
    found = dict.fromkeys((*(published.findings if published else ()), *verified.findings))
    # A finding about no post is about the pages that list them all.
    findings = tuple(
        one for one in found if one.check not in _FOLLOWS or not bad or (one.slug and one.slug not in bad)
    )
    uploads = _uploads(published)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    record.site(SiteCheck(target=target.name, is_reachable=True, errors=errors, published=uploads))
    return SiteNight(name=target.name, who=verified.who, findings=findings, published=uploads)


def _uploads(published: PublishResult | None) -> int:
    return sum(action.kind is ActionKind.UPLOAD for action in published.work) if published else 0


def _with_problem(record: Record, target: TargetSettings, error: SiteProblemError, uploads: int) -> SiteNight:
    """Return a site that can't be asked: that it is down is a warning, from the third night on an error."""
    problem = error.problem
    is_down = problem.name in DOWN
    record.site(
        SiteCheck(target=target.name, is_reachable=not is_down, errors=int(not is_down), published=uploads)
    )
    nights = max(record.ledger.nights_down(target.name), 1) if is_down else 0
    finding = Finding(
        check=f"publish.{problem.name}",
        severity=Severity.WARNING if is_down and nights < _PATIENCE else Severity.ERROR,
        message=f"{problem.message}{f', for {nights} nights now' if nights > 1 else ''}",
        remedy=problem.remedy,
    )
    return SiteNight(name=target.name, who=None, findings=(finding,), nights_down=nights, published=uploads)


def _failed(record: Record, target: TargetSettings, error: PublishError, uploads: int) -> SiteNight:
    """Return a site on which something failed that is not the site's own fault."""
    record.site(SiteCheck(target=target.name, is_reachable=True, errors=1, published=uploads))
    finding = Finding(
        check="publish.failed", severity=Severity.ERROR, message=str(error), remedy=error.remedy
    )
    return SiteNight(name=target.name, who=None, findings=(finding,), published=uploads)


#: A night publishes what it may without asking; its report says what.
_QUIET = Interaction(confirm=lambda _: True, report=lambda _: None, progress=lambda _: None)
