"""Doubts about the rows of an import: another place under a known id, one place twice, decisions of the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.days import CITY
from rba_audit.geometry import apart_m, centres, pairs_within
from rba_audit.layers.property_words import ACCURACY, property_accuracy_m
from rba_audit.messages import Message, say
from rba_audit.register.import_snapshot import StoredSite
from rba_audit.site_editing import names_alike
from rba_audit.site_states import STANDING_WORDS
from rba_audit.sites import Site, Sites
from rba_audit.sites.part_kinds import normalized_word
from rba_audit.sites.problems import quote
from rba_audit.standard.policies import WhereaboutsPolicy
from rba_audit.whereabouts import SiteReplacement, other_places


class RowDoubt(NamedTuple):
    """A doubt about a row, with the id of the other site or row that it may be the same as; empty if there is none."""

    reason: Message
    other: str = ""


@dataclass(frozen=True, eq=False)
class Places:
    """Sites as columns: ids, normalized names (empty without one), and shapes."""

    ids: Sequence[str]
    names: Sequence[str]
    shapes: NDArray[np.object_]

    @classmethod
    def of(cls, sites: Iterable[Site], shapes: NDArray[np.object_]) -> Places:
        """Return the columns of sites."""
        listed = list(sites)
        return cls([site.id for site in listed], [normalized_word(site.likely_name) for site in listed], shapes)


def office_doubt(now: StoredSite) -> RowDoubt | None:
    """Return the doubt about a row whose site the office took out of use; such a row cannot be taken."""
    if now.status == "merged":
        return RowDoubt(
            say(
                "“{id}” is not taken: the office merged it into “{other}”; undo that there, or leave it out of the file",
                id=quote(now.id),
                other=quote(now.merged_into),
            ),
            now.merged_into,
        )
    if now.status not in ("counts", "undone"):
        return RowDoubt(
            say(
                "“{id}” is not taken: in the office it is “{standing}”; decide there, or leave it out of the file",
                id=quote(now.id),
                standing=STANDING_WORDS[now.status],
            )
        )
    return None


def edit_doubt(now: StoredSite) -> RowDoubt | None:
    """Return the doubt about a row that changes what the office wrote last."""
    if now.edited_at is None:
        return None
    return RowDoubt(
        say(
            "“{id}”: the office changed it on {day} and the file says something else; keep what the office wrote, or take the file's",
            id=quote(now.id),
            day=now.edited_at.astimezone(CITY).date(),
        )
    )


def other_place_doubts(
    sites: Sites, known: Mapping[str, Site], moved_m: Mapping[str, float], policy: WhereaboutsPolicy
) -> dict[str, RowDoubt]:
    """Return by id the doubt that a site is another one than the register has under its id.

    Besides what `whereabouts.other_places` finds, a site that moved far is doubtful if others of the file have the same name: a
    name like that of a kind identifies nothing.

    Args:
        sites: The sites of the file.
        known: The sites of the register by id, as far as the file changes them.
        moved_m: The distance between the two by id, in metres; without those that have no position.
        policy: The limits.
    """
    common = Counter(normalized_word(site.likely_name) for site in sites)
    others = {other.id: other for other in other_places(sites, known, policy=policy)}
    for id, metres in moved_m.items():
        names = known[id].likely_name, sites.site(id).likely_name
        if id not in others and metres > policy.moved_m.value and common[normalized_word(names[1])] > 1:
            slack = max(property_accuracy_m(site.facts.get(ACCURACY)) or 0.0 for site in (known[id], sites.site(id)))
            if metres > slack:
                others[id] = SiteReplacement(id, *names, metres)
    return {
        id: RowDoubt(
            say(
                "{replacement}; row numbers are no ids: give each place an id of its own, or take the row if it is the same place",
                replacement=other.message,
            )
        )
        for id, other in others.items()
    }


def twice_in_register(rows: Places, register: Places, policy: WhereaboutsPolicy) -> dict[int, RowDoubt]:
    """Return by the index of a row the doubt that it is a site that the register lists under another id."""
    doubts: dict[int, RowDoubt] = {}
    by_shape = _first_by_shape(register)
    for index, shape in enumerate(_wkb(rows)):
        other = None if shape is None else by_shape.get(shape)
        if other is not None and register.ids[other] != rows.ids[index]:
            doubts[index] = _twice(rows.ids[index], register.ids[other], True)
    common = Counter(rows.names)
    reach_m = policy.moved_m.value
    one, two, metres = pairs_within(rows.shapes, register.shapes, reach_m)
    middles_m = _middles_apart(rows.shapes[one], register.shapes[two])
    order = np.lexsort((two, metres))
    for index, other, edge_m, middle_m in zip(
        one[order].tolist(), two[order].tolist(), metres[order].tolist(), middles_m[order].tolist(), strict=True
    ):
        if index in doubts or register.ids[other] == rows.ids[index]:
            continue
        name, listed = rows.names[index], register.names[other]
        if name and listed:
            same = (name == listed and common[name] == 1) or (
                edge_m <= policy.near_m.value and (name == listed or names_alike(name, listed))
            )
        else:
            same = middle_m <= policy.near_m.value
        if same:
            doubts[index] = _twice(rows.ids[index], register.ids[other], False)
    return doubts


def twice_in_file(rows: Places) -> dict[int, RowDoubt]:
    """Return by the index of a row the doubt that an earlier row is the same place: same shape, and no other name."""
    doubts: dict[int, RowDoubt] = {}
    earlier: dict[bytes, list[int]] = {}
    for index, shape in enumerate(_wkb(rows)):
        if shape is None:
            continue
        here = earlier.setdefault(shape, [])
        name = rows.names[index]
        twin = next(
            (row for row in here[:_COMPARED] if not name or not rows.names[row] or name == rows.names[row]), None
        )
        if twin is None:
            here.append(index)
            continue
        doubts[index] = RowDoubt(
            say(
                "“{id}” lies exactly where “{other}” of the same file lies; take it only if they are two places",
                id=quote(rows.ids[index]),
                other=quote(rows.ids[twin]),
            ),
            rows.ids[twin],
        )
    return doubts


_COMPARED = 100
"""Rows at one place that a row is compared with: many rows at a placeholder would take a time of their square."""


def _twice(id: str, other: str, exact: bool) -> RowDoubt:
    sentence = (
        say(
            "“{id}” is new and lies exactly where “{other}” lies, which stays; if they are one place, give it one id in every file",
            id=quote(id),
            other=quote(other),
        )
        if exact
        else say(
            "“{id}” is new and lies where “{other}” lies, which stays; if they are one place, give it one id in every file",
            id=quote(id),
            other=quote(other),
        )
    )
    return RowDoubt(sentence, other)


def _wkb(places: Places) -> list[bytes | None]:
    shapes: list[bytes | None] = shapely.to_wkb(places.shapes).tolist()
    return shapes


def _first_by_shape(places: Places) -> dict[bytes, int]:
    first: dict[bytes, int] = {}
    for index, shape in enumerate(_wkb(places)):
        if shape is not None:
            first.setdefault(shape, index)
    return first


def _middles_apart(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the distance between the middles of each pair of shapes, in metres."""
    if not len(one):
        return np.zeros(0)
    first, second = (np.asarray(shapely.points(centres(shapes)), dtype=object) for shapes in (one, other))
    return apart_m(first, second)
