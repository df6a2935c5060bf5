"""Query of the audit backlog from the address, and the backlog for it.

Unknown query parameters fall back to defaults; parsing never raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from rba_audit.city import Backlog, backlog_of
from rba_audit.city.backlog import BACKLOG_STATES, BacklogState
from rba_audit.findings import Findings
from rba_audit.web.http.services import services
from rba_audit.web.pages.coverage.query import CoverageQuery, coverage_of_query
from rba_audit.web.pages.lists.context import audit_visits

_DEFAULT_STATE: Final[BacklogState] = "unaudited"


@dataclass(frozen=True, slots=True)
class BacklogQuery:
    """Query of the audit backlog; an empty text asks for the default.

    Attributes:
        state: Which sites are listed.
        rule: Name of the reach rule.
        area: Code of a kelurahan or of a larger area; empty for all.
        all: Whether all rows are shown.
    """

    state: BacklogState
    rule: str
    area: str = ""
    all: bool = False

    def query(self, **changes: object) -> dict[str, str]:
        """Return the parameters of the address for this query, with some fields changed; defaults are left out."""
        changed = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        texts = {
            "state": changed.state if changed.state != _DEFAULT_STATE else "",
            "rule": changed.rule if changed.rule != services().policies.coverage.default else "",
            "area": changed.area,
            "all": "1" if changed.all else "",
        }
        return {key: text for key, text in texts.items() if text}


def read_backlog_query(parameters: Mapping[str, str]) -> BacklogQuery:
    """Parse the parameters of an address; an unknown value becomes the default."""
    policy = services().policies.coverage
    rule, area = parameters.get("rule", ""), parameters.get("area", "")
    return BacklogQuery(
        state=next((state for state in BACKLOG_STATES if state == parameters.get("state")), _DEFAULT_STATE),
        rule=rule if rule in {choice.name for choice in policy.choices} else policy.default,
        area=area if area in area_names(services().whole_findings()) else "",
        all=parameters.get("all") == "1",
    )


def area_names(findings: Findings) -> dict[str, str]:
    """Return the names of the areas that sites state, by code, larger areas before those in them."""
    names: dict[str, str] = {}
    for site in findings.source:
        if site.kecamatan_code:
            names.setdefault(site.kecamatan_code, site.kecamatan or site.kecamatan_code)
        if site.kelurahan_code:
            names.setdefault(site.kelurahan_code, site.kelurahan)
    return dict(sorted(names.items()))


def backlog_of_query(query: BacklogQuery) -> tuple[Findings, Backlog]:
    """Return the findings and the backlog for a query.

    Raises:
        SiteError: there is no area to compute reach for: no boundary, no population and no site with a position.
    """
    findings, coverage = coverage_of_query(CoverageQuery(query.rule, "standard"))
    days = {id: visit.day for id, visit in audit_visits().items()}
    only = (
        {site.id for site in findings.source if f"{site.kelurahan_code}.".startswith(f"{query.area}.")}
        if query.area
        else None
    )
    whole = services().whole_findings()
    return findings, backlog_of(coverage, whole.conclusions.status, days, query.state, only)
