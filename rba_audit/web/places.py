"""The office's pages of places: proposals from the field, a new place, changes of one, and everything that happened to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import Conflict, EvidenceError
from rba_audit.followup import make_actions
from rba_audit.moves import COUNTED
from rba_audit.places import (
    accept,
    bring_back,
    decline,
    do_split,
    history,
    likely,
    meanwhile,
    merge,
    named,
    new_site_id,
    not_drawn,
    placed,
    read_geometry,
    read_parts,
    reopen,
    restore,
    restore_parts,
    retire,
    rework,
    split,
    split_steps,
    unmerge,
    where,
)
from rba_audit.places.parts import id_of_part
from rba_audit.register.places import Seen, Step
from rba_audit.sites import Site, site_of, sites_from_features
from rba_audit.sites.features import lenient_id
from rba_audit.sites.naming import shown
from rba_audit.sites.site import lenient_shape
from rba_audit.web import labels
from rba_audit.web.access import open_to, person, signed_in
from rba_audit.web.bounds import OF_A_FORM, takes
from rba_audit.web.judged import judged
from rba_audit.web.place_words import (
    happening_words,
    named_place,
    person_name,
    seen_from,
    seen_text,
    standing_of,
    standing_words,
)
from rba_audit.web.proposals import decided_proposals, open_proposals
from rba_audit.web.sketches import Sketch, sketch
from rba_audit.words import amount, say

pages = Blueprint("places", __name__)

_SEE_OTHER, _BAD_REQUEST, _CONFLICT = 303, 400, 409
MOST_LETTERS: Final = 1000
"""Letters of a reason."""
_LONGEST_NAME: Final = 200


# --- proposals -------------------------------------------------------------------------------------------------------


@pages.get("/places/proposed")
@open_to("read_proposals")
def proposed() -> str:
    """The places that surveyors proposed and nobody has decided about, and what was decided lately."""
    return _proposed_page()


def _proposed_page(problem: str = "", at: str = "") -> str:
    return render_template(
        "places/proposed.html",
        page="proposed",
        waiting=open_proposals(),
        decided=decided_proposals(),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=MOST_LETTERS,
    )


@pages.post("/places/proposed/<path:site_id>")
@open_to("decide_places")
def decide(site_id: str) -> BaseResponse | tuple[str, int]:
    """Accept a proposed place, merge it with a known one, decline it, or undo that."""
    form, register, by = request.form, judged().register, signed_in()
    reason, seen, what = form.get("reason", "").strip()[:MOST_LETTERS], seen_from(form.get("seen", "")), form.get("do")
    try:
        match what:
            case "accept":
                accept(register, site_id, by.id, reason, seen)
                told = say("Accepted: the place is in lists and on the map from now on.")
            case "merge":
                into = _chosen_place(form.get("into", ""), form.get("other", ""))
                merge(register, site_id, into, by.id, reason, {site_id: seen, **_seen_of(into)})
                told = say("Merged: its visits belong to “{name}” from now on.", name=named_place(into).name)
            case "decline":
                decline(register, site_id, by.id, reason, seen)
                told = say("Declined; the place and its visits are kept, and count nowhere.")
            case "reopen":
                reopen(register, site_id, by.id, reason, seen)
                told = say("Undone: the proposal waits again.")
            case "unmerge":
                unmerge(register, site_id, by.id, reason, seen)
                told = say("Undone: the place is by itself again, with its own visits.")
            case _:
                raise EvidenceError(say("Choose what is to be done with the place."))
    except Conflict as fault:
        return _proposed_page(_stale(fault, site_id, seen), site_id), _CONFLICT
    except EvidenceError as fault:
        return _proposed_page(str(fault), site_id), _BAD_REQUEST
    _follow(site_id)
    flash(str(told), "success")
    return redirect(url_for("places.proposed"), code=_SEE_OTHER)


# --- a new place -----------------------------------------------------------------------------------------------------


@pages.route("/places/new", methods=["GET", "POST"])
@open_to("decide_places")
@takes(OF_A_FORM)
def new() -> BaseResponse | str | tuple[str, int]:
    """Add a place in the office; where a known one may be the same, that is asked first."""
    if request.method == "GET":
        return _new_page()
    form, now = request.form, judged()
    try:
        name = _name(form.get("name", ""))
        geometry = read_geometry(form.get("geometry", ""))
        site_id = new_site_id(name)
        parts = read_parts(form.get("parts", ""), site_id)
        new = site_of(site_id, {"type": "Feature", "id": site_id, "properties": {}, "geometry": None})
        document = _document(new, name, geometry)
    except EvidenceError as fault:
        return _new_page(str(fault)), _BAD_REQUEST
    found = likely(now.whole_findings().source, lenient_shape(geometry), name)
    if found and form.get("sure") != "new":
        return _new_page(found=found), _BAD_REQUEST
    steps = [Step(site_id, "added", document=placed(document, now.context, policy=now.policies.whereabouts))]
    ids = [lenient_id(part) or f"{site_id}-{number}" for number, part in enumerate(parts, start=1)]
    taken = next((id for id in ids if now.register.places.owner(id) is not None), None)
    if taken is not None:
        told = say("The id '{id}' belongs to something else; give this part another.", id=taken)
        return _new_page(str(told)), _BAD_REQUEST
    steps += [
        Step(id, "added", document=part if lenient_id(part) else {**part, "id": id}, part_of=site_id)
        for id, part in zip(ids, parts, strict=True)
    ]
    now.register.places.record(steps, signed_in().id, form.get("reason", "").strip()[:MOST_LETTERS], {})
    flash(str(say("Added: the place is in lists and on the map from now on.")), "success")
    return redirect(url_for("planners.site", site_id=site_id), code=_SEE_OTHER)


def _new_page(problem: str = "", found: Any = ()) -> str:
    document: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
    return render_template(
        "places/new.html",
        page="sites",
        problem=problem,
        likely=found,
        document=document,
        parts=[],
        kinds=_kinds(),
        typed=request.form,
        most_letters=MOST_LETTERS,
        longest_name=_LONGEST_NAME,
    )


# --- changes of one --------------------------------------------------------------------------------------------------


@pages.get("/sites/<path:site_id>/change")
@open_to("decide_places")
def change(site_id: str) -> str:
    """Rename a place, move it, draw it, and what else may happen to it."""
    return _change_page(site_id)


def _change_page(site_id: str, problem: str = "", *, at: str = "") -> str:
    register = judged().register
    site = register.site(site_id)
    document, accuracy = site.feature, site.facts.get("position_accuracy_m")
    parts = [{"id": id_of_part(each), **each} for each in register.parts_of(site_id)]
    sites = judged().whole_findings().source
    return render_template(
        "places/change.html",
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
        not_drawn=not_drawn(document),
        kinds=_kinds(),
        likely=likely(sites, site.shape, site.name, but={site_id}),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=MOST_LETTERS,
        longest_name=_LONGEST_NAME,
    )


@pages.post("/sites/<path:site_id>/change")
@open_to("decide_places")
@takes(OF_A_FORM)
def changed(site_id: str) -> BaseResponse | str | tuple[str, int]:
    """Do to a place what a form asks for."""
    form, register = request.form, judged().register
    what, seen = form.get("do", ""), seen_from(form.get("seen", ""))
    register.site(site_id)
    try:
        if what == "split":
            return _split_page(site_id, seen)
        doing = _DOING.get(what)
        if doing is None:
            raise EvidenceError(say("Choose what is to be done with the place."))
        told = doing(site_id, form.get("reason", "").strip()[:MOST_LETTERS], seen)
    except Conflict as fault:
        return _change_page(site_id, _stale(fault, site_id, seen), at=what), _CONFLICT
    except EvidenceError as fault:
        return _change_page(site_id, str(fault), at=what), _BAD_REQUEST
    _follow(site_id)
    flash(told, "success")
    return redirect(url_for("planners.site", site_id=site_id), code=_SEE_OTHER)


def _rework(site_id: str, reason: str, seen: Seen) -> str:
    form, now = request.form, judged()
    site = now.register.site(site_id)
    before = site.feature
    # A field that a form does not have changes nothing.
    name = _name(form["name"]) if "name" in form else site.name
    geometry = before.get("geometry")
    if "geometry" in form:
        geometry = read_geometry(form["geometry"], geometry)
    document = _document(site, name, geometry)
    if geometry != before.get("geometry"):
        document = placed(document, now.context, policy=now.policies.whereabouts)
    parts = read_parts(form["parts"], site_id) if "parts" in form else None
    rework(now.register, site_id, document, parts, signed_in().id, reason, seen)
    return str(say("Changed; the version before is kept in the history."))


def _retire(site_id: str, reason: str, seen: Seen) -> str:
    retire(judged().register, site_id, signed_in().id, reason, seen)
    return str(say("Retired: the place is in no list any more; its page and its visits are kept."))


def _bring_back(site_id: str, reason: str, seen: Seen) -> str:
    bring_back(judged().register, site_id, signed_in().id, reason, seen)
    return str(say("Brought back: the place counts again."))


def _merge(site_id: str, reason: str, seen: Seen) -> str:
    into = _chosen_place(request.form.get("into", ""), request.form.get("other", ""))
    merge(judged().register, site_id, into, signed_in().id, reason, {site_id: seen, **_seen_of(into)})
    return str(say("Merged: its visits belong to “{name}” from now on.", name=named_place(into).name))


def _unmerge(site_id: str, reason: str, seen: Seen) -> str:
    unmerge(judged().register, site_id, signed_in().id, reason, seen)
    return str(say("Undone: the place is by itself again, with its own visits."))


def _split_sure(site_id: str, reason: str, seen: Seen) -> str:
    form, now = request.form, judged()
    found = split(now.register, site_id, read_geometry(form.get("piece", "")))
    moving = {id for id in form.getlist("part") if id in {**found.inside, **found.outside}}
    name, limits = form.get("piece_name", ""), now.policies.whereabouts
    new_id, steps = split_steps(now.register, site_id, name, found, moving, now.context, policy=limits)
    do_split(now.register, site_id, steps, signed_in().id, reason, seen)
    return str(say("Split: “{name}” is a place of its own, and begins without visits.", name=named_place(new_id).name))


_DOING: Final[Mapping[str, Callable[[str, str, Seen], str]]] = {
    "change": _rework,
    "retire": _retire,
    "bring_back": _bring_back,
    "merge": _merge,
    "unmerge": _unmerge,
    "split_sure": _split_sure,
}


def _split_page(site_id: str, seen: Seen) -> str:
    """Return what a split would do, for the planner to look at before it is done."""
    form, register = request.form, judged().register
    _name(form.get("piece_name", ""))
    found = split(register, site_id, read_geometry(form.get("piece", "")))
    return render_template(
        "places/split.html",
        page="sites",
        site_id=site_id,
        name=register.site(site_id).name,
        split=found,
        piece_text=json.dumps(found.piece),
        sketches=[(_sketch(found.piece), _size(found.piece_m2)), (_sketch(found.rest), _size(found.rest_m2))],
        part_name=_part_name,
        typed=form,
        seen=seen_text(seen),
    )


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
    form, now = request.form, judged()
    seen, reason = seen_from(form.get("seen", "")), form.get("reason", "").strip()[:MOST_LETTERS]
    version = form.get("version", 0, type=int)
    try:
        if "before" in form:
            restore_parts(now.register, site_id, form.get("before", 0, type=int), signed_in().id, reason, seen)
        else:
            restore(now.register, site_id, version, signed_in().id, reason, seen, parts="parts" in form)
    except Conflict as fault:
        return _history_page(site_id, _stale(fault, site_id, seen), version), _CONFLICT
    except EvidenceError as fault:
        return _history_page(site_id, str(fault), version), _BAD_REQUEST
    flash(str(say("Restored as a new version; nothing was lost.")), "success")
    return redirect(url_for("places.past", site_id=site_id), code=_SEE_OTHER)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the history as the page shows it."""

    entry: Any
    what: str
    who: str
    other: Any
    where: str
    sketch: Sketch | None


def _history_page(site_id: str, problem: str = "", at: int = 0) -> str:
    register = judged().register
    site, found = register.site(site_id), history(register, site_id)
    lines = [
        _Line(
            each,
            happening_words(each.event.what) if each.event else str(say("Came in a file")),
            person_name(each.event.person_id) if each.event else "",
            named_place(each.event.other) if each.event and each.event.other else None,
            where(each.version.document.get("geometry")) if each.version else "",
            _sketch(each.version.document.get("geometry")) if each.version else None,
        )
        for each in found.entries
    ]
    return render_template(
        "places/history.html",
        page="sites",
        site_id=site_id,
        name=site.name,
        place=standing_of(site_id, person()),
        seen=seen_text(register.places.now(site_id).seen),
        lines=lines,
        newest=len(found.versions),
        problem=problem,
        at=at,
        typed=request.form,
        most_letters=MOST_LETTERS,
    )


# --- pieces ----------------------------------------------------------------------------------------------------------


def waiting_proposals() -> int:
    """Return how many proposals wait, for those who decide about them; 0 for everybody else."""
    someone = person()
    decides = someone is not None and someone.may("decide_places")
    return judged().whole.places.waiting() if decides else 0


def _follow(site_id: str) -> None:
    """Let actions follow from what counts at a place now: visits that were approved before it counted count from here on."""
    register = judged().register
    home = register.places.homes().of(site_id)
    make_actions(register, judged().audited(COUNTED), [home], signed_in(), today())


def _stale(fault: Conflict, site_id: str, seen: Seen) -> str:
    return str(meanwhile(judged().register, site_id, seen, person_name)) if fault.code == "stale" else str(fault)


def _seen_of(site_id: str) -> dict[str, Seen]:
    """Return what a form had seen of another place; what it is now, where the form did not show it."""
    given = request.form.get(f"seen.{site_id}")
    return {site_id: seen_from(given) if given else judged().register.places.now(site_id).seen}


def _chosen_place(picked: str, typed: str) -> str:
    """Return the id of the place that was picked from a list, or typed as an id or a name.

    Raises:
        EvidenceError: there is none, or several are called so.
    """
    if picked and picked != "other":
        return picked
    sought = typed.strip()
    if not sought:
        raise EvidenceError(say("Choose the place with which it is to be merged."))
    source = judged().whole_findings().source
    if sought in source:
        return sought
    found = [site.id for site in source if site.named and site.name.casefold() == sought.casefold()]
    if len(found) != 1:
        raise EvidenceError(
            say("“{name}” is called so by no place, or by several; write the id of the place.", name=sought)
        )
    return found[0]


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise EvidenceError(say("The name is missing; write what people call the place."))
    if len(name) > _LONGEST_NAME:
        raise EvidenceError(say("The name is longer than {most} letters; write a shorter one.", most=_LONGEST_NAME))
    return name


def _document(site: Site, name: str, geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the document of a site with what the form says; every property that the form does not ask for stays."""
    properties = dict(site.facts)
    # A name that was not touched stays as it is written, also where the form shows the id or a shortened text for it.
    if name != " ".join(site.name.split()):
        properties["name"] = name
    kind = request.form.get("kind")
    if kind is not None and kind != site.kind:
        if kind and kind not in dict(_kinds()):
            raise EvidenceError(
                say("“{kind}” is no kind of place that the standard knows; choose one.", kind=kind[:40])
            )
        properties["kind"] = kind
        if not kind:
            del properties["kind"]
    accuracy = request.form.get("accuracy")
    if accuracy is not None and accuracy.strip():
        properties["position_accuracy_m"] = _metres(accuracy)
    return {**site.feature, "properties": properties, "geometry": geometry}


def _metres(text: str) -> float | int:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100_000:
        raise EvidenceError(say("“{text}” is no accuracy in metres; write a number such as 5.", text=text[:40]))
    return int(value) if value.is_integer() else value


def _kinds() -> list[tuple[str, str]]:
    """Return the kinds of place that the edition knows, each with its words."""
    fact = next((each for each in judged().standard.facts if each.id == "kind"), None)
    return [] if fact is None else [(choice.name, str(choice.words)) for choice in fact.choices]


def _part_name(part: Mapping[str, Any]) -> str:
    properties = named(part)
    kind = shown(properties.get("part"))
    words = labels.plain_label(labels.PARTS, kind)
    types = {each.name: str(each.words) for each in judged().standard.equipment.kinds}
    of_type = types.get(str(properties.get("type")), properties.get("type"))
    return " · ".join(shown(each) for each in (words, of_type, properties.get("name")) if each)


def _size(area_m2: float | None) -> str:
    return "" if area_m2 is None else f"{amount(area_m2, 0)} m²"


def _sketch(geometry: object) -> Sketch | None:
    if not isinstance(geometry, Mapping):
        return None
    shapes = sites_from_features([{"type": "Feature", "id": "-", "properties": {}, "geometry": geometry}], "-").shapes
    return sketch(shapes[0], ()) if len(shapes) else None


pages.add_app_template_global(waiting_proposals)
pages.add_app_template_global(standing_words, "place_standing_words")
