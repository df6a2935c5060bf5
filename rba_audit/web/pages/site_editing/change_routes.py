"""Changes of one site: rename, move, draw, retire, merge and split."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.messages import format_number, say
from rba_audit.register.site_event_records import SiteRevision
from rba_audit.site_editing import (
    document_properties,
    likely_duplicates,
    merge_sites,
    not_drawn_reason,
    plan_split,
    read_geometry,
    read_parts,
    replace_document,
    retire_site,
    split_site,
    split_steps,
    unmerge_site,
    unretire_site,
    with_kelurahan,
)
from rba_audit.site_editing.part_versions import id_of_part
from rba_audit.sites.names import property_text
from rba_audit.web.http import labels
from rba_audit.web.http.access import open_to, person, signed_in
from rba_audit.web.http.body_limits import OF_A_FORM, takes
from rba_audit.web.http.services import services
from rba_audit.web.pages.site_editing.blueprint import pages
from rba_audit.web.pages.site_editing.form_fields import (
    BAD_REQUEST,
    CONFLICT,
    LONGEST_NAME,
    LONGEST_SITE_NOTE,
    SEE_OTHER,
    checked_name,
    chosen_place,
    edited_document,
    seen_of,
    site_kinds,
    stale_message,
    update_actions,
)
from rba_audit.web.pages.site_editing.history import geometry_sketch
from rba_audit.web.pages.site_editing.status_messages import named_place, seen_from, seen_text, standing_of

# --- changes of one --------------------------------------------------------------------------------------------------


@pages.get("/sites/<path:site_id>/change")
@open_to("decide_places")
def change(site_id: str) -> str:
    """Show the forms to rename, move or draw a site, and to retire, merge or split it."""
    return _change_page(site_id)


def _change_page(site_id: str, problem: str = "", *, at: str = "") -> str:
    register = services().register
    site = register.site(site_id)
    document, accuracy = site.feature, site.facts.get("position_accuracy_m")
    parts = [{"id": id_of_part(part), **part} for part in register.parts_of(site_id)]
    sites = services().whole_findings().source
    return render_template(
        "site_editing/change.html",
        page="sites",
        site_id=site_id,
        name=site.name,
        kind=site.kind,
        accuracy=accuracy if isinstance(accuracy, int | float) else "",
        place=standing_of(site_id, person()),
        document=document,
        parts=parts,
        geometry_text=json.dumps(document.get("geometry"), ensure_ascii=False) if document.get("geometry") else "",
        parts_text=json.dumps(parts, ensure_ascii=False, indent=1) if parts else "",
        not_drawn=not_drawn_reason(document),
        kinds=site_kinds(),
        likely=likely_duplicates(sites, site.shape, site.name, but={site_id}),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=LONGEST_SITE_NOTE,
        longest_name=LONGEST_NAME,
    )


@pages.post("/sites/<path:site_id>/change")
@open_to("decide_places")
@takes(OF_A_FORM)
def changed(site_id: str) -> BaseResponse | str | tuple[str, int]:
    """Make the change of a site that the form asks for (field `do`)."""
    form, register = request.form, services().register
    what, seen = form.get("do", ""), seen_from(form.get("seen", ""))
    register.site(site_id)
    try:
        if what == "split":
            return _split_page(site_id, seen)
        make_change = _CHANGES.get(what)
        if make_change is None:
            raise EvidenceError(say("Choose what is to be done with the place."))
        message = make_change(site_id, form.get("reason", "").strip()[:LONGEST_SITE_NOTE], seen)
    except Conflict as fault:
        return _change_page(site_id, stale_message(fault, site_id, seen), at=what), CONFLICT
    except EvidenceError as fault:
        return _change_page(site_id, str(fault), at=what), BAD_REQUEST
    update_actions(site_id)
    flash(message, "success")
    return redirect(url_for("planners.site", site_id=site_id), code=SEE_OTHER)


def _rework(site_id: str, reason: str, seen: SiteRevision) -> str:
    form, now = request.form, services()
    site = now.register.site(site_id)
    before = site.feature
    # A field that is not in the form changes nothing.
    name = checked_name(form["name"]) if "name" in form else site.name
    geometry = before.get("geometry")
    if "geometry" in form:
        geometry = read_geometry(form["geometry"], geometry)
    document = edited_document(site, name, geometry)
    if geometry != before.get("geometry"):
        document = with_kelurahan(document, now.context, policy=now.policies.whereabouts)
    parts = read_parts(form["parts"], site_id) if "parts" in form else None
    replace_document(now.register, site_id, document, parts, signed_in().id, reason, seen)
    return str(say("Changed; the version before is kept in the history."))


def _retire(site_id: str, reason: str, seen: SiteRevision) -> str:
    retire_site(services().register, site_id, signed_in().id, reason, seen)
    return str(say("Retired: the place is in no list any more; its page and its visits are kept."))


def _bring_back(site_id: str, reason: str, seen: SiteRevision) -> str:
    unretire_site(services().register, site_id, signed_in().id, reason, seen)
    return str(say("Brought back: the place counts again."))


def _merge(site_id: str, reason: str, seen: SiteRevision) -> str:
    into = chosen_place(request.form.get("into", ""), request.form.get("other", ""))
    merge_sites(services().register, site_id, into, signed_in().id, reason, {site_id: seen, **seen_of(into)})
    return str(say("Merged: its visits belong to “{name}” from now on.", name=named_place(into).name))


def _unmerge(site_id: str, reason: str, seen: SiteRevision) -> str:
    unmerge_site(services().register, site_id, signed_in().id, reason, seen)
    return str(say("Undone: the place is by itself again, with its own visits."))


def _split_sure(site_id: str, reason: str, seen: SiteRevision) -> str:
    form, now = request.form, services()
    split = plan_split(now.register, site_id, read_geometry(form.get("piece", "")))
    moving = {id for id in form.getlist("part") if id in {**split.inside, **split.outside}}
    name, limits = form.get("piece_name", ""), now.policies.whereabouts
    new_id, steps = split_steps(now.register, site_id, name, split, moving, now.context, policy=limits)
    split_site(now.register, site_id, steps, signed_in().id, reason, seen)
    return str(say("Split: “{name}” is a place of its own, and begins without visits.", name=named_place(new_id).name))


_CHANGES: Final[Mapping[str, Callable[[str, str, SiteRevision], str]]] = {
    "change": _rework,
    "retire": _retire,
    "bring_back": _bring_back,
    "merge": _merge,
    "unmerge": _unmerge,
    "split_sure": _split_sure,
}


def _split_page(site_id: str, seen: SiteRevision) -> str:
    """Return the preview of a split, which the planner confirms before it is made."""
    form, register = request.form, services().register
    checked_name(form.get("piece_name", ""))
    split = plan_split(register, site_id, read_geometry(form.get("piece", "")))
    return render_template(
        "site_editing/split.html",
        page="sites",
        site_id=site_id,
        name=register.site(site_id).name,
        split=split,
        piece_text=json.dumps(split.piece),
        sketches=[
            (geometry_sketch(split.piece), _size(split.piece_m2)),
            (geometry_sketch(split.rest), _size(split.rest_m2)),
        ],
        part_name=_part_name,
        typed=form,
        seen=seen_text(seen),
    )


def _part_name(part: Mapping[str, Any]) -> str:
    properties = document_properties(part)
    kind = property_text(properties.get("part"))
    words = labels.plain_label(labels.PARTS, kind)
    types = {kind.name: str(kind.words) for kind in services().standard.equipment.kinds}
    of_type = types.get(str(properties.get("type")), properties.get("type"))
    return " · ".join(property_text(value) for value in (words, of_type, properties.get("name")) if value)


def _size(area_m2: float | None) -> str:
    return "" if area_m2 is None else f"{format_number(area_m2, 0)} m²"
