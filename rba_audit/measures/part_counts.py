"""Counts of parts at a site, their existence, and the numbers they state.

An incomplete list gives a lower bound. A property that a part does not state is evaluated both ways.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rba_audit.evidence import Measurement, MeasurementSource
from rba_audit.layers import part_words
from rba_audit.measures.inputs import MeasurementInputs
from rba_audit.measures.object_pairs import Flags, lies_inside, object_pairs
from rba_audit.measures.parts import Parts
from rba_audit.measures.results import number_results, yes_or_no_results
from rba_audit.measures.sentences import names_text, parts_incomplete, parts_not_mapped, parts_source
from rba_audit.measures.spacing import informative_ranges, surely_above
from rba_audit.messages import Message, format_number, say
from rba_audit.standard import Question
from rba_audit.standard.measure_terms import Measure

_EQUIPMENT: Final = "equipment"
_GREATEST: Final = "greatest"


def measure_count(ground: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Count the parts of one kind, or those with a property that is yes (`holds`)."""
    kind, asked = measure.word("of"), measure.word("holds")
    parts = ground.parts(kind)
    said = parts.holds(asked) if asked else np.ones(len(parts), dtype=np.int8)
    if measure.word("or_states"):
        said = np.where((said == 0) & (parts.number(measure.word("or_states")) > 0), np.int8(1), said)
    alone = ~_pieces(parts)
    least, most = (_at_sites(parts, chosen, len(ground)) for chosen in ((said > 0) & alone, said >= 0))
    low = least.astype(np.float64)
    high = np.where(parts.complete, most, float(question.high))
    # Zero parts is an answer only if the question allows zero.
    nothing = (parts.count == 0) & (~parts.complete | (question.low > 0))
    low, high = informative_ranges(question, np.where(nothing, np.nan, low), high)

    def tell(site: int) -> MeasurementSource:
        missing = parts_incomplete(ground, site, kind)
        told = say("{count} parts “{kind}” are mapped", count=int(parts.count[site]), kind=part_words(kind))
        if missing is not None:
            told = say("{told}; {missing}", told=told, missing=missing) if parts.count[site] else missing
        silent = [parts.called(at) for at in parts.at_site(site) if said[at] == 0]
        pieces = [parts.called(at) for at in parts.at_site(site) if not alone[at]]
        if silent:
            told = say("{told}; “{what}” is not given of {items}", told=told, what=asked, items=names_text(silent))
        if pieces:
            told = say("{told}; perhaps only a piece of another: {items}", told=told, items=names_text(pieces))
        return parts_source(ground, site, told, kind)

    return number_results(question, low, high, tell)


def measure_any_part(ground: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return whether there is a part of one kind, or one above a limit."""
    kind = measure.word("of")
    parts = ground.parts(kind)
    sure, possible = surely_above(parts, measure)
    some, perhaps = (_at_sites(parts, each, len(ground)) > 0 for each in (sure, possible))
    trits = np.where(some, 1, np.where(parts.complete & ~perhaps, -1, 0)).astype(np.int8)

    def tell(site: int) -> MeasurementSource:
        if trits[site] > 0:
            told: Message | str = names_text([parts.called(at) for at in parts.at_site(site) if sure[at]])
        elif trits[site] < 0:
            told = _none(parts, measure)
        else:
            silent = [parts.called(at) for at in parts.at_site(site) if possible[at] and not sure[at]]
            told = parts_incomplete(ground, site, kind) or say(
                "“{what}” is not given of {items}", what=measure.word("by"), items=names_text(silent)
            )
        return parts_source(ground, site, say("{told}", told=told), kind)

    return yes_or_no_results(question, trits, tell)


def equipment_fact(ground: MeasurementInputs, question: Question, measure: Measure) -> Measurement:  # noqa: ARG001  # all measures have the same signature
    """Return whether a fact is true of any mapped item, as stated by the item or implied by its kind."""
    parts = ground.parts(_EQUIPMENT)
    said = fact_of_items(ground, question.id)
    some, perhaps = (_at_sites(parts, chosen, len(ground)) > 0 for chosen in (said > 0, said == 0))
    trits = np.where(some, 1, np.where(parts.complete & ~perhaps, -1, 0)).astype(np.int8)

    def tell(site: int) -> MeasurementSource:
        told: Message | str
        if trits[site] > 0:
            told = names_text([parts.called(at) for at in parts.at_site(site) if said[at] > 0])
        elif trits[site] < 0:
            told = say("no mapped item, and all are mapped")
        else:
            silent = [parts.called(at) for at in parts.at_site(site) if said[at] == 0]
            told = parts_incomplete(ground, site, _EQUIPMENT) or say(
                "“{what}” is not given of {items}", what=question.id, items=names_text(silent)
            )
        return parts_source(ground, site, say("{told}", told=told), _EQUIPMENT)

    return yes_or_no_results(question, trits, tell)


def fact_of_items(ground: MeasurementInputs, fact: str) -> NDArray[np.int8]:
    """Return for each mapped item 1 if a fact is true of it, -1 if it is false, 0 if unknown.

    The statement of an item overrides what its kind implies.
    """
    parts, equipment = ground.parts(_EQUIPMENT), ground.standard.equipment
    by_type: dict[str, int] = {}
    for type_ in {*parts.types}:
        kind = equipment.kind_of_part(type_)
        by_type[type_] = 0 if kind is None else 1 if fact in kind.yes else -1 if fact in kind.no else 0
    of_kind = np.array([by_type[each] for each in parts.types], dtype=np.int8)
    own = parts.holds(fact)
    return np.where(own != 0, own, of_kind).astype(np.int8)


def measure_attribute(ground: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the greatest or the least number that the parts of one kind state."""
    kind, what = measure.word("of"), measure.word("by")
    parts = ground.parts(kind)
    greatest = measure.word("pick") == _GREATEST
    stated = parts.number(what)
    known = ~np.isnan(stated)
    whole = parts.complete & (_at_sites(parts, ~known, len(ground)) == 0)
    worst = np.full(len(ground), np.nan)
    (np.fmax if greatest else np.fmin).at(worst, parts.site, stated)
    low = worst if greatest else np.where(whole, worst, float(question.low))
    high = np.where(whole, worst, float(question.high)) if greatest else worst
    low, high = informative_ranges(question, low, high)

    def tell(site: int) -> MeasurementSource:
        silent = [parts.called(at) for at in parts.at_site(site) if not known[at]]
        told = parts_incomplete(ground, site, kind)
        if silent:
            told = say("“{what}” is not given of {items}", what=what, items=names_text(silent))
        if not np.isnan(worst[site]):
            names = [parts.called(at) for at in parts.at_site(site) if stated[at] == worst[site]]
            found = say(
                "{items}: {value}", items=names_text(names), value=format_number(worst[site], question.decimals)
            )
            told = found if told is None else say("{told}; {missing}", told=found, missing=told)
        return parts_source(ground, site, told or parts_not_mapped(kind), kind)

    return number_results(question, low, high, tell)


def _at_sites(parts: Parts, chosen: Flags, sites: int) -> NDArray[np.intp]:
    return np.bincount(parts.site[chosen], minlength=sites)


def _pieces(parts: Parts) -> Flags:
    """Return which parts are drawn inside the outline of another of their kind, and so may be pieces of it."""
    found = np.zeros(len(parts), dtype=np.bool_)
    near = object_pairs(parts.shapes, parts.site, parts.shapes, parts.site, 0.0)
    apart = near.one != near.other
    one, other = near.one[apart], near.other[apart]
    smaller = shapely.area(parts.shapes[one]) < shapely.area(parts.shapes[other])
    found[one[smaller & lies_inside(parts.shapes[one], parts.shapes[other])]] = True
    return found


def _none(parts: Parts, measure: Measure) -> Message:
    if not measure.get("by"):
        return say("there is no part “{kind}”, and all are mapped", kind=part_words(parts.kind))
    return say(
        "no part “{kind}” has “{what}” above {limit}",
        kind=part_words(parts.kind),
        what=measure.word("by"),
        limit=format_number(measure.number("above"), 2),
    )
