"""Percentage of the play zones that is visible from guard posts and the street, past obstacles.

A guard post drawn as a point is one eye. A street, and a post drawn as an area, is sampled with eyes a stated step apart; the
result is then a lower bound, because a point in between may see more. Obstacles count as high as the eye; plants are not
considered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.layers import part_words
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.nearby_features import NearbyFeatures, nearby_features, search_hulls
from rba_audit.measures.results import number_results
from rba_audit.measures.sentences import PARTS_LAYER, names_text, parts_incomplete, parts_source
from rba_audit.measures.shadows import edges_of, out_of_sight
from rba_audit.measures.shares import united_parts, why_not_united
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_HIDES_IF: Final = {"fence": ("see_through", -1), "shelter": ("walls", 1)}
"""By kind of part, the property and its sign (-1: no, 1: yes) that make it an obstacle; other kinds always are."""
_TOUCHING_M: Final = 0.1  # nearer to a wall than this, the drawing does not decide on which side of it the eye is
_ALL: Final = 100.0


@dataclass
class _View:
    """Eyes and obstacles at one site, in metres about its point.

    Attributes:
        eyes: Positions of the eyes, each with its post if that is an area with walls.
        from_where: Names of the posts and streets.
        sampled: Whether the eyes are samples of a line or area.
        hiding: Obstacles, each with its name and whether it certainly blocks the view.
        missing_obstacles: Layer and message for missing obstacles, because of which more may be hidden.
        missing_eyes: Layer and message for missing eyes, because of which more may be seen.
        days: The days of the layers.
    """

    eyes: list[tuple[NDArray[np.float64], BaseGeometry | None]] = field(default_factory=list)
    from_where: list[str] = field(default_factory=list)
    sampled: bool = False
    hiding: list[tuple[BaseGeometry, str, bool]] = field(default_factory=list)
    missing_obstacles: list[tuple[str, Message]] = field(default_factory=list)
    missing_eyes: list[tuple[str, Message]] = field(default_factory=list)
    days: list[str] = field(default_factory=list)

    def percent(self, zone: BaseGeometry) -> tuple[float, float]:
        """Return the least and the greatest percentage of an area that is seen."""
        low, high = 0.0, _ALL
        if not self.missing_obstacles:
            low = self._seen(zone, [shape for shape, _, _ in self.hiding], certain=True)
        if not self.missing_eyes and not self.sampled:
            high = max(low, self._seen(zone, [shape for shape, _, sure in self.hiding if sure], certain=False))
        return low, low if low >= _ALL else high

    def _seen(self, zone: BaseGeometry, hiding: Sequence[BaseGeometry], *, certain: bool) -> float:
        """Return the percentage seen. An eye touching a wall sees nothing for `certain`; else that wall is ignored."""
        obstacles = np.array([*hiding, None], dtype=object)[:-1]
        left = zone
        for eye, post in self.eyes:
            if left.is_empty:
                break
            at = shapely.points(eye)
            between = obstacles[shapely.intersects(obstacles, shapely.convex_hull(shapely.union(at, left)))]
            if post is not None:
                between = between[~shapely.covers(shapely.buffer(post, _TOUCHING_M), between)]
            touching = shapely.dwithin(between, at, _TOUCHING_M)
            if certain and touching.any():
                continue
            left = out_of_sight(left, eye[None], edges_of(between[~touching]))
        return float(100 * (1 - shapely.area(left) / shapely.area(zone)))


def measure_sight(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the percentage of the parts of one kind that is seen."""
    of, within_m, step_m = measure.word("of"), measure.number("within"), measure.number("step")
    zones = united_parts(inputs, of)
    around = search_hulls(
        inputs, zones, [inputs.parts(name) for name in measure.words("from") if not inputs.is_layer(name)]
    )
    layers = {
        name: nearby_features(inputs, name, around, within_m)
        for name in (*measure.words("from"), *measure.words("behind"))
        if inputs.is_layer(name)
    }
    views = {
        site: _view(inputs, site, measure, layers, step_m)
        for site in np.flatnonzero(~shapely.is_missing(zones)).tolist()
    }
    low, high = np.full(len(inputs), np.nan), np.full(len(inputs), np.nan)
    for site, view in views.items():
        ends = view.percent(zones[site])
        if ends[0] > float(question.low) or ends[1] < float(question.high):
            low[site], high[site] = ends

    def source_at(site: int) -> MeasurementSource:
        view = views.get(site)
        if view is None:
            return parts_source(inputs, site, why_not_united(inputs, site, of))
        day = max((*view.days, inputs.parts(of).date), default="") or inputs.day_of_outline(site)
        if np.isnan(low[site]):
            missing = [*view.missing_obstacles, *view.missing_eyes]
            return (
                MeasurementSource(missing[0][0], day, missing[0][1])
                if missing
                else MeasurementSource(PARTS_LAYER, day, _not_stated(view))
            )
        return MeasurementSource(PARTS_LAYER, day, _description(view, of, float(low[site]), float(high[site])))

    return number_results(question, low, high, source_at)


def _view(
    inputs: MeasurementInputs, site: int, measure: Measure, layers: Mapping[str, NearbyFeatures], step_m: float
) -> _View:
    view = _View()
    for name in measure.words("from"):
        if name in layers:
            _look_from_layer(inputs, site, layers[name], view, step_m)
        else:
            _look_from_parts(inputs, site, name, view, step_m)
    for name in measure.words("behind"):
        if name in layers:
            _behind_layer(site, layers[name], view)
        else:
            _behind_parts(inputs, site, name, view)
    return view


def _look_from_parts(inputs: MeasurementInputs, site: int, kind: str, view: _View, step_m: float) -> None:
    parts = inputs.parts(kind)
    for at in parts.at_site(site):
        shape = parts.shapes[at]
        view.from_where.append(parts.called(at))
        if shape.geom_type == "Point":
            view.eyes.append((shapely.get_coordinates(shape)[0], None))
            continue
        view.sampled = True
        view.eyes += [(eye, shape) for eye in _points_along(shape, step_m)]
    lacking = parts_incomplete(inputs, site, kind)
    if lacking is not None:
        view.missing_eyes.append((PARTS_LAYER, lacking))


def _look_from_layer(
    inputs: MeasurementInputs, site: int, features: NearbyFeatures, view: _View, step_m: float
) -> None:
    """Add eyes along the features of a layer outside the outline and within the layer's search radius."""
    outline = inputs.flat_outline(site)
    why = features.why_not(site) or (None if outline is not None else inputs.no_outline(site))
    if why is not None:
        view.missing_eyes.append((features.name, why))
    if outline is None or features.layer is None or features.too_coarse(site):
        return
    view.days.append(features.date)
    reach = shapely.difference(shapely.buffer(outline, features.within_m), outline)
    for shape, name in features.things(site):
        eyes = _points_along(shapely.intersection(shape, reach), step_m)
        if len(eyes):
            view.sampled = True
            view.from_where.append(name)
            view.eyes += [(eye, None) for eye in eyes]


def _points_along(shape: BaseGeometry, step_m: float) -> NDArray[np.float64]:
    """Return the vertices of a shape, with points in between so that none are farther apart than a step, (n, 2)."""
    return shapely.get_coordinates(shapely.segmentize(shape, step_m))


def _behind_layer(site: int, features: NearbyFeatures, view: _View) -> None:
    why = features.why_not(site)
    if why is not None:
        view.missing_obstacles.append((features.name, why))
    if features.layer is None or features.too_coarse(site):
        return
    view.days.append(features.date)
    for shape, name in features.things(site):
        _behind(view, shape, name, features.name, sure=True)


def _behind_parts(inputs: MeasurementInputs, site: int, kind: str, view: _View) -> None:
    parts = inputs.parts(kind)
    if kind in _HIDES_IF:
        what, hides = _HIDES_IF[kind]
        says = parts.holds(what) * hides
    else:
        says = np.ones(len(parts), dtype=np.int8)
    for at in parts.at_site(site):
        if says[at] >= 0:
            _behind(view, parts.shapes[at], parts.called(at), PARTS_LAYER, sure=bool(says[at] > 0))
    lacking = parts_incomplete(inputs, site, kind)
    if lacking is not None:
        view.missing_obstacles.append((PARTS_LAYER, lacking))


def _behind(view: _View, shape: BaseGeometry, name: str, layer: str, *, sure: bool) -> None:
    if "Point" in shape.geom_type:
        view.missing_obstacles.append((layer, say("{places}: drawn as a point; draw the outline", places=name)))
    else:
        view.hiding.append((shape, name, sure))


def _not_stated(view: _View) -> Message:
    return say(
        "whether one sees through is not stated at {parts}",
        parts=names_text([name for _, name, sure in view.hiding if not sure]),
    )


def _description(view: _View, of: str, low: float, high: float) -> Message:
    message = say(
        "{percent} % of “{of}” is seen from {places}, past {things}; plants are not looked at",
        percent=format_number(low, 1) if low == high else f"{format_number(low, 1)}–{format_number(high, 1)}",
        of=part_words(of),
        places=names_text(view.from_where) or say("nowhere"),
        things=names_text([name for _, name, _ in view.hiding]) or say("nothing"),
    )
    if low == high:
        return message
    reasons = [why for _, why in (*view.missing_obstacles, *view.missing_eyes)]
    if any(not sure for _, _, sure in view.hiding):
        reasons.append(_not_stated(view))
    if view.sampled:
        reasons.append(say("a place between those looked from may see more"))
    return say("{told}; {why}", told=message, why=reasons[0])
