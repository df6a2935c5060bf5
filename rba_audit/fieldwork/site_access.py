"""Whether a visit may be taken: its author may visit the site now, or might when they began, or whoever brings it may.

A phone's clock is believed as `days` says: what was begun at no moment that can be counts as begun after everything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from rba_audit.days import CITY, usable_moment
from rba_audit.errors import NotInRegister
from rba_audit.messages import Message, say
from rba_audit.register import Register, SiteVersion, Visit
from rba_audit.register.account_history import AccountPeriod, account_at
from rba_audit.register.person_records import Person
from rba_audit.sites import Site

AccessGap = Literal["kept out", "role", "area"]
"""What keeps a person from visiting a site."""
UNDECIDED: Final = ("proposed", "declined")
"""How a place stands that only its proposer and the office know of."""
_WAY: Final = say(
    "It is not lost: save it as a ZIP file under “My work” and give it to a colleague who works there, or to an administrator."
)


@dataclass(frozen=True, slots=True)
class SiteAccess:
    """Whether somebody may visit a site, and whether they might.

    Attributes:
        lack: What keeps them from it now; None where nothing does.
        then: Whether they might at the moment that was asked about; False where there was none.
        ever: Whether the site was theirs at any time, so that it may be named to them.
    """

    lack: AccessGap | None
    then: bool
    ever: bool


def site_access_of(register: Register, someone: Person, site_id: str, then: datetime | None) -> SiteAccess:
    """Return whether a person may visit a site now, and might at a moment.

    Raises:
        NotInRegister: there is no such site.
    """
    lack = access_gap(someone, register.site(site_id))
    proposer = register.site_events.proposer(site_id)
    if proposer == someone.id and lack == "area":
        lack = None  # who proposed a place goes on there, wherever it turned out to lie
    if (
        proposer != someone.id
        and not someone.may("reach_all_sites")
        and register.site_events.status(site_id) in UNDECIDED
    ):
        return SiteAccess(lack or "area", then=False, ever=False)  # others learn of it when it counts
    if lack is None:
        return SiteAccess(None, then=True, ever=True)
    history = register.people.history(someone.id)
    versions = register.site_versions(site_id)
    return SiteAccess(
        lack,
        then=then is not None and _lack_at(history, versions, then) is None,
        ever=any(_was_shown(history, versions, at) for at in _moments(history, versions)),
    )


def access_gap(someone: Person, site: Site) -> AccessGap | None:
    """Return what keeps a person from visiting a site; None where nothing does."""
    if not someone.active:
        return "kept out"
    if not someone.may("audit"):
        return "role"
    return None if someone.covers(site) else "area"


def begun_at(register: Register, document: Mapping[str, Any], received: datetime) -> datetime | None:
    """Return when a visit was begun; for a correction of a visit that is kept, when that one was.

    What was taken once may be corrected: that the first version was begun in time was seen when it came. One that states no
    moment, such as a visit from the form without a script, was begun when it came at the latest.
    """
    if document.get("replaces"):
        try:
            corrected = register.visits.get(document["replaces"])
        except NotInRegister:
            return usable_moment(document.get("begun_at") or "", received)
        here = register.site_events.merge_targets().target_of(document["site"])
        if corrected.author == document["author"] and corrected.site_id == here:
            first = register.visits.chain(corrected.root)[0]
            begun = json.loads(register.visits.document(first.id)).get("begun_at") or ""
            return usable_moment(begun, first.recorded_at) if begun else first.recorded_at
    return usable_moment(document.get("begun_at") or "", received)


def begun_words(lack: AccessGap, begun: datetime, author: Person) -> Message:
    """Return the sentence for a visit that was begun while its author might still visit the site."""
    day = begun.astimezone(CITY).date()
    match lack:
        case "kept out":
            return say("Begun on {day}, before {name} was kept out.", day=day, name=author.name)
        case "role":
            return say(
                "Begun on {day} while the role of {name} included visits; it does not any more.",
                day=day,
                name=author.name,
            )
        case "area":
            return say(
                "Begun on {day} while this site was in the area of {name}; it is not any more.",
                day=day,
                name=author.name,
            )


def vouched_words(lack: AccessGap, author: Person) -> Message:
    """Return the sentence for a visit that counts by whoever brought it: its author might not visit the site."""
    match lack:
        case "kept out":
            return say(
                "{name} is kept out and had not begun this before; whoever handed it over answers for it.",
                name=author.name,
            )
        case "role":
            return say(
                "The role of {name} did not include visits when this was begun; whoever handed it over answers for it.",
                name=author.name,
            )
        case "area":
            return say(
                "This site was not in the area of {name} when this was begun; whoever handed it over answers for it.",
                name=author.name,
            )


def access_problem_words(found: SiteAccess, site_id: str, site_name: str, author: Person, *, own: bool) -> Message:
    """Return why a visit is not taken from its author (`own`), or from a colleague who may not visit the site either."""
    if found.lack == "kept out":
        return say(
            "{name} is kept out, and nothing shows that this was begun before. {way}", name=author.name, way=_WAY
        )
    if found.lack == "role":
        return say(
            "The role of {name} does not include visits, and nothing shows that this was begun while it did. {way}",
            name=author.name,
            way=_WAY,
        )
    if found.ever:
        return say(
            "{site} is not in the area of {name} any more, and nothing shows that this was begun before. {way}",
            site=site_name,
            name=author.name,
            way=_WAY,
        )
    return unknown_site_words(site_id) if own else unknown_site_words_for_author(author, site_id)


def unknown_site_words(site_id: str) -> Message:
    """Return what a surveyor is told of a site that never was in their area, and of one that there is not: the same."""
    return say("Your area has no site “{id}”; “My work” lists the ones it has.", id=site_id)


def unknown_site_words_for_author(author: Person, site_id: str) -> Message:
    """Return the same to a colleague who hands over what `author` wrote."""
    return say("The area of {name}, who wrote this, has no site “{id}”. {way}", name=author.name, id=site_id, way=_WAY)


def arrival_notes(register: Register, visit: Visit) -> tuple[Message, ...]:
    """Return what a reviewer has to know of how a visit came: by whose hand, and what its author might when it came."""
    handed_over = handed_over_words(register, visit.id)
    return tuple(told for told in (handed_over, standing_words(register, visit)) if told is not None)


def standing_words(register: Register, visit: Visit) -> Message | None:
    """Return what is told of a visit whose author might not visit the site when it came; None where they might."""
    lack = _lack_when_received(register, visit) if visit.author else None
    if lack is None:
        return None
    author = register.people.get(visit.author)
    document = json.loads(register.visits.document(visit.id))
    begun = begun_at(register, document, visit.recorded_at)
    if begun is not None and had_site_access_at(register, author, document["site"], begun):
        return begun_words(lack, begun, author)
    return vouched_words(lack, author)


def handed_over_words(register: Register, id: str) -> Message | None:
    """Return who handed a visit or a danger over; None where its author sent it."""
    bringer = register.deliveries.delivered_by(id)
    if bringer is None:
        return None
    name = name_of(register, bringer.person_id) or say("the server's command line")
    return say("Handed over by {name} on {day}.", name=name, day=bringer.at.astimezone(CITY).date())


def had_site_access_at(register: Register, someone: Person, site_id: str, at: datetime) -> bool:
    """Return whether a person might visit a site at a moment; False where the log does not say."""
    versions = register.site_versions(site_id)
    return _lack_at(register.people.history(someone.id), versions, at) is None


def _lack_when_received(register: Register, visit: Visit) -> AccessGap | None:
    """Return what kept a visit's author from the site when the visit came; None where nothing did, or nobody can say."""
    try:
        history = register.people.history(visit.author)
    except NotInRegister:
        return None
    if account_at(history, visit.recorded_at) is None:
        return None
    # Under the id that it was sent for: the place may have been merged into another since.
    site_id = json.loads(register.visits.document(visit.id))["site"]
    lack = _lack_at(history, register.site_versions(site_id), visit.recorded_at)
    return None if lack == "area" and register.site_events.proposer(site_id) == visit.author else lack


def _lack_at(history: Sequence[AccountPeriod], versions: Sequence[SiteVersion], at: datetime) -> AccessGap | None:
    someone = account_at(history, at)
    if someone is None or not versions:
        return "area"
    return access_gap(someone, _site_at(versions, at))


def _was_shown(history: Sequence[AccountPeriod], versions: Sequence[SiteVersion], at: datetime) -> bool:
    someone = account_at(history, at)
    return someone is not None and someone.active and versions[0].since <= at and someone.covers(_site_at(versions, at))


def _site_at(versions: Sequence[SiteVersion], at: datetime) -> Site:
    # Before its first version a site is as it came: it may be older than its entry.
    return next((each.site for each in reversed(versions) if each.since <= at), versions[0].site)


def _moments(history: Sequence[AccountPeriod], versions: Sequence[SiteVersion]) -> list[datetime]:
    return [each.since for each in history] + [each.since for each in versions]


def name_of(register: Register, person_id: str) -> str:
    """Return what a person is called; their id where the register cannot say."""
    try:
        return register.people.get(person_id).name if person_id else ""
    except NotInRegister:
        return person_id
