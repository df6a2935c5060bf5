"""Menu of every page: the sections that the reader may open.

The access that each view declares decides (`open_to`); nothing is repeated here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from flask import current_app, url_for

from rba_audit.messages import Message, say
from rba_audit.permissions import works_in_field
from rba_audit.web.http.access import accesses, person, public_view
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the name by which its pages mark it as current, its first endpoint, and its label."""

    name: str
    endpoint: str
    text: Message


WORK: Final = Section("queue", "offline.queue", say("My work"))
"""The main section of surveyors; others find it under the rarely used ones."""
MAIN: Final = (
    Section("dashboard", "planners.dashboard", say("Overview")),
    Section("map", "planners.map_page", say("Map")),
    Section("sites", "planners.sites", say("All sites")),
    Section("non_standard", "planners.non_standard", say("Not standard")),
    Section("not_known", "planners.not_known", say("Not known yet")),
    Section("coverage", "coverage.page", say("Coverage")),
    Section("plan", "plans.city_page", say("Plan")),
    Section("review", "reviewers.queue", say("Review")),
    Section("actions", "followups.actions", say("Actions")),
)
"""Sections that are opened every day."""
MORE: Final = (
    Section("dangers", "dangers.page", say("Dangers")),
    Section("surveillance", "followups.surveillance", say("Surveillance")),
    Section("proposed", "places.proposed", say("Proposed places")),
    Section("photos", "clearances.page", say("Photos")),
    Section("certificates", "followups.certificates", say("Certificates")),
    Section("agreement", "reviewers.agreement", say("Double audits")),
    Section("forum", "forum.choose", say("Children's forum")),
    Section("standard", "standards.edition", say("The standard")),
    Section("people", "people.page", say("People")),
    Section("office", "office.page", say("Office")),
    Section("exports", "exports.page", say("What left")),
)
"""Sections that are opened now and then."""


@dataclass(frozen=True, slots=True)
class Link:
    """A section of the menu with its URL."""

    name: str
    href: str
    text: Message


def sections() -> tuple[list[Link], list[Link]]:
    """Return the menu of this reader: the sections for every day, and those for now and then."""
    someone, public = person(), public_view()
    open_here = {name for name, access in accesses(current_app).items() if access.admits(someone, public_view=public)}
    surveys = someone is not None and works_in_field(someone.role)
    main, more = ((WORK, *MAIN), MORE) if surveys else (MAIN, (WORK, *MORE))
    return _links(main, open_here), _links(more, open_here)


def _links(listed: Iterable[Section], open_here: Collection[str]) -> list[Link]:
    return [_link(section) for section in listed if section.endpoint in open_here]


def _link(section: Section) -> Link:
    edition = services().standard.edition
    href = url_for(section.endpoint, edition=edition) if section.name == "standard" else url_for(section.endpoint)
    return Link(section.name, href, section.text)
