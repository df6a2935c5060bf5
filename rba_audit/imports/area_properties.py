"""Kelurahan and kecamatan of a site from its position, where boundaries are known and the file does not state them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

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


class _AreaNames(NamedTuple):
    """The properties of a site that its position can answer; empty where it is not known."""

    kelurahan: str
    kelurahan_code: str
    kecamatan: str


AREA_KEYS: Final = _AreaNames._fields
"""The keys of the properties of a site that its position can answer."""
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
        return {
            key: value for key, value in found._asdict().items() if value and not text_of_value(site.facts.get(key))
        }, ()

    def _names(self, boundary: Boundary) -> _AreaNames:
        """Return kelurahan, its code and kecamatan of a boundary, as far as they are known."""
        finest = len(self._policy.digits.value) - 1
        kelurahan = code = kecamatan = ""
        if boundary.code and boundary.level == finest:
            kelurahan, code = boundary.name, boundary.code
            above = self._boundaries.index_of_code(boundary.code.rpartition(".")[0])
            if above is not None and self._boundaries.all[above].level == finest - 1:
                kecamatan = self._boundaries.all[above].name
        elif boundary.code and boundary.level == finest - 1:
            kecamatan = boundary.name
        elif not boundary.code:
            kelurahan = _stated(boundary, _KELURAHAN_NAMES)
        return _AreaNames(kelurahan, code, kecamatan or _stated(boundary, _KECAMATAN_NAMES))

    def _contradiction(self, site: Site, shape: BaseGeometry, boundary: Boundary, found: _AreaNames) -> Message | None:
        code = stated_code(site, policy=self._policy)
        if code and boundary.code:
            index = self._boundaries.index_of_code(code)
            stated = None if index is None else self._boundaries.all[index]
            agrees = _within(code, boundary.code) or (stated is not None and self._near(site, shape, stated))
            return None if agrees else _contradiction(code, boundary)
        stated_names = "" if site.kelurahan == site.kelurahan_code else site.kelurahan, site.kecamatan
        for name, area in zip(stated_names, (found.kelurahan, found.kecamatan), strict=True):
            if name and area and normalized_word(name) != normalized_word(area):
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
