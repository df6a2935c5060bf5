"""Requirements that visits have settled at a site, and those that another full visit would leave open; never their outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from rba_audit.current_answers import compose_answers
from rba_audit.equipment import fold
from rba_audit.evidence import read_evidence, with_measurements
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.program import compile_standard
from rba_audit.register import Register, Visit
from rba_audit.review_states import COUNTED
from rba_audit.standard import OUTCOMES, Requirement, Standard
from rba_audit.web.http.services import services
from rba_audit.web.pages.form.measurements import site_measurements

_OPEN: Final = OUTCOMES.index("undetermined")


def settled_requirements(register: Register, standard: Standard, site_id: str) -> list[str]:
    """Return the core requirements of `standard` that are settled by the current answers of visits alone.

    Requirements settled by the site's own data, by documents or by a measurement are left out, because no visit can leave
    them open.
    """
    if not _visits(register, site_id):
        return []
    findings = services().findings_at(site_id, COUNTED)
    column = findings.matrix[:, findings.source.index_of(site_id)].tolist()
    settled = {
        requirement.id
        for requirement, outcome in zip(findings.standard.requirements, column, strict=True)
        if outcome != _OPEN
    }
    return [requirement.id for requirement in _left_open(register, standard, site_id, ()) if requirement.id in settled]


def requirements_lost_by(register: Register, document: Mapping[str, Any], standard: Standard) -> list[Requirement]:
    """Return the settled requirements that would be open if a visit counted as the newest full one; none for a check.

    Args:
        register: The register with the visits.
        document: The visit: its `site`, `scope`, `stage`, `answers`, `notes` and `items`.
        standard: The edition that the visit was answered under.
    """
    if document.get("scope") == "check":
        return []
    site_id = document["site"]
    settled = settled_requirements(register, standard, site_id)
    if not settled:
        return []
    this = Visit(
        "",
        site_id,
        standard.edition,
        document["stage"],
        "-",
        date.max,
        dict(document["answers"]),
        notes=dict(document.get("notes") or {}),
        items=tuple(document.get("items") or ()),
    )
    return [
        requirement
        for requirement in _left_open(register, standard, site_id, [*_visits(register, site_id), this])
        if requirement.id in settled
    ]


def audited(register: Register, site_id: str) -> bool:
    """Return whether an auditor's full visit counts at a site; a self-assessment then leaves nothing open."""
    return any(visit.stage == "auditor" and visit.scope == "full" for visit in _visits(register, site_id))


def _visits(register: Register, site_id: str) -> list[Visit]:
    return register.visits.by_site(COUNTED, site_id).get(site_id, [])


def _left_open(register: Register, standard: Standard, site_id: str, visits: Sequence[Visit]) -> list[Requirement]:
    """Return the core requirements that the given visits, the site's own data, documents and measurements leave open."""
    own = register.site(site_id).facts
    documents = services().audited_at(site_id, COUNTED).documents.get(site_id, ())
    counts = compose_answers(visits, standard, services().policies.agreement, documents)
    answers = own if counts is None else counts.merged_into(own, standard)
    if counts is not None and counts.visits:
        answers = fold(counts.entries(), answers, standard)
    measured = site_measurements(services().findings_at(site_id), site_id, standard, services().context)
    evidence = with_measurements(
        read_evidence([answers], standard),
        [measurement.alone for measurement in measured.values() if measurement.value],
    )
    matrix = evaluate_outcomes(compile_standard(standard), evidence.codes, evidence.numbers, evidence.upper)
    return [
        requirement
        for requirement, outcome in zip(standard.requirements, matrix[:, 0].tolist(), strict=True)
        if requirement.tier == "core" and outcome == _OPEN
    ]
