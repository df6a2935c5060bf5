"""Trail of a nominated site: the state of each step, what is next, and by when. Recorded by hand, or known from the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args

from rba_audit.kla.calendar import KlaRound
from rba_audit.messages import Message, say
from rba_audit.register.certificates import Certificate
from rba_audit.register.kla.nomination_trails import TrailEntry
from rba_audit.standard.policies.kla_trail import NominationStep, NominationSteps

StepState = Literal["done", "planned", "overdue", "open", "ended"]
STEP_STATES: Final[tuple[StepState, ...]] = get_args(StepState)
STEP_STATE_WORDS: Final[Mapping[StepState, Message]] = {
    "done": say("done"),
    "planned": say("to do, with a date"),
    "overdue": say("overdue"),
    "open": say("to do, without a date"),
    "ended": say("ended"),
}


@dataclass(frozen=True, slots=True)
class KnownOfSite:
    """What the register knows of a nominated site by itself.

    Attributes:
        self_assessment: Day of its newest approved self-assessment.
        certificate: Its newest certificate that is not withdrawn.
        surveillance: Day by which it is due for surveillance.
    """

    self_assessment: date | None = None
    certificate: Certificate | None = None
    surveillance: date | None = None


@dataclass(frozen=True, slots=True)
class EntryState:
    """An entry of a step with its state; `due` is the day by which it has to be done, if it is not done."""

    entry: TrailEntry
    state: StepState
    due: date | None


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step of a trail with its state.

    Attributes:
        day: When it was done; of several entries the last.
        due: By when it has to be done, if it is not done and a day is known.
        usual: Whether `due` is only the usual date of the calendar.
        entries: The entries that count.
    """

    step: NominationStep
    state: StepState
    day: date | None
    due: date | None
    usual: bool
    entries: tuple[EntryState, ...]


@dataclass(frozen=True, slots=True)
class NominationTrail:
    """The trail of a nominated site.

    Attributes:
        steps: All steps in order.
        next: The first step that is not done after the last one that is; None if the trail has ended or everything is done.
        deadlines: Steps and entries with a day by which they have to be done, earliest first.
        score: The auditor's score, if it is recorded.
    """

    steps: tuple[StepProgress, ...]
    next: StepProgress | None
    deadlines: tuple[tuple[date, NominationStep, TrailEntry | None], ...]
    score: Decimal | None

    @property
    def ended(self) -> bool:
        """Whether the site is not proposed any further."""
        return any(progress.state == "ended" for progress in self.steps)


def nomination_trail(
    steps: NominationSteps, entries: Iterable[TrailEntry], known: KnownOfSite, round: KlaRound, today: date
) -> NominationTrail:
    """Return the trail of a site; `entries` are the newest version of each entry, without those that were taken back."""
    by_step: dict[str, list[TrailEntry]] = {}
    for entry in entries:
        by_step.setdefault(entry.step, []).append(entry)
    progress = tuple(_progress(step, by_step.get(step.name, []), known, round, today) for step in steps.steps)
    ended = any(each.state == "ended" for each in progress)
    last_done = max((index for index, each in enumerate(progress) if each.state == "done"), default=-1)
    following = None if ended else next((each for each in progress[last_done + 1 :] if each.state != "done"), None)
    scores = [entry.score for step in steps.steps if step.score for entry in by_step.get(step.name, [])]
    return NominationTrail(
        steps=progress,
        next=following,
        deadlines=() if ended else tuple(_deadlines(progress)),
        score=next((score for score in scores if score is not None), None),
    )


def state_of_entry(step: NominationStep, entry: TrailEntry, today: date) -> EntryState:
    """Return the state of an entry on a day; it is overdue from the day after its deadline."""
    result = step.result(entry.result)
    state = result.state if result else "by_day"
    if state == "ended":
        return EntryState(entry, "ended", None)
    happened = entry.day is not None and entry.day <= today
    if state == "done" or (state == "by_day" and (happened or entry.score is not None)):
        return EntryState(entry, "done", None)
    due = entry.deadline or (None if happened else entry.day)
    return EntryState(entry, "open" if due is None else "overdue" if due < today else "planned", due)


def score_difference(low: int | None, high: int | None, official: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """Return the auditor's score minus the self-assessment, from and to; None if one of them is not known."""
    if low is None or high is None or official is None:
        return None
    return official - high, official - low


def _progress(
    step: NominationStep, entries: Sequence[TrailEntry], known: KnownOfSite, round: KlaRound, today: date
) -> StepProgress:
    if step.known:
        return _known_progress(step, known, round, today)
    states = tuple(state_of_entry(step, entry, today) for entry in entries)
    usual = round.dates[step.due_step][1] if step.due_step in round.dates else None
    days = [each.entry.day for each in states if each.state == "done" and each.entry.day]
    dues = [each.due for each in states if each.due]
    found = {each.state for each in states}
    if not states or found == {"open"}:
        late = usual is not None and usual < today
        state: StepState = "open" if usual is None else "overdue" if late else "planned"
        return StepProgress(step, state, None, usual, usual is not None, states)
    order: tuple[StepState, ...] = ("ended", "overdue", "planned", "open", "done")
    state = next(each for each in order if each in found)
    return StepProgress(step, state, max(days, default=None), min(dues, default=None), usual=False, entries=states)


def _known_progress(step: NominationStep, known: KnownOfSite, round: KlaRound, today: date) -> StepProgress:
    """Return the state of a step that the register knows; a certificate of an earlier round does not count for this one."""
    certificate = known.certificate
    first_day = min((first for first, _ in round.dates.values()), default=date(round.year, 1, 1))
    certified = certificate is not None and certificate.issued >= first_day
    if step.known == "self_assessment":
        day = known.self_assessment
        return StepProgress(step, "open" if day is None else "done", day, None, usual=False, entries=())
    if step.known == "certificate":
        day = certificate.issued if certificate is not None and certified else None
        return StepProgress(step, "open" if day is None else "done", day, None, usual=False, entries=())
    due = known.surveillance if certified else None
    state: StepState = "open" if due is None else "overdue" if due < today else "planned"
    return StepProgress(step, state, None, due, usual=False, entries=())


def _deadlines(progress: Sequence[StepProgress]) -> list[tuple[date, NominationStep, TrailEntry | None]]:
    found: list[tuple[date, NominationStep, TrailEntry | None]] = []
    for each in progress:
        own = [(state.due, each.step, state.entry) for state in each.entries if state.due is not None]
        found += own
        if not own and each.due is not None and each.state in ("planned", "overdue"):
            found.append((each.due, each.step, None))
    return sorted(found, key=lambda line: line[0])
