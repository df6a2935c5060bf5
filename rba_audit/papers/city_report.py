"""Report about all sites of a city as a PDF file, and one page of it for the mayor."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rba_audit.findings import STATUSES, Findings
from rba_audit.messages import Message, format_number, say
from rba_audit.papers.city_tables import agency_rows, aspect_rows, failure_cells, rank_rows, shortened, site_cells
from rba_audit.papers.issue import Issue
from rba_audit.papers.pictures import LocationMaps
from rba_audit.papers.typesetting import typeset
from rba_audit.reports import SiteRow, site_rows
from rba_audit.reports.summaries import districts, priorities
from rba_audit.standard.citations import citations
from rba_audit.status_style import score_words, status_words

_REPORT: Final = "city.typ"
_ONE_PAGE: Final = "mayor.typ"
_FAILURES: Final = 15
_LISTED: Final = 1000
"""How many sites a report lists; the others are counted, and are in the Excel file."""
_FEW: Final = 5
_DISTRICTS: Final = 9


@dataclass(frozen=True)
class CityReport:
    """The report of a city.

    Attributes:
        findings: The findings that it shows.
        issue: The office, and the moment of the data.
        locations: Draws the map.
    """

    findings: Findings
    issue: Issue
    locations: LocationMaps

    @cached_property
    def rows(self) -> list[SiteRow]:
        """All sites, by status."""
        return site_rows(self.findings)

    def pdf(self) -> bytes:
        """Return the report in the current language."""
        standard = self.findings.standard
        pictures: dict[str, bytes] = {}
        failures = priorities(self.findings, _FAILURES)
        cited = dict.fromkeys(
            str(citation) for failure in failures for citation in citations(standard, failure.requirement.sources)
        )
        hidden = len(self.rows) - _LISTED
        data = {
            **self.issue.frame(str(say("Child-friendly play spaces: report of the city"))),
            **self._summary(pictures),
            "ranks": {
                "title": str(say("By rank")),
                "headings": [str(say("Rank")), str(say("Certain")), str(say("Still possible"))],
                "rows": list(rank_rows(self.findings, self.rows)),
                "note": str(say("Possible: not everything is known at the site, so its rank is still a range.")),
            },
            "districts": self._districts(None),
            "aspects": {
                "title": str(say("The aspects, on average over the audited sites")),
                "headings": [str(say("Aspect")), str(say("Reached")), "%"],
                "rows": list(aspect_rows(self.findings)),
            },
            "failures": {
                "title": str(say("What fails most")),
                "none": self._none(say("Nothing is known to be failing.")),
                "headings": [
                    str(say("Requirement")),
                    str(say("Sites")),
                    str(say("Remedy")),
                    str(say("Lead agency")),
                    str(say("Cost band")),
                ],
                "rows": [failure_cells(failure) for failure in failures],
            },
            "agencies": {
                "title": str(say("Which agency leads")),
                "headings": [str(say("Lead agency")), str(say("Repairs")), str(say("Sites"))],
                "rows": agency_rows(self.findings),
            },
            "sites": {
                "title": str(say("The sites")),
                "headings": [
                    str(say("Name")),
                    str(say("Kecamatan")),
                    str(say("Score")),
                    str(say("Rank")),
                    str(say("To fix first")),
                    str(say("Not met")),
                ],
                "groups": [
                    {
                        "status": status,
                        "name": status_words(status),
                        "rows": [site_cells(row) for row in self.rows[:_LISTED] if row.status == status],
                    }
                    for status in STATUSES
                    if any(row.status == status for row in self.rows[:_LISTED])
                ],
                "more": str(say("Sites not listed here: {count}. The Excel file has all of them.", count=hidden))
                if hidden > 0
                else "",
            },
            "method": {
                "title": str(say("Method and sources")),
                "lines": [
                    str(say("The standard: {title} ({edition}).", title=standard.title, edition=standard.edition)),
                    str(standard.note),
                    str(standard.ladder.note.words),
                    str(
                        say(
                            "What was not seen counts neither as met nor as not met; scores and ranks are ranges for that reason."
                        )
                    ),
                ],
                "sources": str(say("Sources of the requirements above")),
                "cited": list(cited),
            },
        }
        return typeset(_REPORT, data, at=self.issue.at, pictures=pictures)

    def one_page(self) -> bytes:
        """Return the one page for the mayor in the current language; long names are cut so that it stays one page."""
        pictures: dict[str, bytes] = {}
        nearest = [row for row in self.rows if row.status == "nearly_standard"]
        nearest.sort(key=lambda row: (-(row.score_low or 0), row.name.casefold()))
        urgent = [row for row in self.rows if row.red or row.must_fix]
        urgent.sort(key=lambda row: (-len(row.red) - len(row.must_fix), -len(row.red), row.name.casefold()))
        data = {
            **self.issue.frame(str(say("Child-friendly play spaces: one page for the mayor"))),
            **self._summary(pictures),
            "districts": self._districts(_DISTRICTS),
            "failures": {
                "title": str(say("What to fix first")),
                "none": self._none(say("Nothing is known to be failing.")),
                "rows": [
                    {
                        "title": shortened(str(failure.requirement.title)),
                        "sites": format_number(failure.unmet + failure.partly, 0),
                        "lead": shortened(failure.lead),
                    }
                    for failure in priorities(self.findings, _FEW)
                ],
                "headings": [str(say("Requirement")), str(say("Sites")), str(say("Lead agency"))],
            },
            "lists": [
                {
                    "title": str(say("Nearest to the standard")),
                    "none": self._none(say("No site is nearly standard.")),
                    "rows": [
                        [shortened(row.name), score_words(row.score_low, row.score_high, row.score_max)]
                        for row in nearest[:_FEW]
                    ],
                },
                {
                    "title": str(say("Most to fix first")),
                    "none": self._none(
                        say("No site is known to miss a mandatory requirement or one that must be fixed first.")
                    ),
                    "rows": [
                        [shortened(row.name), format_number(len(row.red) + len(row.must_fix), 0)]
                        for row in urgent[:_FEW]
                    ],
                },
            ],
            "method": shortened(
                str(
                    say(
                        "The standard: {title} ({edition}).",
                        title=self.findings.standard.title,
                        edition=self.findings.standard.edition,
                    )
                ),
                200,
            ),
        }
        return typeset(_ONE_PAGE, data, at=self.issue.at, pictures=pictures)

    def _none(self, words: Message) -> str:
        """Return what stands in place of an empty list: `words`, unless nothing is known about any site, which is no good news."""
        counts = self.findings.counts()
        if counts["not_audited"] + counts["undetermined"] == len(self.findings):
            return str(say("Not known yet: no site has been audited well enough."))
        return str(words)

    def _summary(self, pictures: dict[str, bytes]) -> dict[str, object]:
        counts, total = self.findings.counts(), len(self.findings)
        audited = total - counts["not_audited"]
        drawn = self.locations.city(
            [
                (shape, STATUSES[status])
                for shape, status in zip(
                    self.findings.source.shapes, self.findings.conclusions.status.tolist(), strict=True
                )
                if shape is not None
            ]
        )
        if drawn is not None:
            pictures["city.svg"] = drawn.svg
        located = sum(shape is not None for shape in self.findings.source.shapes)
        return {
            "headline": str(
                say(
                    "Standard: {standard} of {audited} audited sites. Sites in the register: {total}.",
                    standard=counts["standard"],
                    audited=audited,
                    total=total,
                )
            ),
            "counts": [
                {"status": status, "name": status_words(status), "number": number, "words": format_number(number, 0)}
                for status, number in counts.items()
            ],
            "total": total,
            "map": None
            if drawn is None
            else {
                "file": "city.svg",
                "alt": str(say("Map of the sites by status, north up")),
                "caption": str(
                    say(
                        "{located} of {total} sites have a position; the map is {wide} km across.",
                        located=located,
                        total=total,
                        wide=format_number(drawn.width_km, 1),
                    )
                ),
            },
        }

    def _districts(self, most: int | None) -> dict[str, object]:
        """Return the counts per kecamatan; with `most` only the largest, and the others as one row."""
        found = districts(self.rows)
        shown, others = found, []
        if most is not None and len(found) > most:
            by_size = sorted(found, key=lambda district: -district.total)
            shown, others = by_size[: most - 1], by_size[most - 1 :]
        rows = [
            (shortened(district.name) or str(say("not stated")), district.counts, district.total) for district in shown
        ]
        if others:
            counts = sum((district.counts for district in others), Counter())
            rows.append((str(say("{count} others", count=len(others))), counts, counts.total()))
        return {
            "title": str(say("By kecamatan")),
            "headings": [str(say("Kecamatan")), *(status_words(status) for status in STATUSES), str(say("All"))],
            "rows": [
                [name, *(format_number(counts[status], 0) for status in STATUSES), format_number(total, 0)]
                for name, counts, total in rows
            ],
        }
