"""What a night does on the sites that attachments are published to: verify, and publish where that is wanted."""

from collections.abc import Iterator, Mapping

from pipeline.build import Request
from pipeline.ledger import SiteCheck
from pipeline.model import Finding, Severity
from pipeline.publish.errors import TroubleError
from pipeline.publish.plan import ActionKind
from pipeline.publish.result import PublishResult
from pipeline.publish.run import Talk, publish, verify
from pipeline.publish.targets import Order
from pipeline.recording import Record
from pipeline.report.night import SiteNight
from pipeline.report.result import RunResult
from pipeline.target_settings import TargetSettings

#: The troubles of a site that is down: they pass without anybody's doing, or somebody else sees to them.
DOWN = frozenset({"unreachable", "site_failing", "maintenance"})
#: From this night in a row on, a site that is down is an error.
_PATIENCE = 3


def look_at_sites(
    request: Request, record: Record, run: RunResult, *, environment: Mapping[str, str], is_publishing: bool
) -> tuple[SiteNight, ...]:
    """Return what the night found on each site that the settings name, one after the other."""
    good = tuple(_good_posts(run))
    return tuple(
        _site(request, record, target, good if is_publishing else (), environment)
        for target in request.settings.targets
        if target.is_written
    )


def _good_posts(run: RunResult) -> Iterator[str]:
    """Yield the posts of which every check has passed in this night."""
    bad = {
        finding.slug for finding in run.all_findings if finding.severity is Severity.ERROR and finding.slug
    }
    bad |= {edition.slug for edition in run.editions if edition.outcome.is_bad}
    yield from dict.fromkeys(edition.slug for edition in run.editions if edition.slug not in bad)


def _site(
    request: Request,
    record: Record,
    target: TargetSettings,
    publishable: tuple[str, ...],
    environment: Mapping[str, str],
) -> SiteNight:
    """Publish and verify on one site; a site that can't be asked is told, and costs no other site anything."""
    try:
        published = _published(request, target, publishable, environment) if publishable else None
        verified = verify(_order(request, target, (), environment), _QUIET)
    except TroubleError as error:
        return _troubled(record, target, error)
    findings = tuple(dict.fromkeys((*(published.findings if published else ()), *verified.findings)))
    uploads = sum(action.kind is ActionKind.UPLOAD for action in published.work) if published else 0
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    record.site(SiteCheck(target=target.name, is_reachable=True, errors=errors, published=uploads))
    return SiteNight(name=target.name, who=verified.who, findings=findings, published=uploads)


def _published(
    request: Request, target: TargetSettings, slugs: tuple[str, ...], environment: Mapping[str, str]
) -> PublishResult:
    return publish(_order(request, target, slugs, environment), _QUIET)


def _order(
    request: Request, target: TargetSettings, slugs: tuple[str, ...], environment: Mapping[str, str]
) -> Order:
    return Order(
        settings=request.settings,
        house_file=request.house_file,
        target=target,
        slugs=slugs,
        environment=environment,
    )


def _troubled(record: Record, target: TargetSettings, error: TroubleError) -> SiteNight:
    """Return what is to be said of a site that can't be asked: down is a warning, from the third night on an error."""
    trouble = error.trouble
    is_down = trouble.name in DOWN
    record.site(SiteCheck(target=target.name, is_reachable=not is_down, errors=int(not is_down)))
    nights = max(record.ledger.nights_down(target.name), 1) if is_down else 0
    is_warning = is_down and nights < _PATIENCE
    which = f", for {nights} nights now" if nights > 1 else ""
    finding = Finding(
        check=f"publish.{trouble.name}",
        severity=Severity.WARNING if is_warning else Severity.ERROR,
        message=f"{trouble.message}{which}",
        remedy=trouble.remedy,
    )
    return SiteNight(name=target.name, who=None, findings=(finding,), nights_down=nights)


#: A night publishes what it may without asking, and tells of it in its report.
_QUIET = Talk(ask=lambda _: True, tell=lambda _: None, progress=lambda _: None)
