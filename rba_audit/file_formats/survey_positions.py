"""Read positions of survey tools: columns of latitude, longitude and accuracy, and texts of points, lines and outlines.

XLSForm texts are `latitude longitude altitude accuracy`, for lines and outlines with `;` between the points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from rba_audit.file_formats.problems import shown
from rba_audit.file_formats.source_tables import SourceRow, SourceTable
from rba_audit.messages import Message, say

_COMPONENTS: Final = (
    re.compile(r"(?P<question>.+)_(?P<part>latitude|longitude|altitude|precision|accuracy)"),
    re.compile(r"(?P<question>.+)[-:/.](?P<part>latitude|longitude|altitude|accuracy)", re.IGNORECASE),
)
_NUMBER: Final = r"[-−]?[0-9]+(?:\.[0-9]+)?(?:[eE]-?[0-9]+)?"
_POINT: Final = rf"{_NUMBER}\s+{_NUMBER}(?:\s+{_NUMBER}){{0,2}}"
_NUMBERS: Final = 4  # latitude, longitude, altitude and accuracy
_TEXT: Final = re.compile(rf"\s*{_POINT}\s*(?:;\s*(?:{_POINT})?\s*)*")
_BACKGROUND: Final = re.compile(r"(?:^|[/:.-])(?:start|background|audit)[-_]?(?:geopoint|location|gps)", re.IGNORECASE)
_LONGEST: Final = 1_000_000
_RING: Final = 4
_COMPLETE: Final = 4
"""Numbers of a complete point."""


class _Point(NamedTuple):
    longitude: float
    latitude: float
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class SurveyPosition:
    """The position of one row.

    Attributes:
        question: The heading of the question that it answers.
        geometry: A point, line or polygon in longitude and latitude; None with a fault.
        accuracy_m: Its accuracy, of several points the worst; None if it is not known.
        by_hand: Whether it was set on a map: the tool writes an accuracy of 0.
        fault: Why it is no position.
    """

    question: str
    geometry: Mapping[str, Any] | None
    accuracy_m: float | None = None
    by_hand: bool = False
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """A question for a position: the column of its text, those of its components, or both."""

    heading: str
    text: str = ""
    parts: Mapping[str, str] | None = None

    def position(self, row: SourceRow) -> SurveyPosition | None:
        text = row.values.get(self.text) if self.text else None
        if text is None and self.parts is not None:
            values = [row.values.get(self.parts.get(part, "")) for part in ("latitude", "longitude")]
            if all(value is None for value in values):
                return None
            accuracy = row.values.get(self.parts.get("accuracy", ""))
            return _of_points(self.heading, [(values[0], values[1], accuracy)])
        return None if text is None else _of_text(self.heading, str(text))


def read_positions(table: SourceTable) -> tuple[list[str], list[SurveyPosition | None]]:
    """Return the headings of the questions for a position, and the position of each row.

    A row with several has its outline; if it has none, its point from the question that most rows answer; then its line.
    """
    questions = list(_questions(table))
    by_question = [[question.position(row) for row in table.rows] for question in questions]
    order = sorted(
        range(len(questions)),
        key=lambda index: (
            bool(_BACKGROUND.search(questions[index].heading)),
            -sum(position is not None and position.geometry is not None for position in by_question[index]),
        ),
    )
    rows = [[by_question[index][row] for index in order] for row in range(len(table.rows))]
    return [questions[index].heading for index in order], [_best(positions) for positions in rows]


def _best(positions: Sequence[SurveyPosition | None]) -> SurveyPosition | None:
    given = [position for position in positions if position is not None]
    for kind in ("Polygon", "Point", "LineString"):
        for position in given:
            if position.geometry is not None and position.geometry["type"] == kind:
                return position
    return given[0] if given else None


def has_accuracies(table: SourceTable) -> bool:
    """Return whether a question has latitude, longitude and accuracy as survey tools write them: in columns, or in one text."""
    if any({"latitude", "longitude", "accuracy"} <= parts.keys() for parts in _components(table).values()):
        return True
    return any(_is_position_text(table, column) and _states_accuracy(table, column) for column in table.columns)


def _states_accuracy(table: SourceTable, column: str) -> bool:
    """Return whether every point of a column of positions has four numbers, as only survey tools write it."""
    points = [point for row in table.rows for point in str(row.values.get(column, "")).split(";") if point.strip()]
    return all(len(point.split()) == _NUMBERS for point in points)


def has_position_texts(table: SourceTable) -> bool:
    """Return whether a column has the texts of survey tools: latitude, longitude, altitude and accuracy, or several points."""
    return any(_is_position_text(table, column) and _is_survey_text(table, column) for column in table.columns)


def _is_survey_text(table: SourceTable, column: str) -> bool:
    first = next(str(row.values[column]) for row in table.rows if column in row.values)
    return ";" in first or len(first.split()) == _COMPLETE


def _components(table: SourceTable) -> Mapping[str, Mapping[str, str]]:
    """Return the columns of latitude, longitude, altitude and accuracy by the heading of their question."""
    parts: dict[str, dict[str, str]] = {}
    for column in table.columns:
        match = next((match for pattern in _COMPONENTS if (match := pattern.fullmatch(column))), None)
        if match is not None:
            part = match["part"].lower().replace("precision", "accuracy")
            parts.setdefault(match["question"], {}).setdefault(part, column)
    return parts


def _questions(table: SourceTable) -> Iterator[_Question]:
    texts = {column for column in table.columns if _is_position_text(table, column)}
    for question, columns in _components(table).items():
        if {"latitude", "longitude"} <= columns.keys():
            heading = _without_underscore(question)
            yield _Question(heading, heading if heading in texts else "", columns)
            texts.discard(heading)
    for column in table.columns:
        if column in texts:
            yield _Question(column, column)


def _without_underscore(question: str) -> str:
    """Return the heading of a question from that of its components: `group/_gps` is `group/gps`."""
    group, separator, name = question.rpartition("/")
    if name.startswith("_"):
        return group + separator + name[1:]
    return question.removeprefix("_")


def _is_position_text(table: SourceTable, column: str) -> bool:
    texts = [row.values[column] for row in table.rows if column in row.values]
    return bool(texts) and all(isinstance(text, str) and len(text) <= _LONGEST and _is_points(text) for text in texts)


def _is_points(text: str) -> bool:
    """Return whether a text is a point or points; two whole numbers are none."""
    return _TEXT.fullmatch(text) is not None and ("." in text or ";" in text)


def _of_text(heading: str, text: str) -> SurveyPosition | None:
    points = [point.split() for point in text.split(";") if point.strip()]
    if not points:
        return None
    return _of_points(heading, [(*point[:2], point[3] if len(point) > 3 else None) for point in points])


def _of_points(heading: str, points: Sequence[Sequence[Any]]) -> SurveyPosition:
    read: list[_Point] = []
    for latitude, longitude, accuracy in points:
        point = _point(latitude, longitude, accuracy)
        if point is None:
            fault = say(
                "“{text}” in “{column}” is no latitude and longitude",
                text=shown(f"{latitude} {longitude}"),
                column=shown(heading),
            )
            return SurveyPosition(heading, None, fault=fault)
        read.append(point)
    coordinates = [[point.longitude, point.latitude] for point in read]
    accuracies = [point.accuracy_m for point in read]
    known = [accuracy for accuracy in accuracies if accuracy]
    complete = len(known) == len(accuracies)
    by_hand = any(accuracy == 0 for accuracy in accuracies)
    return SurveyPosition(heading, _geometry(coordinates), max(known) if complete else None, by_hand)


def _geometry(coordinates: list[list[float]]) -> Mapping[str, Any]:
    if len(coordinates) == 1:
        return {"type": "Point", "coordinates": coordinates[0]}
    if len(coordinates) >= _RING and coordinates[0] == coordinates[-1]:
        return {"type": "Polygon", "coordinates": [coordinates]}
    return {"type": "LineString", "coordinates": coordinates}


def _point(latitude: Any, longitude: Any, accuracy: Any) -> _Point | None:
    lat, lon = _number(latitude), _number(longitude)
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None
    metres = _number(accuracy)
    return _Point(lon, lat, metres if metres is None or metres >= 0 else None)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
