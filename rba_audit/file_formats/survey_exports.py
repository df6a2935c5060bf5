"""Recognise exports of KoboToolbox and ODK: positions and outlines with their accuracy, answers split over columns, repeats as parts.

What is read is added to the rows under keys of its own; every column of the export stays as it is. Layouts are those of Kobo's exports
(`_gps_latitude`, `_index`, `_parent_index`) and of ODK Central and Briefcase (`gps-Latitude`, `KEY`, `PARENT_KEY`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.file_formats.survey_links import with_links
from rba_audit.file_formats.survey_positions import SurveyPosition, has_accuracies, read_positions
from rba_audit.file_formats.table_header import quoted_list
from rba_audit.file_formats.table_rows import row_list
from rba_audit.messages import Message, say

ACCURACY: Final = "position_accuracy_m"
_KOBO: Final = frozenset(
    (
        "_id",
        "_uuid",
        "_submission_time",
        "_index",
        "_validation_status",
        "_parent_index",
        "__version__",
        "_submitted_by",
    )
)
_ODK: Final = frozenset(("SubmissionDate", "PARENT_KEY", "SubmitterID", "SubmitterName", "ReviewState", "FormVersion"))
_INSTANCE: Final = re.compile(r"(?:meta[/:.-])?instanceID")
_YES: Final = frozenset(("1", "true"))
_NO: Final = frozenset(("0", "false"))
_STATUS: Final = ("_validation_status", "ReviewState")
_DOUBTED: Final = ("not approved", "not_approved", "on hold", "on_hold", "rejected", "hasissues", "has issues")
_ENCRYPTED: Final = frozenset(("not decrypted", "missing encrypted form data"))
_SEPARATORS: Final = ("/", ":", ".")


def survey_tables(tables: Sequence[SourceTable]) -> tuple[SourceTable, ...]:
    """Return tables with what an export of a survey tool means; other tables as they are.

    Rows get a geometry (in EPSG:4326), `position_accuracy_m`, the question of answers that are split over columns, and in repeats
    `part_of`, the key of the row that they belong to; repeats come after the table they belong to.
    """
    if not any(_is_survey(table) for table in tables):
        return tuple(tables)
    return with_links([_with_positions(_with_choices(_with_status(table))) for table in tables])


def _is_survey(table: SourceTable) -> bool:
    columns = set(table.columns)
    return (
        len(columns & _KOBO) > 1
        or ("KEY" in columns and bool(columns & _ODK))
        or any(_INSTANCE.fullmatch(column) for column in columns)
        or has_accuracies(table)
    )


def _with_positions(table: SourceTable) -> SourceTable:
    """Return the table with geometries and accuracies of its questions for a position."""
    if any(row.geometry is not None for row in table.rows):
        return table
    questions, positions = read_positions(table)
    if not questions:
        return table
    rows = tuple(_located(row, position) for row, position in zip(table.rows, positions, strict=True))
    located = [position for position in positions if position is not None]
    columns = _with_column(table.columns, ACCURACY, any(ACCURACY in row.values for row in rows))
    return replace(
        table, columns=columns, rows=rows, crs="EPSG:4326", notes=(*table.notes, *_position_notes(questions, located))
    )


def _located(row: SourceRow, position: SurveyPosition | None) -> SourceRow:
    if position is None:
        return row
    values = row.values
    if position.accuracy_m and ACCURACY not in values:
        values = {**values, ACCURACY: position.accuracy_m}
    return SourceRow(row.number, values, position.geometry, row.fault or position.fault)


def _position_notes(questions: Sequence[str], positions: Sequence[SurveyPosition]) -> Iterator[Message]:
    used = Counter(position.question for position in positions)
    yield say(
        "positions are those of {questions}",
        questions=quoted_list([question for question in questions if used[question]]),
    )
    others = [question for question in questions if not used[question]]
    if others:
        yield say("further positions, not used: {questions}", questions=quoted_list(others))
    by_hand = sum(position.by_hand for position in positions)
    if by_hand:
        yield say(
            "positions with an accuracy of 0 were set by hand on a map; how exact they are is not known ({count})",
            count=by_hand,
        )


def _with_choices(table: SourceTable) -> SourceTable:
    """Return the table with a column for each question whose choices are columns of their own (`question/choice`: 1 or 0)."""
    by_question: dict[str, list[str]] = {}
    for column in table.columns:
        question, separator, choice = _rsplit(column)
        if separator and choice:
            by_question.setdefault(question, []).append(column)
    questions = {
        question: columns
        for question, columns in by_question.items()
        if question not in table.columns and len(columns) > 1 and _are_choices(table, columns)
    }
    if not questions:
        return table
    rows = tuple(replace(row, values={**row.values, **dict(_choices(row, questions))}) for row in table.rows)
    note = say("answers put together from columns with 1 and 0: {questions}", questions=quoted_list(list(questions)))
    return replace(table, columns=(*table.columns, *questions), rows=rows, notes=(*table.notes, note))


def _are_choices(table: SourceTable, columns: Sequence[str]) -> bool:
    """Return whether the columns are yes or no in each row, or all empty, and at least once yes."""
    any_yes = False
    for row in table.rows:
        answers = [_flag(row.values.get(column)) for column in columns]
        if any(answer is None and column in row.values for answer, column in zip(answers, columns, strict=True)):
            return False
        if None in answers and any(answer is not None for answer in answers):
            return False
        any_yes = any_yes or True in answers
    return any_yes


def _choices(row: SourceRow, questions: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for question, columns in questions.items():
        if all(column in row.values for column in columns):
            chosen = [_rsplit(column)[2] for column in columns if _flag(row.values[column])]
            if chosen:
                yield question, (";" if any(" " in _rsplit(column)[2] for column in columns) else " ").join(chosen)


def _flag(value: Any) -> bool | None:
    text = str(value).lower()
    return True if text in _YES else False if text in _NO else None


def _rsplit(column: str) -> tuple[str, str, str]:
    """Split a heading at its last separator of groups or choices."""
    at = max(column.rfind(separator) for separator in _SEPARATORS)
    return (column[:at], column[at], column[at + 1 :]) if at > 0 else (column, "", "")


def _with_status(table: SourceTable) -> SourceTable:
    """Return the table with notes on submissions that were doubted in the survey tool; encrypted ones get a fault."""
    doubted = [
        row.number
        for row in table.rows
        if any(str(row.values.get(column, "")).lower().endswith(_DOUBTED) for column in _STATUS)
    ]
    notes = list(table.notes)
    if doubted:
        notes.append(
            say(
                "rows that were not approved in the survey tool: {rows} ({count}); they are read like the others",
                rows=row_list(doubted),
                count=len(doubted),
            )
        )
    rows = table.rows
    if "KEY" in table.columns and any(row.values.get("Status") in _ENCRYPTED for row in rows):
        fault = say("the submission is encrypted; export it with its passphrase")
        rows = tuple(
            replace(row, fault=row.fault or fault) if row.values.get("Status") in _ENCRYPTED else row for row in rows
        )
    return replace(table, rows=rows, notes=tuple(notes))


def _with_column(columns: tuple[str, ...], column: str, used: bool) -> tuple[str, ...]:
    return (*columns, column) if used and column not in columns else columns
