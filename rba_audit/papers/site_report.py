"""Report about one site as a PDF file: its result, what to repair and why, its visits, cleared photos and the children's voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from rba_audit.findings import Findings
from rba_audit.findings.wording import kind_words
from rba_audit.messages import format_number, say
from rba_audit.papers.issue import Issue
from rba_audit.papers.pictures import LocationMaps, part_mark_svg, sketch_svg
from rba_audit.papers.record_sections import record_sections, rights_section
from rba_audit.papers.site_record import SiteRecord
from rba_audit.papers.sketches import legend_mark, sketch
from rba_audit.papers.typesetting import typeset
from rba_audit.reports import RepairLine, SiteRow, repairs
from rba_audit.sites.names import property_text
from rba_audit.sites.part_kinds import part_words
from rba_audit.standard.citations import citations
from rba_audit.standard.policies.kha import KhaPolicy
from rba_audit.status_style import gate_words, rank_words, score_words, status_words

MOST_PHOTOS: Final = 6
_TEMPLATE: Final = "site.typ"


@dataclass(frozen=True)
class SiteReports:
    """What the reports of all sites share.

    Attributes:
        findings: The findings that they show.
        issue: The office, and the moment of the data.
        locations: Draws where a site lies.
        kha: Articles of the Convention on the Rights of the Child in plain words.
    """

    findings: Findings
    issue: Issue
    locations: LocationMaps
    kha: KhaPolicy

    def lines(self, rows: Sequence[SiteRow]) -> dict[str, list[RepairLine]]:
        """Return by site id the counted requirements that it does not, or only partly, meet, the most serious first."""
        lines: dict[str, list[RepairLine]] = {row.id: [] for row in rows}
        for line in repairs(self.findings, rows):
            lines[line.row.id].append(line)
        return lines

    def pdf(self, row: SiteRow, lines: Sequence[RepairLine], record: SiteRecord) -> bytes:
        """Return the report of one site in the current language; `lines` are its own of `lines`."""
        data, pictures = self._contents(row, lines, record)
        return typeset(_TEMPLATE, data, at=self.issue.at, pictures=pictures)

    def _contents(
        self, row: SiteRow, lines: Sequence[RepairLine], record: SiteRecord
    ) -> tuple[dict[str, object], dict[str, bytes]]:
        pictures: dict[str, bytes] = {}
        urgent = {requirement.id for requirement in (*row.red, *row.must_fix)}
        others = [line for line in lines if line.requirement.id not in urgent]
        unknown, standard = row.status == "not_audited", self.findings.standard
        data = {
            **self.issue.frame(row.name),
            "heading": str(say("Site report")),
            "place": " · ".join(filter(None, (row.kind, row.kelurahan, row.kecamatan))),
            "status": row.status,
            "status_words": status_words(row.status),
            "figures": site_figures(row),
            "remark": site_remark(row),
            "facts": list(site_facts(self.findings, row)),
            "sketch": self.sketch_of(row, pictures),
            "location": self.location_of(row, pictures),
            "aspects": _aspects(self.findings, row, lines),
            "aspect_words": _words(
                title=say("The aspects"), aspect=say("Aspect"), reached=say("Reached"), repair=say("To repair")
            ),
            "urgent": {
                "title": str(say("First: mandatory requirements not met, and what must be fixed first")),
                "none": str(
                    say("Not known yet")
                    if unknown
                    else say("No mandatory requirement, and none that must be fixed first, is known to be unmet.")
                ),
                "rows": [self._requirement(line) for line in lines if line.requirement.id in urgent],
            },
            "unmet": {
                "title": str(say("What else is not, or only partly, met")),
                "none": str(say("Not known yet") if unknown else say("Nothing else is known to be unmet.")),
                "groups": list(self._by_aspect(others)),
            },
            "undetermined": _undetermined(row),
            "requirement_words": _words(
                wanted=say("Wanted"),
                found=say("Found"),
                source=say("Source"),
                remedy=say("Remedy"),
                lead=say("Leads"),
                cost=say("Cost"),
            ),
            **record_sections(record, pictures),
            "rights": rights_section(self.findings.standard, lines, self.kha),
            "about": [
                str(say("The standard: {title} ({edition}).", title=standard.title, edition=standard.edition)),
                str(standard.note),
            ],
        }
        return data, pictures

    def _requirement(self, line: RepairLine) -> dict[str, str]:
        item = next(
            (name for name in ("red", "must_fix", "before_audit") if line.requirement in getattr(line.row, name)), ""
        )
        return {
            "id": line.requirement.id,
            "title": str(line.requirement.title),
            "outcome": line.outcome,
            "item": gate_words(item) if item else "",
            "wanted": line.expected,
            "found": line.observed or str(say("nothing")),
            "source": "; ".join(map(str, citations(self.findings.standard, line.requirement.sources))),
            "remedy": line.remedy,
            "lead": line.lead,
            "cost": line.cost,
        }

    def _by_aspect(self, lines: Sequence[RepairLine]) -> Iterator[dict[str, object]]:
        for aspect in self.findings.standard.aspects:
            rows = [self._requirement(line) for line in lines if line.requirement.aspect == aspect.code]
            if rows:
                yield {"name": f"{aspect.number}. {aspect.name}", "rows": rows}

    def sketch_of(self, row: SiteRow, pictures: dict[str, bytes]) -> dict[str, object] | None:
        """Return the sketch of a site for its template, and add its pictures to `pictures`; None if there is nothing to draw."""
        source = self.findings.source
        drawn = sketch(source.shapes[row.position], [part for part in source.parts if part.site == row.id])
        if drawn is None:
            return None
        pictures["sketch.svg"] = sketch_svg(drawn)
        legend = []
        for kind, number in drawn.parts:
            name = f"mark-{kind}.svg"
            pictures[name] = part_mark_svg(legend_mark(kind), kind)
            legend.append({"file": name, "words": f"{part_words(kind)} {number}"})
        return {
            "file": "sketch.svg",
            "alt": str(say("Sketch of the outline and its parts, north up")),
            "caption": str(say("Outline and parts, north up; the bar is {length} long.", length=drawn.bar_words)),
            "legend": legend,
        }

    def location_of(self, row: SiteRow, pictures: dict[str, bytes]) -> dict[str, object] | None:
        """Return the map of where a site lies, and add it to `pictures`; None if nothing is known around it."""
        drawn = self.locations.around(self.findings.source.shapes[row.position], row.status)
        if drawn is None:
            return None
        pictures["location.svg"] = drawn.svg
        shown = ", ".join(dict.fromkeys(str(title).lower() for title in drawn.classes))
        wide = format_number(drawn.width_km, 1)
        return {
            "file": "location.svg",
            "alt": str(say("Map of where the site lies, north up")),
            "caption": str(
                say(
                    "Where it lies in {area}; {wide} km across. Drawn: {shown}.",
                    area=drawn.area,
                    wide=wide,
                    shown=shown,
                )
                if drawn.area
                else say("Where it lies; {wide} km across. Drawn: {shown}.", wide=wide, shown=shown)
            ),
            "legend": [],
        }


def _words(**words: object) -> dict[str, str]:
    return {name: str(text) for name, text in words.items()}


def site_figures(row: SiteRow) -> list[tuple[str, str]]:
    """Return score, rank and how much is determined, as (heading, text); nothing for a site that nobody audited."""
    if row.status == "not_audited":
        return []
    return [
        (str(say("Score")), score_words(row.score_low, row.score_high, row.score_max)),
        (str(say("Rank")), rank_words(row.rank_low, row.rank_high) if row.score_low is not None else "–"),
        (str(say("Determined")), f"{format_number(row.answered_pct, 0)} %"),
        (str(say("Still open")), format_number(row.undetermined, 0)),
    ]


def site_remark(row: SiteRow) -> str:
    """Return why there is no score, or why it is a range; empty if it is one number."""
    if row.status == "not_audited":
        return str(say("Nobody has answered a question here yet, so there is no score."))
    if row.score_low != row.score_high:
        return str(
            say("A range, because not everything is known: the lower end is certain, the upper end is still possible.")
        )
    return ""


def _undetermined(row: SiteRow) -> str:
    if not row.undetermined:
        return ""
    return str(
        say(
            "Requirements not known yet: {count}. They are no verdict, so none of them is listed here; a visit decides them.",
            count=row.undetermined,
        )
    )


def site_facts(findings: Findings, row: SiteRow) -> Iterator[tuple[str, str]]:
    """Yield what is known of a site itself, as (heading, text)."""
    site, shape = findings.source[row.position], findings.source.shapes[row.position]
    yield str(say("Id")), row.id
    if kind := kind_words(findings.standard, site.kind):
        yield str(say("Kind")), kind
    if manager := property_text(site.facts.get("manager")):
        yield str(say("Manager")), manager
    area = float(findings.area_m2[row.position])
    yield str(say("Area")), str(say("no outline to measure")) if isnan(area) else f"{format_number(area, 0)} m²"
    if shape is None:
        yield str(say("Position")), str(say("not located yet"))
    else:
        middle = shape.centroid
        # As maps on the phone take it: degrees with a point, latitude first.
        yield str(say("Position")), f"{middle.y:.5f}, {middle.x:.5f}"


def _aspects(findings: Findings, row: SiteRow, lines: Sequence[RepairLine]) -> list[dict[str, object]]:
    if row.status == "not_audited":
        return []
    aspects: list[dict[str, object]] = []
    conclusions = findings.conclusions
    for index, aspect in enumerate(findings.standard.aspects):
        low, high = (float(values[index, row.position]) for values in (conclusions.aspect_low, conclusions.aspect_high))
        known = not isnan(low)
        span = format_number(low, 0) if known and low == high else "–"
        if known and low != high:
            span = f"{format_number(low, 0)}–{format_number(high, 0)}"
        aspects.append(
            {
                "name": f"{aspect.number}. {aspect.name}",
                "low": low if known else 0,
                "high": high if known else 0,
                "span": f"{span} %" if known else "–",
                "repair": sum(line.requirement.aspect == aspect.code for line in lines),
            }
        )
    return aspects
