"""Evidence measured from map data: the outline of a site, its parts, and the layers around it.

The `measure` of a question in the edition's TOML files names the measurement and its parameters; this package computes it. Missing
data leaves a question open, and the measurement's source names what is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rba_audit.evidence import Measurement
from rba_audit.layers import ContextFeature
from rba_audit.measures.classes import class_of_nearest, worst_class
from rba_audit.measures.cover import measure_cover
from rba_audit.measures.distances import measure_distance
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.layer_features import CLASS, things_near
from rba_audit.measures.part_counts import equipment_fact, measure_any_part, measure_attribute, measure_count
from rba_audit.measures.routes import measure_route, widest_route
from rba_audit.measures.shares import measure_area, measure_share
from rba_audit.measures.spacing import any_pair, clear_space, measure_gap
from rba_audit.measures.surfacing import measure_surfacing
from rba_audit.measures.swing_zones import measure_swing
from rba_audit.measures.unread_words import words_not_understood
from rba_audit.measures.visibility import measure_sight
from rba_audit.measures.walking_distance import measure_walk
from rba_audit.sites import Sites
from rba_audit.standard import Question, Standard
from rba_audit.standard.measure_terms import Measure
from rba_audit.standard.policies import Policies, shipped_policies

__all__ = ["MEASURES", "MeasurementInputs", "measure_sites", "words_not_understood"]

MEASURES: Final[Mapping[str, Callable[[MeasurementInputs, Question, Measure], Measurement]]] = {
    "any": measure_any_part,
    "any_pair": any_pair,
    "area": measure_area,
    "attribute": measure_attribute,
    "class_of_nearest": class_of_nearest,
    "clear_space": clear_space,
    "count": measure_count,
    "covered": measure_cover,
    "distance": measure_distance,
    "equipment_fact": equipment_fact,
    "gap": measure_gap,
    "route": measure_route,
    "share": measure_share,
    "sight": measure_sight,
    "surfacing": measure_surfacing,
    "swing": measure_swing,
    "walk": measure_walk,
    "widest_route": widest_route,
    "worst_class": worst_class,
}
"""The function that computes each kind of measure, by its `what`."""


def measure_sites(
    sites: Sites, standard: Standard, context: Sequence[ContextFeature] = (), *, policies: Policies | None = None
) -> tuple[Measurement, ...]:
    """Return the measurement of each question with a measure, for all sites."""
    inputs = MeasurementInputs(sites, standard, context, policies or shipped_policies())
    measurements = []
    for question in standard.questions:
        if question.measure is not None:
            measurement = MEASURES[question.measure.what](inputs, question, question.measure)
            if question.measure.what == CLASS:
                measurement = replace(measurement, things=things_near(inputs, question, question.measure))
            measurements.append(measurement)
    return tuple(measurements)
