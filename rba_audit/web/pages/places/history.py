"""The history of a place, and restoring an earlier version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.messages import say
from rba_audit.site_editing import position_text, restore_document, restore_parts, site_history
from rba_audit.sites import sites_from_features
from rba_audit.web.http.access import open_to, person, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.places.blueprint import pages
from rba_audit.web.pages.places.form_fields import BAD_REQUEST, CONFLICT, LONGEST_SITE_NOTE, SEE_OTHER, stale_message
from rba_audit.web.pages.places.status_messages import (
    happening_words,
    named_place,
    person_name,
    seen_from,
    seen_text,
    standing_of,
)
from rba_audit.web.pages.sites.sketches import Sketch, sketch

# --- what happened to one --------------------------------------------------------------------------------------------


@pages.get("/sites/<path:site_id>/history")
@open_to("read_proposals")
def past(site_id: str) -> str:
    """Every version of a place, what each changed, and what else happened to it."""
    return _history_page(site_id)


@pages.post("/sites/<path:site_id>/history")
@open_to("decide_places")
def restored(site_id: str) -> BaseResponse | tuple[str, int]:
    """Give a place an earlier document again, or the parts that it had then: a new version, for a reason."""
    form, now = request.form, services()
    seen, reason = seen_from(form.get("seen", "")), form.get("reason", "").strip()[:LONGEST_SITE_NOTE]
    version = form.get("version", 0, type=int)
    try:
        if "before" in form:
            restore_parts(now.register, site_id, form.get("before", 0, type=int), signed_in().id, reason, seen)
        else:
            restore_document(now.register, site_id, version, signed_in().id, reason, seen, parts="parts" in form)
    except Conflict as fault:
        return _history_page(site_id, stale_message(fault, site_id, seen), version), CONFLICT
    except EvidenceError as fault:
        return _history_page(site_id, str(fault), version), BAD_REQUEST
    flash(str(say("Restored as a new version; nothing was lost.")), "success")
    return redirect(url_for("places.past", site_id=site_id), code=SEE_OTHER)


@dataclass(frozen=True, slots=True)
class _HistoryLine:
    """One line of the history as the page shows it."""

    entry: Any
    what: str
    who: str
    other: Any
    where: str
    sketch: Sketch | None


def _history_page(site_id: str, problem: str = "", at: int = 0) -> str:
    register = services().register
    site, found = register.site(site_id), site_history(register, site_id)
    lines = [
        _HistoryLine(
            each,
            happening_words(each.event.what) if each.event else str(say("Came in a file")),
            person_name(each.event.person_id) if each.event else "",
            named_place(each.event.other) if each.event and each.event.other else None,
            position_text(each.version.document.get("geometry")) if each.version else "",
            geometry_sketch(each.version.document.get("geometry")) if each.version else None,
        )
        for each in found.entries
    ]
    return render_template(
        "places/history.html",
        page="sites",
        site_id=site_id,
        name=site.name,
        place=standing_of(site_id, person()),
        seen=seen_text(register.site_events.snapshot(site_id).seen),
        lines=lines,
        newest=len(found.versions),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=LONGEST_SITE_NOTE,
    )


def geometry_sketch(geometry: object) -> Sketch | None:
    """Return the sketch of a GeoJSON geometry; None if there is none that can be drawn."""
    if not isinstance(geometry, Mapping):
        return None
    shapes = sites_from_features([{"type": "Feature", "id": "-", "properties": {}, "geometry": geometry}], "-").shapes
    return sketch(shapes[0], ()) if len(shapes) else None
