"""Permission to send a visit: its author may visit the site now or might when they began, or the person who delivers it may.

`days.usable_moment` decides which times of a phone's clock are believed. A visit with an unusable begin time gives no
proof that its author might visit the site.
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
"""Reason why a person may not visit a site."""
UNDECIDED: Final = ("proposed", "declined")
"""Statuses of sites that are shown only to their proposer and to roles that reach all sites."""
_ADVICE: Final = say(
    "It is not lost: save it as a ZIP file under “My work” and give it to a colleague who works there, or to an administrator."
)


@dataclass(frozen=True, slots=True)
class SiteAccess:
    """Access of a person to a site, now and earlier.

    Attributes:
        lack: The reason why they may not visit it now; None if they may.
        then: Whether they might at the queried moment; False if no moment was queried.
        ever: Whether the site was in their area at any time, so that messages may name it.
    """

    lack: AccessGap | None
    then: bool
    ever: bool


def site_access_of(register: Register, person: Person, site_id: str, then: datetime | None) -> SiteAccess:
    """Return the access of a person to a site now and at the moment `then`.

    Raises:
        NotInRegister: there is no such site.
    """
    lack = access_gap(person, register.site(site_id))
    proposer = register.site_events.proposer(site_id)
    if proposer == person.id and lack == "area":
        lack = None  # a proposer may always audit the site that they proposed, also outside their area
    if (
        proposer != person.id
        and not person.may("reach_all_sites")
        and register.site_events.status(site_id) in UNDECIDED
    ):
        return SiteAccess(lack or "area", then=False, ever=False)  # a site is hidden from others until it is accepted
    if lack is None:
        return SiteAccess(None, then=True, ever=True)
    history = register.people.history(person.id)
    versions = register.site_versions(site_id)
    return SiteAccess(
        lack,
        then=then is not None and _access_gap_at(history, versions, then) is None,
        ever=any(_was_shown(history, versions, at) for at in _moments(history, versions)),
    )


def access_gap(person: Person, site: Site) -> AccessGap | None:
    """Return the reason why a person may not visit a site; None if they may."""
    if not person.active:
        return "kept out"
    if not person.may("audit"):
        return "role"
    return None if person.covers(site) else "area"


def begun_at(register: Register, document: Mapping[str, Any], received: datetime) -> datetime | None:
    """Return when a visit was begun, in UTC; for a correction, when the first version was. None if no usable time is stated.

    An accepted visit may be corrected later, because its begin time was checked when its first version arrived. A first
    version without a begin time, such as one from the form without JavaScript, was begun at the latest when it arrived.
    """
    if document.get("replaces"):
        try:
            corrected = register.visits.get(document["replaces"])
        except NotInRegister:
            return usable_moment(document.get("begun_at") or "", received)
        target = register.site_events.merge_targets().target_of(document["site"])
        if corrected.author == document["author"] and corrected.site_id == target:
            first = register.visits.chain(corrected.root)[0]
            begun = json.loads(register.visits.document(first.id)).get("begun_at") or ""
            return usable_moment(begun, first.recorded_at) if begun else first.recorded_at
    return usable_moment(document.get("begun_at") or "", received)


def begun_words(lack: AccessGap, begun: datetime, author: Person) -> Message:
    """Return the warning for a visit that was begun while its author might still visit the site."""
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
    """Return the warning for a visit whose author might not visit the site and that is accepted from the person who delivers it."""
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


def access_problem_words(access: SiteAccess, site_id: str, site_name: str, author: Person, *, own: bool) -> Message:
    """Return the error for a visit sent by its author (`own`), or by a colleague who may not visit the site either."""
    if access.lack == "kept out":
        return say(
            "{name} is kept out, and nothing shows that this was begun before. {way}", name=author.name, way=_ADVICE
        )
    if access.lack == "role":
        return say(
            "The role of {name} does not include visits, and nothing shows that this was begun while it did. {way}",
            name=author.name,
            way=_ADVICE,
        )
    if access.ever:
        return say(
            "{site} is not in the area of {name} any more, and nothing shows that this was begun before. {way}",
            site=site_name,
            name=author.name,
            way=_ADVICE,
        )
    return unknown_site_words(site_id) if own else unknown_site_words_for_author(author, site_id)


def unknown_site_words(site_id: str) -> Message:
    """Return the error for an unknown site. A site that never was in the surveyor's area gets the same one, to reveal no sites."""
    return say("Your area has no site “{id}”; “My work” lists the ones it has.", id=site_id)


def unknown_site_words_for_author(author: Person, site_id: str) -> Message:
    """Return the error of `unknown_site_words` for a colleague who delivers a visit of `author`."""
    return say(
        "The area of {name}, who wrote this, has no site “{id}”. {way}", name=author.name, id=site_id, way=_ADVICE
    )


def arrival_notes(register: Register, visit: Visit) -> tuple[Message, ...]:
    """Return the warnings for a reviewer about a visit: who delivered it, and whether its author might visit the site."""
    handed_over = handed_over_words(register, visit.id)
    return tuple(message for message in (handed_over, standing_words(register, visit)) if message is not None)


def standing_words(register: Register, visit: Visit) -> Message | None:
    """Return the warning about a visit whose author might not visit the site when it arrived; None if they might."""
    lack = _access_gap_when_received(register, visit) if visit.author else None
    if lack is None:
        return None
    author = register.people.get(visit.author)
    document = json.loads(register.visits.document(visit.id))
    begun = begun_at(register, document, visit.recorded_at)
    if begun is not None and had_site_access_at(register, author, document["site"], begun):
        return begun_words(lack, begun, author)
    return vouched_words(lack, author)


def handed_over_words(register: Register, id: str) -> Message | None:
    """Return the message who delivered a visit or a danger report; None if its author sent it."""
    delivery = register.deliveries.delivered_by(id)
    if delivery is None:
        return None
    name = name_of(register, delivery.person_id) or say("the server's command line")
    return say("Handed over by {name} on {day}.", name=name, day=delivery.at.astimezone(CITY).date())


def had_site_access_at(register: Register, person: Person, site_id: str, at: datetime) -> bool:
    """Return whether a person might visit a site at a moment; False if the account log does not cover it."""
    versions = register.site_versions(site_id)
    return _access_gap_at(register.people.history(person.id), versions, at) is None


def _access_gap_when_received(register: Register, visit: Visit) -> AccessGap | None:
    """Return the reason why a visit's author might not visit the site when it arrived; None if they might, or without a record."""
    try:
        history = register.people.history(visit.author)
    except NotInRegister:
        return None
    if account_at(history, visit.recorded_at) is None:
        return None
    # Use the site id in the document: the site may have been merged into another since.
    site_id = json.loads(register.visits.document(visit.id))["site"]
    lack = _access_gap_at(history, register.site_versions(site_id), visit.recorded_at)
    return None if lack == "area" and register.site_events.proposer(site_id) == visit.author else lack


def _access_gap_at(history: Sequence[AccountPeriod], versions: Sequence[SiteVersion], at: datetime) -> AccessGap | None:
    person = account_at(history, at)
    if person is None or not versions:
        return "area"
    return access_gap(person, _site_at(versions, at))


def _was_shown(history: Sequence[AccountPeriod], versions: Sequence[SiteVersion], at: datetime) -> bool:
    person = account_at(history, at)
    return person is not None and person.active and versions[0].since <= at and person.covers(_site_at(versions, at))


def _site_at(versions: Sequence[SiteVersion], at: datetime) -> Site:
    # Before its first version use that version: a site may be older than its entry in the register.
    return next((version.site for version in reversed(versions) if version.since <= at), versions[0].site)


def _moments(history: Sequence[AccountPeriod], versions: Sequence[SiteVersion]) -> list[datetime]:
    return [period.since for period in history] + [version.since for version in versions]


def name_of(register: Register, person_id: str) -> str:
    """Return the name of a person; their id if they are not in the register."""
    try:
        return register.people.get(person_id).name if person_id else ""
    except NotInRegister:
        return person_id
