"""Observe, do the first phase of the plan, observe again: until a site carries what it should.

Nothing is remembered between two observations. So it makes no difference whether a write was lost before or
after it reached the site, or whether this process was killed: the next observation shows it, and the plan
made from it goes on.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from pipeline.core.files import read_if_there
from pipeline.publish.errors import (
    ChangedMeanwhileError,
    CompetingRunError,
    OutcomeUnknownError,
    OverwroteChangeError,
    PublishError,
    SiteProblemError,
)
from pipeline.publish.model import DesiredPost, LocalFile, PlaceState, PostState, RemoteFile, Target
from pipeline.publish.plan import Action, ActionKind, PostPlan, plan_post, versions_of

#: How often the outcome of a write may be unknown before a post is given up for this run.
_MOST_UNKNOWN = 4
#: How often one phase of a post may be done in one run. Once is enough, or twice where another run
#: interfered. Without a limit, two runs from different sources would undo each other's work for ever.
_MOST_ROUNDS = 3
#: The limit where a link leads to a missing file at that point: no run gives up before it is fixed, so that
#: not both runs leave it broken.
_LAST_ROUND = 12
#: Seconds to wait before the observation that follows a write of unknown outcome: a slow server may still be
#: writing.
_FIRST_WAIT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyContext:
    """What applying needs besides the post: the site, how to wait, and what is called after each action."""

    target: Target
    wait: Callable[[float], None]
    report: Callable[[Action], None]


def apply_post(
    context: ApplyContext,
    desired: DesiredPost,
    *,
    versions: tuple[str, ...] | None = None,
    damaged: Collection[str] = (),
) -> None:
    """Bring a site to carry what it should of one post.

    `versions` are those that the plan was made from: where they differ now, ChangedMeanwhileError is raised
    before anything is written. Raises SiteProblemError, OutcomeUnknownError or PublishError where it can't be
    done; what was done until then does no harm, and the next run goes on from there. OverwroteChangeError is
    raised only once the post is right, CompetingRunError where another run undoes what was done as often as
    it is done.
    """
    unknown, overwrote, rounds = 0, None, _Rounds()
    while True:
        state = _observe(context.target, desired, versions)
        versions = None
        plan = plan_post(desired, state, damaged)
        if not plan.has_work:
            break
        rounds.refuse_endless(context.target, state, plan)
        try:
            _carry_out(context, desired, state, plan)
            rounds.note(plan)
        except OverwroteChangeError as error:
            if overwrote is not None:
                raise
            overwrote = error
            rounds.forget()
        except OutcomeUnknownError:
            unknown += 1
            if unknown > _MOST_UNKNOWN:
                raise
            rounds.forget()
            context.wait(_FIRST_WAIT * 2 ** (unknown - 1))
    if overwrote is not None:
        raise overwrote


@dataclass(slots=True)
class _Rounds:
    """The phases a run did to a post: the last one, unless its outcome is unknown, and how often each."""

    last: tuple[object, ...] = ()
    times: Counter[object] = field(default_factory=Counter)

    def note(self, plan: PostPlan) -> None:
        """Record that a plan's first phase was done."""
        self.last = _first_phase(plan)
        self.times[self.last[0]] += 1

    def forget(self) -> None:
        """Forget the last phase, whose outcome is unknown."""
        self.last = ()

    def refuse_endless(self, target: Target, state: PostState, plan: PostPlan) -> None:
        """Raise PublishError where the last phase is to be done again, or another run undoes it each time."""
        phase = _first_phase(plan)
        if phase == self.last:
            work = (f"{one.kind} {one.what}" for one in plan.actions if one.kind is not ActionKind.NOTHING)
            raise PublishError(
                f"{plan.slug}: {target.name} took what was written and doesn't show it ({'; '.join(work)})",
                "see that nobody else publishes the same post there, ask the site's administrator what "
                "changes or caches it, then publish again",
            )
        most = _MOST_ROUNDS if _is_whole(state) else _LAST_ROUND
        if self.times[phase[0]] >= most:
            raise CompetingRunError(
                f"{plan.slug}: another run publishes the same post to {target.name} from other sources: "
                f"what this one did was undone {most} times, and it gave way"
            )


def _is_whole(state: PostState) -> bool:
    """Say whether every link of ours leads to a file that is there."""
    there = {file.key for file in state.files}
    return all(link.file_key in there for place in state.places for link in place.links)


def _observe(target: Target, desired: DesiredPost, versions: tuple[str, ...] | None) -> PostState:
    """Return the state of a post; raises ChangedMeanwhileError where it hasn't these `versions`."""
    (state,) = target.observe([desired])
    if versions is not None and versions != versions_of(state):
        raise ChangedMeanwhileError(
            f"{desired.slug}: somebody changed the post on {target.name} since the plan was shown, and "
            "nothing was written"
        )
    return state


def _first_phase(plan: PostPlan) -> tuple[object, ...]:
    """Return the number and the work of the first phase with work, done before the next observation."""
    phases: tuple[tuple[object, ...], ...] = (plan.creates, plan.uploads, plan.links, plan.deletes)
    return next(((number, *phase) for number, phase in enumerate(phases) if phase), ())


def _carry_out(context: ApplyContext, desired: DesiredPost, state: PostState, plan: PostPlan) -> None:
    """Do the first phase of a plan that has work, and report each of its actions once it is done."""
    if plan.creates:
        for index in plan.creates:
            context.target.link(desired.places[index], state.places[index], (), desired)
        _report(context, plan, {ActionKind.CREATE})
    elif plan.uploads:
        for index, file in plan.uploads:
            _upload(context.target, file, state.places[index])
            _report(context, plan, {ActionKind.UPLOAD}, language=file.language)
    elif plan.links:
        for one in plan.links:
            # Without uploads every link leads to a file that is on the site.
            links = [link for link in one.links if not isinstance(link, LocalFile)]
            place = desired.places[one.index]
            context.target.link(place, state.places[one.index], links, desired)
            _report(context, plan, {ActionKind.LINK, ActionKind.UNLINK, ActionKind.WRITE}, where=place.name)
    else:
        for remote in plan.deletes:
            context.target.delete(remote)
            _report(context, plan, {ActionKind.DELETE}, where=remote.key)


def _report(
    context: ApplyContext,
    plan: PostPlan,
    kinds: Collection[ActionKind],
    *,
    language: str | None = None,
    where: str | None = None,
) -> None:
    for action in plan.actions:
        if action.kind in kinds and language in (None, action.language) and where in (None, action.where):
            context.report(action)


def _upload(target: Target, file: LocalFile, place: PlaceState) -> None:
    """Upload a file, download it and compare; a copy that differs is deleted."""
    data = read_if_there(file.path)
    if data is None or hashlib.sha256(data).hexdigest() != file.identity.sha256:
        raise PublishError(
            f"{file.identity.slug}: {file.path.name} was changed while it was being published",
            "run `make`, then publish again",
        )
    remote = target.upload(file, place)
    what = difference(target, remote, file)
    if what is not None:
        target.delete(remote)
        raise SiteProblemError(
            "damaged_upload",
            f"{file.identity.slug}: {file.identity.file_name} came back from {target.name} {what}, and was "
            "taken away again",
            "ask the site's administrator what changes uploads there (a security or optimising plugin, a "
            "proxy)",
        )


def difference(target: Target, remote: RemoteFile, file: LocalFile) -> str | None:
    """Return in words how the file that a reader downloads differs from a built attachment, or None."""
    size = file.identity.size
    data = target.fetch(remote.url, most=max(4 * size, size + 1_000_000))
    if len(data) != size:
        return f"with {len(data):,} bytes instead of {size:,}"
    digest, expected = hashlib.sha256(data).hexdigest(), file.identity.sha256
    return None if digest == expected else f"with other bytes (sha256 {digest[:8]} instead of {expected[:8]})"
