"""One site as a reader meets it: what it is, its facts, and every requirement with its reason, aspect by aspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from rba_audit.findings import Findings, GateItem, Trace
from rba_audit.findings.wording import answer_words, question_name
from rba_audit.layers.property_words import ACCURACY, OUTLINE_KEY, illustrates, property_accuracy_m
from rba_audit.messages import format_number
from rba_audit.reports import SiteRow
from rba_audit.sites.names import property_text
from rba_audit.standard import OUTCOMES, Aspect, Outcome, Requirement
from rba_audit.web.pages.sites.sketches import Sketch, sketch

UNMET: tuple[Outcome, ...] = ("does_not_conform", "partial")


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A requirement at this site, with what the page needs beside its trace."""

    trace: Trace
    counts: bool
    gate_item: GateItem | None
    """What it is to the gate where it is unmet."""
    lead: str
    cost: str

    @property
    def unmet(self) -> bool:
        """Whether something is to be repaired."""
        return self.trace.outcome in UNMET


@dataclass(frozen=True, slots=True)
class SiteAspect:
    """A chapter of the standard at this site; no percents where nothing counts."""

    aspect: Aspect
    low: float | None
    high: float | None
    counts: Mapping[Outcome, int]
    judged: tuple[RequirementView, ...]

    @property
    def unmet(self) -> int:
        """How many of its requirements that count are not, or only partly, met."""
        return sum(each.unmet and each.counts for each in self.judged)


@dataclass(frozen=True, slots=True)
class SitePage:
    """Everything the page of one site shows."""

    row: SiteRow
    properties: Mapping[str, object]
    area: str
    accuracy: str
    facts: tuple[tuple[str, str], ...]
    red: tuple[RequirementView, ...]
    must_fix: tuple[RequirementView, ...]
    before_audit: tuple[RequirementView, ...]
    top_by_score: bool
    """Whether it certainly has the top rank and is kept from the status by what must be fixed first."""
    aspects: tuple[SiteAspect, ...]
    counts: Mapping[Outcome, int]
    sketch: Sketch | None
    located: bool
    is_illustrative: bool

    def says(self, key: str) -> str:
        """Return a property of the site as text; empty where it is not given."""
        return property_text(self.properties.get(key))

    @property
    def read(self) -> tuple[str, ...]:
        """Where the site itself is known from."""
        sources = self.properties.get("sources")
        return tuple(map(property_text, sources)) if isinstance(sources, list | tuple) else ()


def site_page(findings: Findings, row: SiteRow) -> SitePage:
    """Return the page of the site that `row` is about."""
    site = row.position
    shape = findings.source.shapes[site]
    properties = findings.source[site].facts
    judged = [_judged(findings, trace) for trace in findings.traces(site)]
    area = float(findings.area_m2[site])
    known_to_m = property_accuracy_m(properties.get(ACCURACY))
    return SitePage(
        row=row,
        properties=properties,
        area="" if isnan(area) else f"{format_number(area, 0)} m²",
        accuracy=f"{format_number(known_to_m, 0)} m" if known_to_m is not None else "",
        facts=tuple(_facts(findings, site)),
        red=tuple(each for each in judged if each.gate_item == "red"),
        must_fix=tuple(each for each in judged if each.gate_item == "must_fix"),
        before_audit=tuple(each for each in judged if each.gate_item == "before_audit"),
        top_by_score=bool(row.must_fix) and row.rank_low == findings.standard.ladder.rungs[-1].name,
        aspects=tuple(_aspects(findings, site, judged)),
        counts=_counted(judged),
        sketch=sketch(shape, [part for part in findings.source.parts if part.site == row.id]),
        located=shape is not None,
        is_illustrative=illustrates(properties.get(OUTLINE_KEY)) is not False,
    )


def _judged(findings: Findings, trace: Trace) -> RequirementView:
    requirement: Requirement = trace.requirement
    standard = findings.standard
    return RequirementView(
        trace=trace,
        counts=findings.extension or requirement.tier == "core",
        gate_item=findings.gate_item(requirement, trace.outcome),
        lead=str(standard.agencies[requirement.remedy.lead]),
        cost=str(standard.cost_bands[requirement.remedy.cost].words),
    )


def _counted(judged: Sequence[RequirementView]) -> dict[Outcome, int]:
    found = Counter(each.trace.outcome for each in judged)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def _aspects(findings: Findings, site: int, judged: Sequence[RequirementView]) -> list[SiteAspect]:
    lows, highs = findings.conclusions.aspect_low[:, site], findings.conclusions.aspect_high[:, site]
    found = []
    for aspect, low, high in zip(findings.standard.aspects, lows.tolist(), highs.tolist(), strict=True):
        own = tuple(each for each in judged if each.trace.requirement.aspect == aspect.code)
        known = not isnan(low)
        found.append(SiteAspect(aspect, low if known else None, high if known else None, _counted(own), own))
    return found


def _facts(findings: Findings, site: int) -> list[tuple[str, str]]:
    """Return the facts that are known here, in the standard's order and words."""
    evidence = findings.evidence
    raw = {remark.question: remark.value for remark in evidence.remarks if remark.row == site}
    told = []
    for fact in findings.standard.facts:
        row = evidence.number_row.get(fact.id)
        number = int(evidence.numbers[row, site]) if row is not None else 0
        upper = int(evidence.upper[row, site]) if row is not None and evidence.upper is not None else number
        text = answer_words(fact, int(evidence.codes[evidence.row[fact.id], site]), number, raw.get(fact.id), upper)
        if text:
            told.append((question_name(fact), text))
    return told
