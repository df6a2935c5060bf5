"""Result of a rehearsal as a workbook: refused items, all items with the real outcome, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rba_audit.kla.rehearsal_results import IndicatorResult, RehearsalResult, ResultLine, points_at_risk
from rba_audit.messages import format_day, say
from rba_audit.register.kla.rehearsal_records import RealOutcome, Rehearsal
from rba_audit.reports import Column
from rba_audit.reports.spreadsheets import Book
from rba_audit.web.pages.rehearsals.blueprint import DECIDED, IN_FOLDER, agency_words, indicator_words

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def result_workbook(rehearsal: Rehearsal, result: RehearsalResult, names: Mapping[str, str]) -> bytes:
    """Return the workbook; `names` are the names of persons by id."""
    columns, book = _item_columns(names), Book()
    book.fill(book.sheet(str(say("Refused"))), columns, result.refused)
    book.fill(book.sheet(str(say("All items"))), columns, result.lines)
    book.fill(book.sheet(str(say("Indicators"))), _indicator_columns(), result.indicators)
    book.about(
        [
            (say("What this is"), str(say("Readiness estimate, not an official score"))),
            (say("Round"), str(rehearsal.year)),
            (say("Folder as of"), format_day(rehearsal.day)),
            (
                say("Points at risk"),
                str(
                    say(
                        "Your own entries: the points of indicators are not public. Without an entry there is no number."
                    )
                ),
            ),
        ]
    )
    return book.content()


def _item_columns(names: Mapping[str, str]) -> list[Column[ResultLine]]:
    return [
        Column(say("Document"), lambda line: str(line.item.words), 30),
        Column(say("Site"), lambda line: line.item.site, 22),
        Column(say("Indicators"), lambda line: ", ".join(line.item.indicators), 11),
        Column(say("In the folder"), lambda line: str(IN_FOLDER.get(line.item.state, line.item.state)), 15),
        Column(say("Rehearsal"), _decided, 13),
        Column(say("Reason"), lambda line: line.decision.reason if line.decision else "", 34),
        Column(say("Verifier"), lambda line: names.get(line.decision.person_id, "") if line.decision else "", 16),
        Column(say("Agency"), lambda line: agency_words(line.item.agency), 22),
        Column(say("By when"), lambda line: line.item.due, 12),
        Column(say("Points at risk"), lambda line: points_at_risk([line.item]).words, 13),
        Column(say("Real outcome"), lambda line: _outcome(line.outcome), 13),
        Column(say("Note"), lambda line: line.outcome.note if line.outcome else "", 26),
        Column(say("Earlier round"), lambda line: line.earlier.year if line.earlier else None, 10),
        Column(
            say("Reason then"),
            lambda line: line.earlier.decision.reason if line.earlier and line.earlier.decision else "",
            26,
        ),
    ]


def _indicator_columns() -> list[Column[IndicatorResult]]:
    return [
        Column(say("Indicator"), lambda row: indicator_words(row.name), 40),
        Column(
            say("Self-evaluation"), lambda row: None if row.self_points is None else float(row.self_points), 14, "0.00"
        ),
        Column(say("Refused"), lambda row: row.refused, 10),
        Column(say("Points at risk"), lambda row: row.at_risk.words if row.refused else "", 14),
        Column(
            say("Real points"),
            lambda row: None if row.outcome is None or row.outcome.points is None else float(row.outcome.points),
            12,
            "0.00",
        ),
        Column(say("Note"), lambda row: row.outcome.note if row.outcome else "", 34),
    ]


def _decided(line: ResultLine) -> str:
    return str(DECIDED[line.decision.state if line.decision else ""])


def _outcome(outcome: RealOutcome | None) -> str:
    return "" if outcome is None or not outcome.state else str(DECIDED[outcome.state])
