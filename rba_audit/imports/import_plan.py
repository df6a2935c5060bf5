"""Types for the plan of an import: its effect row by row, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rba_audit.messages import Message
from rba_audit.sites import Sites

RowKind = Literal["new", "changed", "same", "doubtful", "refused"]
"""A doubtful row needs a decision: a known id at another place or with another name, two rows at one place, one place twice."""
RowChoice = Literal["take", "leave"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One property that an import would change; None stands for an absent value."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One site, part or refused row of a file.

    Attributes:
        id: Its id; empty for a refused row without one.
        name: Its name as the file has it.
        where: Row or line in the file.
        kind: What it is compared with the register.
        changes: Its changed properties, with `geometry` among them.
        reasons: Why it is doubtful or refused, and what to do.
        choice: What happens to it unless somebody says otherwise: doubtful rows are left.
        document: The Feature document that would be stored, kelurahan and kecamatan from its position included; None if refused.
        from_position: Properties that were taken from the position, by key.
    """

    id: str
    name: str
    where: str
    kind: RowKind
    changes: tuple[FieldChange, ...] = ()
    reasons: tuple[Message, ...] = ()
    choice: RowChoice = "take"
    document: Mapping[str, Any] | None = None
    from_position: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.

    Attributes:
        sites: The sites of the file, mapped and checked.
        rows: Every row, in the order of the file.
        absent: Ids of the sites of the register that the file does not have; they stay.
        register_version: The change counter that the plan was made at; taking it after a change makes it anew.
        notes: What concerns the whole file.
    """

    sites: Sites
    rows: tuple[PlannedRow, ...]
    absent: tuple[str, ...]
    register_version: int
    notes: tuple[Message, ...] = ()
