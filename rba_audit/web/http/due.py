"""Due records of today for the current reader, computed once per request."""

from __future__ import annotations

from typing import Final, cast

from flask import g

from rba_audit.days import today
from rba_audit.followup.due import DueCounts, due_counts
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import person
from rba_audit.web.http.services import services

_KEY: Final = "due_counts"


def due_now() -> DueCounts | None:
    """Return what is due today; None for a reader who does not work on follow-up, such as one of the public view.

    Computed once per request. It rests on approved visits, whatever visits the reader counts elsewhere.
    """
    reader = person()
    if reader is None or not reader.may("follow_up"):
        return None
    if _KEY not in g:
        setattr(g, _KEY, due_counts(services().whole, services().audited(COUNTED), today()))
    return cast("DueCounts", g.get(_KEY))
