"""State of a page: the office that shows it and the moment it was made, for the screen and for paper."""

from __future__ import annotations

from rba_audit.days import now_utc
from rba_audit.messages import Message, say
from rba_audit.web.http.access import person, public_view
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services


def as_of() -> Message:
    """Return the line `Dinas X, as of 30 Nov 2026, 14.05 WIB`; no office if it has no name, or the reader may read no results.

    The moment is now, since a page shows the register as it is when the page is made.
    """
    reads_results = person() is not None or public_view()
    office = services().register.office.get().name.strip() if reads_results else ""
    moment = format_moment(now_utc())
    return (
        say("{office}, as of {moment}", office=office, moment=moment)
        if office
        else say("As of {moment}", moment=moment)
    )
