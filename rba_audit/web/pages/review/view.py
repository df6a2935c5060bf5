"""Pages of one visit under review: the visit in full, and the changes made while a reviewer had it open.

Nothing is decided here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from flask import render_template

from rba_audit.auditing import ApprovalPreview, preview_approval, worse_if_removed
from rba_audit.current_answers import left_out_of
from rba_audit.errors import EvidenceError
from rba_audit.fieldwork import arrival_notes, begun_by_words, clock_remarks, origin_words
from rba_audit.fieldwork.positions import distance_m, distance_warning
from rba_audit.findings.wording import question_name
from rba_audit.messages import Message, say
from rba_audit.register import Visit
from rba_audit.review import (
    VisitHistoryEntry,
    VisitView,
    build_visit_view,
    is_own,
    names_of,
    photo_changes,
    photo_counts,
    undo_until,
    visit_differences,
    visit_history,
)
from rba_audit.review_states import CLOSED_STATES, COUNTED, Move, State, transitions_from
from rba_audit.standard import OUTCOMES, Requirement
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.after_review import actions_of, closed_by
from rba_audit.web.pages.form.measurements import compare_answers, site_measurements
from rba_audit.web.pages.standards import get_edition

UNDO: Final = "undo"
"""The value of the form field `to` that undoes an approval; the other values are states."""
_NAMED: Final = 5
"""How many names a sentence lists; the rest is counted."""
_DOING: Final[Mapping[State, Message]] = {
    "approved": say("Approve"),
    "has_issues": say("Send back"),
    "rejected": say("Reject"),
    "received": say("Reopen"),
}


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """The review form as entered: not sent yet, or sent and refused.

    Attributes:
        to: The chosen state, `UNDO`, or empty.
        note: The note about the visit as a whole.
        notes: Remarks by question id.
        without: Reasons to approve the visit without a photo, by the photo's hash.
    """

    to: str = ""
    note: str = ""
    notes: Mapping[str, str] | None = None
    without: Mapping[str, str] | None = None
    accepted: int = 0
    """How many requirements the reviewer confirmed that would look better or be undetermined after the decision."""

    def of(self, question_id: str) -> str:
        """Return the remark on a question."""
        return (self.notes or {}).get(question_id, "")

    def reason(self, sha256: str) -> str:
        """Return the reason to approve the visit without a photo."""
        return (self.without or {}).get(sha256, "")


def preview_of_visit(visit: Visit) -> ApprovalPreview | None:
    """Return what would change if a visit were approved; None if it is decided or has a newer version."""
    now = services()
    state = now.register.reviews.status(visit.root).state
    if state in CLOSED_STATES or now.register.visits.chain(visit.root)[-1].id != visit.id:
        return None
    return preview_approval(now.register, now.audited_at(visit.site_id, COUNTED), visit, now.context)


def findings_lost_without(visit: Visit) -> tuple[Requirement, ...]:
    """Return the requirements whose outcome would look better while an approved visit is open again; none for other visits."""
    now = services()
    if now.register.reviews.status(visit.root).state != "approved":
        return ()
    return worse_if_removed(now.register, now.audited_at(visit.site_id, COUNTED), visit, now.context)


def refuse_unseen_loss(visit: Visit, to: str, accepted: int) -> None:
    """Raise unless the reviewer confirmed how many requirements the decision makes look better or undetermined.

    An approval may leave requirements undetermined that were determined before; reopening a visit removes the unmet
    requirements that it found.

    Raises:
        EvidenceError: the reviewer has not confirmed it, or the number has changed since.
    """
    better = findings_lost_without(visit) if to == "received" else ()
    if better and accepted != len(better):
        raise EvidenceError(
            say(
                "While this visit is open again, what it found not met looks better: {count} ({names}). Confirm that above the decision.",
                count=len(better),
                names=_some([str(requirement.title) for requirement in better]),
            )
        )
    coming = preview_of_visit(visit) if to == "approved" else None
    if coming is not None and coming.lost and accepted != len(coming.lost):
        raise EvidenceError(
            say(
                "Settled now, and not known any more if this visit counts: {count} ({names}). Confirm that above the decision, or send the visit back.",
                count=len(coming.lost),
                names=_some([str(requirement.title) for requirement in coming.lost]),
            )
        )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else str(say("{names} and {more} more", names=shown, more=len(names) - _NAMED))


def visit_page(visit: Visit, typed: ReviewDraft, fault: EvidenceError | None = None) -> str:
    """Return the page of one visit, with the form as entered and the error that refused it."""
    register, person = services().register, signed_in()
    chain = register.visits.chain(visit.root)
    status = register.reviews.status(visit.root)
    newest = chain[-1]
    before = next((version for version in chain if version.version == visit.version - 1), None)
    approved = _last_approved(visit)
    earlier = [
        other
        for other in register.visits.by_site(site_id=visit.site_id).get(visit.site_id, [])
        if other.root != visit.root and other.order < visit.order
    ]
    standard = get_edition(visit.edition)
    was_left_out = left_out_of(before, earlier) if before else ()
    visit_view = build_visit_view(
        register, visit, standard, before, approved, left_out_of(visit, earlier), was_left_out
    )
    position = visit.position
    site = register.site(visit.site_id)
    measured = site_measurements(
        services().findings_at(visit.site_id), visit.site_id, visit_view.standard, services().context
    )
    requirements = [requirement for chapter in visit_view.chapters for requirement in chapter.requirements]
    answers = [*visit_view.facts, *(answer for requirement in requirements for answer in requirement.answers)]
    return render_template(
        "review/visit.html",
        page="review",
        reading=visit_view,
        visit=visit,
        site=site.name,
        state=status.state,
        since=status.since or visit.recorded_at,
        seq=status.seq,
        newest=newest,
        before=before,
        approved=approved,
        changes=visit_differences(before, get_edition(before.edition), visit, standard) if before else [],
        photo_changes=photo_changes(before, visit) if before else [],
        missing_before={photo.sha256 for photo in register.photos.missing(before)} if before else (),
        undo_until=undo_until(register, person, visit) if newest.id == visit.id else None,
        standing_actions=actions_of(visit) if status.state == "approved" else 0,
        closed_actions=closed_by(visit) if status.state == "approved" else 0,
        own=is_own(register, person, visit.root),
        coming=preview_of_visit(visit),
        better=findings_lost_without(visit) if newest.id == visit.id else (),
        window_days=services().policies.agreement.window_days.value,
        moves=[(move, str(_DOING[move.to])) for move in _offered(status.state)] if newest.id == visit.id else [],
        counts={outcome: sum(row.trace.outcome == outcome for row in requirements) for outcome in OUTCOMES},
        changed=sum(answer.changed for answer in answers),
        moved=sum(answer.moved for answer in answers),
        differs=sum(row.differs for row in requirements) + sum(fact.differs for fact in visit_view.facts),
        answered=sum(row.told for row in requirements) + len(visit_view.facts),
        silent=sum(not row.told for row in requirements),
        remarked=sum(any(answer.note or answer.photos for answer in row.answers) for row in requirements)
        + sum(bool(fact.note or fact.photos) for fact in visit_view.facts),
        unmet=sum(row.unmet for row in requirements),
        distance_m=distance_m(position, site) if position else None,
        far=distance_warning(position, site) if position else None,
        origin=lambda photo: origin_words(photo, visit.day, site),
        circumstances=(*begun_by_words(register, visit), *arrival_notes(register, visit)),
        clock=clock_remarks(json.loads(register.visits.document(visit.id)), visit.recorded_at),
        history=history_of(visit.root),
        asked=_asked_before(visit, visit_view),
        typed=typed,
        fault=fault,
        measured=measured,
        standings=compare_answers(measured, visit.answers, visit.notes, visit_view.standard),
    )


def _offered(state: State) -> list[Move]:
    """Return the moves that a reviewer can make, in order of preference: approve, send back, reject, reopen."""
    order: list[State] = ["approved", "has_issues", "rejected", "received"]
    return sorted(transitions_from(state), key=lambda move: order.index(move.to))


def _asked_before(visit: Visit, visit_view: VisitView) -> list[tuple[str, str]]:
    """Return the corrections that the previous review asked for, as (question, note); the note about the whole visit first."""
    moves = services().register.reviews.history(visit.root)
    last = next((move for move in reversed(moves) if move.to == "has_issues"), None)
    if last is None or last.visit_id == visit.id:
        return []
    whole = [(str(say("The visit as a whole")), last.note)] if last.note else []
    return whole + [(visit_view.question(id), text) for id, text in last.notes.items()]


def stale_page(visit: Visit, typed: ReviewDraft, seq: int) -> str:
    """Return the page that shows the changes made meanwhile next to the decision that was entered."""
    register = services().register
    newest = register.visits.chain(visit.root)[-1]
    standard = get_edition(newest.edition)
    status = register.reviews.status(visit.root)
    later = [
        entry
        for entry in history_of(visit.root)
        if entry.seq > seq or (entry.seq == 0 and entry.version > visit.version)
    ]
    return render_template(
        "review/stale.html",
        page="review",
        visit=visit,
        newest=newest,
        site=services().register.site(visit.site_id).name,
        state=status.state,
        later=later,
        rows=[
            *visit_differences(visit, get_edition(visit.edition), newest, standard),
            *photo_counts(visit, newest),
        ]
        if newest.id != visit.id
        else [],
        typed=typed,
        wished=str(_DOING[cast("State", typed.to)]) if typed.to in _DOING else typed.to,
        notes=[
            (id, question_name(standard.question(id)) if standard.has_question(id) else id, text)
            for id, text in (typed.notes or {}).items()
            if text.strip()
        ],
    )


def _last_approved(visit: Visit) -> Visit | None:
    """Return the newest other approved visit of the site; None if there is none."""
    register = services().register
    return next(
        (
            other
            for other in register.visits.for_site(visit.site_id)
            if other.root != visit.root and register.reviews.status(other.root).state == "approved"
        ),
        None,
    )


def history_of(root: str) -> tuple[VisitHistoryEntry, ...]:
    """Return the history of a visit, for `review/history.html`."""
    register = services().register
    return visit_history(register, root, names_of(register))
