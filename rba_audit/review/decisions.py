"""The queue of visits under review, the history of one, and the moves reviewers make.

Whether a move is allowed is said by the table of moves; it is only carried out here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rba_audit.errors import Conflict, EvidenceError, Forbidden
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit
from rba_audit.register.person_records import Person
from rba_audit.register.reviews import ReviewMove, ReviewStatus
from rba_audit.review_states import FIRST_STATE, OPEN, STATES, State, transition_problem

_LONGEST_NOTE = 4000
"""Characters; more than anybody reads on a phone."""


@dataclass(frozen=True, slots=True)
class QueuedVisit:
    """A visit in the queue, in its newest version.

    Attributes:
        since: When it came into its state.
        missing: Whether a photo has not arrived yet.
        own: Whether the person who looks sent it.
    """

    visit: Visit
    state: State
    since: datetime
    site_name: str
    place: str
    missing: bool
    own: bool


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """What is to be reviewed.

    Attributes:
        counts: How many visits there are in each state, whatever was asked for.
        found: Those that were asked for, the longest waiting first.
        areas: The areas there are, by code.
    """

    counts: Mapping[State, int]
    found: tuple[QueuedVisit, ...]
    areas: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VisitHistoryEntry:
    """One line of the history of a visit.

    Attributes:
        who: A name; empty where nobody is known.
        what: In words.
        state: The state it led to; None where a version came that changed none.
        version: The version it was about.
        seq: Which move of the visit it was; 0 for a version that came.
        without: Why it was approved without a photo that was missing, by the photo's hash.
    """

    at: datetime
    who: str
    what: Message
    state: State | None
    visit_id: str
    version: int
    note: str
    notes: Mapping[str, str]
    seq: int = 0
    without: Mapping[str, str] = field(default_factory=dict)


def review_queue(
    register: Register,
    viewer: str,
    *,
    states: Iterable[State] = OPEN,
    area: str = "",
    search: str = "",
    handed_over: Collection[str] = (),
) -> ReviewQueue:
    """Return the visits in `states`, the longest waiting first.

    Args:
        register: Where they are.
        viewer: The id of the person who looks.
        states: Which are wanted.
        area: The code of a kelurahan or of what lies above; empty for everywhere.
        search: Part of a site's name or id, or of an auditor's name.
        handed_over: The first versions of the visits that count as their own although they did not send them.
    """
    standings = register.reviews.statuses()
    incomplete = register.photos.incomplete()
    sites = {site.id: site for site in register.sites(everything=True)}
    sought = search.strip().casefold()
    areas: dict[str, str] = {}
    found = []
    for visit, state in register.visits.newest(tuple(states)):
        site = sites.get(visit.site_id) or register.site(visit.site_id)
        name, code, place = site.name, site.kelurahan_code, site.kelurahan
        if code:
            areas[code] = place
        if area and not f"{code}.".startswith(f"{area}."):
            continue
        if sought and not any(sought in text.casefold() for text in (name, visit.site_id, visit.auditor)):
            continue
        standing = standings.get(visit.root, ReviewStatus())
        since = standing.since or visit.recorded_at
        own = (bool(visit.author) and visit.author == viewer) or visit.root in handed_over
        found.append(QueuedVisit(visit, state, since, name, place, visit.id in incomplete, own))
    found.sort(key=lambda each: (each.since, each.visit.id))
    return ReviewQueue(
        register.reviews.counts(),
        tuple(found),
        dict(sorted(areas.items(), key=lambda item: (item[1].casefold(), item[0]))),
    )


def next_to_review(register: Register, person: Person, after: str = "") -> str | None:
    """Return the visit that waits longest for a reviewer and that this person may review; None where none does."""
    waiting = review_queue(
        register,
        person.id,
        states=(state for state in OPEN if state != "has_issues"),
        handed_over=handed_over(register, person),
    ).found
    return next((each.visit.id for each in waiting if not each.own and each.visit.id != after), None)


def is_own(register: Register, person: Person, root: str) -> bool:
    """Tell whether a person sent a visit, or any version of it, began it, or is a colleague who handed one over."""
    sent = any(person.id in (version.author, version.given_by) for version in register.visits.chain(root))
    return sent or root in handed_over(register, person)


def handed_over(register: Register, person: Person) -> frozenset[str]:
    """Return the first versions of the visits that a colleague handed over, and so does not review."""
    # Administrators answer for everything; elsewhere a single one would find nobody to review what they handed over.
    return frozenset() if person.may("review_own_deliveries") else register.deliveries.visits_delivered_by(person.id)


def move_visit(
    register: Register,
    person: Person,
    visit_id: str,
    *,
    to: str,
    seq: int,
    note: str,
    notes: Mapping[str, str],
    without: Mapping[str, str] | None = None,
    undo: bool = False,
) -> ReviewMove:
    """Move a visit to another state, and return the move as it is kept.

    `visit_id` is the version and `seq` the number of the last move that the person saw when deciding. `without` gives
    by its hash why the visit is approved although a photo is missing; for a photo that is here it says nothing. `undo` takes
    back an approval without a reason; whether it is still time for that is asked in `undoing`.

    Raises:
        NotInRegister: there is no such visit.
        NotAllowed: the person does not review.
        Conflict: `illegal`, `own_visit`, `incomplete` or `stale`; nothing was changed.
        EvidenceError: a reason or a remark is missing, or too long.
    """
    if to not in STATES:
        raise EvidenceError(
            say("'{state}' is no state of a visit; use one of: {known}", state=to, known=", ".join(STATES))
        )
    visit = register.visits.get(visit_id)
    kept = {question: text.strip() for question, text in notes.items() if text.strip()}
    reasons = {sha256: text.strip() for sha256, text in (without or {}).items() if text.strip()}
    for text in (note, *kept.values(), *reasons.values()):
        if len(text) > _LONGEST_NOTE:
            raise EvidenceError(
                say("A note is longer than {most} characters; say it in fewer words.", most=_LONGEST_NOTE)
            )
    standing = register.reviews.status(visit.root)
    # Before anything else: a refusal that speaks of a state the person never saw would only confuse.
    if standing.seq != seq or register.visits.chain(visit.root)[-1].id != visit.id:
        raise Conflict(
            say("Something happened to this visit since the page was opened; look at it again."), "stale", visit
        )
    # Here every file is read: what is lost must not be approved unseen.
    missing = {photo.sha256 for photo in register.photos.missing(visit, thorough=True)} if to == "approved" else set()
    found = transition_problem(
        standing.state,
        to,
        reviews=person.may("review"),
        own=is_own(register, person, visit.root),
        complete=missing <= reasons.keys(),
        note=note,
        remarks=bool(kept),
        undo=undo,
    )
    if found is not None:
        if found.code == "role":
            raise Forbidden(found.message)
        if found.code in ("no_reason", "no_remarks"):
            raise EvidenceError(found.message)
        raise Conflict(found.message, found.code, visit)
    return register.reviews.make(
        visit.root,
        seq=seq,
        to=to,
        visit_id=visit.id,
        person_id=person.id,
        note=note.strip(),
        notes=kept,
        without={sha256: reasons[sha256] for sha256 in missing},
    )


def visit_history(register: Register, root: str, names: Mapping[str, str]) -> tuple[VisitHistoryEntry, ...]:
    """Return what happened to a visit, oldest first: its versions and the moves; `names` are people's names by id."""
    versions = register.visits.chain(root)
    number = {version.id: version.version for version in versions}
    found = []
    moves = register.reviews.history(root)
    answered = {move.visit_id for move in moves if move.to == "fixed"}
    for version in versions:
        told = say("sent") if version.version == 1 else say("sent a correction")
        state: State | None = FIRST_STATE if version.version == 1 else "fixed" if version.id in answered else None
        who = names.get(version.author) or version.auditor
        found.append(
            VisitHistoryEntry(version.recorded_at, who, told, state, version.id, version.version, version.note, {})
        )
    for move in moves:
        if move.to == "fixed":
            continue  # its version says so
        found.append(
            VisitHistoryEntry(
                move.at,
                names.get(move.person_id, ""),
                say("undid the approval") if move.start == "approved" and not move.note else _MADE[move.to],
                move.to,
                move.visit_id,
                number.get(move.visit_id, 1),
                move.note,
                move.notes,
                move.seq,
                move.without,
            )
        )
    return tuple(sorted(found, key=lambda each: each.at))


def names_of(register: Register) -> dict[str, str]:
    """Return the names of all people, by their ids."""
    return {person.id: person.name for person in register.people.all()}


_MADE: Mapping[State, Message] = {
    "received": say("reopened"),
    "has_issues": say("sent back to the surveyor"),
    "fixed": say("sent a correction"),
    "approved": say("approved"),
    "rejected": say("rejected"),
}
