"""Shared by routes that take documents from phones: who may send, and the response to a conflict with a stored document."""

from __future__ import annotations

import json
from typing import Any, Final, cast

from werkzeug.exceptions import Forbidden

from rba_audit.errors import Conflict
from rba_audit.fieldwork import danger_receipt, differing_parts, place_receipt, receipt
from rba_audit.messages import say
from rba_audit.register import Register, Visit
from rba_audit.register.danger_records import Danger
from rba_audit.register.site_event_records import SiteProposal
from rba_audit.strict_json import read_json
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.intake import intake_context
from rba_audit.web.http.services import services

OK: Final = 200
CREATED: Final = 201
CONFLICT: Final = 409
SPARE: Final = 1000
"""Bytes over the limit that are still read, so that the error message can state the size."""


def refuse_who_never_surveyed() -> None:
    """Refuse a person who never had a role that fills the form: they cannot have begun anything.

    Raises:
        Forbidden: no role of the person, past or present, fills the form.
    """
    someone = signed_in()
    if someone.may("audit"):
        return
    if not any(period.person.may("audit") for period in services().register.people.history(someone.id)):
        raise Forbidden(str(say("Your role does not include this page; ask an administrator if it should.")))


def contradiction(fault: Conflict, body: bytes) -> dict[str, Any]:
    """Return the JSON of a conflict: the stored document, the sent one, their differences and the receipt, where they exist."""
    answer: dict[str, Any] = {"error": fault.code, "told": str(fault)}
    register = intake_context().register
    stored = _stored_document(register, fault.kept)
    if stored is not None:
        sent = read_json(body)  # valid JSON: the conflict was found after it had been read
        answer |= {"kept": stored, "sent": sent, "differences": differing_parts(stored, sent)}
    if isinstance(fault.kept, Visit):
        answer["receipt"] = receipt(register, fault.kept)
    if isinstance(fault.kept, Danger):
        answer["receipt"] = danger_receipt(register, fault.kept)
    if isinstance(fault.kept, SiteProposal):
        answer["receipt"] = place_receipt(register, fault.kept)
    return answer


def _stored_document(register: Register, record: object) -> dict[str, Any] | None:
    match record:
        case Visit():
            return cast("dict[str, Any]", json.loads(register.visits.document(record.id)))
        case Danger():
            return cast("dict[str, Any]", json.loads(register.dangers.document(record.id)))
        case SiteProposal():
            return dict(record.told)
        case _:
            return None
