"""Proposals from the field as the office reads them: what was proposed, by whom, and which known place it may be."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final

from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import outside_words
from rba_audit.geometry import area_m2
from rba_audit.messages import Message, format_number, say
from rba_audit.register.site_event_records import SiteEvent, SiteProposal
from rba_audit.site_editing import DuplicateCandidate, likely_duplicates, not_drawn_reason, position_text
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.places.status_messages import SiteLink, happening_words, named_place, person_name, seen_text
from rba_audit.web.pages.sites.sketches import Sketch, sketch

_LATELY: Final = 20
"""How many decisions the page shows."""


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A known place that a proposal may be: with what is told of it."""

    id: str
    name: str
    told: str
    seen: str


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal nobody has decided about."""

    site_id: str
    name: str
    kelurahan: str
    by: str
    when: str
    note: str
    where: str
    accuracy: str
    size: str
    walked: int
    remarks: tuple[Message, ...]
    visits: int
    known: tuple[KnownSite, ...]
    sketch: Sketch | None
    seen: str


@dataclass(frozen=True, slots=True)
class DecidedProposal:
    """A proposal somebody decided about."""

    site_id: str
    name: str
    what: str
    into: SiteLink | None
    who: str
    when: str
    reason: str
    undo: str
    """What undoes it: `reopen` or `unmerge_site`."""
    seen: str


def open_proposals() -> list[OpenProposal]:
    """Return the proposals nobody has decided about, the oldest first."""
    register = services().register
    standings = register.site_events.statuses()
    return [_open(each) for each in register.site_events.proposals() if standings.get(each.site_id) == "proposed"]


def _open(proposal: SiteProposal) -> OpenProposal:
    register = services().register
    site = register.site(proposal.site_id)
    document, shape, told = site.feature, site.shape, proposal.told
    sites = services().whole_findings().source
    near = [str(each) for each in told.get("near") or ()]
    found = likely_duplicates(sites, shape, site.name, but={proposal.site_id}, near=near)
    accuracy = site.facts.get("position_accuracy_m")
    area = float(area_m2([shape])[0])
    remarks = list(not_drawn_reason(document))
    try:
        outside = outside_words(register.people.get(proposal.author), site)
    except NotInRegister:
        outside = None
    return OpenProposal(
        site_id=proposal.site_id,
        name=site.name,
        kelurahan=site.kelurahan,
        by=person_name(proposal.author),
        when=format_moment(proposal.recorded_at),
        note=str(told["note"]),
        where=position_text(document.get("geometry")),
        accuracy=f"± {format_number(float(accuracy), 0)} m" if isinstance(accuracy, int | float) else "",
        size="" if isnan(area) else f"{format_number(area, 0)} m²",
        walked=len(told.get("walk") or ()),
        remarks=(*remarks, *(() if outside is None else (outside,))),
        visits=len(register.visits.under_site_id(proposal.site_id)),
        known=tuple(_known(each) for each in found),
        sketch=sketch(shape, ()) if shape is not None and not not_drawn_reason(document) else None,
        seen=seen_text(register.site_events.snapshot(proposal.site_id).seen),
    )


def _known(each: DuplicateCandidate) -> KnownSite:
    told = []
    if not isnan(each.distance_m):
        told.append(str(say("{metres} m away", metres=format_number(each.distance_m, 0))))
    told.append(str(say("name {percent} % alike", percent=format_number(100 * each.alike, 0))))
    if each.looked_at:
        told.append(str(say("the surveyor saw it in the list")))
    return KnownSite(
        each.id, each.name, ", ".join(told), seen_text(services().register.site_events.snapshot(each.id).seen)
    )


def decided_proposals() -> list[DecidedProposal]:
    """Return the proposals somebody decided about, the last decision first."""
    found = []
    for each in services().register.site_events.proposals():
        events = services().register.site_events.events(each.site_id)
        last = next((event for event in reversed(events) if event.what in _UNDONE_BY), None)
        standing = events[-1].standing if events else "proposed"
        if last is not None and standing == last.standing:
            found.append((last.at, each, last))
    found.sort(key=lambda each: each[0], reverse=True)
    return [_decided(proposal, last) for _at, proposal, last in found[:_LATELY]]


_UNDONE_BY: Final = {"accepted": "reopen", "declined": "reopen", "merged": "unmerge"}


def _decided(proposal: SiteProposal, last: SiteEvent) -> DecidedProposal:
    register = services().register
    return DecidedProposal(
        site_id=proposal.site_id,
        name=register.site(proposal.site_id).name,
        what=happening_words(last.what),
        into=named_place(last.other) if last.other else None,
        who=person_name(last.person_id),
        when=format_moment(last.at),
        reason=last.reason,
        undo=_UNDONE_BY[last.what],
        seen=seen_text(register.site_events.snapshot(proposal.site_id).seen),
    )
