"""Audit backlog as a table: columns, CSV, workbook, and the reason of each rank in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import shapely

from rba_audit.city.backlog import Backlog, BacklogRow, BacklogState
from rba_audit.coverage import Coverage, counted_words, coverage_notes, format_weight
from rba_audit.messages import Message, say
from rba_audit.reports import Column, Provenance, table_workbook
from rba_audit.reports.spreadsheets import csv_text
from rba_audit.status_style import status_words

_M2_A_KM2: Final = 1_000_000
_KM2_DECIMALS: Final = 4
_DEGREES: Final = 6
STATE_WORDS: Final[dict[BacklogState, Message]] = {
    "unaudited": say("Never audited"),
    "oldest": say("Oldest audit first"),
    "all": say("All places"),
}
_UNKNOWN: Final = {
    "position": say("nobody knows where it lies, so nobody can say whom it reaches"),
    "remote": say("it lies too far from the other places, or is drawn too large, to say whom it reaches"),
}


def reach_unit(coverage: Coverage) -> Message:
    """Return a sentence about what the order counts: children, people or ground."""
    return {
        "children": say("Ordered by the children whom each place reaches."),
        "people": say("Ordered by the people whom each place reaches, for nothing says how many of them are children."),
        "area": say("Ordered by the ground that each place reaches, for no population is given: nobody is counted."),
    }[coverage.demand.counted]


def format_range(coverage: Coverage, numbers: tuple[float, float] | None) -> str:
    """Format a range of children, people or km²: one number if both ends read the same, “not known” without numbers."""
    if numbers is None:
        return str(say("not known"))
    low, high = (format_weight(coverage, number) for number in numbers)
    return low if low == high else f"{low}–{high}"


def rank_text(row: BacklogRow) -> str:
    """Return the rank; with `=` for a tie, and a dash if it has none."""
    if row.rank is None:
        return "–"
    return f"{row.rank}=" if row.tied else str(row.rank)


def row_reason(row: BacklogRow, coverage: Coverage) -> Message:
    """Return the reason of a rank."""
    if row.beyond is None:
        return _UNKNOWN[row.unknown]
    who = counted_words(coverage)
    numbers = format_range(coverage, row.beyond)
    if row.beyond[1] <= 0:
        return say("whoever it reaches has a standard place already, or nobody lives within its reach")
    if row.beyond[0] <= 0:
        return say(
            "it is not known whether it reaches anybody; at most {number} {who} without a standard place",
            number=format_weight(coverage, row.beyond[1]),
            who=who,
        )
    return say("{number} {who} within its reach have no standard place", number=numbers, who=who)


def backlog_columns(backlog: Backlog) -> list[Column[BacklogRow]]:
    """Return the columns of a backlog, of a register or an extract alike."""
    coverage = backlog.coverage
    who = counted_words(coverage)

    def number(value: Callable[[BacklogRow], float | None]) -> Callable[[BacklogRow], float | int | None]:
        return lambda row: _in_unit(coverage, value(row))

    return [
        Column(say("Order"), rank_text, 8),
        Column(say("Site"), lambda row: coverage.sites.ids[row.index], 16),
        Column(say("Name"), lambda row: coverage.sites[row.index].name, 32),
        Column(say("Kelurahan"), lambda row: coverage.sites[row.index].kelurahan, 20),
        Column(say("Status"), lambda row: str(status_words(row.status)), 18),
        Column(say("Last audit visit"), lambda row: row.last_audit, 12),
        Column(
            say("Without a standard place, at least ({who})", who=who), number(lambda row: row.beyond and row.beyond[0])
        ),
        Column(
            say("Without a standard place, at most ({who})", who=who), number(lambda row: row.beyond and row.beyond[1])
        ),
        Column(say("Beyond those above in the list ({who})", who=who), number(lambda row: row.added)),
        Column(say("Reaches at least ({who})", who=who), number(lambda row: row.reaches and row.reaches[0])),
        Column(say("Reaches at most ({who})", who=who), number(lambda row: row.reaches and row.reaches[1])),
        Column(say("Why"), lambda row: str(row_reason(row, coverage)), 50),
        Column(say("Latitude"), lambda row: _position(coverage, row, 1), 11),
        Column(say("Longitude"), lambda row: _position(coverage, row, 0), 11),
    ]


def backlog_csv(backlog: Backlog, provenance: Provenance, further: Sequence[Column[BacklogRow]] = ()) -> str:
    """Return a backlog as CSV; `further` columns come before those of the provenance."""
    return csv_text([*backlog_columns(backlog), *further], backlog.rows, provenance)


def backlog_workbook(
    backlog: Backlog,
    provenance: Provenance,
    further: Sequence[Column[BacklogRow]] = (),
    notes: Sequence[tuple[Message, str]] = (),
) -> bytes:
    """Return a backlog as an XLSX workbook; the last sheet states what it rests on, `notes` among it."""
    about = [
        *provenance.about(),
        (say("Order"), str(reach_unit(backlog.coverage))),
        (say("How far a place reaches"), str(backlog.coverage.rule.words)),
        *((say("Note"), str(note)) for note in coverage_notes(backlog.coverage)),
        *notes,
    ]
    columns = [*backlog_columns(backlog), *further]
    return table_workbook([(str(say("Audit backlog")), columns, backlog.rows)], about)


def _in_unit(coverage: Coverage, weight: float | None) -> float | int | None:
    """Return a weight as it is exported: km² for ground, else whole children or people."""
    if weight is None:
        return None
    return round(weight / _M2_A_KM2, _KM2_DECIMALS) if coverage.demand.counted == "area" else round(weight)


def _position(coverage: Coverage, row: BacklogRow, axis: int) -> float | None:
    shape = coverage.sites.shapes[row.index]
    return None if shape is None else round(shapely.get_coordinates(shapely.point_on_surface(shape))[0][axis], _DEGREES)
