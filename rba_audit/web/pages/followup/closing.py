"""Close several actions as no longer needed: those ticked, those of a page, or all that match the query.

For more than one, a page first shows what will happen to each and asks for confirmation; the result page has the same texts.
"""

from __future__ import annotations

from flask import render_template, request

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.followup.action_list import action_lines, read_action_query
from rba_audit.followup.bulk_closing import MOST_AT_ONCE, can_be_closed, close_many, plan_bulk_closing
from rba_audit.messages import Message, say
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.action_list import ActionsDraft, list_page
from rba_audit.web.pages.followup.blueprint import audited, pages
from rba_audit.web.pages.followup.selection import ROW, WHICH, selected_actions

_BAD_REQUEST, _CONFLICT = 400, 409


@pages.post("/actions/close")
@open_to("follow_up")
def close() -> str | tuple[str, int]:
    """Close actions as no longer needed; more than one only after a confirmation."""
    form, by = request.form, signed_in()
    reason, second = form.get("reason", ""), "confirmed" in form
    every = action_lines(services().register, audited(), today())
    try:
        seen = selected_actions(every, can_be_closed, MOST_AT_ONCE, _too_many)
        plan = plan_bulk_closing(every, seen, reason, by)
        done = second or len(seen) == 1
        if done:
            plan = close_many(services().register, every, seen, reason, by, today())
    except EvidenceError as error:
        draft = ActionsDraft(form.get(WHICH, ""), form.getlist(ROW), reason, closing_problem=str(error))
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


def _too_many(found: int) -> Message:
    return say(
        "These are {found} actions, and at most {most} are closed at once; narrow the list.",
        found=found,
        most=MOST_AT_ONCE,
    )
