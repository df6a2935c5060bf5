"""Visit filter of a reader: count approved visits only, or also those not approved yet.

The choice is stored in a cookie; the public view counts approved visits only.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from rba_audit.messages import Message, say
from rba_audit.review_states import COUNTED, COUNTED_WITH_OPEN, State
from rba_audit.web.http.access import person
from rba_audit.web.http.redirects import safe_next_path

COOKIE: Final = "visits"
_ALL: Final = "all"
_MONTH_S: Final = 2_592_000


def all_visits_shown() -> bool:
    """Return whether this reader chose to count visits that are not approved yet."""
    someone = person()
    return someone is not None and someone.may("read_results") and request.cookies.get(COOKIE) == _ALL


def counted_states() -> Collection[State]:
    """Return the states of the visits that count for this reader."""
    return COUNTED_WITH_OPEN if all_visits_shown() else COUNTED


def banner() -> Message | None:
    """Return the warning for every page while visits that are not approved are counted; None otherwise."""
    return say("Visits that are not approved yet are counted as well.") if all_visits_shown() else None


def choose() -> Response:
    """Store the reader's choice in a cookie, and redirect back."""
    response = redirect(safe_next_path(request.form.get("next")) or url_for("planners.dashboard"), code=303)
    if request.form.get("shown") == _ALL:
        response.set_cookie(COOKIE, _ALL, max_age=_MONTH_S, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax", httponly=True)
    return response
