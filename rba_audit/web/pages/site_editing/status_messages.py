"""State of a site for its own page and the office's pages; only signed-in readers see who decided and why."""

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
    """Id and name of a site, and whether the reader may open its page."""

    id: str
    name: str
    opens: bool = True


@dataclass(frozen=True, slots=True)
class SiteStateView:
    """The state of a site as shown to a reader.

    Attributes:
        standing: Its status: whether it counts, waits for a decision, or why it does not count.
        into: Its merge target; None unless it was merged.
        took_in: The sites that were merged into it.
        reason: The reason of the last decision about its status; empty for the public.
        decided: Who made that decision and when; empty for the public.
        visits: How many visits were made under its own id; 0 for the public.
        possible: The events that are allowed next.
        seen: The revision of the site that a form on this page is made from, as text.
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
    """Return the state of a site for a reader.

    None for an unknown site, and for one that counts, has no sites merged into it, and may not be changed by the reader.
    """
    register = services().whole
    site_events = register.site_events
    try:
        now = site_events.snapshot(site_id)
    except NotInRegister:
        return None
    targets = site_events.merge_targets()
    took_in = tuple(_as_read(member, reader) for member in targets.members(site_id)[1:])
    office = reader is not None and reader.may("decide_places")
    if now.state.standing == "counts" and not took_in and not office:
        return None
    target = targets.target_of(site_id)
    last = next(
        (
            event
            for event in reversed(site_events.events(site_id))
            if event.standing == now.state.standing and event.what in _DECIDING
        ),
        None,
    )
    shows_decision = last is not None and reader is not None
    return SiteStateView(
        id=site_id,
        name=named_place(site_id).name,
        standing=now.state.standing,
        into=_as_read(target, reader) if target != site_id else None,
        took_in=took_in,
        reason=last.reason if shows_decision and last is not None else "",
        decided=_decided(last.person_id, format_moment(last.at)) if shows_decision and last is not None else "",
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


_DECIDING = ("proposed", "accepted", "declined", "reopened", "merged", "retired", "back", "unmerged", "import_undone")


def _decided(person_id: str, when: str) -> str:
    name = person_name(person_id)
    return f"{name}, {when}" if name else when


def person_name(person_id: str) -> str:
    """Return a person's name; the id itself if it is unknown, and empty for an empty id."""
    if not person_id:
        return ""
    try:
        return services().whole.people.get(person_id).name
    except NotInRegister:
        return person_id


def named_place(site_id: str) -> SiteLink:
    """Return the id and name of a site; a site without a name is called by its id."""
    return SiteLink(site_id, services().register.site(site_id).name)


def seen_text(seen: SiteRevision) -> str:
    """Return a revision as text for a form field: event number and version, separated by a dot."""
    return f"{seen.seq}.{seen.version}"


def seen_from(text: str) -> SiteRevision:
    """Return the revision in a form field; (-1, -1), which no site has, if the text is invalid."""
    seq, _, version = text.partition(".")
    usable = seq.isascii() and seq.isdigit() and version.isascii() and version.isdigit() and len(text) < 20
    return SiteRevision(int(seq), int(version)) if usable else SiteRevision(-1, -1)


def standing_words(standing: SiteStatus) -> str:
    """Return the label of a site's status, in the current language."""
    return str(STANDING_WORDS[standing])


def happening_words(what: SiteEventKind) -> str:
    """Return the label of a site event, in the current language."""
    return str(HAPPENING_WORDS[what])
