"""What visits have settled at a site, and what of it another full visit would leave open; no outcome is told here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rba_audit.equipment import Item, fold, without_older_words
from rba_audit.evidence import REASON, read_evidence, with_measurements
from rba_audit.fieldwork import left_out
from rba_audit.findings import outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.moves import COUNTED
from rba_audit.register import Register
from rba_audit.standard import OUTCOMES, Requirement, Standard
from rba_audit.web.judged import judged
from rba_audit.web.measurements import measured_here

_OPEN: Final = OUTCOMES.index("undetermined")


def settled_requirements(register: Register, standard: Standard, site_id: str) -> list[str]:
    """Return the requirements that only visits settle, by what counts now, and that `standard` asks and counts; not how.

    What the site's own document or a measurement settles by itself no visit can lose.
    """
    found = judged().findings(COUNTED)
    column = found.matrix[:, found.source.index_of(site_id)].tolist()
    settled = {each.id for each, outcome in zip(found.standard.requirements, column, strict=True) if outcome != _OPEN}
    return [each.id for each in _left_open(register, standard, site_id) if each.id in settled]


def lost_by(register: Register, document: Mapping[str, Any], standard: Standard) -> list[Requirement]:
    """Return what is settled now and would be open if a full visit counted alone; nothing where it is a check.

    Args:
        register: Where the visits are kept.
        document: The visit: its `site`, `scope`, `stage`, `answers`, `notes` and `items`.
        standard: The edition it was answered under.
    """
    site_id, items = document["site"], [*(document.get("items") or ())]
    # A self-assessment never counts in place of an auditor's visit.
    if document.get("scope") == "check" or (document.get("stage") == "self" and audited(register, site_id)):
        return []
    settled = settled_requirements(register, standard, site_id)
    if not settled:
        return []
    begun = items or not _nothing_said_of_a_list(document["answers"], standard)
    items += [entry for item in left_out(register, site_id, items) for entry in item.entries()] if begun else []
    found = _left_open(register, standard, site_id, document["answers"], document.get("notes") or {}, items)
    return [each for each in found if each.id in settled]


def audited(register: Register, site_id: str) -> bool:
    """Tell whether an auditor's visit counts at a site, beside which a self-assessment takes nothing away."""
    return any(visit.stage == "auditor" for visit in register.visits.by_site(COUNTED, site_id).get(site_id, ()))


def _nothing_said_of_a_list(answers: Mapping[str, object], standard: Standard) -> bool:
    complete = standard.equipment.complete
    return complete is None or complete.id not in answers


def _left_open(
    register: Register,
    standard: Standard,
    site_id: str,
    answers: Mapping[str, object] | None = None,
    notes: Mapping[str, str] | None = None,
    items: Sequence[Item] = (),
) -> list[Requirement]:
    """Return the requirements that count and are open by these answers, what the site's document says, and what was measured."""
    given = dict(answers or {})
    properties = register.site(site_id).get("properties")
    own = without_older_words(properties if isinstance(properties, dict) else {}, items, given, standard)
    for question in given:
        own.pop(f"{question}{REASON}", None)
    reasons = {f"{question}{REASON}": note for question, note in (notes or {}).items() if question in given}
    measured = measured_here(judged().findings(), site_id, standard, judged().context)
    said = read_evidence([fold(items, {**own, **given, **reasons}, standard)], standard)
    evidence = with_measurements(said, [each.alone for each in measured.values() if each.value])
    matrix = outcomes(compile_standard(standard), evidence.codes, evidence.numbers, evidence.upper)
    return [
        each
        for each, outcome in zip(standard.requirements, matrix[:, 0].tolist(), strict=True)
        if each.tier == "core" and outcome == _OPEN
    ]
