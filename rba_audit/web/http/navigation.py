"""Menu of every page: the sections that the reader may open, in groups.

The access that each view declares decides (`open_to`); nothing is repeated here. The label of a section is also the heading and
the title of its page; a test compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from flask import current_app, url_for

from rba_audit.messages import Message, say
from rba_audit.permissions import is_guest, works_in_field
from rba_audit.web.http.access import accesses, person, public_view
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the name by which its pages mark it as current, its first endpoint, and its label."""

    name: str
    endpoint: str
    text: Message


@dataclass(frozen=True, slots=True)
class Group:
    """Sections that the menu shows under one label, which opens them."""

    text: Message
    sections: tuple[Section, ...]


WORK: Final = Section("queue", "offline.queue", say("My work"))
"""The first section of people who work in the field only."""
MENU: Final[tuple[Section | Group, ...]] = (
    Section("dashboard", "planners.dashboard", say("Overview")),
    Section("map", "planners.map_page", say("Map")),
    Group(
        say("Lists"),
        (
            Section("sites", "planners.sites", say("All sites")),
            Section("non_standard", "planners.non_standard", say("Not standard")),
            Section("not_known", "planners.not_known", say("Not known yet")),
            Section("proposed", "places.proposed", say("Proposed places")),
        ),
    ),
    Group(
        say("Audits"),
        (
            WORK,
            Section("review", "reviewers.queue", say("Review")),
            Section("photos", "clearances.page", say("Photos")),
            Section("agreement", "reviewers.agreement", say("Double audits")),
            Section("forum", "forum.choose", say("Children's forum")),
        ),
    ),
    Group(
        say("Follow-up"),
        (
            Section("actions", "followups.actions", say("Actions")),
            Section("agencies", "agencies.page", say("Agencies")),
            Section("dangers", "dangers.page", say("Dangers")),
            Section("surveillance", "followups.surveillance", say("Surveillance")),
            Section("certificates", "followups.certificates", say("Certificates")),
        ),
    ),
    Group(
        say("Planning"),
        (
            Section("plan", "plans.city_page", say("Plan")),
            Section("coverage", "coverage.page", say("Coverage")),
            Section("city", "city.page", say("Audit backlog")),
            Section("layers", "layers.page", say("Map layers")),
        ),
    ),
    Group(
        say("KLA"),
        (
            Section("folder", "folder.page", say("My folder")),
            Section("documents", "documents.page", say("Documents")),
            Section("kha", "kha.page", say("KHA training")),
            Section("kla", "kla.page", say("Where the city stands")),
            Section("nominations", "nominations.page", say("Nominations")),
            Section("rehearsals", "rehearsals.page", say("Rehearsal")),
            Section("packs", "packs.page", say("Evidence packs")),
        ),
    ),
    Group(
        say("More"),
        (
            Section("imports", "imports.page", say("Import")),
            Section("papers", "papers.page", say("Reports")),
            Section("standard", "standards.edition", say("The standard")),
            Section("office", "office.page", say("Office")),
            Section("links", "links.page", say("Read-only links")),
            Section("people", "people.page", say("People")),
            Section("exports", "exports.page", say("Files handed out")),
        ),
    ),
)
"""The menu, in order. A section stands alone or in the group in which a reader looks for it."""
UNGROUPED_MOST: Final = 5
"""A reader with at most this many sections gets them without groups."""


@dataclass(frozen=True, slots=True)
class Link:
    """A section of the menu with its URL."""

    name: str
    href: str
    text: Message


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the menu: a single link without a label of its own, or a label that opens several links."""

    text: Message | None
    links: tuple[Link, ...]


def menu_entries() -> list[MenuEntry]:
    """Return the menu of this reader."""
    someone, public = person(), public_view()
    open_here = {name for name, access in accesses(current_app).items() if access.admits(someone, public_view=public)}
    if someone is not None and is_guest(someone.role):  # no word of what needs no account: they came for one thing
        open_here = {name for name in open_here if not accesses(current_app)[name].everyone}
    in_field = someone is not None and works_in_field(someone.role)
    entries = list(_entries((WORK,), open_here)) if in_field else []
    for entry in MENU:
        if isinstance(entry, Group):
            sections = [section for section in entry.sections if not (in_field and section is WORK)]
            group = tuple(_links(sections, open_here))
            entries += (
                [MenuEntry(entry.text, group)] if len(group) > 1 else [MenuEntry(None, (link,)) for link in group]
            )
        else:
            entries += _entries((entry,), open_here)
    links = [link for entry in entries for link in entry.links]
    return [MenuEntry(None, (link,)) for link in links] if len(links) <= UNGROUPED_MOST else entries


def _entries(sections: Iterable[Section], open_here: Collection[str]) -> Iterable[MenuEntry]:
    return [MenuEntry(None, (link,)) for link in _links(sections, open_here)]


def _links(sections: Iterable[Section], open_here: Collection[str]) -> list[Link]:
    return [_link(section) for section in sections if section.endpoint in open_here]


def _link(section: Section) -> Link:
    edition = services().standard.edition
    href = url_for(section.endpoint, edition=edition) if section.name == "standard" else url_for(section.endpoint)
    return Link(section.name, href, section.text)
