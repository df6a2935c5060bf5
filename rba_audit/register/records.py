"""What the register keeps, as frozen records, and how their parts are written as text.

Nothing here is rounded or reworded: what is read is what was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, get_args

from rba_audit.sites import Problem

Stage = Literal["self", "auditor"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""Who answered: the manager for themselves, or an auditor."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """The answers of one day at one site, by one person.

    Attributes:
        id: A UUID in its ordinary spelling, made where the visit began.
        site_id: The site that was visited.
        edition: The edition whose questions were answered.
        stage: Who answered.
        auditor: Their name.
        day: The day of the visit.
        answers: Facts and answers by question id: a word, a number, or a list of names.
        note: What else was to be said.
        recorded_at: When it reached the register, in UTC; no part of what makes two visits the same.
    """

    id: str
    site_id: str
    edition: str
    stage: Stage
    auditor: str
    day: date
    answers: Mapping[str, Any]
    note: str = ""
    recorded_at: datetime = field(default_factory=_now, compare=False)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the features that were handed in.

    Attributes:
        new: How many were not known.
        changed: How many were known and differ now.
        same: How many were known just so.
        problems: What was refused, or taken with a warning.
    """

    new: int
    changed: int
    same: int
    problems: tuple[Problem, ...]


def as_json(document: object) -> str:
    """Return a document as one line of JSON, its members in their own order.

    Raises:
        ValueError: it holds what JSON cannot say, such as NaN.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def as_time(moment: datetime) -> str:
    """Return a moment in UTC to the microsecond, so that later ones sort after earlier ones as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
