"""Take an import into the register as planned and chosen, all or nothing; undo a whole import."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.imports.import_plan import ImportPlan, PlannedRow, RowChoice, RowKind
from rba_audit.imports.plans import plan_import
from rba_audit.logs import log_event
from rba_audit.messages import say
from rba_audit.register import Register
from rba_audit.register.import_records import ImportCounts, ImportRecord, SiteTaken
from rba_audit.register.imports import refuse_other_request
from rba_audit.sites.problems import quote

_LOG: Final = logging.getLogger(__name__)
_TRIES: Final = 3  # others may write while a plan is made anew


def rows_to_take(
    plan: ImportPlan, choices: Mapping[str, RowChoice], kinds: Mapping[RowKind, RowChoice] | None = None
) -> tuple[PlannedRow, ...]:
    """Return the rows that would be stored, in the order of the plan.

    A row's own choice counts before that of its kind, and that before the plan's. A part is left with its site if taking that would
    add it, and a part that is doubtful only because its site is follows it.

    Raises:
        EvidenceError: a choice names a row that the plan does not have, or that cannot be taken.
    """
    by_id = {row.id: row for row in plan.rows if row.kind != "refused"}
    for id, choice in choices.items():
        row = by_id.get(id)
        if row is None:
            raise EvidenceError(
                say("The file has no row “{id}” that can be taken; look it up in the preview.", id=quote(id))
            )
        if choice == "take" and not row.can_take:
            raise EvidenceError(say("“{id}” cannot be taken: {why}", id=quote(id), why=row.reasons[0]))
    taken: dict[str, PlannedRow] = {}
    for row in by_id.values():
        if row.kind == "same" or not row.can_take:
            continue
        choice = choices.get(row.id) or (kinds or {}).get(row.kind) or row.choice
        site = by_id.get(row.part_of)
        if site is not None and site.kind in ("new", "doubtful"):
            if site.id not in taken:
                choice = "leave"
            elif row.with_site and row.id not in choices:
                choice = "take"
        if choice == "take":
            taken[row.id] = row
    return tuple(taken.values())


def take_import(
    register: Register,
    plan: ImportPlan,
    choices: Mapping[str, RowChoice],
    *,
    id: str,
    person_id: str,
    file: bytes,
    file_name: str,
    mapping: Mapping[str, Any] | None = None,
    headings: Sequence[str] = (),
    kinds: Mapping[RowKind, RowChoice] | None = None,
    seen: str = "",
) -> ImportRecord:
    """Store what was chosen of a plan in one transaction, and return the import; idempotent for a form that is sent twice.

    Args:
        register: The register.
        plan: The plan.
        choices: Choices by the id of a row.
        id: The UUID of the form, by which it is recognised when it is sent twice.
        person_id: Who takes it; empty for the command line.
        file: The file as it was sent.
        file_name: Its name.
        mapping: What its columns became, as JSON (`mapping_document`); None if it needed none.
        headings: Headings of its table, by which the mapping is found for the next file.
        kinds: Choices by the kind of a row.
        seen: Digest of the plan that the user saw; empty if it is `plan`.

    Raises:
        Conflict: `stale`: the register was changed so that the plan is another now, which is `kept`; `differs`: the id belongs to
            another import.
        EvidenceError: a choice is not possible, or the id is no UUID.
        Unavailable: the file cannot be stored.
    """
    id = _uuid(id)
    request = _request_hash(file, choices, kinds)
    try:
        record = register.imports.get(id)
    except NotInRegister:
        pass
    else:
        refuse_other_request(record, request)
        return record
    if seen and seen != plan.digest:
        raise _stale(plan)
    for _try in range(_TRIES):
        rows = rows_to_take(plan, choices, kinds)
        taken = [SiteTaken(row.id, row.document or {}, row.part_of, "changed" if row.known else "new") for row in rows]
        try:
            record = register.imports.add(
                id,
                taken,
                _counts(plan, rows),
                version=plan.register_version,
                request_sha256=request,
                file=file,
                file_name=file_name,
                headings=headings,
                mapping=mapping,
                person_id=person_id,
            )
        except Conflict as conflict:
            if conflict.code != "moved" or plan.policies is None:
                raise
            anew = plan_import(register, plan.sites, plan.context, plan.policies)
            if anew.digest != plan.digest:
                raise _stale(anew) from None
            plan = anew  # what changed does not concern this file
        else:
            counts = record.counts
            log_event(
                _LOG,
                "import",
                new=counts.new,
                changed=counts.changed,
                same=counts.same,
                left=counts.left,
                refused=counts.refused,
            )
            return record
    raise _stale(plan)


def undo_import(register: Register, import_id: str, person_id: str) -> ImportRecord:
    """Undo a whole import, and return it; no change if it is undone already.

    Changed sites get their former document as a new version; added ones leave all lists, and come back with their history if the
    same id is imported again.

    Raises:
        NotInRegister: there is no such import.
        Conflict: `touched`: visits, the office or later imports built on it; the message names them and says what to do.
    """
    record = register.imports.undo(import_id, person_id)
    log_event(_LOG, "import_undone", new=record.counts.new, changed=record.counts.changed)
    return record


def _stale(plan: ImportPlan) -> Conflict:
    return Conflict(
        say("The register was changed meanwhile, and nothing was taken; look at what the import would do now."),
        "stale",
        plan,
    )


def _counts(plan: ImportPlan, rows: Sequence[PlannedRow]) -> ImportCounts:
    new = sum(not row.known for row in rows)
    counts = plan.counts
    left = counts["new"] + counts["changed"] + counts["doubtful"] - len(rows)
    return ImportCounts(new, len(rows) - new, counts["same"], left, counts["refused"], len(plan.absent))


def _request_hash(file: bytes, choices: Mapping[str, RowChoice], kinds: Mapping[RowKind, RowChoice] | None) -> str:
    asked = [sha256(file).hexdigest(), sorted(choices.items()), sorted((kinds or {}).items())]
    return sha256(json.dumps(asked).encode()).hexdigest()


def _uuid(id: str) -> str:
    try:
        return str(uuid.UUID(id))
    except (ValueError, AttributeError, TypeError) as error:
        raise EvidenceError(say("The id of an import is a UUID; open its preview again.")) from error
