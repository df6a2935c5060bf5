"""Area of a site, and the percentage of an area under crowns and roofs, or in plants.

A crown is a disc with the stated diameter (`crown_m`), or the drawn area of a tree drawn as one. Crowns and roofs count
straight below: 6° south of the equator the noon sun is within 30° of the zenith all year, so that a shadow is displaced by at
most 0.6 times the height of what casts it, northwards in one half of the year and southwards in the other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.geometry import area_m2
from rba_audit.measures.discs import SAME_AREA, disc
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import number_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_not_mapped, parts_source
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_OUTLINE: Final = "outline"
_TREE: Final = "tree"
_CROWN: Final = "crown_m"
_EXTENTS: Final = {_TREE: _CROWN}
"""By kind of part, the property with the diameter of one drawn as a point."""


def measure_area(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:  # noqa: ARG001  # all measures have the same signature
    """Measure the area of the outline."""
    areas = area_m2(inputs.outlines)

    def source_at(site: int) -> MeasurementSource:
        if np.isnan(areas[site]):
            return MeasurementSource(_OUTLINE, "", inputs.no_outline(site))
        return MeasurementSource(_OUTLINE, inputs.day_of_outline(site), say("the area of the outline"))

    return number_results(question, areas, areas, source_at)


def measure_share(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the percentage of the outline, or of all parts of one kind, that lies under or in other parts."""
    of, kinds = measure.word("of"), measure.words("by")
    by = [inputs.parts(kind) for kind in kinds]
    areas = [_areas(parts) for parts in by]
    wholes = _wholes(inputs, of)
    low, high = np.full(len(inputs), np.nan), np.full(len(inputs), np.nan)
    for site in np.flatnonzero(~shapely.is_missing(wholes)).tolist():
        shapes = [extents[at] for parts, extents in zip(by, areas, strict=True) for at in parts.at_site(site)]
        known_shapes = [shape for shape in shapes if shape is not None]
        low[site] = percent_inside(wholes[site], shapely.union_all(known_shapes)) if known_shapes else 0.0
        all_known = len(known_shapes) == len(shapes) and all(parts.complete[site] for parts in by)
        high[site] = low[site] if all_known else 100.0
    nothing_known = (low <= float(question.low)) & (high >= float(question.high))
    low[nothing_known] = np.nan

    def why(site: int) -> Message:
        unsized = [
            parts.called(at)
            for parts, extents in zip(by, areas, strict=True)
            for at in parts.at_site(site)
            if extents[at] is None
        ]
        if unsized:
            return say("how large they are is not stated: {parts}", parts=names_text(unsized))
        return parts_incomplete(inputs, site, *kinds) or say("it is all that is known")

    def source_at(site: int) -> MeasurementSource:
        if wholes[site] is None:
            message = inputs.no_outline(site) if of == _OUTLINE else why_not_united(inputs, site, of)
        elif np.isnan(low[site]):
            message = why(site)
        else:
            message = say(
                "{percent} % of “{whole}” straight below or in {things}",
                percent=format_number(low[site], 1),
                whole=of,
                things=names_text([parts.called(at) for parts in by for at in parts.at_site(site)]) or say("nothing"),
            )
            if low[site] < high[site]:
                message = say("at least {told}; {why}", told=message, why=why(site))
        return parts_source(inputs, site, message, *kinds)

    return number_results(question, low, high, source_at)


def percent_inside(whole: BaseGeometry, part: BaseGeometry) -> float:
    """Return the percentage of an area that lies in another one; both in metres."""
    return float(min(100 * shapely.area(shapely.intersection(whole, part)) / shapely.area(whole), 100))


def united_parts(inputs: MeasurementInputs, kind: str) -> NDArray[np.object_]:
    """Return the union of the parts of one kind at each site; None if they are not all known, or one is no polygon."""
    parts = inputs.parts(kind)
    united = np.full(len(inputs), None, dtype=object)
    for site in np.unique(parts.site).tolist():
        shapes = parts.shapes[parts.at_site(site)]
        if parts.complete[site] and all("Polygon" in shape.geom_type for shape in shapes):
            united[site] = shapely.union_all(shapes)
    return united


def _wholes(inputs: MeasurementInputs, of: str) -> NDArray[np.object_]:
    if of != _OUTLINE:
        return united_parts(inputs, of)
    wholes = np.full(len(inputs), None, dtype=object)
    wholes[:] = [inputs.flat_outline(site) for site in range(len(inputs))]
    return wholes


def why_not_united(inputs: MeasurementInputs, site: int, of: str) -> Message:
    """Return the message with the reason why the parts of one kind have no union."""
    parts = inputs.parts(of)
    if not parts.count[site]:
        return parts_not_mapped(of)
    drawn = [parts.called(at) for at in parts.at_site(site) if "Polygon" not in parts.shapes[at].geom_type]
    if drawn:
        return say("{places}: drawn as a point; draw the outline", places=names_text(drawn))
    return parts_incomplete(inputs, site, of) or parts_not_mapped(of)


def _areas(parts: Parts) -> list[BaseGeometry | None]:
    """Return the area that each part covers; None if its size is unknown."""
    extent = _EXTENTS.get(parts.kind)
    widths = parts.number(extent) if extent else np.full(len(parts), np.nan)
    areas: list[BaseGeometry | None] = []
    for shape, width in zip(parts.shapes.tolist(), widths.tolist(), strict=True):
        if "Polygon" in shape.geom_type:
            areas.append(shape)
        elif shape.geom_type == "Point" and width >= 0:
            areas.append(disc(shape, width / 2, SAME_AREA))
        else:
            areas.append(None)
    return areas
