"""A whole run on one site: plan → confirm → apply → verify. And verifying alone."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain

from pipeline.build.candidates import read_materials
from pipeline.core.errors import CommandError
from pipeline.core.files import machine_folder
from pipeline.core.lock import build_lock
from pipeline.core.model import Finding
from pipeline.ledger.opening import open_ledger
from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.conflicts import PlaceOwners
from pipeline.publish.desired import DesiredBatch, DesiredPosts
from pipeline.publish.errors import PublishError, SiteProblem, SiteProblemError, publish_finding
from pipeline.publish.model import DesiredPost, PostState, Target
from pipeline.publish.plan import Action, ActionKind, plan_post, versions_of
from pipeline.publish.result import PublishResult
from pipeline.publish.targets import PublishRequest, opened_target
from pipeline.publish.verify import verify_post
from pipeline.sources.house import read_house

#: Up to so many lines of a plan that say "nothing to do" are shown; the others are counted.
_MOST_UNCHANGED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """How a run talks to its caller.

    `confirm` is given the plan and returns whether to apply it, `report` is given each action once it is
    done, `progress` what is being done now, `wait` the seconds to wait.
    """

    confirm: Callable[[PublishResult], bool]
    report: Callable[[Action], None]
    progress: Callable[[str], None]
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A run on a site that answers, and what the site is to carry."""

    request: PublishRequest
    interaction: Interaction
    target: Target
    desired_posts: DesiredPosts
    who: str


@dataclass(slots=True, kw_only=True)
class _Plan:
    """The plan of all posts.

    `actions` holds every line but the unchanged ones beyond the first hundred, `work` by slug the versions
    that the plan was made from and the keys of damaged files.
    """

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


def publish(request: PublishRequest, interaction: Interaction, *, repair: bool = False) -> PublishResult:
    """Plan, ask for confirmation, apply and verify; return what was done and found.

    A problem with one post is a finding, and the other posts are published all the same. Raises
    SiteProblemError where the site doesn't answer at all, and AnnexeError as reading the sources does. With
    `repair`, files that were replaced by hand or damaged on the site are found by downloading them, and
    replaced.
    """
    if request.withdraw and not request.slugs:
        raise CommandError("withdraw names no post; say which posts are to be taken off the site")
    with _opened(request, interaction) as run:
        plan = _plan(run, repair=repair)
        result = replace(_result(run, plan.findings), actions=tuple(plan.actions), unchanged=plan.unchanged)
        if not plan.work or not interaction.confirm(result):
            return result
        done: list[Action] = []
        failures = tuple(_apply(run, plan, done))
        findings = _unique((*plan.findings, *_after_applying(run, failures)))
        return replace(result, actions=tuple(done), findings=findings, is_applied=True)


def verify(request: PublishRequest, interaction: Interaction) -> PublishResult:
    """Compare what a site carries with what it should, writing nothing; raises as `publish` does."""
    with _opened(request, interaction) as run:
        return _result(run, _verify(run))


@contextmanager
def _opened(request: PublishRequest, interaction: Interaction) -> Iterator[_Run]:
    """Yield the run; while it lasts, no build changes what is being published."""
    settings = request.settings
    with build_lock(settings.output), open_ledger(machine_folder(settings.output)) as ledger:
        materials = read_materials(settings, read_house(request.house_file))
        desired = DesiredPosts(settings, request.target, materials, ledger, withdraw=request.withdraw)
        with opened_target(request, materials) as target:
            yield _Run(
                request=request,
                interaction=interaction,
                target=target,
                desired_posts=desired,
                who=target.check(),
            )


def _result(run: _Run, findings: Iterable[Finding]) -> PublishResult:
    return PublishResult(
        target=run.target.name,
        who=run.who,
        actions=(),
        unchanged=0,
        findings=_unique(findings),
        is_applied=False,
    )


def _observed(run: _Run, doing: str) -> Iterator[Finding | tuple[DesiredPost, PostState]]:
    """Yield each post with its state on the site, and findings about those that can't be compared.

    What the site shows of all posts together comes last.
    """
    owners = PlaceOwners(run.request.target)
    owners.add_other_posts(run.desired_posts, run.request.settings, run.request.slugs)
    front = [] if run.target.front is None else [DesiredBatch(posts=(run.target.front,), findings=())]
    for batch in chain(run.desired_posts.batches(run.request.slugs), front):
        yield from batch.findings
        for desired, state in zip(batch.posts, run.target.observe(batch.posts), strict=True):
            run.interaction.progress(f"{doing} {desired.slug or 'the front pages'}")
            conflict = owners.conflict(desired, state)
            yield (desired, state) if conflict is None else conflict


def _plan(run: _Run, *, repair: bool) -> _Plan:
    plan = _Plan()
    for observed in _observed(run, "looking at"):
        if isinstance(observed, Finding):
            plan.findings.append(observed)
            continue
        desired, state = observed
        damaged = verify_post(run.target, desired, state).damaged if repair else ()
        post_plan = plan_post(desired, state, damaged)
        plan.add(post_plan.actions)
        plan.findings += [_problem_finding(desired.slug, problem) for _, problem in post_plan.problems]
        if post_plan.has_work:
            plan.work[desired.slug] = (versions_of(state), damaged)
    return plan


def _apply(run: _Run, plan: _Plan, done: list[Action]) -> Iterator[tuple[Finding, bool]]:
    """Apply the plan post by post; yield each failure and if it ends the run; `done` gets the actions."""

    def report(action: Action) -> None:
        done.append(action)
        run.interaction.report(action)

    context = ApplyContext(target=run.target, wait=run.interaction.wait, report=report)
    for slug, (versions, damaged) in plan.work.items():
        front = run.target.front
        is_front = front is not None and slug == front.slug
        # Read again: the source may have changed while the plan was being confirmed.
        desired = front if is_front else run.desired_posts.one(slug)
        if desired is None:
            continue
        try:
            # What all posts are shown together with changes as the posts do, so that it has no version to
            # expect.
            apply_post(context, desired, versions=None if is_front else versions, damaged=damaged)
        except SiteProblemError as error:
            yield _problem_finding(slug, error.problem), error.is_whole_site
            if error.is_whole_site:
                return
        except PublishError as error:
            failure = SiteProblem(name="failed", message=error.message, remedy=error.remedy)
            yield _problem_finding(slug, failure), False


def _after_applying(run: _Run, failures: Sequence[tuple[Finding, bool]]) -> Iterator[Finding]:
    """Yield the failures, and what verifying finds on the other posts: what a failed one lacks is known."""
    yield from (finding for finding, _ in failures)
    if not any(ends_run for _, ends_run in failures):
        failed = {finding.slug for finding, _ in failures}
        yield from (finding for finding in _verify(run) if finding.slug not in failed)


def _verify(run: _Run) -> Iterator[Finding]:
    for observed in _observed(run, "verifying"):
        if isinstance(observed, Finding):
            yield observed
        else:
            yield from verify_post(run.target, *observed).findings


def _unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _problem_finding(slug: str, problem: SiteProblem) -> Finding:
    # The post's name is printed before its finding.
    message = problem.message.removeprefix(f"{slug}: ") if slug else problem.message
    return publish_finding(problem.name, message, problem.remedy, slug=slug)
