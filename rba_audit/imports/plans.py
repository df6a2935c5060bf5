"""Plan an import: compare each row of a file with the register, and name what needs a decision. Nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rba_audit.geometry import apart_m, shape_array
from rba_audit.imports.area_properties import AREA_KEYS, AreaProperties
from rba_audit.imports.field_changes import field_changes
from rba_audit.imports.import_plan import ImportPlan, PlannedRow
from rba_audit.imports.row_doubts import (
    Places,
    RowDoubt,
    edit_doubt,
    office_doubt,
    other_place_doubts,
    twice_in_file,
    twice_in_register,
)
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.damaged_rows import ROW_ERRORS
from rba_audit.register.import_snapshot import StoredSite
from rba_audit.register.records import as_json
from rba_audit.site_editing import document_properties
from rba_audit.sites import Part, Site, Sites, site_of
from rba_audit.sites.problems import quote
from rba_audit.sites.site import lenient_shape
from rba_audit.standard.policies import Policies


@dataclass(slots=True)
class _SiteRow:
    """A site of the file while it is compared."""

    index: int
    site: Site
    stored: StoredSite | None
    document: Mapping[str, Any]
    from_position: Mapping[str, str]
    remarks: list[Message]
    doubts: list[RowDoubt]
    before: Site | None = None
    same: bool = False
    can_take: bool = True
    moved_m: float | None = None


def plan_import(register: Register, sites: Sites, context: Sequence[ContextFeature], policies: Policies) -> ImportPlan:
    """Return what an import of `sites` would do, row by row; the register is only read.

    Args:
        register: The register.
        sites: The sites and parts of a file, mapped and checked.
        context: Features around the sites; boundaries give kelurahan and kecamatan to sites that state none.
        policies: The limits of doubts.
    """
    snapshot = register.imports.snapshot()
    areas = AreaProperties(context, policies.whereabouts)
    rows = [
        _site_row(index, sites, snapshot.by_id.get(id), areas, changed_boundaries=bool(context))
        for index, id in enumerate(sites.ids)
    ]
    _add_doubts(rows, sites, snapshot.by_id, policies)
    planned = [_planned_site(row) for row in rows]
    kinds = {row.id: row for row in planned}
    planned += [_planned_part(part, snapshot.by_id.get(part.id), kinds.get(part.site)) for part in sites.parts]
    planned += [
        PlannedRow(
            problem.site or "",
            "",
            problem.where,
            "refused",
            reasons=(say("{found}; {remedy}.", found=problem.found, remedy=problem.remedy),),
            choice="leave",
            can_take=False,
        )
        for problem in sites.problems
        if problem.level == "refused"
    ]
    here = set(sites.ids)
    absent = tuple(
        stored.id
        for stored in snapshot.by_id.values()
        if stored.status == "counts" and not stored.part_of and stored.id not in here
    )
    return ImportPlan(
        sites, tuple(planned), absent, snapshot.version, tuple(_notes(planned, absent)), tuple(context), policies
    )


def _site_row(
    index: int, sites: Sites, stored: StoredSite | None, areas: AreaProperties, *, changed_boundaries: bool
) -> _SiteRow:
    site, feature = sites[index], sites.features[index]
    row = _SiteRow(index, site, stored, feature, {}, [], [])
    listed = stored is not None and stored.status == "counts" and not stored.part_of
    if listed and stored is not None and stored.document == as_json(feature) and not changed_boundaries:
        row.same = True
        return row
    added, remarks = areas.of_site(site, sites.shapes[index])
    before = _document(stored) if listed and stored is not None else None
    if before is not None and stored is not None:
        row.before = site_of(stored.id, before)
        added = _from_register(before, feature) | added
    if added:
        row.document = {**feature, "properties": {**document_properties(feature), **added}}
        row.from_position = added
    row.remarks += remarks
    row.same = listed and stored is not None and stored.document == as_json(row.document)
    return row


def _from_register(before: dict[str, Any], feature: Mapping[str, Any]) -> dict[str, str]:
    """Return the areas that the register has for a site at the same place, if the file states none of them."""
    old, new = document_properties(before), document_properties(feature)
    if any(key in new for key in AREA_KEYS) or before.get("geometry") != feature.get("geometry"):
        return {}
    return {key: value for key, value in old.items() if key in AREA_KEYS and isinstance(value, str)}


def _document(stored: StoredSite) -> dict[str, Any]:
    """Return the document of a stored site; an empty one if it is damaged."""
    try:
        document = json.loads(stored.document)
    except ROW_ERRORS:
        return {}
    return document if isinstance(document, dict) else {}


def _add_doubts(rows: Sequence[_SiteRow], sites: Sites, stored: Mapping[str, StoredSite], policies: Policies) -> None:
    policy = policies.whereabouts
    for row in rows:
        if row.stored is None or row.same or row.stored.status == "undone":
            continue
        doubt = office_doubt(row.stored)
        row.can_take = doubt is None and not row.stored.part_of
        if row.stored.part_of and doubt is None:
            doubt = RowDoubt(say("“{id}”: a part would become a site", id=quote(row.site.id)), row.stored.part_of)
        doubt = doubt or edit_doubt(row.stored)
        row.doubts += [] if doubt is None else [doubt]
    changed = [row for row in rows if row.before is not None and not row.same]
    old = [row.before for row in changed if row.before is not None]
    shapes = sites.shapes[[row.index for row in changed]]
    apart = apart_m(shapes, shape_array([lenient_shape(site.feature.get("geometry")) for site in old]))
    for row, metres in zip(changed, apart.tolist(), strict=True):
        row.moved_m = None if np.isnan(metres) else metres
    known = {row.site.id: row.before for row in changed if row.before is not None}
    moved = {row.site.id: row.moved_m for row in changed if row.moved_m is not None}
    others = other_place_doubts(sites, known, moved, policy)
    for row in changed:
        row.doubts += [others[row.site.id]] if row.site.id in others else []
    _add_twins(rows, sites, stored, policies)


def _add_twins(rows: Sequence[_SiteRow], sites: Sites, stored: Mapping[str, StoredSite], policies: Policies) -> None:
    """Add the doubts that a new or moved row is a site that the register or the file has already."""
    movable = [
        row
        for row in rows
        if not row.same
        and row.can_take
        and (row.before is None or row.before.feature.get("geometry") != row.site.feature.get("geometry"))
    ]
    if not movable:
        return
    here = Places.of([row.site for row in movable], sites.shapes[[row.index for row in movable]])
    listed = [now for now in stored.values() if now.status == "counts" and not now.part_of]
    known = [site_of(now.id, _document(now)) for now in listed]
    register = Places.of(known, shape_array([lenient_shape(site.feature.get("geometry")) for site in known]))
    in_register = twice_in_register(here, register, policies.whereabouts)
    # A row whose id the register does not have may be a copy of any row of the file, also of one that stays as it is.
    for index, row in enumerate(movable):
        if index in in_register and not row.doubts:
            row.doubts.append(in_register[index])
    everything = Places.of(sites, sites.shapes)
    in_file = twice_in_file(everything)
    for row in movable:
        if row.index in in_file and not row.doubts and row.before is None:
            row.doubts.append(in_file[row.index])


def _planned_site(row: _SiteRow) -> PlannedRow:
    listed = row.before is not None or row.same
    planned = PlannedRow(
        row.site.id,
        row.site.likely_name,
        "",
        "same",
        document=row.document,
        reasons=tuple(row.remarks),
        choice="leave",
        known=listed,
        can_take=row.can_take,
    )
    if row.same:
        return planned
    changes = () if row.before is None else field_changes(row.before.feature, row.document, row.moved_m)
    if row.before is not None and not changes:
        return planned
    planned = replace(planned, changes=changes, from_position=row.from_position or None, choice="take")
    if row.doubts:
        reasons = (*(doubt.reason for doubt in row.doubts), *row.remarks)
        other = next((doubt.other for doubt in row.doubts if doubt.other), "")
        return replace(planned, kind="doubtful", reasons=reasons, choice="leave", other=other)
    return replace(planned, kind="changed" if listed else "new")


def _planned_part(part: Part, stored: StoredSite | None, of_site: PlannedRow | None) -> PlannedRow:
    name = site_of(part.id, part.feature).likely_name
    planned = PlannedRow(part.id, name, "", "same", document=part.feature, part_of=part.site, choice="leave")
    waits = of_site is not None and of_site.kind == "doubtful"
    doubt: RowDoubt | None = None
    if stored is not None and stored.status != "undone":
        planned = replace(planned, known=stored.status == "counts")
        if (stored.status, stored.document, stored.part_of) == ("counts", as_json(part.feature), part.site):
            return planned
        doubt = office_doubt(stored)
        planned = replace(planned, can_take=doubt is None and bool(stored.part_of))
        if not stored.part_of and doubt is None:
            doubt = RowDoubt(say("“{id}”: a site would become a part", id=quote(part.id)), part.id)
        before = _document(stored)
        changes = field_changes(before, part.feature, None)
        if doubt is None and not changes and stored.part_of == part.site:
            return planned
        planned, doubt = replace(planned, changes=changes), doubt or edit_doubt(stored)
    if doubt is not None:
        return replace(planned, kind="doubtful", reasons=(doubt.reason,), other=doubt.other)
    if waits:
        reason = say("its site “{id}” is doubtful; it is taken if that is", id=quote(part.site))
        can_take = of_site is None or of_site.can_take
        return replace(planned, kind="doubtful", reasons=(reason,), with_site=True, can_take=can_take)
    return replace(planned, kind="changed" if planned.known else "new", choice="take")


def _notes(rows: Sequence[PlannedRow], absent: Sequence[str]) -> list[Message]:
    notes = []
    if absent:
        notes.append(
            say(
                "{count} sites of the register are not in this file; they stay. Retire a site that is gone on its page",
                count=len(absent),
            )
        )
    placed = sum(bool(row.from_position) for row in rows)
    if placed:
        notes.append(
            say(
                "{count} sites get their kelurahan or kecamatan from their position, since the file does not state it",
                count=placed,
            )
        )
    return notes
