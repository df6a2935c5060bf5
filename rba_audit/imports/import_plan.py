"""The types of an import plan: what an import would do, row by row, before anything is done."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from rba_audit.layers import ContextFeature
from rba_audit.messages import Message
from rba_audit.sites import Sites
from rba_audit.standard.policies import Policies

RowKind = Literal["new", "changed", "same", "doubtful", "refused"]
"""A doubtful row needs a decision: a known id at another place or with another name, two rows at one place, one place twice."""
RowChoice = Literal["take", "leave"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One property that an import would change; None stands for an absent value.

    Attributes:
        field: The key of the property, or `geometry`.
        moved_m: Of a geometry, how far apart the two are from edge to edge, in metres; None for other fields, and if one has no position.
    """

    field: str
    before: object
    after: object
    moved_m: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One site, part or refused row of a file.

    Attributes:
        id: Its id; empty for a refused row without one.
        name: Its name as the file has it.
        where: Row or line in the file; empty if it is not known.
        kind: What it is compared with the register.
        changes: Its changed properties, with `geometry` among them.
        reasons: Why it is doubtful or refused, and what to do; of any other row what is odd about it.
        choice: What happens to it unless somebody says otherwise: doubtful rows are left.
        document: The Feature document that would be stored, kelurahan and kecamatan from its position included; None if refused.
        from_position: Properties that were taken from the position, by key.
        part_of: The site of a part; empty for a site.
        can_take: Whether the choice to take it is open; a refused row or a site that the office merged, retired or declined cannot be.
        known: Whether the register lists its id, so that taking it changes a site and adds none.
        with_site: Whether it is a part that is doubtful only because its site is: it is taken if its site is.
        other: The id of the site or row that it may be the same as; empty if it is not doubtful for that.
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
    part_of: str = ""
    can_take: bool = True
    known: bool = False
    with_site: bool = False
    other: str = ""


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do.

    Attributes:
        sites: The sites of the file, mapped and checked.
        rows: Every row: the sites in the order of the file, then the parts, then what was refused.
        absent: Ids of the sites of the register that the file does not have; they stay.
        register_version: The change counter that the plan was made at; taking it after a change makes it anew.
        notes: What concerns the whole file.
        context: The boundaries that the plan was made with.
        policies: The policies that the plan was made with.
    """

    sites: Sites
    rows: tuple[PlannedRow, ...]
    absent: tuple[str, ...]
    register_version: int
    notes: tuple[Message, ...] = ()
    context: Sequence[ContextFeature] = field(default=(), repr=False)
    policies: Policies | None = field(default=None, repr=False)

    @cached_property
    def counts(self) -> Mapping[RowKind, int]:
        """The number of rows of each kind."""
        counted: Counter[RowKind] = Counter(row.kind for row in self.rows)
        return counted

    @cached_property
    def digest(self) -> str:
        """Hash of what the plan would do; a page sends it back, so that the user takes what they saw."""
        rows = [[row.id, row.kind, row.part_of, row.can_take, row.document, row.known, row.other] for row in self.rows]
        return sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
