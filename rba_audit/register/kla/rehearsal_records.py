"""Rehearsals of a KLA round as frozen records: the copy of the folder, invitations, decisions, and real outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, get_args

from rba_audit.messages import BilingualText
from rba_audit.register.kla.document_records import StoredFile

RehearsalState = Literal["accepted", "refused"]
REHEARSAL_STATES: Final[tuple[RehearsalState, ...]] = get_args(RehearsalState)


@dataclass(frozen=True, slots=True)
class RehearsalItem:
    """An item of the folder as it was when a rehearsal began.

    Attributes:
        number: Its number in the copy, from 1.
        kind: Name of its kind of document.
        words: The name of that kind.
        site_id, site: The site that it is about, and its name; empty for the whole city.
        indicators: Names of the indicators that it serves.
        agency: Key of the agency that owes it.
        due: The day by which it is needed.
        state: Its state in the folder, such as `missing` or `present`.
        points: The points at risk while such a document is missing, by indicator, as entered; other indicators are not known.
        document_id, seq: The version of the document; empty and 0 if there was none.
        title, document_number, signer, dated, valid_until, link: As that version states them.
        file: Its file; None without one.
    """

    number: int
    kind: str
    words: BilingualText
    site_id: str
    site: str
    indicators: tuple[str, ...]
    agency: str
    due: date
    state: str
    points: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    document_id: str = ""
    seq: int = 0
    title: str = ""
    document_number: str = ""
    signer: str = ""
    dated: date | None = None
    valid_until: date | None = None
    link: str = ""
    file: StoredFile | None = None

    @property
    def subject(self) -> tuple[str, str]:
        """Kind and site: by them an item is found again in another round."""
        return self.kind, self.site_id


@dataclass(frozen=True, slots=True)
class RehearsalDecision:
    """A decision of a verifier about an item; the newest counts.

    Attributes:
        item: Number of the item.
        seq: 1 for the first decision about it.
        reason: Why; not empty if it is refused.
    """

    item: int
    seq: int
    state: RehearsalState
    reason: str
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal.

    Attributes:
        year: The round, by the year of its award.
        day: The day as of which the folder was copied.
        items: The frozen copy of the folder.
        person_id: Who began it, at `at`.
        verifiers: Ids of those who are invited now.
        decisions: The newest decision about each item, by its number.
        closed_by, closed_at: Who closed it, and when; None while it is open.
    """

    id: str
    year: int
    day: date
    items: tuple[RehearsalItem, ...]
    person_id: str
    at: datetime
    verifiers: frozenset[str] = frozenset()
    decisions: Mapping[int, RehearsalDecision] = field(default_factory=lambda: MappingProxyType({}))
    closed_by: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RealOutcome:
    """What the province or the ministry really decided in a round.

    Attributes:
        year: The round.
        kind, site_id: The item it is about; empty if it is about a whole indicator.
        indicator: The indicator it is about; empty for an item.
        state: Whether it was accepted; empty if that is not known.
        points: The points it got; None if that is not known.
    """

    year: int
    kind: str
    site_id: str
    indicator: str
    state: RehearsalState | Literal[""]
    points: Decimal | None
    note: str
    person_id: str
    at: datetime

    @property
    def subject(self) -> tuple[str, str, str]:
        """Kind and site of its item, and its indicator."""
        return self.kind, self.site_id, self.indicator
