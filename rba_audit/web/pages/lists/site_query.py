"""Query of a list of sites: its filters, sort order, grouping and page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

PARAMETERS: Final[dict[str, str]] = {
    "q": "search",
    "status": "status",
    "kind": "kind",
    "kecamatan": "kecamatan",
    "position": "position",
    "rank": "rank",
    "agency": "agency",
    "requirement": "requirement",
    "unmet": "unmet",
    "item": "item",
    "older": "older",
    "auditor": "auditor",
    "area": "area",
    "due": "due",
}
"""Field of a query by parameter of the address, for every filter."""


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """Query of a list of sites; an empty string does not filter.

    Attributes:
        search: Text in the name or id of a site.
        position: `doubted`, if only sites with a doubted position are wanted.
        rank: Name of a rung, `-` for no rank, `?` for a rank that is not decided.
        agency: Id of the agency that leads an unmet or partly met counted requirement.
        requirement: Id of a requirement that is not or only partly met.
        unmet: Id of a requirement that is not met.
        item: `red`, `must_fix` or `before_audit`.
        older: Days since the visit that the audit rests on, or `never`.
        auditor: Id of the person who made that visit.
        area: Code of a kelurahan or of a larger area.
        due: What is due at the site, such as `action`.
        group: The filter by whose values the list is grouped, such as `kecamatan`.
        number: Page of the list, from 1.
        unknown: Parameters with a value that is not understood, as (parameter, value).
    """

    search: str = ""
    status: str = ""
    kind: str = ""
    kecamatan: str = ""
    position: str = ""
    rank: str = ""
    agency: str = ""
    requirement: str = ""
    unmet: str = ""
    item: str = ""
    older: str = ""
    auditor: str = ""
    area: str = ""
    due: str = ""
    group: str = ""
    order: str = ""
    backwards: bool = False
    number: int = 1
    unknown: tuple[tuple[str, str], ...] = ()

    def query(self, **changes: object) -> dict[str, str]:
        """Return the parameters of the address for this query, with some fields changed; defaults are omitted."""
        changed = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        texts = {parameter: str(getattr(changed, field)) for parameter, field in PARAMETERS.items()}
        texts["group"] = changed.group
        texts["sort"] = f"-{changed.order}" if changed.backwards and changed.order else changed.order
        texts["page"] = str(changed.number) if changed.number > 1 else ""
        return {key: text for key, text in texts.items() if text}

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(getattr(self, field) for field in PARAMETERS.values())
