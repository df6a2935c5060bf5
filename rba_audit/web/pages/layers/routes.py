"""Routes of the map layers: the list by kind, upload with the counts of what was recognised, end, undo, and the files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.auditing.register_context import POPULATION, features_of_layer, form_of_file, population_table
from rba_audit.errors import Conflict, EvidenceError, RbaError
from rba_audit.layers import rules_by_layer
from rba_audit.messages import Message, language, say
from rba_audit.register.layers import LayerBody
from rba_audit.standard import Requirement, Standard
from rba_audit.standard.measure_terms import MeasureValue
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.services import services

pages = Blueprint("layers", __name__)

LARGEST_LAYER_BYTES: Final = 60_000_000
_LONGEST: Final = 200
FIGURES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "boundary": say("kelurahan and kecamatan of each site, doubts about positions, coverage by area, the base map"),
        "street": say("walks of coverage and plan, the base map"),
        "population": say("who is counted in coverage, plan and audit backlog"),
    }
)
"""What else than requirements is computed from a layer."""
_DAY: Final = re.compile(r"\d{4}(-\d{2}-\d{2})?")
_SEE_OTHER, _BAD_REQUEST, _CONFLICT = 303, 400, 409


@dataclass(frozen=True, slots=True)
class LayerKind:
    """A kind of layer: what is given of it, and what it would answer."""

    name: str
    title: str
    count: int
    day: str
    requirements: tuple[Requirement, ...]
    figures: Message | None


@pages.get("/layers")
@open_to("manage_layers")
def page() -> str:
    """Each kind of layer with what is there, and the form for another file."""
    return _page()


@pages.post("/layers")
@open_to("manage_layers")
@takes(LARGEST_LAYER_BYTES)
def add() -> BaseResponse | tuple[str, int]:
    """Take the file of a new layer, or a new file for one; say what was recognised."""
    now, form, sent = services(), request.form, request.files.get("file")
    try:
        data, name = (sent.read(), (sent.filename or "")[:_LONGEST]) if sent else (b"", "")
        if not data:
            raise EvidenceError(say("Choose the file of the layer."))
        body = _body(data, name)
        notes: list[Message] = []
        features = features_of_layer(data, body, name, now.context, now.policies, notes.append)
        if not any(feature.layer for feature in features):
            raise EvidenceError(say("Nothing in this file could be used; look at its columns and at the boundaries."))
        if body.form == "table":
            notes += population_table(data, name, now.context, now.policies).notes
        layer_id = str(UUID(form.get("id", ""))) if form.get("id") else str(uuid4())
        seen = int(form["seen"]) if form.get("seen", "").isdecimal() else 0
        now.register.layers.add(layer_id, body, data, name, person_id=signed_in().id, seen=seen)
    except Conflict as fault:
        return _page(str(fault)), _CONFLICT
    except (RbaError, ValueError) as fault:
        return _page(str(fault)), _BAD_REQUEST
    counts = Counter(_title(feature.layer) for feature in features if feature.layer)
    found = ", ".join(f"{title}: {count}" for title, count in counts.items())
    flash(str(say("Taken. Recognised: {found}", found=found)), "success")
    for note in notes:
        flash(str(note), "warning")
    return redirect(url_for("layers.page"), code=_SEE_OTHER)


@pages.post("/layers/<uuid:layer_id>")
@open_to("manage_layers")
def change(layer_id: UUID) -> BaseResponse | tuple[str, int]:
    """End a layer, or undo its last change."""
    layers, seen = services().register.layers, request.form.get("seen", "")
    act = layers.undo if request.form.get("do") == "undo" else layers.end
    try:
        act(str(layer_id), person_id=signed_in().id, seen=int(seen) if seen.isdecimal() else -1)
    except Conflict as fault:
        return _page(str(fault)), _CONFLICT
    flash(str(say("Done. The versions before are kept.")), "success")
    return redirect(url_for("layers.page"), code=_SEE_OTHER)


@pages.get("/layers/<uuid:layer_id>/file")
@open_to("manage_layers")
def file(layer_id: UUID) -> Response:
    """The file of the newest version as it was sent."""
    layers = services().register.layers
    newest = layers.versions(str(layer_id))[-1]
    suffix = newest.file_name.rpartition(".")[2].lower()
    kind = suffix if suffix.isalnum() and suffix.isascii() else "bin"
    return download(Response(layers.read_file(newest), mimetype="application/octet-stream"), name_of("map_layer", kind))


def _body(data: bytes, name: str) -> LayerBody:
    form = request.form
    texts = {key: " ".join(form.get(key, "").split()) for key in ("title", "dated", "source", "licence")}
    if max(map(len, texts.values())) > _LONGEST or not all(text.isprintable() for text in texts.values()):
        raise EvidenceError(say("Title, source and licence have at most {most} characters each.", most=_LONGEST))
    dated = texts["dated"]
    if not dated and not form.get("unknown_day"):
        raise EvidenceError(say("Write the day or the year of the data, or tick that it is not known."))
    if dated and not _DAY.fullmatch(dated):
        raise EvidenceError(say("Write the day as 2024-06-30, or only the year, such as 2024."))
    layer, held = form.get("layer", ""), form_of_file(data, name)
    if layer and layer not in rules_by_layer():
        raise EvidenceError(say("Choose the layer from the list."))
    return LayerBody(
        held,
        layer if held == "map" else POPULATION,
        texts["title"] or name or str(say("Map layers")),
        dated,
        texts["source"],
        texts["licence"],
        form.get("counted", "") if held == "raster" and form.get("counted") == "children" else "",
    )


def _title(layer: str) -> str:
    title = rules_by_layer()[layer].title
    return str(title[0] if language() == "id" else title[1])


def requirements_by_layer(standard: Standard) -> dict[str, list[Requirement]]:
    """Return by layer the requirements of an edition that can be measured against it."""
    by_layer: dict[str, list[Requirement]] = {name: [] for name in rules_by_layer()}
    for requirement in standard.requirements:
        words: set[str] = set()
        for question in requirement.questions:
            for _key, value in question.measure.given if question.measure is not None else ():
                words.update(_texts(value))
        for name in words & by_layer.keys():
            by_layer[name].append(requirement)
    return by_layer


def _texts(value: MeasureValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, tuple) else []


def _page(fault: str = "") -> str:
    now = services()
    measured = requirements_by_layer(now.standard)
    counts = Counter(feature.layer for feature in now.context if feature.layer)
    days = {
        name: max((feature.date for feature in now.context if feature.layer == name), default="") for name in counts
    }
    people = {user.id: user.name for user in now.register.people.all()}
    return render_template(
        "layers/layers.html",
        page="layers",
        fault=fault,
        faults=now.context_faults,
        kinds=[
            LayerKind(name, _title(name), counts[name], days.get(name, ""), tuple(measured[name]), FIGURES.get(name))
            for name in rules_by_layer()
        ],
        layers=now.register.layers.all(),
        title_of=_title,
        people=people,
        typed=request.form,
    )
