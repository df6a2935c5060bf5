"""What the page of one visit under review shows, and the one that shows what happened while a reviewer was reading.

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
from rba_audit.web.pages.form.measurements import measured_here, standings
from rba_audit.web.pages.standards import edition_at_hand

UNDO: Final = "undo"
"""What is asked for instead of a state to undo an approval."""
_NAMED: Final = 5
"""Names that are told in a sentence; the rest is counted."""
_DOING: Final[Mapping[State, Message]] = {
    "approved": say("Approve"),
    "has_issues": say("Send back"),
    "rejected": say("Reject"),
    "received": say("Reopen"),
}


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """What a reviewer has written and not sent, or sent in vain."""

    to: str = ""
    note: str = ""
    notes: Mapping[str, str] | None = None
    without: Mapping[str, str] | None = None
    accepted: int = 0
    """How many requirements the reviewer has seen that would not be known any more."""

    def of(self, question_id: str) -> str:
        """Return the remark beside a question."""
        return (self.notes or {}).get(question_id, "")

    def reason(self, sha256: str) -> str:
        """Return why the visit is approved without a photo."""
        return (self.without or {}).get(sha256, "")


def preview_of_visit(found: Visit) -> ApprovalPreview | None:
    """Return what would change if a visit were approved; None where it is decided, or was corrected later."""
    now = services()
    state = now.register.reviews.status(found.root).state
    if state in CLOSED_STATES or now.register.visits.chain(found.root)[-1].id != found.id:
        return None
    return preview_approval(now.register, now.audited_at(found.site_id, COUNTED), found, now.context)


def findings_lost_without(found: Visit) -> tuple[Requirement, ...]:
    """Return what an approved visit found not met and would look better while it is open again; nothing for other visits."""
    now = services()
    if now.register.reviews.status(found.root).state != "approved":
        return ()
    return worse_if_removed(now.register, now.audited_at(found.site_id, COUNTED), found, now.context)


def refuse_unseen_loss(found: Visit, to: str, accepted: int) -> None:
    """Refuse what makes something look better, or known no more, unless the reviewer has said that they saw how much.

    To approve a visit may leave open what was settled; to open one again takes away what it found not met.

    Raises:
        EvidenceError: they have not, or it is another number by now.
    """
    better = findings_lost_without(found) if to == "received" else ()
    if better and accepted != len(better):
        raise EvidenceError(
            say(
                "While this visit is open again, what it found not met looks better: {count} ({names}). Confirm that above the decision.",
                count=len(better),
                names=_some([str(each.title) for each in better]),
            )
        )
    coming = preview_of_visit(found) if to == "approved" else None
    if coming is not None and coming.lost and accepted != len(coming.lost):
        raise EvidenceError(
            say(
                "Settled now, and not known any more if this visit counts: {count} ({names}). Confirm that above the decision, or send the visit back.",
                count=len(coming.lost),
                names=_some([str(each.title) for each in coming.lost]),
            )
        )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else str(say("{names} and {more} more", names=shown, more=len(names) - _NAMED))


def visit_page(found: Visit, typed: ReviewDraft, fault: EvidenceError | None = None) -> str:
    """Return the page of one visit, with what was typed there before and why that was refused."""
    register, person = services().register, signed_in()
    chain = register.visits.chain(found.root)
    standing = register.reviews.status(found.root)
    newest = chain[-1]
    before = next((each for each in chain if each.version == found.version - 1), None)
    approved = _last_approved(found)
    earlier = [
        each
        for each in register.visits.by_site(site_id=found.site_id).get(found.site_id, [])
        if each.root != found.root and each.order < found.order
    ]
    standard = edition_at_hand(found.edition)
    was_left_out = left_out_of(before, earlier) if before else ()
    reading = build_visit_view(register, found, standard, before, approved, left_out_of(found, earlier), was_left_out)
    position = found.position
    place = register.site(found.site_id)
    measured = measured_here(services().findings_at(found.site_id), found.site_id, reading.standard, services().context)
    told = [each for part in reading.chapters for each in part.held]
    answers = [*reading.facts, *(answer for each in told for answer in each.answers)]
    return render_template(
        "review/visit.html",
        page="review",
        reading=reading,
        visit=found,
        site=place.name,
        state=standing.state,
        since=standing.since or found.recorded_at,
        seq=standing.seq,
        newest=newest,
        before=before,
        approved=approved,
        changes=visit_differences(before, edition_at_hand(before.edition), found, standard) if before else [],
        photo_changes=photo_changes(before, found) if before else [],
        missing_before={photo.sha256 for photo in register.photos.missing(before)} if before else (),
        undo_until=undo_until(register, person, found) if newest.id == found.id else None,
        standing_actions=actions_of(found) if standing.state == "approved" else 0,
        closed_actions=closed_by(found) if standing.state == "approved" else 0,
        own=is_own(register, person, found.root),
        coming=preview_of_visit(found),
        better=findings_lost_without(found) if newest.id == found.id else (),
        window_days=services().policies.agreement.window_days.value,
        moves=[(each, str(_DOING[each.to])) for each in _offered(standing.state)] if newest.id == found.id else [],
        counts={outcome: sum(each.trace.outcome == outcome for each in told) for outcome in OUTCOMES},
        changed=sum(answer.changed for answer in answers),
        moved=sum(answer.moved for answer in answers),
        differs=sum(each.differs for each in told) + sum(each.differs for each in reading.facts),
        answered=sum(each.told for each in told) + len(reading.facts),
        silent=sum(not each.told for each in told),
        remarked=sum(any(answer.note or answer.photos for answer in each.answers) for each in told)
        + sum(bool(each.note or each.photos) for each in reading.facts),
        unmet=sum(each.unmet for each in told),
        distance_m=distance_m(position, place) if position else None,
        far=distance_warning(position, place) if position else None,
        origin=lambda photo: origin_words(photo, found.day, place),
        circumstances=(*begun_by_words(register, found), *arrival_notes(register, found)),
        clock=clock_remarks(json.loads(register.visits.document(found.id)), found.recorded_at),
        history=history_of(found.root),
        asked=_asked_before(found, reading),
        typed=typed,
        fault=fault,
        measured=measured,
        standings=standings(measured, found.answers, found.notes, reading.standard),
    )


def _offered(state: State) -> list[Move]:
    """Return what can be decided, what is wished for most first."""
    order: list[State] = ["approved", "has_issues", "rejected", "received"]
    return sorted(transitions_from(state), key=lambda each: order.index(each.to))


def _asked_before(found: Visit, reading: VisitView) -> list[tuple[str, str]]:
    """Return what the reviewer before asked to be corrected: the question and the note; the whole visit first."""
    moves = services().register.reviews.history(found.root)
    last = next((each for each in reversed(moves) if each.to == "has_issues"), None)
    if last is None or last.visit_id == found.id:
        return []
    whole = [(str(say("The visit as a whole")), last.note)] if last.note else []
    return whole + [(reading.question(id), text) for id, text in last.notes.items()]


def stale_page(found: Visit, typed: ReviewDraft, seq: int) -> str:
    """Return what happened meanwhile beside what was about to be decided."""
    register = services().register
    newest = register.visits.chain(found.root)[-1]
    standard = edition_at_hand(newest.edition)
    standing = register.reviews.status(found.root)
    later = [
        each for each in history_of(found.root) if each.seq > seq or (each.seq == 0 and each.version > found.version)
    ]
    return render_template(
        "review/stale.html",
        page="review",
        visit=found,
        newest=newest,
        site=services().register.site(found.site_id).name,
        state=standing.state,
        later=later,
        rows=[
            *visit_differences(found, edition_at_hand(found.edition), newest, standard),
            *photo_counts(found, newest),
        ]
        if newest.id != found.id
        else [],
        typed=typed,
        wished=str(_DOING[cast("State", typed.to)]) if typed.to in _DOING else typed.to,
        notes=[
            (id, question_name(standard.question(id)) if standard.has_question(id) else id, text)
            for id, text in (typed.notes or {}).items()
            if text.strip()
        ],
    )


def _last_approved(found: Visit) -> Visit | None:
    """Return the newest approved visit of the site that is another one."""
    register = services().register
    return next(
        (
            each
            for each in register.visits.for_site(found.site_id)
            if each.root != found.root and register.reviews.status(each.root).state == "approved"
        ),
        None,
    )


def history_of(root: str) -> tuple[VisitHistoryEntry, ...]:
    """Return what happened to a visit, for `review/history.html`."""
    register = services().register
    return visit_history(register, root, names_of(register))
