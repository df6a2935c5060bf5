"""Measurements of one site for its form and pages, taken from the findings of the register; no page measures anew.

A measurement made under one edition is used for another only if the question is identical in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from rba_audit.evidence import GIVEN, MISSING, REASON, Measurement, MeasurementSource, read_evidence, with_measurements
from rba_audit.findings import Findings
from rba_audit.findings.observations import ANY_CLASS
from rba_audit.findings.wording import answer_words
from rba_audit.layers import ContextFeature, rules_by_layer
from rba_audit.layers.property_words import OUTLINE_KEY, illustrates
from rba_audit.messages import Message, format_day, say
from rba_audit.standard import Question, Standard

AnswerPrecedence = Literal["", "differs", "stands"]
"""An answer compared with a measurement: "" if they agree; else `differs` if the measurement counts, `stands` if the answer does
(it has a reason)."""

_OWN: Final[Mapping[str, Message]] = {"outline": say("the outline of the site"), "parts": say("the mapped parts")}


@dataclass(frozen=True, slots=True)
class SiteMeasurement:
    """Measurement of one site for one question, as texts.

    Attributes:
        value: The value with its unit; empty if nothing could be measured.
        how: The measured feature and where it is; or what is missing.
        origin: The layer and its day.
        alone: The measurement of this site alone.
    """

    value: str
    how: str
    origin: str
    alone: Measurement

    @property
    def document(self) -> dict[str, object]:
        """The measurement as a phone stores it; code, low and high are in the encoding of the evaluator."""
        if not self.value:
            return {"value": "", "how": self.how}
        measurement = self.alone
        return {
            "value": self.value,
            "how": self.how,
            "origin": self.origin,
            "code": int(measurement.codes[0]),
            "low": int(measurement.low[0]),
            "high": int(measurement.high[0]),
            **({"several": True} if measurement.several is not None and measurement.several[0] else {}),
        }


def site_measurements(
    findings: Findings, site_id: str, standard: Standard, context: Iterable[ContextFeature]
) -> dict[str, SiteMeasurement]:
    """Return what was measured at a site, by the questions of an edition.

    A question that could not be measured is included only if the site has an outline and the layer exists, because only then
    its reason is specific. A missing outline or layer would be repeated at one question after the other.

    Args:
        findings: The findings that hold the measurements.
        site_id: The site.
        standard: The edition whose questions are wanted.
        context: The layers around the sites.

    Raises:
        SiteError: there is no such site.
    """
    measured = findings.evidence.measured
    if measured is None:
        return {}
    site = findings.source.index_of(site_id)
    layers = _measurable_layers(findings, site, context)
    result = {}
    for id, measurement in measured.by_question.items():
        question = findings.standard.question(id)
        if not standard.has_question(id) or standard.question(id) != question:
            continue
        account = measurement.account(site)
        if measurement.codes[site] != MISSING or account.layer in layers:
            result[id] = _site_measurement(question, measurement, site, account)
    return result


def _measurable_layers(findings: Findings, site: int, context: Iterable[ContextFeature]) -> frozenset[str]:
    """Return the layers that a site could be measured against; none unless its outline is drawn and not illustrative."""
    shape = findings.source.shapes[site]
    if shape is None or shape.area == 0 or illustrates(findings.source.properties(site).get(OUTLINE_KEY)) is not False:
        return frozenset()
    return frozenset(feature.layer for feature in context)


def _site_measurement(
    question: Question, measurement: Measurement, site: int, account: MeasurementSource
) -> SiteMeasurement:
    code, low, high = int(measurement.codes[site]), int(measurement.low[site]), int(measurement.high[site])
    one = slice(site, site + 1)
    alone = replace(
        measurement,
        codes=measurement.codes[one],
        low=measurement.low[one],
        high=measurement.high[one],
        account=lambda _alone: account,
        things=None,
        several=None if measurement.several is None else measurement.several[one],
        any_class=None if measurement.any_class is None else measurement.any_class[one],
    )
    value = answer_words(question, code, low, None, high) if code != MISSING else ""
    if measurement.makes_no_difference(site):
        value = str(ANY_CLASS)
    return SiteMeasurement(value, str(account.text), _origin(account), alone)


def _origin(account: MeasurementSource) -> str:
    rules = rules_by_layer()
    source = rules[account.layer].title if account.layer in rules else _OWN.get(account.layer, account.layer)
    if not account.date:
        return str(say("From: {what}, day not stated", what=source))
    return str(say("From: {what}, {day}", what=source, day=_day(account.date)))


def _day(text: str) -> str:
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return text  # a file may state only a month or a year


def compare_answers(
    measurements: Mapping[str, SiteMeasurement],
    answers: Mapping[str, object],
    notes: Mapping[str, str],
    standard: Standard,
) -> dict[str, AnswerPrecedence]:
    """Return how a visit's answer compares with the measurement, for each measured question."""
    reasons = {f"{question}{REASON}": note for question, note in notes.items() if question in answers}
    evidence = read_evidence([{**answers, **reasons}], standard)
    joined = with_measurements(
        evidence, [measured.alone for measured in measurements.values() if measured.value]
    ).measured
    if joined is None:
        return {}
    result: dict[str, AnswerPrecedence] = {}
    for id, measurement in joined.by_question.items():
        code = int(evidence.codes[evidence.row[id], 0])
        row = evidence.number_row.get(id)
        number = int(evidence.numbers[row, 0]) if row is not None else 0
        low, high = int(measurement.low[0]), int(measurement.high[0])
        several = low < high and measurement.several is not None and bool(measurement.several[0])
        other = code >= GIVEN and (several or not (code == measurement.codes[0] and low <= number <= high))
        # An answer inside a measured range agrees with it; it is only more precise.
        result[id] = "" if not other else "differs" if joined.counts[id][0] else "stands"
    return result
