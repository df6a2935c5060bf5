"""How a place stands, as its own page and the pages of the office tell it; who did what is for the office alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rba_audit.errors import NotInRegister
from rba_audit.register.person_records import Person
from rba_audit.register.site_event_records import SiteRevision
from rba_audit.site_states import HAPPENING_WORDS, STANDING_WORDS, SiteEventKind, SiteStatus, possible_events
from rba_audit.web.http.access import require_readable
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A place by its id and what people call it; whether the reader may open its page."""

    id: str
    name: str
    opens: bool = True


@dataclass(frozen=True, slots=True)
class SiteStateView:
    """How a place stands, to a reader.

    Attributes:
        standing: Whether it counts, waits, or why it counts not.
        into: The place it was merged into at the end; None unless it was.
        took_in: The places that were merged into it.
        reason: Why it stands so, and who decided when; empty for the public.
        visits: How many visits were made under its own id; 0 for the public.
        possible: What may be done with it next.
        seen: What a form on this page has seen, as text.
    """

    id: str
    name: str
    standing: SiteStatus
    into: SiteLink | None
    took_in: tuple[SiteLink, ...]
    reason: str
    decided: str
    visits: int
    possible: frozenset[SiteEventKind]
    seen: str


def standing_of(site_id: str, reader: Person | None) -> SiteStateView | None:
    """Return how a place stands; None where it counts, nothing went into it, and the reader may not change it."""
    register = services().whole
    places = register.site_events
    try:
        now = places.snapshot(site_id)
    except NotInRegister:
        return None
    homes = places.merge_targets()
    took_in = tuple(_as_read(each, reader) for each in homes.members(site_id)[1:])
    office = reader is not None and reader.may("decide_places")
    if now.state.standing == "counts" and not took_in and not office:
        return None
    home = homes.target_of(site_id)
    last = next(
        (
            event
            for event in reversed(places.events(site_id))
            if event.standing == now.state.standing and event.what in _DECIDING
        ),
        None,
    )
    told = last is not None and reader is not None
    return SiteStateView(
        id=site_id,
        name=named_place(site_id).name,
        standing=now.state.standing,
        into=_as_read(home, reader) if home != site_id else None,
        took_in=took_in,
        reason=last.reason if told and last is not None else "",
        decided=_decided(last.person_id, format_moment(last.at)) if told and last is not None else "",
        visits=len(register.visits.under_site_id(site_id)) if reader is not None else 0,
        possible=possible_events(now.state),
        seen=seen_text(now.seen),
    )


def _as_read(site_id: str, reader: Person | None) -> SiteLink:
    try:
        require_readable(reader, site_id)
    except NotInRegister:
        return replace(named_place(site_id), opens=False)
    return named_place(site_id)


_DECIDING = ("proposed", "accepted", "declined", "reopened", "merged", "retired", "back", "unmerged")


def _decided(person_id: str, when: str) -> str:
    name = person_name(person_id)
    return f"{name}, {when}" if name else when


def person_name(person_id: str) -> str:
    """Return what somebody is called; empty where nobody is known by that id."""
    if not person_id:
        return ""
    try:
        return services().whole.people.get(person_id).name
    except NotInRegister:
        return person_id


def named_place(site_id: str) -> SiteLink:
    """Return a place with its name; its id where it has none."""
    return SiteLink(site_id, services().register.site(site_id).name)


def seen_text(seen: SiteRevision) -> str:
    """Return what somebody has seen of a place, as a form carries it."""
    return f"{seen.seq}.{seen.version}"


def seen_from(text: str) -> SiteRevision:
    """Return what a form had seen; nothing that any place is, where it says nothing usable."""
    seq, _, version = text.partition(".")
    usable = seq.isascii() and seq.isdigit() and version.isascii() and version.isdigit() and len(text) < 20
    return SiteRevision(int(seq), int(version)) if usable else SiteRevision(-1, -1)


def standing_words(standing: SiteStatus) -> str:
    """Return what people call how a place stands."""
    return str(STANDING_WORDS[standing])


def happening_words(what: SiteEventKind) -> str:
    """Return what people call something that happened to a place."""
    return str(HAPPENING_WORDS[what])
