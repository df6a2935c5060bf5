"""Office pages for proposals from the field and for adding a site."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.messages import say
from rba_audit.register.site_event_records import SiteChange
from rba_audit.site_editing import (
    accept_proposal,
    decline_proposal,
    likely_duplicates,
    merge_sites,
    new_site_id,
    read_geometry,
    read_parts,
    reopen_proposal,
    unmerge_site,
    with_kelurahan,
)
from rba_audit.sites import site_of
from rba_audit.sites.features import lenient_id
from rba_audit.sites.site import lenient_shape
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
from rba_audit.web.pages.site_editing.proposals import decided_proposals, open_proposals
from rba_audit.web.pages.site_editing.status_messages import named_place, seen_from, standing_words

# --- proposals -------------------------------------------------------------------------------------------------------


@pages.get("/places/proposed")
@open_to("read_proposals")
def proposed() -> str:
    """List the proposals that wait for a decision, and the last decisions."""
    return _proposed_page()


def _proposed_page(problem: str = "", at: str = "") -> str:
    return render_template(
        "site_editing/proposed.html",
        page="proposed",
        waiting=open_proposals(),
        decided=decided_proposals(),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=LONGEST_SITE_NOTE,
    )


@pages.post("/places/proposed/<path:site_id>")
@open_to("decide_places")
def decide(site_id: str) -> BaseResponse | tuple[str, int]:
    """Accept a proposed site, merge it with a known one, decline it, or undo such a decision."""
    form, register, by = request.form, services().register, signed_in()
    reason, seen, what = (
        form.get("reason", "").strip()[:LONGEST_SITE_NOTE],
        seen_from(form.get("seen", "")),
        form.get("do"),
    )
    try:
        match what:
            case "accept":
                accept_proposal(register, site_id, by.id, reason, seen)
                message = say("Accepted: the place is in lists and on the map from now on.")
            case "merge":
                into = chosen_place(form.get("into", ""), form.get("other", ""))
                merge_sites(register, site_id, into, by.id, reason, {site_id: seen, **seen_of(into)})
                message = say("Merged: its visits belong to “{name}” from now on.", name=named_place(into).name)
            case "decline":
                decline_proposal(register, site_id, by.id, reason, seen)
                message = say("Declined; the place and its visits are kept, and count nowhere.")
            case "reopen":
                reopen_proposal(register, site_id, by.id, reason, seen)
                message = say("Undone: the proposal waits again.")
            case "unmerge":
                unmerge_site(register, site_id, by.id, reason, seen)
                message = say("Undone: the place is by itself again, with its own visits.")
            case _:
                raise EvidenceError(say("Choose what is to be done with the place."))
    except Conflict as fault:
        return _proposed_page(stale_message(fault, site_id, seen), site_id), CONFLICT
    except EvidenceError as fault:
        return _proposed_page(str(fault), site_id), BAD_REQUEST
    update_actions(site_id)
    flash(str(message), "success")
    return redirect(url_for("places.proposed"), code=SEE_OTHER)


# --- a new site ------------------------------------------------------------------------------------------------------


@pages.route("/places/new", methods=["GET", "POST"])
@open_to("decide_places")
@takes(OF_A_FORM)
def new() -> BaseResponse | str | tuple[str, int]:
    """Add a site in the office; if it may duplicate a known site, the form asks for confirmation first."""
    if request.method == "GET":
        return _new_page()
    form, now = request.form, services()
    try:
        name = checked_name(form.get("name", ""))
        geometry = read_geometry(form.get("geometry", ""))
        site_id = new_site_id(name)
        parts = read_parts(form.get("parts", ""), site_id)
        new = site_of(site_id, {"type": "Feature", "id": site_id, "properties": {}, "geometry": None})
        document = edited_document(new, name, geometry)
    except EvidenceError as fault:
        return _new_page(str(fault)), BAD_REQUEST
    duplicates = likely_duplicates(now.whole_findings().source, lenient_shape(geometry), name)
    if duplicates and form.get("sure") != "new":
        return _new_page(duplicates=duplicates), BAD_REQUEST
    steps = [
        SiteChange(site_id, "added", document=with_kelurahan(document, now.context, policy=now.policies.whereabouts))
    ]
    ids = [lenient_id(part) or f"{site_id}-{number}" for number, part in enumerate(parts, start=1)]
    taken = next((id for id in ids if now.register.site_events.owner(id) is not None), None)
    if taken is not None:
        message = say("The id '{id}' belongs to something else; give this part another.", id=taken)
        return _new_page(str(message)), BAD_REQUEST
    steps += [
        SiteChange(id, "added", document=part if lenient_id(part) else {**part, "id": id}, part_of=site_id)
        for id, part in zip(ids, parts, strict=True)
    ]
    now.register.site_events.record(steps, signed_in().id, form.get("reason", "").strip()[:LONGEST_SITE_NOTE], {})
    flash(str(say("Added: the place is in lists and on the map from now on.")), "success")
    return redirect(url_for("planners.site", site_id=site_id), code=SEE_OTHER)


def _new_page(problem: str = "", duplicates: Any = ()) -> str:
    document: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
    return render_template(
        "site_editing/new.html",
        page="sites",
        problem=problem,
        likely=duplicates,
        document=document,
        parts=[],
        kinds=site_kinds(),
        typed=request.form,
        most_letters=LONGEST_SITE_NOTE,
        longest_name=LONGEST_NAME,
    )


# --- pieces ----------------------------------------------------------------------------------------------------------


def waiting_proposals() -> int:
    """Return how many proposals wait, if the reader may decide about them; else 0."""
    someone = person()
    decides = someone is not None and someone.may("decide_places")
    return services().whole.site_events.waiting() if decides else 0


pages.add_app_template_global(waiting_proposals)
pages.add_app_template_global(standing_words, "place_standing_words")
