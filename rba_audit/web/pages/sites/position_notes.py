"""Position doubts shown on a site's page; names of sites outside the surveyor's work area are withheld."""

from __future__ import annotations

from rba_audit.errors import NotInRegister
from rba_audit.messages import Message, say
from rba_audit.register.person_records import Person
from rba_audit.web.http.access import require_readable
from rba_audit.web.http.services import services
from rba_audit.whereabouts import Doubt


def doubt_sentences(site_id: str, reader: Person | None) -> list[Message]:
    """Return a message for each doubt about the position of a site, as this reader may see it."""
    return [_message(doubt, reader) for doubt in services().positions().doubts.get(site_id, ())]


def _message(doubt: Doubt, reader: Person | None) -> Message:
    if reader is None or reader.may("reach_all_sites"):
        return doubt.message
    try:
        for other in doubt.others:
            require_readable(reader, other)
    except NotInRegister:
        return say("{found}; {remedy}.", found=say("it lies on another site, outside your area"), remedy=doubt.remedy)
    return doubt.message
