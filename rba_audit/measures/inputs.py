"""Inputs of the measures: outlines of the sites, their parts, and the layers around them.

An illustrative outline is not measured, and neither are the parts drawn in it. Data that was not given counts as unknown,
never as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import centres, project
from rba_audit.layers import ContextFeature, Layer, layers_of, rules_by_layer
from rba_audit.layers.property_words import (
    ACCURACY,
    OUTLINE_KEY,
    illustrates,
    is_blank,
    property_accuracy_m,
    property_by_name,
)
from rba_audit.measures.parts import Parts, parts_of_kind, said_of_parts
from rba_audit.measures.unread_words import similar_property_keys
from rba_audit.messages import Message, say
from rba_audit.sites import Sites
from rba_audit.sites.problems import quote
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies, shipped_policies

HAIR_M: Final = 1e-3
"""Tolerance in metres: a value that misses a limit by less meets it, because no map is drawn to the millimetre."""
_DATES: Final = ("outline_date", "date")
_DAY: Final = len("2026-04-06")
Shapes = NDArray[np.object_]
Result = TypeVar("Result")


@dataclass(frozen=True)
class MeasurementInputs:
    """The sites and the map data to measure them by.

    Attributes:
        context: The features of the context files.
        policies: The rules files, with the accuracy assumed for a position that states none, among others.
    """

    sites: Sites
    standard: Standard
    context: Sequence[ContextFeature] = ()
    policies: Policies = field(default_factory=shipped_policies, repr=False, compare=False)
    _by_kind: dict[str, Parts] = field(default_factory=dict, repr=False, compare=False)
    _cache: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.sites)

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """The layers of the context, without completeness near features that may belong to them."""
        asked = [question.measure for question in self.standard.questions if question.measure is not None]
        greatest_m = max((measure.number("within") for measure in asked if measure.get("within")), default=0.0)
        return {name: layer.doubted_within(greatest_m) for name, layer in layers_of(self.context).items()}

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """For each site the point (longitude, latitude) about which it and its parts are projected; (n, 2), NaN if unknown."""
        middles = centres(self.sites.shapes)
        lost = np.isnan(middles[:, 0])
        if lost.any():
            for part in self.sites.parts:
                at = self.index.get(part.site)
                if at is not None and lost[at] and part.shape is not None:
                    middles[at], lost[at] = centres(np.array([part.shape], dtype=object))[0], False
        return middles

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Index of each site by its id."""
        return {name: at for at, name in enumerate(self.sites.ids)}

    @cached_property
    def illustrative(self) -> NDArray[np.bool_]:
        """Whether the shape of each site is not measured: it is illustrative, or a word about it is not understood."""
        drawn = (illustrates(self.stated(at, OUTLINE_KEY)) for at in range(len(self)))
        return np.array([value is not False for value in drawn], dtype=np.bool_) | np.isnan(self._stated_m)

    def stated(self, site: int, key: str) -> Any:
        """Return the value of a protecting property of a site, or of a key that is a variant of it."""
        return property_by_name(self.sites.properties(site), key, self._near_keys)

    @cached_property
    def _near_keys(self) -> Mapping[str, str]:
        return similar_property_keys(self.sites)

    @cached_property
    def _stated_m(self) -> NDArray[np.float64]:
        """The stated accuracy of each position, in metres; 0 if none is stated, NaN if the value is not understood."""
        values = [self.stated(at, ACCURACY) for at in range(len(self))]
        stated = (0.0 if is_blank(value) else property_accuracy_m(value) for value in values)
        return np.array([np.nan if metres is None else metres for metres in stated], dtype=np.float64)

    @cached_property
    def outlines(self) -> Shapes:
        """The outline of each site in longitude and latitude; None if it has no measurable one."""
        shapes = self.sites.shapes.copy()
        shapes[~self._is_area | self.illustrative] = None
        return shapes

    def flat_outline(self, site: int) -> BaseGeometry | None:
        """Return the outline of a site in metres about its point; None if it has no measurable one."""
        outline: BaseGeometry | None = self._flat_outlines[site]
        return outline

    @cached_property
    def _flat_outlines(self) -> Shapes:
        return project(self.outlines, self.points)

    @cached_property
    def spots(self) -> Shapes:
        """The point of each site drawn as a point; None for other sites."""
        shapes = self.sites.shapes.copy()
        shapes[(shapely.get_type_id(shapes) != shapely.GeometryType.POINT) | self.illustrative] = None
        return shapes

    @cached_property
    def _is_area(self) -> NDArray[np.bool_]:
        kinds = shapely.get_type_id(self.sites.shapes)
        return np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))

    @cached_property
    def accuracy_m(self) -> NDArray[np.float64]:
        """The accuracy of the position of each site, in metres.

        This is the stated accuracy. Without one, a point without parts has the accuracy assumed by the `whereabouts` policy,
        and any other site 0: its outline and parts count as drawn.
        """
        assumed_m = self.policies.whereabouts.position_m.value
        return np.where(self.accuracy_is_assumed, assumed_m, np.nan_to_num(self._stated_m, nan=0.0))

    @cached_property
    def accuracy_is_assumed(self) -> NDArray[np.bool_]:
        """Which sites are drawn as a point, have no drawn part, and state no accuracy."""
        silent = [is_blank(self.stated(at, ACCURACY)) for at in range(len(self))]
        assumed: NDArray[np.bool_] = ~shapely.is_missing(self.spots) & np.array(silent, dtype=np.bool_)
        assumed[
            [self.index[part.site] for part in self.sites.parts if part.shape is not None and part.site in self.index]
        ] = False
        return assumed

    def is_layer(self, name: str) -> bool:
        """Return whether a name is that of a layer around sites, and not of a kind of part."""
        rule = rules_by_layer().get(name)
        return rule is not None and not rule.part

    def parts(self, kind: str) -> Parts:
        """Return the parts of one kind, in metres about the points of their sites; cached."""
        if kind not in self._by_kind:
            self._by_kind[kind] = parts_of_kind(
                kind,
                self.sites,
                self.index,
                self.points,
                self.illustrative,
                self.outlines,
                self.layers.get(kind),
                self.stated_about_parts,
            )
        return self._by_kind[kind]

    @cached_property
    def stated_about_parts(self) -> Mapping[int, tuple[Any, Any]]:
        """By index of the site, its values of `parts_complete` and `parts_missing`."""
        return said_of_parts(self.sites, self._near_keys)

    def computed_once(self, key: object, compute: Callable[[], Result]) -> Result:
        """Return the cached result of a key, or compute and cache it; several questions share results."""
        if key not in self._cache:
            self._cache[key] = compute()
        result: Result = self._cache[key]
        return result

    def day_of_outline(self, site: int) -> str:
        """Return the day on which the outline was drawn or observed; empty if not stated."""
        properties: Mapping[str, Any] = self.sites.properties(site)
        return next((str(properties[key])[:_DAY] for key in _DATES if properties.get(key)), "")

    def no_outline(self, site: int) -> Message:
        """Return the message with the reason why the outline of a site cannot be measured."""
        shape: BaseGeometry | None = self.sites.shapes[site]
        if shape is None:
            return say("it is not located; draw its outline")
        if np.isnan(self._stated_m[site]):
            return say(
                "“{key}” says “{word}”, which is no number of metres, so nobody knows where it lies; correct it or take it out",
                key=ACCURACY,
                word=quote(self.stated(site, ACCURACY)),
            )
        if self.illustrative[site] and illustrates(self.stated(site, OUTLINE_KEY)) is None:
            return say(
                "“{key}” says “{word}”, which is not understood, so its outline is taken for an illustration; write “illustrative” or take it out",
                key=OUTLINE_KEY,
                word=quote(self.stated(site, OUTLINE_KEY)),
            )
        if self.illustrative[site]:
            return say("its outline is only an illustration; draw the real one and take out “outline”")
        return say("it is drawn as a point; draw its outline")
