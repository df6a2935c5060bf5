"""Reduce findings to the public fields: the same outcomes, without texts that users wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np

from rba_audit.evidence import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_APPLICABLE,
    NOT_SEEN,
    OUT_OF_RANGE,
    UNREADABLE,
    AnswerWarning,
    Evidence,
    Measurement,
    MeasurementSet,
    MeasurementSource,
    read_evidence,
)
from rba_audit.findings import Findings
from rba_audit.layers import rules_by_layer
from rba_audit.messages import Message, say
from rba_audit.sites import PART_KINDS, Part, Sites
from rba_audit.standard import Standard
from rba_audit.web.public_view.records import public_part, public_site

WITHHELD: Final = "…"
"""Placeholder for texts that users wrote."""
_UNDERSTOOD: Final = (NOT_SEEN, NOT_APPLICABLE, GIVEN)
_BASES: Final[Mapping[str, Message]] = {
    "outline": say("from the outline drawn"),
    "parts": say("from the mapped parts of the site"),
}


def public_findings(findings: Findings) -> Findings:
    """Return the same outcomes and conclusions without any text that a user typed."""
    elsewhere = {
        site: replace(other, findings=public_findings(other.findings))
        for site, other in findings.read_elsewhere.items()
    }
    return replace(findings, source=_sites(findings), evidence=_evidence(findings.evidence), read_elsewhere=elsewhere)


def understood(answers: Mapping[str, object], standard: Standard) -> dict[str, object]:
    """Return the answers that are words of the standard or plausible numbers."""
    evidence = read_evidence([answers], standard)
    return _understood(answers, evidence, 0, evidence.codes)


def _understood(answers: Mapping[str, object], evidence: Evidence, site: int, codes: Any) -> dict[str, object]:
    row = evidence.row
    return {
        key: value
        for key, value in answers.items()
        if key in row and (codes[row[key], site] in _UNDERSTOOD or codes[row[key], site] >= FIRST_CHOICE)
    }


def _sites(findings: Findings) -> Sites:
    source, evidence = findings.source, findings.evidence
    codes = evidence.codes if evidence.measured is None else evidence.measured.surveyed_codes
    features = tuple(
        public_site(feature, _understood(source.properties(site), evidence, site, codes))
        for site, feature in enumerate(source.features)
    )
    return replace(source, features=features, parts=tuple(map(_part, source.parts)), problems=(), members={})


def _part(part: Part) -> Part:
    kind = part.kind if part.kind in PART_KINDS else ""
    return replace(part, kind=kind, feature=public_part(part.feature))


def _evidence(evidence: Evidence) -> Evidence:
    """Return the evidence without reasons and names of documents, and without words and numbers that could not be used."""
    codes = np.where(evidence.codes == OUT_OF_RANGE, UNREADABLE, evidence.codes).astype(evidence.codes.dtype)
    remarks = tuple(
        AnswerWarning(remark.row, remark.question, WITHHELD, say("not readable")) for remark in evidence.remarks
    )
    measured = None if evidence.measured is None else _measured(evidence.measured)
    documents = {cell: document.public for cell, document in evidence.documents.items()}
    return replace(
        evidence, codes=codes, remarks=remarks, unasked={}, reasons={}, measured=measured, documents=documents
    )


def _measured(measured: MeasurementSet) -> MeasurementSet:
    surveyed = np.where(measured.surveyed_codes == OUT_OF_RANGE, UNREADABLE, measured.surveyed_codes)
    return replace(
        measured,
        by_question={name: _measurement(measurement) for name, measurement in measured.by_question.items()},
        surveyed_codes=surveyed.astype(measured.surveyed_codes.dtype),
    )


def _measurement(measurement: Measurement) -> Measurement:
    """Return a measurement whose source has layer and day only, and names no part or feature."""

    def account(site: int) -> MeasurementSource:
        source = measurement.account(site)
        layer = rules_by_layer().get(source.layer)
        layer_name = source.layer if layer or source.layer in _BASES else ""
        day = _day(source.date)
        if measurement.codes[site] == MISSING:
            return MeasurementSource(layer_name, source.date if day else "", say("it could not be measured"))
        origin = (
            say("from the layer “{layer}”", layer=layer.title) if layer else _BASES.get(layer_name, say("from a map"))
        )
        return MeasurementSource(
            layer_name, source.date if day else "", say("{told}, {day}", told=origin, day=day) if day else origin
        )

    return replace(measurement, account=account, things=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
