"""Close several actions as no longer needed: those ticked, those of a page, or all that match the query.

For more than one, a page first shows what will happen to each and asks for confirmation; the result page has the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from flask import render_template, request

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.followup.action_list import ActionLine, action_lines, matching_lines, read_action_query
from rba_audit.followup.bulk_closing import MOST_AT_ONCE, can_be_closed, close_many, plan_bulk_closing
from rba_audit.messages import say
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.action_list import ClosingDraft, list_page
from rba_audit.web.pages.followup.blueprint import audited, pages

ROW: Final = "row"
"""Form field of an action: its id, a dot, and the number of the last event that the user saw."""
_HERE, _WHICH = "here", "which"
_LONGEST_NUMBER: Final = len("10000")
_BAD_REQUEST, _CONFLICT = 400, 409


@pages.post("/actions/close")
@open_to("follow_up")
def close() -> str | tuple[str, int]:
    """Close actions as no longer needed; more than one only after a confirmation."""
    form, by = request.form, signed_in()
    reason, second = form.get("reason", ""), "confirmed" in form
    every = action_lines(services().register, audited(), today())
    try:
        seen = _selected(every)
        plan = plan_bulk_closing(every, seen, reason, by)
        done = second or len(seen) == 1
        if done:
            plan = close_many(services().register, every, seen, reason, by, today())
    except EvidenceError as error:
        draft = ClosingDraft(form.get(_WHICH, ""), form.getlist(ROW), reason, str(error))
        return list_page(form, draft), _BAD_REQUEST
    page = render_template(
        "followup/closing.html",
        page="actions",
        found=plan,
        done=done,
        rows=[(line, seen[line.action.id]) for line in plan.taken],
        reason=reason.strip(),
        wish=read_action_query(form),
    )
    return page if plan.taken else (page, _CONFLICT)


def _selected(every: Iterable[ActionLine]) -> dict[str, int]:
    """Return the number of the last event that the user saw, by the id of each chosen action.

    Raises:
        EvidenceError: no action or too many are chosen, or a field of the form is malformed.
    """
    form = request.form
    if form.get(_WHICH) == "all":
        answering = matching_lines(list(every), read_action_query(form))
        selected: Mapping[str, int] = {
            line.action.id: line.action.last.seq for line in answering if can_be_closed(line)
        }
    else:
        selected = dict(map(_row, form.getlist(_HERE if form.get(_WHICH) == "page" else ROW)))
    if not selected:
        raise EvidenceError(say("Choose at least one action."))
    if len(selected) > MOST_AT_ONCE:
        raise EvidenceError(
            say(
                "These are {found} actions, and at most {most} are closed at once; narrow the list.",
                found=len(selected),
                most=MOST_AT_ONCE,
            )
        )
    return dict(selected)


def _row(text: str) -> tuple[str, int]:
    id, _, seq = text.partition(".")
    try:
        parsed = str(UUID(id))
    except ValueError:
        parsed = ""
    if parsed != id or not (seq.isascii() and seq.isdigit() and len(seq) <= _LONGEST_NUMBER):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return id, int(seq)
