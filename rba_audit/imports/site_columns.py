"""Find the columns with names, kinds, areas and positions by their usual spellings and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rba_audit.imports.headings import heading_rank, is_exact
from rba_audit.imports.position_columns import lonlat_order, looks_exchanged
from rba_audit.imports.positions import (
    are_metres,
    heading_zone,
    read_degrees,
    read_metres,
    read_pair,
    read_wkt,
    zone_crs,
)
from rba_audit.imports.source_columns import SourceColumn, sample_text
from rba_audit.layers.property_words import is_blank, property_accuracy_m
from rba_audit.messages import Message, say
from rba_audit.standard.policies import Policies

NAME: Final = "name"
ACCURACY: Final = "position_accuracy_m"
KELURAHAN: Final = "kelurahan"
TEXTS: Final = ("kind", KELURAHAN, "kecamatan", "address", "manager")
CODE: Final = "kelurahan_code"
_SEEN: Final = 200
_MOST_LATITUDE: Final = 90
Guess = tuple[str, Message]
"""A target, and why it was guessed."""


def best_targets(headings: Sequence[str], policies: Policies) -> Mapping[str, tuple[str, int]]:
    """Return by heading the target that its spelling fits best, and how well; headings that fit none are left out."""
    best: dict[str, tuple[str, int]] = {}
    for heading in headings:
        ranks = [
            (rank, at, target)
            for at, (target, words) in enumerate(policies.columns.columns.items())
            if (rank := heading_rank(heading, words)) is not None
        ]
        if ranks:
            rank, _, target = min(ranks)
            best[heading] = (target, rank)
    return best


def name_columns(columns: Mapping[str, SourceColumn], policies: Policies) -> Mapping[str, Guess]:
    """Return the columns with names: the best one, and whole headings that name rows which have no name in it."""
    words = policies.columns.columns[NAME]
    best = best_targets(tuple(columns), policies)
    ranked = sorted(
        (rank, at, heading)
        for at, heading in enumerate(columns)
        if (rank := heading_rank(heading, words)) is not None
        and (best[heading][0] in (NAME, "id") or not is_exact(best[heading][1]))
    )
    guesses: dict[str, Guess] = {}
    named = [not is_blank(value) for value in columns[NAME].values] if NAME in columns else None
    for rank, _, heading in ranked:
        column = columns[heading]
        if heading == NAME or not _are_names(column) or (guesses and not is_exact(rank)):
            continue
        filled = [not is_blank(value) for value in column.values]
        if named is None or any(new and not old for new, old in zip(filled, named, strict=True)):
            guesses[heading] = (NAME, say("its heading is usual for names, and its cells differ"))
            named = filled if named is None else [new or old for new, old in zip(filled, named, strict=True)]
    return guesses


def text_columns(columns: Mapping[str, SourceColumn], policies: Policies) -> Mapping[str, Guess]:
    """Return the columns with kind, kelurahan, kecamatan, address, manager, code and accuracy; one for each."""
    guesses: dict[str, Guess] = {}
    taken: dict[str, int] = {}
    best = best_targets(tuple(columns), policies)
    for heading, (spelt, rank) in sorted(best.items(), key=lambda item: item[1][1]):
        column = columns[heading]
        if spelt not in (*TEXTS, CODE, ACCURACY) or not column.filled:
            continue
        target = CODE if spelt == KELURAHAN and _are_codes(column) else spelt
        if target in taken or (target in columns and columns[target].filled and heading != target):
            continue
        if (target in TEXTS and not _are_texts(column)) or (target == ACCURACY and not _are_accuracies(column)):
            continue
        taken[target] = rank
        if heading != target:
            guesses[heading] = (target, say("its heading is usual for it"))
    return guesses


def position_columns(columns: Mapping[str, SourceColumn], policies: Policies) -> tuple[Mapping[str, Guess], str]:
    """Return the columns that make a position, and the reference system if a heading states one; nothing if none do."""
    by_target: dict[str, list[str]] = {}
    for heading, (target, _) in sorted(best_targets(tuple(columns), policies).items(), key=lambda item: item[1][1]):
        if columns[heading].filled:
            by_target.setdefault(target, []).append(heading)
    for x_target, y_target in (("longitude", "latitude"), ("x", "y"), ("easting", "northing")):
        for x in by_target.get(x_target, ()):
            for y in by_target.get(y_target, ()):
                guessed = _pair(columns, x, y, by_target.get("zone", ()), policies)
                if guessed is not None:
                    return guessed
    for heading in by_target.get("wkt", ()):
        if all(read_wkt(value) is not None for value in columns[heading].filled[:_SEEN]):
            return {heading: ("wkt", say("its cells are geometries as text (WKT)"))}, ""
    for heading in by_target.get("coordinates", ()):
        values = columns[heading].filled
        if sum(read_pair(value, policies.columns) is not None for value in values[:_SEEN]) * 2 > len(values[:_SEEN]):
            order = (
                say("its cells are longitude and latitude, in this order")
                if lonlat_order(values, policies)
                else say("its cells are latitude and longitude, in this order")
            )
            return {heading: ("coordinates", order)}, ""
    return {}, ""


def _pair(
    columns: Mapping[str, SourceColumn], x: str, y: str, zones: Sequence[str], policies: Policies
) -> tuple[Mapping[str, Guess], str] | None:
    policy = policies.columns
    both = list(zip(columns[x].values, columns[y].values, strict=True))
    degrees = [(read_degrees(one, "longitude", policy), read_degrees(two, "latitude", policy)) for one, two in both]
    places = [(lon, lat) for lon, lat in degrees if lon is not None and lat is not None]
    if places and not any(are_metres(lon, lat) for lon, lat in places):
        if all(abs(lat) > _MOST_LATITUDE >= abs(lon) for lon, lat in places):
            why = say(
                "its cells are no latitudes, and those of the other column are: longitude and latitude are exchanged"
            )
            return {y: ("longitude", why), x: ("latitude", why)}, ""
        if looks_exchanged(places, policies):
            why = say(
                "its heading is usual for it, BUT longitude and latitude seem exchanged in this file; change both columns"
            )
            return {x: ("longitude", why), y: ("latitude", why)}, ""
        why = say("its heading is usual for it, and its cells are degrees")
        return {x: ("longitude", why), y: ("latitude", why)}, ""
    metres = [(read_metres(one), read_metres(two)) for one, two in both]
    grid = [
        (east, north) for east, north in metres if east is not None and north is not None and are_metres(east, north)
    ]
    if not grid:
        return None
    guesses = {
        x: ("easting", say("its heading is usual for it, and its cells are metres")),
        y: ("northing", say("its heading is usual for it, and its cells are metres")),
    }
    for zone in (zone for zone in zones if any(zone_crs(sample_text(value), policy) for value in columns[zone].filled)):
        guesses[zone] = ("zone", say("its cells are zones of a grid"))
        return guesses, ""
    stated = next((zone for heading in (x, y) if (zone := heading_zone(heading, policy))), "")
    systems = zone_crs(stated, policy) if stated else ()
    return guesses, systems[0] if len(systems) == 1 else ""


def _are_names(column: SourceColumn) -> bool:
    """Return whether cells may be names: texts with letters that mostly differ."""
    values = column.filled
    if not values or not _are_texts(column):
        return False
    different = len({sample_text(value).casefold() for value in values})
    return len(values) < 3 or different * 2 > len(values)


def _are_texts(column: SourceColumn) -> bool:
    values = column.filled
    return 2 * sum(isinstance(value, str) and any(map(str.isalpha, value)) for value in values) > len(values)


def _are_codes(column: SourceColumn) -> bool:
    texts = [sample_text(value).replace(".", "") for value in column.filled]
    return all(text.isdigit() and len(text) >= 10 for text in texts)


def _are_accuracies(column: SourceColumn) -> bool:
    values = column.filled
    return 2 * sum(property_accuracy_m(value) is not None for value in values) > len(values)
