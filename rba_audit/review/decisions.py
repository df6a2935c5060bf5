"""Queue of visits under review, history of a visit, and moves between review states.

The table in `review_states` decides whether a move is allowed; this module carries it out.
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
"""Limit of a note in characters."""


@dataclass(frozen=True, slots=True)
class QueuedVisit:
    """A visit in the queue, in its newest version.

    Attributes:
        since: When it entered its state.
        kelurahan: The kelurahan of the site.
        missing: Whether a photo has not arrived yet.
        own: Whether the viewer sent or handed over the visit.
    """

    visit: Visit
    state: State
    since: datetime
    site_name: str
    kelurahan: str
    missing: bool
    own: bool


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The result of a query of the queue.

    Attributes:
        counts: Number of visits in each state, regardless of the filters.
        visits: The matching visits, longest waiting first.
        areas: Names of the kelurahan of the visits in the queried states, by code.
    """

    counts: Mapping[State, int]
    visits: tuple[QueuedVisit, ...]
    areas: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VisitHistoryEntry:
    """One line of the history of a visit.

    Attributes:
        who: The name of the person; empty if it is unknown.
        what: The change in words.
        state: The state it led to; None for a new version that did not change the state.
        version: The number of the version concerned.
        seq: The number of the move; 0 for a new version.
        without: Reasons for an approval despite missing photos, by the photo's hash.
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
    """Return the visits in `states` that match the filters, longest waiting first.

    Args:
        register: The register.
        viewer: The id of the person who sees the queue.
        states: The review states to list.
        area: The code of a kelurahan or of an area above it; empty for all.
        search: Part of a site's name or id, or of an auditor's name.
        handed_over: Roots of the visits that count as the viewer's own although another person is their author.
    """
    statuses = register.reviews.statuses()
    incomplete = register.photos.incomplete()
    sites = {site.id: site for site in register.sites(everything=True)}
    sought = search.strip().casefold()
    areas: dict[str, str] = {}
    rows = []
    for visit, state in register.visits.newest(tuple(states)):
        site = sites.get(visit.site_id) or register.site(visit.site_id)
        name, code, kelurahan = site.name, site.kelurahan_code, site.kelurahan
        if code:
            areas[code] = kelurahan
        if area and not f"{code}.".startswith(f"{area}."):
            continue
        if sought and not any(sought in text.casefold() for text in (name, visit.site_id, visit.auditor)):
            continue
        status = statuses.get(visit.root, ReviewStatus())
        since = status.since or visit.recorded_at
        own = (bool(visit.author) and visit.author == viewer) or visit.root in handed_over
        rows.append(QueuedVisit(visit, state, since, name, kelurahan, visit.id in incomplete, own))
    rows.sort(key=lambda row: (row.since, row.visit.id))
    return ReviewQueue(
        register.reviews.counts(),
        tuple(rows),
        dict(sorted(areas.items(), key=lambda item: (item[1].casefold(), item[0]))),
    )


def next_to_review(register: Register, person: Person, after: str = "") -> str | None:
    """Return the id of the longest waiting visit that this person may review, other than `after`; None if there is none."""
    waiting = review_queue(
        register,
        person.id,
        states=(state for state in OPEN if state != "has_issues"),
        handed_over=handed_over(register, person),
    ).visits
    return next((row.visit.id for row in waiting if not row.own and row.visit.id != after), None)


def is_own(register: Register, person: Person, root: str) -> bool:
    """Return whether a person sent or began any version of a visit, or is a colleague who handed the visit over."""
    sent = any(person.id in (version.author, version.given_by) for version in register.visits.chain(root))
    return sent or root in handed_over(register, person)


def handed_over(register: Register, person: Person) -> frozenset[str]:
    """Return the roots of the visits that a person handed over for others and therefore may not review."""
    # Administrators may review their own deliveries: an office with one administrator has no other reviewer.
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
    """Move a visit to another state, and return the stored move.

    `visit_id` is the version and `seq` the number of the last move that the person saw when deciding. `without` has the
    reasons for an approval despite missing photos, by hash; reasons for photos that have arrived are ignored. `undo` takes
    back an approval without a reason; `undo.undo_approval` checks the time limit.

    Raises:
        NotInRegister: there is no such visit.
        Forbidden: the person's role does not review.
        Conflict: `illegal`, `own_visit`, `incomplete` or `stale`; nothing was changed.
        EvidenceError: there is no such state, or a reason or a note is missing or too long.
    """
    if to not in STATES:
        raise EvidenceError(
            say("'{state}' is no state of a visit; use one of: {known}", state=to, known=", ".join(STATES))
        )
    visit = register.visits.get(visit_id)
    question_notes = {question: text.strip() for question, text in notes.items() if text.strip()}
    reasons = {sha256: text.strip() for sha256, text in (without or {}).items() if text.strip()}
    for text in (note, *question_notes.values(), *reasons.values()):
        if len(text) > _LONGEST_NOTE:
            raise EvidenceError(
                say("A note is longer than {most} characters; say it in fewer words.", most=_LONGEST_NOTE)
            )
    status = register.reviews.status(visit.root)
    # Check this first: an error about a state that the person never saw would be confusing.
    if status.seq != seq or register.visits.chain(visit.root)[-1].id != visit.id:
        raise Conflict(
            say("Something happened to this visit since the page was opened; look at it again."), "stale", visit
        )
    # `thorough` reads every photo file, so that a visit with a lost photo is not approved unnoticed.
    missing = {photo.sha256 for photo in register.photos.missing(visit, thorough=True)} if to == "approved" else set()
    problem = transition_problem(
        status.state,
        to,
        reviews=person.may("review"),
        own=is_own(register, person, visit.root),
        complete=missing <= reasons.keys(),
        note=note,
        remarks=bool(question_notes),
        undo=undo,
    )
    if problem is not None:
        if problem.code == "role":
            raise Forbidden(problem.message)
        if problem.code in ("no_reason", "no_remarks"):
            raise EvidenceError(problem.message)
        raise Conflict(problem.message, problem.code, visit)
    return register.reviews.make(
        visit.root,
        seq=seq,
        to=to,
        visit_id=visit.id,
        person_id=person.id,
        note=note.strip(),
        notes=question_notes,
        without={sha256: reasons[sha256] for sha256 in missing},
    )


def visit_history(register: Register, root: str, names: Mapping[str, str]) -> tuple[VisitHistoryEntry, ...]:
    """Return the versions and moves of a visit, oldest first; `names` are people's names by id."""
    versions = register.visits.chain(root)
    number = {version.id: version.version for version in versions}
    entries = []
    moves = register.reviews.history(root)
    answered = {move.visit_id for move in moves if move.to == "fixed"}
    for version in versions:
        what = say("sent") if version.version == 1 else say("sent a correction")
        state: State | None = FIRST_STATE if version.version == 1 else "fixed" if version.id in answered else None
        who = names.get(version.author) or version.auditor
        entries.append(
            VisitHistoryEntry(version.recorded_at, who, what, state, version.id, version.version, version.note, {})
        )
    for move in moves:
        if move.to == "fixed":
            continue  # the entry of the new version shows it
        entries.append(
            VisitHistoryEntry(
                move.at,
                names.get(move.person_id, ""),
                say("undid the approval") if move.start == "approved" and not move.note else _MOVE_WORDS[move.to],
                move.to,
                move.visit_id,
                number.get(move.visit_id, 1),
                move.note,
                move.notes,
                move.seq,
                move.without,
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.at))


def names_of(register: Register) -> dict[str, str]:
    """Return the names of all people, by their ids."""
    return {person.id: person.name for person in register.people.all()}


_MOVE_WORDS: Mapping[State, Message] = {
    "received": say("reopened"),
    "has_issues": say("sent back to the surveyor"),
    "fixed": say("sent a correction"),
    "approved": say("approved"),
    "rejected": say("rejected"),
}
