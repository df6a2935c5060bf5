"""Selection of actions in the list: those ticked, those of a page, or all that match the query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from flask import request

from rba_audit.errors import EvidenceError
from rba_audit.followup.action_list import ActionLine, matching_lines, read_action_query
from rba_audit.messages import Message, say

ROW: Final = "row"
"""Form field of an action: its id, a dot, and the number of the last event that the user saw."""
ROWS: Final = "rows"
"""Form field of many actions: the values of `ROW`, with blanks between."""
_HERE, WHICH = "here", "which"
_LONGEST_NUMBER: Final = len("10000")


def selected_actions(
    every: Iterable[ActionLine], may: Callable[[ActionLine], bool], most: int, too_many: Callable[[int], Message]
) -> dict[str, int]:
    """Return the number of the last event that the user saw, by the id of each chosen action.

    `may` says which actions "all that match" includes; `too_many` is the message for more than `most`, of their number.

    Raises:
        EvidenceError: no action or too many are chosen, or a field of the form is malformed.
    """
    form = request.form
    if ROWS in form:
        selected: Mapping[str, int] = dict(map(_row, form[ROWS].split()))
    elif form.get(WHICH) == "all":
        answering = matching_lines(list(every), read_action_query(form))
        selected = {line.action.id: line.action.last.seq for line in answering if may(line)}
    else:
        selected = dict(map(_row, form.getlist(_HERE if form.get(WHICH) == "page" else ROW)))
    if not selected:
        raise EvidenceError(say("Choose at least one action."))
    if len(selected) > most:
        raise EvidenceError(too_many(len(selected)))
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
