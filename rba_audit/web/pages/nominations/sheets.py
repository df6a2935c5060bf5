"""Columns and rows of the files of nominations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rba_audit.findings import Status
from rba_audit.kla.nomination_order import RankedSite
from rba_audit.kla.nomination_trail import STEP_STATE_WORDS, EntryState, StepProgress
from rba_audit.messages import say
from rba_audit.plans.tables import in_currency
from rba_audit.reports import Column
from rba_audit.standard import Standard
from rba_audit.status_style import status_words
from rba_audit.web.pages.nominations.sites import NominatedTrail

_WHOLE = "#,##0"


@dataclass(frozen=True, slots=True)
class RankLine:
    """A site of the order, with its trail if it is nominated."""

    ranked: RankedSite
    trail: NominatedTrail | None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A step of a nominated site, or one of its entries."""

    trail: NominatedTrail
    progress: StepProgress
    entry: EntryState | None


def rank_lines(ranked: Sequence[RankedSite], trails: Sequence[NominatedTrail]) -> list[RankLine]:
    """Return a line for each site of the order."""
    by_site = {trail.nomination.site_id: trail for trail in trails}
    return [RankLine(site, by_site.get(site.site.row.id)) for site in ranked]


def trail_lines(trails: Sequence[NominatedTrail]) -> list[TrailLine]:
    """Return a line for each entry of each step, and for a step without any."""
    return [
        TrailLine(trail, progress, entry)
        for trail in trails
        for progress in trail.trail.steps
        for entry in (progress.entries or (None,))
    ]


def rank_columns(standard: Standard) -> list[Column[RankLine]]:
    """Return the columns of the order of readiness."""
    currency = standard.currency
    return [
        Column(say("Place"), lambda line: line.ranked.place, 8),
        Column(say("Id"), lambda line: line.ranked.site.row.id, 20),
        Column(say("Site"), lambda line: line.ranked.site.row.name, 30),
        Column(say("Kecamatan"), lambda line: line.ranked.site.row.kecamatan, 16),
        Column(say("Nominated"), lambda line: str(say("yes") if line.ranked.site.nominated else say("no")), 12),
        Column(say("Status"), lambda line: _status(line.ranked.site.row.status), 20),
        Column(say("Lowest rank"), lambda line: line.ranked.site.row.rank_low or "", 12),
        Column(say("Highest rank"), lambda line: line.ranked.site.row.rank_high or "", 12),
        Column(say("Lowest score"), lambda line: line.ranked.site.row.score_low, 12, _WHOLE),
        Column(say("Highest score"), lambda line: line.ranked.site.row.score_high, 12, _WHOLE),
        Column(say("Must be fixed first"), lambda line: _if_audited(line, len(line.ranked.site.row.must_fix)), 12),
        Column(say("Mandatory"), lambda line: _if_audited(line, len(line.ranked.site.row.red)), 11),
        Column(say("Not known yet"), lambda line: line.ranked.site.row.undetermined, 12),
        Column(in_currency(say("Lowest cost of the repairs left"), currency), lambda line: _cost(line, low=True), 18, _WHOLE),
        Column(in_currency(say("Highest cost of the repairs left"), currency), lambda line: _cost(line, low=False), 18, _WHOLE),
        Column(say("Open documents"), lambda line: line.ranked.site.documents, 12),
        Column(say("Why it is not higher"), lambda line: str(line.ranked.reason or ""), 50),
        Column(say("What would change it"), lambda line: str(line.ranked.change or ""), 50),
        Column(say("Next step"), _next, 26),
        Column(say("By when"), _due, 14),
    ]  # fmt: skip


def trail_columns() -> list[Column[TrailLine]]:
    """Return the columns of the trails."""
    return [
        Column(say("Id"), lambda line: line.trail.nomination.site_id, 20),
        Column(say("Site"), lambda line: line.trail.name, 30),
        Column(say("Step"), lambda line: str(line.progress.step.words), 30),
        Column(say("State"), _state, 22),
        Column(say("Day"), _day, 14),
        Column(say("Deadline"), lambda line: line.entry.entry.deadline if line.entry else line.progress.due, 14),
        Column(say("Result"), _result, 24),
        Column(say("Score"), _score, 10),
        Column(say("Note"), lambda line: line.entry.entry.note if line.entry else "", 50),
    ]


def _status(status: Status) -> str:
    return str(status_words(status))


def _if_audited(line: RankLine, count: int) -> int | None:
    return count if line.ranked.site.audited else None


def _cost(line: RankLine, *, low: bool) -> int | None:
    """Return an end of the cost; 0 for a standard site, None if it is not known."""
    cost = line.ranked.site.cost
    if cost is None:
        return 0
    return None if cost.cost is None else cost.cost.low if low else cost.cost.high


def _next(line: RankLine) -> str:
    following = line.trail.trail.next if line.trail else None
    return str(following.step.words) if following else ""


def _due(line: RankLine) -> date | None:
    following = line.trail.trail.next if line.trail else None
    return following.due if following else None


def _state(line: TrailLine) -> str:
    return str(STEP_STATE_WORDS[line.entry.state if line.entry else line.progress.state])


def _day(line: TrailLine) -> date | None:
    return line.entry.entry.day if line.entry else line.progress.day


def _result(line: TrailLine) -> str:
    found = line.progress.step.result(line.entry.entry.result) if line.entry else None
    return str(found.words) if found else line.entry.entry.result if line.entry else ""


def _score(line: TrailLine) -> float | None:
    entry = line.entry.entry if line.entry else None
    if entry is not None:
        return None if entry.score is None else float(entry.score)
    own = line.trail.self_assessed if line.progress.step.known == "self_assessment" else None
    return own.score_low if own is not None and own.score_low == own.score_high else None
