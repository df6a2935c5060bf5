"""Coverage of areas by working lamps or cameras.

Each device covers a disc of its stated reach; obstacles are not considered. An unstated property is evaluated both ways, and
there is an answer only if both agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.measures.discs import WITHIN, WITHOUT, disc
from rba_audit.measures.inputs import HAIR_M, MeasurementInputs
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import Floats, word_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_not_mapped, parts_source
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_REACH: Final = "reach_m"
_WORKS: Final = "works"
_SHAPE: Final = "camera:type"
_FIXED: Final = "fixed"
_ONLY_AS_AREA: Final = ("play_zone",)
"""Kinds of parts whose size is unknown if they are drawn as points or lines; a gate is a point and a path a line by nature."""
_NONE, _SOME, _ALL = range(3)
Reaching = Sequence[tuple[BaseGeometry, float]]


@dataclass(frozen=True, eq=False)
class _DeviceReach:
    """Reach and state of the devices of one kind, as columns."""

    parts: Parts

    @cached_property
    def metres(self) -> Floats:
        """The stated reach of each; NaN if none is stated."""
        stated = self.parts.number(_REACH)
        return np.where(stated >= 0, stated, np.nan)

    @cached_property
    def works(self) -> NDArray[np.int8]:
        """1 if the device works, -1 if not, 0 if not stated."""
        return self.parts.holds(_WORKS)

    @cached_property
    def one_way(self) -> NDArray[np.bool_]:
        """Which cameras see in one direction only, so that a disc is more than they see."""
        return np.array([camera == _FIXED for camera in self.parts.text(_SHAPE)], dtype=np.bool_)

    @cached_property
    def sure(self) -> NDArray[np.bool_]:
        """Which are known to work, with a known position and reach."""
        as_point = shapely.get_type_id(self.parts.shapes) == shapely.GeometryType.POINT
        is_sure: NDArray[np.bool_] = (self.works > 0) & ~np.isnan(self.metres) & ~self.one_way & as_point
        return is_sure

    def discs(self, site: int, chosen: NDArray[np.bool_]) -> Reaching:
        """Return position and reach of the chosen devices of a site."""
        return [(self.parts.shapes[at], float(self.metres[at])) for at in self.parts.at_site(site) if chosen[at]]

    def called(self, site: int, chosen: NDArray[np.bool_]) -> list[str]:
        """Return the names of the chosen devices of a site."""
        return [self.parts.called(at) for at in self.parts.at_site(site) if chosen[at]]


def measure_cover(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return whether all parts of some kinds lie wholly within the reach of working devices, some (or in part), or none."""
    kinds = measure.words("of")
    reach = _DeviceReach(inputs.parts(measure.word("by")))
    targets = [inputs.parts(kind) for kind in kinds]
    names = (measure.word("none"), measure.word("some"), measure.word("all"))
    answers: list[str | None] = [None] * len(inputs)
    for site in np.unique(np.concatenate([parts.site for parts in targets])).tolist():
        shapes = [(parts.shapes[at], _has_size(parts, at)) for parts in targets for at in parts.at_site(site)]
        low, high = _at_least(shapes, reach.discs(site, reach.sure)), _ALL
        perhaps = reach.discs(site, reach.works >= 0)
        if reach.parts.complete[site]:
            high = _at_most(shapes, perhaps)
        # If all listed areas are covered, an unlisted one may not be; if none is, an unlisted one may be.
        settled = low == _SOME or not perhaps or all(parts.complete[site] for parts in targets)
        answers[site] = names[low] if low == high and settled else None

    def source_at(site: int) -> MeasurementSource:
        message = _why_open(inputs, reach, targets, site) if answers[site] is None else _reach_message(reach, site)
        return parts_source(inputs, site, message, reach.parts.kind, *kinds)

    return word_results(question, answers, source_at)


def _has_size(parts: Parts, at: int) -> bool:
    return parts.kind not in _ONLY_AS_AREA or "Polygon" in parts.shapes[at].geom_type


def _at_least(targets: Sequence[tuple[BaseGeometry, bool]], discs: Reaching) -> int:
    """Return the certain coverage of some areas (`_NONE`, `_SOME`, `_ALL`); each has a flag whether its size is known."""
    if not discs:
        return _NONE
    union = shapely.union_all([disc(middle, reach_m, WITHIN) for middle, reach_m in discs])
    whole = [sized and (shapely.covers(union, shape) or _in_one_disc(shape, discs)) for shape, sized in targets]
    if all(whole):
        return _ALL
    return _SOME if any(whole) or any(_overlap(union, shape, sized) for shape, sized in targets) else _NONE


def _at_most(targets: Sequence[tuple[BaseGeometry, bool]], discs: Reaching) -> int:
    """Return the greatest possible coverage of some areas: `_NONE`, `_SOME` or `_ALL`."""
    if not discs:
        return _NONE
    if any(np.isnan(reach_m) for _, reach_m in discs):
        return _ALL
    union = shapely.union_all([disc(middle, reach_m + HAIR_M, WITHOUT) for middle, reach_m in discs])
    if all(not sized or shapely.covers(union, shape) for shape, sized in targets):
        return _ALL
    return _SOME if any(not sized or shapely.intersects(union, shape) for shape, sized in targets) else _NONE


def _in_one_disc(shape: BaseGeometry, discs: Reaching) -> bool:
    """Return whether a shape lies in a single disc: a shape's farthest point from the middle is one of its corners."""
    corners = shapely.points(shapely.get_coordinates(shape))
    return any(bool((shapely.distance(middle, corners) <= reach_m + HAIR_M).all()) for middle, reach_m in discs)


def _overlap(union: BaseGeometry, shape: BaseGeometry, sized: bool) -> bool:
    """Return whether more than the edge of a shape is covered."""
    common = shapely.intersection(union, shape)
    same: bool = shapely.get_dimensions(common) == shapely.get_dimensions(shape)
    return not common.is_empty and (same or not sized)


def _why_open(inputs: MeasurementInputs, reach: _DeviceReach, targets: Sequence[Parts], site: int) -> Message:
    parts = reach.parts
    if not any(target.count[site] for target in targets):
        return parts_not_mapped(targets[0].kind)
    if not parts.count[site]:
        return parts_not_mapped(parts.kind)
    unstated = ((_WORKS, reach.works == 0), (_REACH, np.isnan(reach.metres) & (reach.works >= 0)))
    for what, chosen in unstated:
        if silent := reach.called(site, chosen):
            return say("“{what}” is not stated at {parts}", what=what, parts=names_text(silent))
    if one_way := reach.called(site, reach.one_way & (reach.works > 0)):
        return say("which way they look is not known: {parts}", parts=names_text(one_way))
    drawn = [target.called(at) for target in targets for at in target.at_site(site) if not _has_size(target, at)]
    if drawn:
        return say("{places}: drawn as a point; draw the outline", places=names_text(drawn))
    return parts_incomplete(inputs, site, parts.kind, *(target.kind for target in targets)) or say(
        "where they stand is not known to the metre: {parts}", parts=names_text(reach.called(site, ~reach.sure))
    )


def _reach_message(reach: _DeviceReach, site: int) -> Message:
    working = [
        f"{reach.parts.called(at)} {format_number(float(reach.metres[at]), 1)} m"
        for at in reach.parts.at_site(site)
        if reach.sure[at]
    ]
    message = say(
        "within the reach of {parts}; what stands in between is not looked at",
        parts=names_text(working) or say("nothing that is known to work"),
    )
    dead = reach.called(site, reach.works < 0)
    return say("{told}; not working: {parts}", told=message, parts=names_text(dead)) if dead else message
