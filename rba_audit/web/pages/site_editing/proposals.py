"""Proposals of sites for the office: their content, their author, and known sites that they may duplicate."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final

from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import outside_words
from rba_audit.geometry import area_m2
from rba_audit.messages import Message, format_number, say
from rba_audit.papers.sketches import Sketch, sketch
from rba_audit.register.site_event_records import SiteEvent, SiteProposal
from rba_audit.site_editing import DuplicateCandidate, likely_duplicates, not_drawn_reason, position_text
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.site_editing.status_messages import (
    SiteLink,
    happening_words,
    named_place,
    person_name,
    seen_text,
)

_LATELY: Final = 20
"""How many decisions the page shows."""


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A known site that a proposal may duplicate.

    Attributes:
        note: Distance and likeness of the name, in words.
        seen: Its revision for the form, as text.
    """

    id: str
    name: str
    note: str
    seen: str


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that waits for a decision.

    Attributes:
        accuracy: Accuracy of its position in metres, as text.
        size: Its area in m², as text; empty for a point.
        walked: Number of recorded fixes of the walk around it.
        visits: Number of visits made there under its id.
        known: Known sites that it may duplicate.
        seen: Its revision for the form, as text.
    """

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
    """A proposal with a decision."""

    site_id: str
    name: str
    what: str
    into: SiteLink | None
    who: str
    when: str
    reason: str
    undo: str
    """The value of the form field `do` that undoes the decision: `reopen` or `unmerge`."""
    seen: str


def open_proposals() -> list[OpenProposal]:
    """Return the proposals that wait for a decision, the oldest first."""
    register = services().register
    statuses = register.site_events.statuses()
    return [
        _open(proposal) for proposal in register.site_events.proposals() if statuses.get(proposal.site_id) == "proposed"
    ]


def _open(proposal: SiteProposal) -> OpenProposal:
    register = services().register
    site = register.site(proposal.site_id)
    document, shape, statement = site.feature, site.shape, proposal.told
    sites = services().whole_findings().source
    near = [str(id) for id in statement.get("near") or ()]
    duplicates = likely_duplicates(sites, shape, site.name, but={proposal.site_id}, near=near)
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
        note=str(statement["note"]),
        where=position_text(document.get("geometry")),
        accuracy=f"± {format_number(float(accuracy), 0)} m" if isinstance(accuracy, int | float) else "",
        size="" if isnan(area) else f"{format_number(area, 0)} m²",
        walked=len(statement.get("walk") or ()),
        remarks=(*remarks, *(() if outside is None else (outside,))),
        visits=len(register.visits.under_site_id(proposal.site_id)),
        known=tuple(_known_site(duplicate) for duplicate in duplicates),
        sketch=sketch(shape, ()) if shape is not None and not not_drawn_reason(document) else None,
        seen=seen_text(register.site_events.snapshot(proposal.site_id).seen),
    )


def _known_site(duplicate: DuplicateCandidate) -> KnownSite:
    words = []
    if not isnan(duplicate.distance_m):
        words.append(str(say("{metres} m away", metres=format_number(duplicate.distance_m, 0))))
    words.append(str(say("name {percent} % alike", percent=format_number(100 * duplicate.alike, 0))))
    if duplicate.looked_at:
        words.append(str(say("the surveyor saw it in the list")))
    snapshot = services().register.site_events.snapshot(duplicate.id)
    return KnownSite(duplicate.id, duplicate.name, ", ".join(words), seen_text(snapshot.seen))


def decided_proposals() -> list[DecidedProposal]:
    """Return the last decided proposals (at most `_LATELY`), the newest decision first."""
    decisions = []
    for proposal in services().register.site_events.proposals():
        events = services().register.site_events.events(proposal.site_id)
        last = next((event for event in reversed(events) if event.what in _UNDONE_BY), None)
        status = events[-1].standing if events else "proposed"
        if last is not None and status == last.standing:
            decisions.append((last.at, proposal, last))
    decisions.sort(key=lambda decision: decision[0], reverse=True)
    return [_decided(proposal, last) for _at, proposal, last in decisions[:_LATELY]]


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
