"""Look, do the first thing that the plan says, look again: until a site carries what it should.

Nothing is remembered between one look and the next. So it makes no difference whether a write was lost before or after it
reached the site, or whether this process was killed: the next look tells, and the same plan goes on from there.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from pipeline.core.files import read_if_there
from pipeline.publish.errors import (
    ChangedMeanwhileError,
    ContendedError,
    FateUnknownError,
    OvertookError,
    PublishError,
    TroubleError,
)
from pipeline.publish.model import (
    LocalFile,
    PlaceState,
    PostState,
    RemoteFile,
    Target,
    Trouble,
    WantedPost,
)
from pipeline.publish.plan import Action, ActionKind, PostPlan, plan_post, versions_of

#: How often a write's fate may be unknown before a post is given up for this run.
_MOST_UNKNOWN = 4
#: How often one phase of a post may be done in one run. Once is enough; once more where another run came between. Two runs
#: from different sources that answer each other in turns would else undo each other's work for ever.
_MOST_ROUNDS = 3
#: How often in all, where a link leads to nothing after that: nobody gives way before it is mended, lest both leave it so.
_LAST_ROUND = 12
#: Seconds to wait before the look that follows a write of unknown fate: a slow server may still be at it.
_FIRST_WAIT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """What applying needs besides the post: the site, how to wait, whom to tell what was done."""

    target: Target
    wait: Callable[[float], None]
    tell: Callable[[Action], None]


def apply_post(
    applying: Applying,
    wanted: WantedPost,
    *,
    versions: tuple[str, ...] | None = None,
    spoilt: Collection[str] = (),
) -> None:
    """Bring a site to carry what it should of one post.

    `versions` are those that the plan was made from: where they are others now, ChangedMeanwhileError is raised before
    anything is written. Raises TroubleError, FateUnknownError or PublishError where it can't be done; what was done
    until then is no harm, and running again goes on from there. OvertookError comes once all is right again, ContendedError
    where somebody undoes what was done as often as it is done.
    """
    unknown, overtook, rounds = 0, None, _Rounds()
    while True:
        state = _look(applying.target, wanted, versions)
        versions = None
        plan = plan_post(wanted, state, spoilt)
        if not plan.has_work:
            break
        rounds.refuse_endless(applying.target, state, plan)
        try:
            _carry_out(applying, wanted, state, plan)
            rounds.note(plan)
        except OvertookError as error:
            if overtook is not None:
                raise
            overtook = error
            rounds.forget()
        except FateUnknownError:
            unknown += 1
            if unknown > _MOST_UNKNOWN:
                raise
            rounds.forget()
            applying.wait(_FIRST_WAIT * 2 ** (unknown - 1))
    if overtook is not None:
        raise overtook


@dataclass(slots=True)
class _Rounds:
    """What a run did to a post: the phase that it did last, if nothing came between, and how often it did each."""

    last: tuple[object, ...] = ()
    times: Counter[object] = field(default_factory=Counter)

    def note(self, plan: PostPlan) -> None:
        """Note that a plan's first phase was done."""
        self.last = _first_phase(plan)
        self.times[self.last[0]] += 1

    def forget(self) -> None:
        """Forget what was done last: whether it was is unknown."""
        self.last = ()

    def refuse_endless(self, target: Target, state: PostState, plan: PostPlan) -> None:
        """Raise PublishError where what was just done is to be done again, or somebody undoes it again and again."""
        phase = _first_phase(plan)
        if phase == self.last:
            raise _not_shown(target, plan)
        most = _MOST_ROUNDS if _is_whole(state) else _LAST_ROUND
        if self.times[phase[0]] >= most:
            raise _contended(target, plan, most)


def _is_whole(state: PostState) -> bool:
    """Say whether every link of ours leads to a file that is there."""
    there = {file.key for file in state.files}
    return all(link.file_key in there for place in state.places for link in place.links)


def _not_as_planned(target: Target, wanted: WantedPost) -> PublishError:
    return ChangedMeanwhileError(
        f"{wanted.slug}: somebody changed the post on {target.name} since the plan was shown, and nothing was written"
    )


def _not_shown(target: Target, plan: PostPlan) -> PublishError:
    return PublishError(
        f"{plan.slug}: {target.name} took what was written and doesn't show it ({'; '.join(_told(plan))})",
        "see that nobody else publishes the same post there, ask the site's administrator what changes or caches it, then "
        "publish again",
    )


def _contended(target: Target, plan: PostPlan, times: int) -> ContendedError:
    return ContendedError(
        f"{plan.slug}: another run publishes the same post to {target.name} from other sources: what this one did was undone "
        f"{times} times, and it gave way"
    )


def _look(target: Target, wanted: WantedPost, versions: tuple[str, ...] | None) -> PostState:
    """Return what a site carries of a post; raises ChangedMeanwhileError where its versions are to be these and aren't."""
    (state,) = target.observe([wanted])
    if versions is not None and versions != versions_of(state):
        raise _not_as_planned(target, wanted)
    return state


def _first_phase(plan: PostPlan) -> tuple[object, ...]:
    """Return what is done before the site is looked at again, as something to compare."""
    phases: tuple[tuple[object, ...], ...] = (plan.creates, plan.uploads, plan.links, plan.deletes)
    return next(((number, *phase) for number, phase in enumerate(phases) if phase), ())


def _told(plan: PostPlan) -> Iterator[str]:
    for action in plan.actions:
        if action.kind is not ActionKind.NOTHING:
            yield f"{action.kind} {action.what}"


def _carry_out(applying: Applying, wanted: WantedPost, state: PostState, plan: PostPlan) -> None:
    """Do the first phase of a plan that has anything in it, and tell each line of it once it is done."""
    if plan.creates:
        for index in plan.creates:
            applying.target.link(wanted.places[index], state.places[index], (), wanted)
        _tell(applying, plan, {ActionKind.CREATE})
    elif plan.uploads:
        for index, file in plan.uploads:
            _upload(applying.target, file, state.places[index])
            _tell(applying, plan, {ActionKind.UPLOAD}, language=file.language)
    elif plan.links:
        for one in plan.links:
            # Without uploads every link leads to a file that is on the site.
            links = [link for link in one.links if not isinstance(link, LocalFile)]
            place = wanted.places[one.index]
            applying.target.link(place, state.places[one.index], links, wanted)
            _tell(applying, plan, {ActionKind.LINK, ActionKind.UNLINK, ActionKind.WRITE}, where=place.name)
    else:
        for remote in plan.deletes:
            applying.target.delete(remote)
            _tell(applying, plan, {ActionKind.DELETE}, where=remote.key)


def _tell(
    applying: Applying,
    plan: PostPlan,
    kinds: Collection[ActionKind],
    *,
    language: str | None = None,
    where: str | None = None,
) -> None:
    for action in plan.actions:
        if action.kind in kinds and language in (None, action.language) and where in (None, action.where):
            applying.tell(action)


def _upload(target: Target, file: LocalFile, place: PlaceState) -> None:
    """Upload a file, get it back and compare; a copy that differs is taken away again."""
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
        raise TroubleError(
            Trouble(
                name="damaged_upload",
                message=f"{file.identity.slug}: {file.identity.file_name} came back from {target.name} {what}, and was "
                "taken away again",
                remedy="ask the site's administrator what changes uploads there (a security or optimising plugin, a proxy)",
            )
        )


def difference(target: Target, remote: RemoteFile, file: LocalFile) -> str | None:
    """Return in words how what a reader downloads differs from a built attachment, or None where it is the same."""
    size = file.identity.size
    data = target.fetch(remote.url, most=max(4 * size, size + 1_000_000))
    if len(data) != size:
        return f"with {len(data):,} bytes instead of {size:,}"
    if hashlib.sha256(data).hexdigest() != file.identity.sha256:
        return f"with other bytes (sha256 {hashlib.sha256(data).hexdigest()[:8]} instead of {file.identity.sha256[:8]})"
    return None
