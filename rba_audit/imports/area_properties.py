"""Kelurahan and kecamatan of a site from its position, where boundaries are known and the file does not state them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import apart_m, shape_array
from rba_audit.layers import ContextFeature
from rba_audit.layers.property_words import ACCURACY, property_accuracy_m
from rba_audit.messages import Message, say
from rba_audit.sites import Site
from rba_audit.sites.part_kinds import normalized_word
from rba_audit.sites.problems import quote
from rba_audit.sites.site import text_of_value
from rba_audit.standard.policies import WhereaboutsPolicy
from rba_audit.whereabouts import Boundary, assign_boundary, boundaries_of, stated_code

AREA_KEYS: Final = ("kelurahan", "kelurahan_code", "kecamatan")
"""The properties of a site that its position can answer."""
_KELURAHAN_NAMES: Final = ("kelurahan", "wadmkd")
_KECAMATAN_NAMES: Final = ("kecamatan", "wadmkc")


class AreaProperties:
    """Look up kelurahan and kecamatan by position."""

    def __init__(self, context: Sequence[ContextFeature], policy: WhereaboutsPolicy) -> None:
        self._policy = policy
        self._boundaries = boundaries_of(context, policy=policy)
        self._by_name: dict[str, list[Boundary]] = {}
        for boundary in self._boundaries.all:
            self._by_name.setdefault(normalized_word(boundary.name), []).append(boundary)

    def of_site(self, site: Site, shape: BaseGeometry | None) -> tuple[dict[str, str], tuple[Message, ...]]:
        """Return the properties to add to a site, and a message if what it states contradicts its position.

        What the site states is never replaced, and nothing is added to a site whose statement contradicts its position.
        """
        if shape is None or shapely.is_empty(shape) or not self._boundaries:
            return {}, ()
        assigned = assign_boundary(shape, self._boundaries, stated_code(site, policy=self._policy))
        if assigned is None:
            return {}, ()
        boundary = assigned.boundary
        found = self._names(boundary)
        if contradiction := self._contradiction(site, shape, boundary, found):
            return {}, (contradiction,)
        return {key: value for key, value in found.items() if value and not text_of_value(site.facts.get(key))}, ()

    def _names(self, boundary: Boundary) -> dict[str, str]:
        """Return kelurahan, its code and kecamatan of a boundary, as far as they are known."""
        finest = len(self._policy.digits.value) - 1
        names = dict.fromkeys(AREA_KEYS, "")
        if boundary.code and boundary.level == finest:
            names |= {"kelurahan": boundary.name, "kelurahan_code": boundary.code}
            above = self._boundaries.index_of_code(boundary.code.rpartition(".")[0])
            if above is not None and self._boundaries.all[above].level == finest - 1:
                names["kecamatan"] = self._boundaries.all[above].name
        elif boundary.code and boundary.level == finest - 1:
            names["kecamatan"] = boundary.name
        elif not boundary.code:
            names["kelurahan"] = _stated(boundary, _KELURAHAN_NAMES)
        names["kecamatan"] = names["kecamatan"] or _stated(boundary, _KECAMATAN_NAMES)
        return names

    def _contradiction(
        self, site: Site, shape: BaseGeometry, boundary: Boundary, found: Mapping[str, str]
    ) -> Message | None:
        code = stated_code(site, policy=self._policy)
        if code and boundary.code:
            index = self._boundaries.index_of_code(code)
            stated = None if index is None else self._boundaries.all[index]
            agrees = _within(code, boundary.code) or (stated is not None and self._near(site, shape, stated))
            return None if agrees else _contradiction(code, boundary)
        for key in ("kelurahan", "kecamatan"):
            name = text_of_value(site.facts.get(key))
            if name and found[key] and normalized_word(name) != normalized_word(found[key]):
                if any(self._near(site, shape, other) for other in self._by_name.get(normalized_word(name), ())):
                    continue
                return _contradiction(name, boundary)
        return None

    def _near(self, site: Site, shape: BaseGeometry, boundary: Boundary) -> bool:
        """Return whether a site lies in a boundary, or nearer to it than the two accuracies can tell."""
        stated_m = property_accuracy_m(site.facts.get(ACCURACY))
        reach_m = boundary.accuracy.metres + (self._policy.position_m.value if stated_m is None else stated_m)
        return bool(apart_m(shape_array([shape]), shape_array([boundary.shape]))[0] <= reach_m)


def _within(code: str, other: str) -> bool:
    return code == other or code.startswith(f"{other}.") or other.startswith(f"{code}.")


def _stated(boundary: Boundary, names: Sequence[str]) -> str:
    for properties in boundary.properties:
        for key, value in properties.items():
            if key.casefold() in names and (text := text_of_value(value)):
                return text
    return ""


def _contradiction(stated: str, boundary: Boundary) -> Message:
    return say(
        "the file states {stated}, and its position lies in {area}; that stays as the file has it, so correct the one or the other",
        stated=quote(stated),
        area=quote(boundary.words),
    )
