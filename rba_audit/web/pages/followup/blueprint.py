"""Shared parts of the follow-up pages: the blueprint, findings, names of persons, links and form fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, current_app, request, url_for

from rba_audit.auditing import RegisterAudit
from rba_audit.errors import EvidenceError
from rba_audit.findings import Findings
from rba_audit.messages import Message, say
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import accesses, person
from rba_audit.web.http.formatting import city_day
from rba_audit.web.http.services import services

pages = Blueprint("followups", __name__)

SEE_OTHER: Final = 303


def findings() -> Findings:
    """Return the findings of approved visits; actions are never made from others."""
    return audited().findings


def audited() -> RegisterAudit:
    """Return the audit of approved visits: their findings, and the current answers of each site."""
    return services().audited(COUNTED)


def names() -> Mapping[str, str]:
    """Return the names of all persons, by id."""
    return {user.id: user.name for user in services().register.people.all()}


@dataclass(frozen=True, slots=True)
class CheckLink:
    """Link to the form for a check of some requirements of a site.

    Attributes:
        address: The address of the form.
        open: Whether this reader may open it; other readers pass the address on.
        requirements: Ids of the requirements; empty if it is the form of a full visit.
    """

    address: str
    open: bool
    requirements: tuple[str, ...]


def check_link(site_id: str, requirements: Iterable[str]) -> CheckLink:
    """Return the link to the form for a check of requirements; without any, to the form of a full visit."""
    ids = tuple(requirements)
    may = accesses(current_app)["surveyors.audit"].admits(person(), public_view=False)
    parameters = {"check": ",".join(ids)} if ids else {}
    return CheckLink(url_for("surveyors.audit", site_id=site_id, _external=not may, **parameters), may, ids)


def disagreements_address(site_id: str) -> str:
    """Return the address where this reader settles disagreements between two auditors of a site; empty if they may not."""
    access = accesses(current_app).get("reviewers.disagreements")
    if access is None or not access.admits(person(), public_view=False):
        return ""
    return url_for("reviewers.disagreements", site_id=site_id)


def form_day(name: str, missing: Message) -> date:
    """Return the day entered into a field of the form.

    Raises:
        EvidenceError: the field is empty or no ISO date; the message is `missing_warning`.
    """
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError:
        raise EvidenceError(missing) from None


def last_seen_event() -> int:
    """Return the number of the last event that the user saw, which the form carries.

    Raises:
        EvidenceError: the form has no such number.
    """
    text = request.form.get("seq", "")
    if not (text.isascii() and text.isdigit() and len(text) <= len("10000")):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return int(text)


pages.add_app_template_filter(city_day, "day_words")
