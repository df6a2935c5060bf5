"""Fields of the forms about places, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request

from rba_audit.days import today
from rba_audit.errors import Conflict, EvidenceError
from rba_audit.followup import make_actions
from rba_audit.messages import say
from rba_audit.register.site_event_records import SiteRevision
from rba_audit.review_states import COUNTED
from rba_audit.site_editing import changes_since
from rba_audit.sites import Site
from rba_audit.web.http.access import signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.places.status_messages import person_name, seen_from

SEE_OTHER, BAD_REQUEST, CONFLICT = 303, 400, 409
LONGEST_SITE_NOTE: Final = 1000
"""Letters of a reason."""
LONGEST_NAME: Final = 200


def update_actions(site_id: str) -> None:
    """Let actions follow from what counts at a place now: visits that were approved before it counted count from here on."""
    register = services().register
    home = register.site_events.merge_targets().target_of(site_id)
    make_actions(register, services().audited(COUNTED), [home], signed_in(), today())


def stale_message(fault: Conflict, site_id: str, seen: SiteRevision) -> str:
    """Return the sentence for a change that came between: who changed what since the form was opened."""
    return str(changes_since(services().register, site_id, seen, person_name)) if fault.code == "stale" else str(fault)


def seen_of(site_id: str) -> dict[str, SiteRevision]:
    """Return what a form had seen of another place; what it is now, where the form did not show it."""
    given = request.form.get(f"seen.{site_id}")
    return {site_id: seen_from(given) if given else services().register.site_events.snapshot(site_id).seen}


def chosen_place(picked: str, typed: str) -> str:
    """Return the id of the place that was picked from a list, or typed as an id or a name.

    Raises:
        EvidenceError: there is none, or several are called so.
    """
    if picked and picked != "other":
        return picked
    sought = typed.strip()
    if not sought:
        raise EvidenceError(say("Choose the place with which it is to be merged."))
    source = services().whole_findings().source
    if sought in source:
        return sought
    found = [site.id for site in source if site.named and site.name.casefold() == sought.casefold()]
    if len(found) != 1:
        raise EvidenceError(
            say("“{name}” is called so by no place, or by several; write the id of the place.", name=sought)
        )
    return found[0]


def checked_name(text: str) -> str:
    """Return a typed name on one line.

    Raises:
        EvidenceError: It is missing, unprintable or too long.
    """
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise EvidenceError(say("The name is missing; write what people call the place."))
    if len(name) > LONGEST_NAME:
        raise EvidenceError(say("The name is longer than {most} letters; write a shorter one.", most=LONGEST_NAME))
    return name


def edited_document(site: Site, name: str, geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the document of a site with what the form says; every property that the form does not ask for stays."""
    properties = dict(site.facts)
    # A name that was not touched stays as it is written, also where the form shows the id or a shortened text for it.
    if name != " ".join(site.name.split()):
        properties["name"] = name
    kind = request.form.get("kind")
    if kind is not None and kind != site.kind:
        if kind and kind not in dict(site_kinds()):
            raise EvidenceError(
                say("“{kind}” is no kind of place that the standard knows; choose one.", kind=kind[:40])
            )
        properties["kind"] = kind
        if not kind:
            del properties["kind"]
    accuracy = request.form.get("accuracy")
    if accuracy is not None and accuracy.strip():
        properties["position_accuracy_m"] = _metres_of_text(accuracy)
    return {**site.feature, "properties": properties, "geometry": geometry}


def _metres_of_text(text: str) -> float | int:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100_000:
        raise EvidenceError(say("“{text}” is no accuracy in metres; write a number such as 5.", text=text[:40]))
    return int(value) if value.is_integer() else value


def site_kinds() -> list[tuple[str, str]]:
    """Return the kinds of place that the edition knows, each with its words."""
    fact = next((each for each in services().standard.facts if each.id == "kind"), None)
    return [] if fact is None else [(choice.name, str(choice.words)) for choice in fact.choices]
