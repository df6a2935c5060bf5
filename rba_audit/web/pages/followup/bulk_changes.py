"""Assign and date many actions at once: a preview of what will change, the result, and its undo.

The preview carries each action with the last event that was shown, so that nothing is changed that the user has not seen.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.followup.action_list import ACTION_STATE_WORDS, action_lines, read_action_query
from rba_audit.followup.bulk_changes import (
    MOST_CHANGED_AT_ONCE,
    BulkPlan,
    BulkValues,
    bulk_result,
    can_be_changed,
    change_many,
    checked_values,
    plan_bulk_change,
    undo_bulk_change,
)
from rba_audit.messages import Message, format_day, say
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import OF_A_FORM, takes
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.action_list import ActionsDraft, list_page
from rba_audit.web.pages.followup.blueprint import SEE_OTHER, audited, form_day, names, pages
from rba_audit.web.pages.followup.selection import ROW, WHICH, selected_actions

_FIELDS: Final = ("new_owner", "new_due", "new_state", "why")
_SHOWN: Final = 100
"""How many actions a preview or a result lists."""
_BAD_REQUEST, _CONFLICT = 400, 409


@pages.post("/actions/change")
@open_to("follow_up")
@takes(OF_A_FORM)
def change() -> BaseResponse | str | tuple[str, int]:
    """Show what would change in the chosen actions, and after the confirmation change them."""
    form, by = request.form, signed_in()
    every = action_lines(services().register, audited(), today())
    try:
        values = _values()
        seen = selected_actions(every, can_be_changed, MOST_CHANGED_AT_ONCE, _too_many)
        plan = plan_bulk_change(every, seen, values, by, today())
        if "confirmed" in form:
            done, plan = change_many(services().register, plan, form.get("id", ""), by)
            if done.actions:
                flash(_done_words(len(done.actions), plan), "success")
                return redirect(_address(done.id), code=SEE_OTHER)
    except EvidenceError as error:
        typed = {name: form.get(name, "") for name in _FIELDS}
        draft = ActionsDraft(form.get(WHICH, ""), form.getlist(ROW), change=typed, change_problem=str(error))
        return list_page(form, draft), _CONFLICT if hasattr(error, "code") else _BAD_REQUEST
    page = render_template(
        "followup/bulk_change.html",
        page="actions",
        plan=plan,
        value_words=value_words(values),
        typed={name: form.get(name, "") for name in _FIELDS},
        rows=" ".join(f"{planned.line.action.id}.{seen[planned.line.action.id]}" for planned in plan.changes),
        shown=plan.changes[:_SHOWN],
        id=str(uuid4()),
        wish=read_action_query(form),
        most=_SHOWN,
    )
    return page if plan.changes else (page, _CONFLICT)


@pages.get("/actions/changes/<uuid:bulk_id>")
@open_to("follow_up")
def changed(bulk_id: UUID) -> str:
    """Show a change of many actions, with what it changed, and offer to undo it."""
    return _result_page(str(bulk_id))


@pages.post("/actions/changes/<uuid:bulk_id>/undo")
@open_to("follow_up")
def undo_change(bulk_id: UUID) -> BaseResponse | tuple[str, int]:
    """Give the actions their earlier owner, due date and state back, except those changed since."""
    id = str(bulk_id)
    try:
        undone = undo_bulk_change(services().register, id, request.form.get("id", ""), signed_in(), today())
    except EvidenceError as error:
        return _result_page(id, str(error)), _CONFLICT if hasattr(error, "code") else _BAD_REQUEST
    flash(str(say("Undone for {count} actions.", count=len(undone.actions))), "success")
    return redirect(_address(id), code=SEE_OTHER)


def _address(id: str) -> str:
    """Return the address of a change, with the query of the list that the user came from."""
    back: dict[str, Any] = dict(read_action_query(request.form).query())
    return url_for("followups.changed", bulk_id=id, **back)


def _result_page(id: str, problem: str = "") -> str:
    result = bulk_result(services().register, id)
    lines = action_lines(services().register, audited(), today())
    shown = [
        (line, result.before[line.action.id], result.after[line.action.id], line.action.id in result.changed_since)
        for line in lines
        if line.action.id in result.after
    ]
    return render_template(
        "followup/bulk_changed.html",
        page="actions",
        result=result,
        shown=shown[:_SHOWN],
        most=_SHOWN,
        by=names().get(result.change.person_id, result.change.person_id),
        when=format_moment(result.change.at),
        undo_id=str(uuid4()),
        problem=problem,
        wish=read_action_query(request.values),
    )


def value_words(values: BulkValues) -> list[str]:
    """Return what changes in each action, in words."""
    words: list[Message] = []
    if values.state:
        words.append(say("opened again"))
    if values.owner:
        words.append(say("owner {name}", name=values.owner))
    if values.due:
        words.append(say("due on {day}", day=format_day(values.due)))
    return list(map(str, words))


def _values() -> BulkValues:
    form = request.form
    due: date | None = None
    if form.get("new_due", "").strip():
        due = form_day("new_due", say("Choose the new due date."))
    return checked_values(form.get("new_owner", ""), due, form.get("new_state", ""), form.get("why", ""), today())


def _done_words(changed: int, plan: BulkPlan) -> str:
    told = [say("{count} actions are changed.", count=changed)]
    told += [say("{count} stay as they are: {reason}", count=count, reason=reason) for reason, count in plan.reasons]
    return " ".join(map(str, told))


def _too_many(found: int) -> Message:
    return say(
        "These are {found} actions, and at most {most} are changed at once; narrow the list.",
        found=found,
        most=MOST_CHANGED_AT_ONCE,
    )


pages.add_app_template_filter(lambda state: str(ACTION_STATE_WORDS[state]), "action_state")
