"""Read and validate the fields of the forms about sites."""

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
from rba_audit.web.pages.site_editing.status_messages import person_name, seen_from

SEE_OTHER, BAD_REQUEST, CONFLICT = 303, 400, 409
LONGEST_SITE_NOTE: Final = 1000
"""Most characters of a reason."""
LONGEST_NAME: Final = 200


def update_actions(site_id: str) -> None:
    """Update the actions of a site (of its merge target) after its state changed: visits approved earlier may count from now on."""
    register = services().register
    target = register.site_events.merge_targets().target_of(site_id)
    make_actions(register, services().audited(COUNTED), [target], signed_in(), today())


def stale_message(fault: Conflict, site_id: str, seen: SiteRevision) -> str:
    """Return the message for a conflict; for a stale form, who changed what since it was opened."""
    return str(changes_since(services().register, site_id, seen, person_name)) if fault.code == "stale" else str(fault)


def seen_of(site_id: str) -> dict[str, SiteRevision]:
    """Return the revision of another site that the form was made from; the current one if the form did not show that site."""
    given = request.form.get(f"seen.{site_id}")
    return {site_id: seen_from(given) if given else services().register.site_events.snapshot(site_id).seen}


def chosen_place(picked: str, typed: str) -> str:
    """Return the id of the site that was picked from a list, or typed as an id or a name.

    Raises:
        EvidenceError: nothing was chosen, or no site or several have this name.
    """
    if picked and picked != "other":
        return picked
    sought = typed.strip()
    if not sought:
        raise EvidenceError(say("Choose the place with which it is to be merged."))
    source = services().whole_findings().source
    if sought in source:
        return sought
    ids = [site.id for site in source if site.named and site.name.casefold() == sought.casefold()]
    if len(ids) != 1:
        raise EvidenceError(
            say("“{name}” is called so by no place, or by several; write the id of the place.", name=sought)
        )
    return ids[0]


def checked_name(text: str) -> str:
    """Return a typed name on one line.

    Raises:
        EvidenceError: it is missing, unprintable or too long.
    """
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise EvidenceError(say("The name is missing; write what people call the place."))
    if len(name) > LONGEST_NAME:
        raise EvidenceError(say("The name is longer than {most} letters; write a shorter one.", most=LONGEST_NAME))
    return name


def edited_document(site: Site, name: str, geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the GeoJSON Feature of a site with the fields of the form merged into it; all other properties stay.

    Raises:
        EvidenceError: the kind is unknown, or the accuracy is not a number of metres.
    """
    properties = dict(site.facts)
    # An unchanged name stays as it is stored, even where the form shows the id or a shortened text instead.
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
    """Return the kinds of site in the edition, as (name, label)."""
    fact = next((fact for fact in services().standard.facts if fact.id == "kind"), None)
    return [] if fact is None else [(choice.name, str(choice.words)) for choice in fact.choices]
