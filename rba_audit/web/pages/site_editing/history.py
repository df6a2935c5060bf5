"""History of a site, and the restoring of earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.messages import say
from rba_audit.papers.sketches import Sketch, sketch
from rba_audit.site_editing import position_text, restore_document, restore_parts, site_history
from rba_audit.sites import sites_from_features
from rba_audit.web.http.access import open_to, person, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.site_editing.blueprint import pages
from rba_audit.web.pages.site_editing.form_fields import (
    BAD_REQUEST,
    CONFLICT,
    LONGEST_SITE_NOTE,
    SEE_OTHER,
    stale_message,
)
from rba_audit.web.pages.site_editing.status_messages import (
    named_place,
    person_name,
    seen_from,
    seen_text,
    standing_of,
)

# --- what happened to one --------------------------------------------------------------------------------------------


@pages.get("/sites/<path:site_id>/history")
@open_to("read_proposals")
def past(site_id: str) -> str:
    """Show every version of a site with its changes, and all other events."""
    return _history_page(site_id)


@pages.post("/sites/<path:site_id>/history")
@open_to("decide_places")
def restored(site_id: str) -> BaseResponse | tuple[str, int]:
    """Restore an earlier document of a site, or its earlier parts, as a new version; the form gives the reason."""
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
    """One line of the history on the page."""

    entry: Any
    what: str
    who: str
    other: Any
    where: str
    sketch: Sketch | None


def _history_page(site_id: str, problem: str = "", at: int = 0) -> str:
    register = services().register
    site, history = register.site(site_id), site_history(register, site_id)
    lines = [
        _HistoryLine(
            entry,
            str(entry.words),
            person_name(entry.person_id),
            named_place(entry.event.other) if entry.event and entry.event.other else None,
            position_text(entry.version.document.get("geometry")) if entry.version else "",
            geometry_sketch(entry.version.document.get("geometry")) if entry.version else None,
        )
        for entry in history.entries
    ]
    return render_template(
        "site_editing/history.html",
        page="sites",
        site_id=site_id,
        name=site.name,
        place=standing_of(site_id, person()),
        seen=seen_text(register.site_events.snapshot(site_id).seen),
        lines=lines,
        newest=len(history.versions),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=LONGEST_SITE_NOTE,
    )


def geometry_sketch(geometry: object) -> Sketch | None:
    """Return the sketch of a GeoJSON geometry; None if it cannot be drawn."""
    if not isinstance(geometry, Mapping):
        return None
    shapes = sites_from_features([{"type": "Feature", "id": "-", "properties": {}, "geometry": geometry}], "-").shapes
    return sketch(shapes[0], ()) if len(shapes) else None
