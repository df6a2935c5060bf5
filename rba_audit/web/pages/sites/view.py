"""Contents of a site's page: its properties and facts, and every requirement with its trace, by aspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from rba_audit.findings import Findings, GateItem, Trace
from rba_audit.findings.wording import answer_words, question_name
from rba_audit.layers.property_words import ACCURACY, OUTLINE_KEY, illustrates, property_accuracy_m
from rba_audit.messages import format_number
from rba_audit.papers.sketches import Sketch, sketch
from rba_audit.reports import SiteRow
from rba_audit.sites.names import property_text
from rba_audit.standard import OUTCOMES, Aspect, Outcome, Requirement
from rba_audit.web.pages.sites.coordinates import Coordinates, coordinates_of

UNMET: tuple[Outcome, ...] = ("does_not_conform", "partial")


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A requirement at this site: its trace, and the remedy's lead agency and cost band in words."""

    trace: Trace
    counts: bool
    """Whether it counts for the score: extension requirements count only when switched on."""
    gate_item: GateItem | None
    """Its role in the gate if it is unmet."""
    lead: str
    cost: str

    @property
    def unmet(self) -> bool:
        """Whether it is not, or only partly, met."""
        return self.trace.outcome in UNMET


@dataclass(frozen=True, slots=True)
class SiteAspect:
    """An aspect of the standard at this site.

    Attributes:
        low: Lowest possible score of the aspect in percent; None if none of its requirements counts. Likewise `high`.
        counts: Number of requirements per outcome.
        judged: Its requirements.
    """

    aspect: Aspect
    low: float | None
    high: float | None
    counts: Mapping[Outcome, int]
    judged: tuple[RequirementView, ...]

    @property
    def unmet(self) -> int:
        """Number of its requirements that count and are not, or only partly, met."""
        return sum(requirement.unmet and requirement.counts for requirement in self.judged)


@dataclass(frozen=True, slots=True)
class SitePage:
    """All values that the page of one site shows."""

    row: SiteRow
    properties: Mapping[str, object]
    area: str
    accuracy: str
    facts: tuple[tuple[str, str], ...]
    red: tuple[RequirementView, ...]
    must_fix: tuple[RequirementView, ...]
    before_audit: tuple[RequirementView, ...]
    top_by_score: bool
    """Whether the score certainly gives the top rank, but must-fix items forbid the status `standard`."""
    aspects: tuple[SiteAspect, ...]
    counts: Mapping[Outcome, int]
    sketch: Sketch | None
    located: bool
    coordinates: Coordinates | None
    is_illustrative: bool

    def says(self, key: str) -> str:
        """Return a property of the site as text; empty if it is missing."""
        return property_text(self.properties.get(key))

    @property
    def read(self) -> tuple[str, ...]:
        """The sources of the site's data, as its property `sources` names them."""
        sources = self.properties.get("sources")
        return tuple(map(property_text, sources)) if isinstance(sources, list | tuple) else ()


def site_page(findings: Findings, row: SiteRow) -> SitePage:
    """Return the contents of the page of the site of `row`."""
    index = row.position
    shape = findings.source.shapes[index]
    properties = findings.source[index].facts
    requirements = [_requirement_view(findings, trace) for trace in findings.traces(index)]
    area = float(findings.area_m2[index])
    accuracy_m = property_accuracy_m(properties.get(ACCURACY))
    return SitePage(
        row=row,
        properties=properties,
        area="" if isnan(area) else f"{format_number(area, 0)} m²",
        accuracy=f"{format_number(accuracy_m, 0)} m" if accuracy_m is not None else "",
        facts=tuple(_facts(findings, index)),
        red=tuple(view for view in requirements if view.gate_item == "red"),
        must_fix=tuple(view for view in requirements if view.gate_item == "must_fix"),
        before_audit=tuple(view for view in requirements if view.gate_item == "before_audit"),
        top_by_score=bool(row.must_fix) and row.rank_low == findings.standard.ladder.rungs[-1].name,
        aspects=tuple(_aspects(findings, index, requirements)),
        counts=_count_outcomes(requirements),
        sketch=sketch(shape, [part for part in findings.source.parts if part.site == row.id]),
        located=shape is not None,
        coordinates=coordinates_of(shape),
        is_illustrative=illustrates(properties.get(OUTLINE_KEY)) is not False,
    )


def _requirement_view(findings: Findings, trace: Trace) -> RequirementView:
    requirement: Requirement = trace.requirement
    standard = findings.standard
    return RequirementView(
        trace=trace,
        counts=findings.extension or requirement.tier == "core",
        gate_item=findings.gate_item(requirement, trace.outcome),
        lead=str(standard.agencies[requirement.remedy.lead]),
        cost=str(standard.cost_bands[requirement.remedy.cost].words),
    )


def _count_outcomes(requirements: Sequence[RequirementView]) -> dict[Outcome, int]:
    counts = Counter(requirement.trace.outcome for requirement in requirements)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def _aspects(findings: Findings, site: int, requirements: Sequence[RequirementView]) -> list[SiteAspect]:
    lows, highs = findings.conclusions.aspect_low[:, site], findings.conclusions.aspect_high[:, site]
    aspects = []
    for aspect, low, high in zip(findings.standard.aspects, lows.tolist(), highs.tolist(), strict=True):
        own = tuple(view for view in requirements if view.trace.requirement.aspect == aspect.code)
        counts = not isnan(low)
        aspects.append(SiteAspect(aspect, low if counts else None, high if counts else None, _count_outcomes(own), own))
    return aspects


def _facts(findings: Findings, site: int) -> list[tuple[str, str]]:
    """Return the known facts of a site as (question, answer), in the standard's order and words."""
    evidence = findings.evidence
    raw = {remark.question: remark.value for remark in evidence.remarks if remark.row == site}
    facts = []
    for fact in findings.standard.facts:
        row = evidence.number_row.get(fact.id)
        number = int(evidence.numbers[row, site]) if row is not None else 0
        upper = int(evidence.upper[row, site]) if row is not None and evidence.upper is not None else number
        text = answer_words(fact, int(evidence.codes[evidence.row[fact.id], site]), number, raw.get(fact.id), upper)
        if text:
            facts.append((question_name(fact), text))
    return facts
