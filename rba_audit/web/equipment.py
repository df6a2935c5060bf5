"""The pages of the equipment of a site: each item with its history and its verdicts, its QR code, and labels to print.

Also what one edition changes in another, for a draft that is to move. Judging is left to `equipment`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import segno
from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.equipment import Item, ItemVerdict, item_of_part, known_items, per_item
from rba_audit.errors import NotInRegister
from rba_audit.findings import Trace
from rba_audit.moves import COUNTED, STATE_WORDS, State
from rba_audit.register import Visit
from rba_audit.register.people import Person
from rba_audit.reports import text_of
from rba_audit.standard import Outcome
from rba_audit.standard.changes import asked_anew, changes
from rba_audit.web.access import OF_A_SITE, SIGNED_IN, may_open, open_to, person, require_readable
from rba_audit.web.item_words import item_words
from rba_audit.web.judged import judged
from rba_audit.web.labels import STAGES, plain_label
from rba_audit.web.moments import day_words
from rba_audit.web.openings import independent_since
from rba_audit.web.standards import edition_at_hand
from rba_audit.words import Message, say

pages = Blueprint("equipment", __name__)
pages.add_app_template_global(item_words)

_SEE_OTHER: Final = 303
_SHOWN_FIRST: Final = ("does_not_conform", "partial", "undetermined", "conforms")
_INDEX: Final = "items of the register"


@dataclass(frozen=True, slots=True)
class Look:
    """One visit that looked at an item."""

    day: str
    stage: str
    state: Message
    gone: bool
    worst: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class ItemOfSite:
    """An item with what is known of it."""

    id: str
    name: str
    kind: str
    gone: bool
    looks: tuple[Look, ...]
    found_on: Look | None
    """The visit whose findings are shown: the newest that is approved, else the newest; None where nobody has looked."""
    traces: tuple[Trace, ...]
    """What it found, worst first; what does not apply is left out."""


@pages.get("/sites/<path:site_id>/equipment")
@open_to(OF_A_SITE)
def equipment(site_id: str) -> str:
    """Every item of a site, with its verdicts and its history."""
    name, items = _opened(site_id)
    return render_template("equipment/site.html", page="sites", site_id=site_id, name=name, items=items)


@pages.get("/sites/<path:site_id>/equipment/labels")
@open_to(OF_A_SITE)
def labels(site_id: str) -> str:
    """A sheet of labels to print: name, QR code and id of each item that is there."""
    name, items = _opened(site_id)
    there = [item for item in items if not item.gone]
    return render_template("equipment/labels.html", page="sites", site_id=site_id, name=name, items=there)


@pages.get("/items/<item_id>")
@open_to(OF_A_SITE)
def item(item_id: str) -> BaseResponse:
    """Where the QR code on an item leads: a surveyor to the form at this item, everybody else to the site's equipment."""
    site_id = _site_of(item_id)
    someone = person()
    require_readable(someone, judged().register.site(site_id))
    if _only_rejected(site_id, item_id):
        flash(
            str(say("This item was listed only in a visit that was rejected. Here is what is known of the site.")),
            "warn",
        )
        return redirect(url_for("equipment.equipment", site_id=site_id), code=_SEE_OTHER)
    surveys = someone is not None and someone.role == "surveyor"
    page = "surveyors.audit" if surveys and may_open("surveyors.audit", site_id=site_id) else "equipment.equipment"
    return redirect(url_for(page, site_id=site_id, _anchor=f"item-{item_id}"), code=_SEE_OTHER)


def _only_rejected(site_id: str, item_id: str) -> bool:
    """Tell whether visits listed an item, and every one of them was rejected."""
    register = judged().register
    naming = [visit for visit in register.visits.of(site_id) if any(each.get("id") == item_id for each in visit.items)]
    return bool(naming) and all(register.reviews.standing(visit.root).state == "rejected" for visit in naming)


@pages.get("/items/<item_id>/qr.svg")
@open_to(OF_A_SITE)
def qr(item_id: str) -> Response:
    """The QR code of an item, to be printed at any size."""
    require_readable(person(), judged().register.site(_site_of(item_id)))
    picture = BytesIO()
    address = url_for("equipment.item", item_id=item_id, _external=True)
    segno.make_qr(address, error="m").save(picture, kind="svg", border=4, omitsize=True, svgclass=None, lineclass=None)
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.set_etag(address)
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response, perhaps emptied


@pages.get("/api/editions/<before>/<after>/changes")
@open_to(SIGNED_IN)
def edition_changes(before: str, after: str) -> dict[str, object]:
    """What one edition adds to, drops from and changes in another; `again` names the questions to be answered anew."""
    old, new = edition_at_hand(before), edition_at_hand(after)
    found = changes(old, new)
    return {
        "added": [{"id": each.id, "title": str(each.title)} for each in found.added],
        "dropped": [{"id": each.id, "title": str(each.title)} for each in found.dropped],
        "changed": [
            {"id": each.requirement.id, "title": str(each.requirement.title), "what": [str(what) for what in each.what]}
            for each in found.changed
        ],
        "again": list(asked_anew(old, new)),
    }


# --- what is known of the items ---------------------------------------------------------------------------------------


def _opened(site_id: str) -> tuple[str, list[ItemOfSite]]:
    register = judged().register
    document = register.site(site_id)
    someone = person()
    require_readable(someone, document)
    properties = document.get("properties")
    name = text_of(properties.get("name")) if isinstance(properties, dict) else ""
    return name or site_id, _items(site_id, _visible(site_id, someone))


def _visible(site_id: str, someone: Person | None) -> list[tuple[Visit, State]]:
    """Return the visits this reader may see, newest first: surveyors audit independently, and the public sees what counts."""
    register = judged().register
    visits = [(visit, register.reviews.standing(visit.root).state) for visit in register.visits.of(site_id)]
    if someone is not None and someone.role != "surveyor":
        return [(visit, state) for visit, state in visits if state != "rejected"]
    if someone is None:
        return [(visit, state) for visit, state in visits if state in COUNTED]
    since = independent_since()
    return [
        (visit, state)
        for visit, state in visits
        if (visit.author == someone.id and state != "rejected") or (state == "approved" and visit.day < since)
    ]


def _items(site_id: str, visits: Sequence[tuple[Visit, State]]) -> list[ItemOfSite]:
    standard = judged().standard
    parts = [part.feature for part in judged().findings().source.parts if part.site == site_id]
    known = known_items([visit.items for visit, _ in visits], parts, standard.equipment)
    looked = {
        visit.id: {str(each.item.get("id")): each for each in per_item(visit.items, visit.answers, standard)}
        for visit, _ in visits
        if visit.items
    }
    return sorted((_item(each, visits, looked) for each in known), key=lambda each: each.gone)


def _item(
    known: Item, visits: Sequence[tuple[Visit, State]], looked: Mapping[str, Mapping[str, ItemVerdict]]
) -> ItemOfSite:
    id = str(known["id"])
    kind = judged().standard.equipment.kind(known["kind"])
    seen = [
        (visit, state, found)
        for visit, state in visits
        if (found := next((each for each in visit.items if each.get("id") == id), None)) is not None
    ]
    looks = [_look(visit, state, found, looked[visit.id].get(id)) for visit, state, found in seen]
    judging = [(look, looked[visit.id][id]) for look, (visit, _, _) in zip(looks, seen, strict=True) if not look.gone]
    judging.sort(key=lambda each: each[0].state != STATE_WORDS["approved"])
    found_on, verdict = judging[0] if judging else (None, None)
    traces = [trace for trace in verdict.traces if trace.outcome != "not_applicable"] if verdict else []
    return ItemOfSite(
        id=id,
        name=str(known["name"] or id),
        kind=str(kind.words) if kind else str(known["kind"]),
        gone=bool(known["gone"]),
        looks=tuple(looks),
        found_on=found_on,
        traces=tuple(sorted(traces, key=lambda trace: _SHOWN_FIRST.index(trace.outcome))),
    )


def _look(visit: Visit, state: State, found: Item, verdict: ItemVerdict | None) -> Look:
    return Look(
        day=day_words(visit.day),
        stage=str(plain_label(STAGES, visit.stage)),
        state=STATE_WORDS[state],
        gone=verdict is None,
        worst=verdict.worst if verdict else "not_applicable",
        note=str(found.get("note") or ""),
    )


def _site_of(item_id: str) -> str:
    """Return the site an item belongs to.

    Raises:
        NotInRegister: no visit and no map knows the item.
    """
    register = judged().register
    version = register.version()
    known: tuple[int, dict[str, str]] = current_app.extensions.get(_INDEX, (-1, {}))
    if known[0] != version:
        found = {str(each.get("id")): visit.site_id for visit, _ in register.visits.newest() for each in visit.items}
        for part in judged().findings().source.parts:
            mapped: dict[str, Any] | None = item_of_part(part.feature, judged().standard.equipment)
            if mapped is not None:
                found.setdefault(mapped["id"], part.site)
        known = current_app.extensions[_INDEX] = (version, found)
    if item_id not in known[1]:
        raise NotInRegister(say("no item has the code {id}; look for it at its site", id=item_id))
    return known[1][item_id]
