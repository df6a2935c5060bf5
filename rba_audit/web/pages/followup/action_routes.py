"""Page of one action: its requirement, its history, and the forms for the next step.

Optimistic concurrency: each form carries the number of the last event that its user saw. If there are newer events, they are
shown (409) and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.followup import (
    change_due,
    change_owner,
    close_by_visit,
    closing_proofs,
    confirm_closing,
    not_needed,
    reopen_action,
    report_done,
)
from rba_audit.messages import Message, say
from rba_audit.photographs import LARGEST_PHOTO_BYTES
from rba_audit.register.action_records import Action
from rba_audit.standard.policies import FollowupPolicy
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.action_view import ActionFormProblem, action_page, lines_of_site
from rba_audit.web.pages.followup.blueprint import SEE_OTHER, audited, form_day, last_seen_event, pages
from rba_audit.web.pages.photos.routes import picture

_FORM_BYTES: Final = 100_000
"""Bytes of a form in addition to its photo."""


@pages.get("/actions/<uuid:action_id>")
@open_to("follow_up")
def action(action_id: UUID) -> str:
    """One action with its history."""
    return action_page(str(action_id))


@pages.get("/actions/<uuid:action_id>/photos/<sha256>")
@open_to("follow_up")
def action_photo(action_id: UUID, sha256: str) -> BaseResponse:
    """A picture of an action; `?size=small` for lists."""
    register = services().register
    senders = {event.photo: event.person_id for event in register.actions.history(str(action_id)) if event.photo}
    if sha256 not in senders:
        raise NotInRegister(say("This action has no such photo; look at its history."))
    return picture(register, sha256, senders[sha256])


@pages.post("/actions/<uuid:action_id>/due")
@open_to("follow_up")
def due(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Change the due date, with the reason."""

    def move(id: str, seq: int) -> Action:
        day = form_day("due", say("Choose the new due date."))
        return change_due(services().register, id, seq, day, _field("reason"), signed_in(), today())

    return _moved(action_id, "due", move, say("The due date is changed."))


@pages.post("/actions/<uuid:action_id>/owner")
@open_to("follow_up")
def owner(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Change the owner: who is to do it."""

    def move(id: str, seq: int) -> Action:
        return change_owner(services().register, id, seq, _field("owner"), signed_in(), today())

    return _moved(action_id, "owner", move, say("The owner is noted."))


@pages.post("/actions/<uuid:action_id>/done")
@open_to("follow_up")
@takes(LARGEST_PHOTO_BYTES + _FORM_BYTES)
def done(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Report the action as done, with a note and a photo."""

    def move(id: str, seq: int) -> Action:
        sent = request.files.get("photo")
        return report_done(
            services().register,
            id,
            seq,
            _field("note"),
            sent.read() if sent else b"",
            signed_in(),
            today(),
            policy=_policy(),
        )

    return _moved(action_id, "done", move, say("Noted: this is done."))


@pages.post("/actions/<uuid:action_id>/not-needed")
@open_to("follow_up")
def no_longer_needed(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Report the action as no longer needed, with the reason."""

    def move(id: str, seq: int) -> Action:
        register = services().register
        now = register.actions.get(id)
        line = next(candidate for candidate in lines_of_site(now) if candidate.action.id == id)
        if line.withdrawn:
            raise Conflict(say("This action is withdrawn; there is nothing to close."), "withdrawn", now)
        return not_needed(register, id, seq, _field("reason"), signed_in(), today(), policy=_policy())

    return _moved(action_id, "not_needed", move, say("Noted: this is no longer needed."))


@pages.post("/actions/<uuid:action_id>/confirm")
@open_to("follow_up")
def confirmed(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Confirm, as the second person, that the action is done or no longer needed."""

    def move(id: str, seq: int) -> Action:
        return confirm_closing(services().register, id, seq, _field("note"), signed_in(), today(), policy=_policy())

    return _moved(action_id, "confirm", move, say("The action is closed."))


@pages.post("/actions/<uuid:action_id>/met")
@open_to("follow_up")
def met(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Close the action with a later visit as proof."""

    def move(id: str, seq: int) -> Action:
        register = services().register
        proof = closing_proofs(register, audited(), [register.actions.get(id)]).get(id)
        return close_by_visit(register, proof, id, seq, _field("visit"), signed_in(), today(), policy=_policy())

    return _moved(action_id, "met", move, say("The action is closed, with that visit as proof."))


@pages.post("/actions/<uuid:action_id>/reopen")
@open_to("follow_up")
def opened_again(action_id: UUID) -> BaseResponse | tuple[str, int]:
    """Open the action again, with the reason."""

    def move(id: str, seq: int) -> Action:
        return reopen_action(services().register, id, seq, _field("reason"), signed_in(), today())

    return _moved(action_id, "reopen", move, say("The action is open again."))


def _field(name: str) -> str:
    return request.form.get(name, "")


def _policy() -> FollowupPolicy:
    return services().policies.followup


def _moved(
    action_id: UUID, form: str, move: Callable[[str, int], Action], message: Message
) -> BaseResponse | tuple[str, int]:
    """Make a move and redirect to the action; on an error show its page with the problem (400) or the newer events (409)."""
    id = str(action_id)
    seq = 0
    try:
        seq = last_seen_event()
        move(id, seq)
    except Conflict as error:
        return action_page(id, overtaken=str(error), seen=seq), 409
    except EvidenceError as error:
        return action_page(id, problem=ActionFormProblem(form, str(error))), 400
    flash(str(message), "success")
    return redirect(url_for("followups.action", action_id=id), code=SEE_OTHER)
