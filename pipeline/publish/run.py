"""The whole run: plan all posts, ask, apply post by post, verify. And verifying alone."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.build.candidates import read_materials
from pipeline.core.errors import CommandError
from pipeline.core.files import machine_folder
from pipeline.core.lock import build_lock
from pipeline.core.model import Finding, Severity
from pipeline.ledger.opening import open_ledger
from pipeline.publish.apply import Applying, apply_post
from pipeline.publish.conflicts import Claims
from pipeline.publish.desired import Wanted, Wants
from pipeline.publish.errors import PublishError, TroubleError
from pipeline.publish.model import Target, WantedPost
from pipeline.publish.plan import Action, ActionKind, plan_post, versions_of
from pipeline.publish.result import PublishResult
from pipeline.publish.targets import Order, opened_target
from pipeline.publish.verify import verify_post
from pipeline.sources.house import read_house

#: Lines of a plan that say that nothing is to be done are shown up to this many; the others are counted.
_MOST_UNCHANGED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Whom a run talks to: `ask` shows the plan and returns whether to go on, `tell` hears of each thing that is done."""

    ask: Callable[[PublishResult], bool]
    tell: Callable[[Action], None]
    progress: Callable[[str], None]
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A site that answers, and what it is to carry."""

    target: Target
    wants: Wants
    who: str


@dataclass(slots=True, kw_only=True)
class _Planned:
    """What planning gathers: every line but the unchanged ones beyond the first hundred, and the posts with work."""

    actions: list[Action] = field(default_factory=list)
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)
    work: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    def add(self, actions: Sequence[Action]) -> None:
        for action in actions:
            is_work = action.kind is not ActionKind.NOTHING
            self.unchanged += not is_work
            if is_work or self.unchanged <= _MOST_UNCHANGED:
                self.actions.append(action)


def publish(order: Order, talk: Talk, *, repair: bool = False) -> PublishResult:
    """Plan, ask, apply and verify; return what came of it.

    Whatever happens to one post is a finding, and the others are published all the same. Raises TroubleError where the
    site can't be asked at all, and AnnexeError as reading the sources does. With `repair`, files that were replaced by
    hand or damaged on the site are found by downloading them, and put right.
    """
    if order.withdraw and not order.slugs:
        raise CommandError("withdraw names no post; say which posts are to be taken off the site")
    with _site(order) as site:
        planned = _plan(site, order, talk, repair=repair)
        result = PublishResult(
            target=site.target.name,
            who=site.who,
            actions=tuple(planned.actions),
            unchanged=planned.unchanged,
            findings=tuple(planned.findings),
            is_applied=False,
        )
        if not planned.work or not talk.ask(result):
            return result
        done: list[Action] = []
        failed = tuple(_apply(site, planned, talk, done))
        return PublishResult(
            target=site.target.name,
            who=site.who,
            actions=tuple(done),
            unchanged=planned.unchanged,
            findings=_once((*planned.findings, *_found(site, order, talk, failed))),
            is_applied=True,
        )


def _found(
    site: _Site, order: Order, talk: Talk, failed: Sequence[tuple[Finding, bool]]
) -> Iterator[Finding]:
    """Yield why posts failed, and what verifying finds on the others: what a failed one lacks is no news."""
    yield from (finding for finding, _ in failed)
    if not any(is_whole for _, is_whole in failed):
        told = {finding.slug for finding, _ in failed}
        yield from (finding for finding in _verified(site, order, talk) if finding.slug not in told)


def verify(order: Order, talk: Talk) -> PublishResult:
    """Compare what a site carries with what it should, writing nothing; raises as `publish` does."""
    with _site(order) as site:
        findings = _once(_verified(site, order, talk))
        return PublishResult(
            target=site.target.name,
            who=site.who,
            actions=(),
            unchanged=0,
            findings=findings,
            is_applied=False,
        )


@contextmanager
def _site(order: Order) -> Iterator[_Site]:
    """Yield the site; while it lasts, no build changes what is being published."""
    settings = order.settings
    with build_lock(settings.output), open_ledger(machine_folder(settings.output)) as ledger:
        house = read_house(order.house_file)
        materials = read_materials(settings, house)
        wants = Wants(settings, order.target, materials, ledger, withdraw=order.withdraw)
        with opened_target(order, materials) as target:
            yield _Site(target=target, wants=wants, who=target.check())


def _batches(site: _Site, order: Order) -> Iterator[Wanted]:
    """Yield the posts of an order in batches, and behind them what the site shows of all posts together."""
    yield from site.wants.batches(order.slugs)
    if site.target.front is not None:
        yield Wanted(posts=(site.target.front,), findings=())


def _plan(site: _Site, order: Order, talk: Talk, *, repair: bool) -> _Planned:
    planned, claims = _Planned(), _claims(site, order)
    for batch in _batches(site, order):
        planned.findings += batch.findings
        for wanted, state in zip(batch.posts, site.target.observe(batch.posts), strict=True):
            talk.progress(f"looking at {wanted.slug or 'the front pages'}")
            refusal = claims.refusal(wanted, state)
            if refusal is not None:
                planned.findings.append(refusal)
                continue
            spoilt = verify_post(site.target, wanted, state).spoilt if repair else ()
            plan = plan_post(wanted, state, spoilt)
            planned.add(plan.actions)
            planned.findings += [
                _finding(wanted.slug, trouble.name, trouble.message, trouble.remedy)
                for _, trouble in plan.troubles
            ]
            if plan.has_work:
                planned.work[wanted.slug] = (versions_of(state), spoilt)
    return planned


def _claims(site: _Site, order: Order) -> Claims:
    claims = Claims(order.target)
    claims.of_others(site.wants, order.settings, order.slugs)
    return claims


def _apply(site: _Site, planned: _Planned, talk: Talk, done: list[Action]) -> Iterator[tuple[Finding, bool]]:
    """Apply the plan post by post; yield what failed, and whether it ends the whole run. `done` gathers what was done."""

    def tell(action: Action) -> None:
        done.append(action)
        talk.tell(action)

    applying = Applying(target=site.target, wait=talk.wait, tell=tell)
    for slug, (versions, spoilt) in planned.work.items():
        wanted = _one(site, slug)
        if wanted is None:
            continue
        # What all posts are shown together with changes as the posts do.
        expected = None if wanted is site.target.front else versions
        try:
            apply_post(applying, wanted, versions=expected, spoilt=spoilt)
        except TroubleError as error:
            yield (
                _finding(slug, error.trouble.name, error.trouble.message, error.trouble.remedy),
                error.is_whole_site,
            )
            if error.is_whole_site:
                return
        except PublishError as error:
            yield _finding(slug, "failed", error.message, error.remedy), False


def _one(site: _Site, slug: str) -> WantedPost | None:
    """Return what the site is to carry of a post, as the source is now."""
    front = site.target.front
    return front if front is not None and slug == front.slug else site.wants.one(slug)


def _verified(site: _Site, order: Order, talk: Talk) -> Iterator[Finding]:
    claims = _claims(site, order)
    for batch in _batches(site, order):
        yield from batch.findings
        for wanted, state in zip(batch.posts, site.target.observe(batch.posts), strict=True):
            talk.progress(f"verifying {wanted.slug or 'the front pages'}")
            refusal = claims.refusal(wanted, state)
            yield from verify_post(site.target, wanted, state).findings if refusal is None else (refusal,)


def _once(findings: Iterator[Finding] | Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _finding(slug: str, name: str, message: str, remedy: str) -> Finding:
    # The post's name is printed before its finding.
    message = message.removeprefix(f"{slug}: ") if slug else message
    return Finding(
        check=f"publish.{name}", severity=Severity.ERROR, message=message, remedy=remedy, slug=slug or None
    )
