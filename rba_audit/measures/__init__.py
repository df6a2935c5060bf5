"""Evidence that a machine can measure: from the outline of a site, its parts, and the layers around it.

Each question of an edition says for itself what of a place answers it (`measure`); here is how that is done. What was not
given leaves a question open and says what is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rba_audit.evidence import Measurement
from rba_audit.layers import Place
from rba_audit.measures.classes import class_of_nearest, worst_class
from rba_audit.measures.counting import any_part, attribute, count, equipment_fact
from rba_audit.measures.cover import covered
from rba_audit.measures.distances import distance
from rba_audit.measures.each_thing import CLASS, things_near
from rba_audit.measures.ground import Ground
from rba_audit.measures.routes import route, widest_route
from rba_audit.measures.shares import area, share
from rba_audit.measures.sights import sight
from rba_audit.measures.spacing import any_pair, clear_space, gap
from rba_audit.measures.surfacing import surfacing
from rba_audit.measures.swing_zones import swing
from rba_audit.measures.unread import words_not_understood
from rba_audit.measures.walks import walk
from rba_audit.sites import Sites
from rba_audit.standard import Question, Standard
from rba_audit.standard.measuring import Measure
from rba_audit.standard.policies import Policies, shipped_policies

__all__ = ["MEASURES", "Ground", "measure_sites", "words_not_understood"]

MEASURES: Final[Mapping[str, Callable[[Ground, Question, Measure], Measurement]]] = {
    "any": any_part,
    "any_pair": any_pair,
    "area": area,
    "attribute": attribute,
    "class_of_nearest": class_of_nearest,
    "clear_space": clear_space,
    "count": count,
    "covered": covered,
    "distance": distance,
    "equipment_fact": equipment_fact,
    "gap": gap,
    "route": route,
    "share": share,
    "sight": sight,
    "surfacing": surfacing,
    "swing": swing,
    "walk": walk,
    "widest_route": widest_route,
    "worst_class": worst_class,
}
"""How each `what` of a measure is measured."""


def measure_sites(
    sites: Sites, standard: Standard, context: Sequence[Place] = (), *, policies: Policies | None = None
) -> tuple[Measurement, ...]:
    """Measure everything about some sites that the standard says can be measured."""
    ground = Ground(sites, standard, context, policies or shipped_policies())
    found = []
    for question in standard.questions:
        if question.measure is not None:
            each = MEASURES[question.measure.what](ground, question, question.measure)
            if question.measure.what == CLASS:
                each = replace(each, things=things_near(ground, question, question.measure))
            found.append(each)
    return tuple(found)
