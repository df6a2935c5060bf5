"""Targets of the columns of a file: in groups for a select, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rba_audit.imports import column_targets
from rba_audit.messages import Message, say
from rba_audit.standard import Standard

WORDS: Final[Mapping[str, Message]] = {
    "id": say("Id: by it the place is found again in the next list"),
    "name": say("Name"),
    "kind": say("Kind of place"),
    "kelurahan": say("Kelurahan"),
    "kelurahan_code": say("Code of the kelurahan"),
    "kecamatan": say("Kecamatan"),
    "address": say("Address"),
    "manager": say("Who manages it"),
    "position_accuracy_m": say("Accuracy of the position, in metres"),
    "latitude": say("Latitude"),
    "longitude": say("Longitude"),
    "coordinates": say("Latitude and longitude together"),
    "easting": say("Easting in metres"),
    "northing": say("Northing in metres"),
    "zone": say("Zone of the metres (UTM)"),
    "wkt": say("Geometry as text (WKT)"),
    "geometry": say("Position"),
}
"""Words for what is no question or fact of an edition."""
_POSITION: Final = ("latitude", "longitude", "coordinates", "easting", "northing", "zone", "wkt")
_LONGEST: Final = 80


def target_words(target: str, standard: Standard) -> str:
    """Return a target in words: a property as such, a question or fact by its text; any other key as it is."""
    if target in WORDS:
        return str(WORDS[target])
    if not standard.has_question(target):
        return target
    return _short(str(standard.question(target).ask), target, fact=standard.question(target).requirement is None)


def target_groups(standard: Standard) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the groups of a select as (label, options as (target, words)); questions are grouped by aspect."""
    possible = set(column_targets(standard))
    groups: list[tuple[str, list[str]]] = [
        (str(say("Name and what is known about the place")), [key for key in WORDS if key not in _POSITION]),
        (str(say("Position")), list(_POSITION)),
        (str(say("Facts")), [question.id for question in standard.facts]),
    ]
    for aspect in standard.aspects:
        of_aspect = [
            question.id
            for requirement in standard.requirements
            if requirement.aspect == aspect.code
            for question in requirement.questions
        ]
        groups.append((str(aspect.name), of_aspect))
    seen: set[str] = set()
    shown = []
    for label, targets in groups:
        options = [target for target in targets if target in possible and target not in seen]
        seen.update(options)
        if options:
            shown.append((label, [(target, target_words(target, standard)) for target in options]))
    return shown


def _short(text: str, id: str, *, fact: bool) -> str:
    words = text if fact else f"{id} · {text}"
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
