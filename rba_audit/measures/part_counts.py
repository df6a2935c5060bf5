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


def measure_count(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Count the parts of one kind, or those with a property that is yes (`holds`)."""
    kind, asked = measure.word("of"), measure.word("holds")
    parts = inputs.parts(kind)
    states = parts.holds(asked) if asked else np.ones(len(parts), dtype=np.int8)
    if measure.word("or_states"):
        states = np.where((states == 0) & (parts.number(measure.word("or_states")) > 0), np.int8(1), states)
    alone = ~_pieces(parts)
    least, most = (_at_sites(parts, chosen, len(inputs)) for chosen in ((states > 0) & alone, states >= 0))
    low = least.astype(np.float64)
    high = np.where(parts.complete, most, float(question.high))
    # Zero parts is an answer only if the question allows zero.
    nothing = (parts.count == 0) & (~parts.complete | (question.low > 0))
    low, high = informative_ranges(question, np.where(nothing, np.nan, low), high)

    def source_at(site: int) -> MeasurementSource:
        missing = parts_incomplete(inputs, site, kind)
        message = say("{count} parts “{kind}” are mapped", count=int(parts.count[site]), kind=part_words(kind))
        if missing is not None:
            message = say("{told}; {missing}", told=message, missing=missing) if parts.count[site] else missing
        silent = [parts.called(at) for at in parts.at_site(site) if states[at] == 0]
        pieces = [parts.called(at) for at in parts.at_site(site) if not alone[at]]
        if silent:
            message = say(
                "{told}; “{what}” is not given of {items}", told=message, what=asked, items=names_text(silent)
            )
        if pieces:
            message = say("{told}; perhaps only a piece of another: {items}", told=message, items=names_text(pieces))
        return parts_source(inputs, site, message, kind)

    return number_results(question, low, high, source_at)


def measure_any_part(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Return whether there is a part of one kind, or one above a limit."""
    kind = measure.word("of")
    parts = inputs.parts(kind)
    sure, possible = surely_above(parts, measure)
    some, perhaps = (_at_sites(parts, chosen, len(inputs)) > 0 for chosen in (sure, possible))
    trits = np.where(some, 1, np.where(parts.complete & ~perhaps, -1, 0)).astype(np.int8)

    def source_at(site: int) -> MeasurementSource:
        if trits[site] > 0:
            message: Message | str = names_text([parts.called(at) for at in parts.at_site(site) if sure[at]])
        elif trits[site] < 0:
            message = _none(parts, measure)
        else:
            silent = [parts.called(at) for at in parts.at_site(site) if possible[at] and not sure[at]]
            message = parts_incomplete(inputs, site, kind) or say(
                "“{what}” is not given of {items}", what=measure.word("by"), items=names_text(silent)
            )
        return parts_source(inputs, site, say("{told}", told=message), kind)

    return yes_or_no_results(question, trits, source_at)


def equipment_fact(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:  # noqa: ARG001  # all measures have the same signature
    """Return whether a fact is true of any mapped item, as stated by the item or implied by its kind."""
    parts = inputs.parts(_EQUIPMENT)
    states = fact_of_items(inputs, question.id)
    some, perhaps = (_at_sites(parts, chosen, len(inputs)) > 0 for chosen in (states > 0, states == 0))
    trits = np.where(some, 1, np.where(parts.complete & ~perhaps, -1, 0)).astype(np.int8)

    def source_at(site: int) -> MeasurementSource:
        message: Message | str
        if trits[site] > 0:
            message = names_text([parts.called(at) for at in parts.at_site(site) if states[at] > 0])
        elif trits[site] < 0:
            message = say("no mapped item, and all are mapped")
        else:
            silent = [parts.called(at) for at in parts.at_site(site) if states[at] == 0]
            message = parts_incomplete(inputs, site, _EQUIPMENT) or say(
                "“{what}” is not given of {items}", what=question.id, items=names_text(silent)
            )
        return parts_source(inputs, site, say("{told}", told=message), _EQUIPMENT)

    return yes_or_no_results(question, trits, source_at)


def fact_of_items(inputs: MeasurementInputs, fact: str) -> NDArray[np.int8]:
    """Return for each mapped item 1 if a fact is true of it, -1 if it is false, 0 if unknown.

    The statement of an item overrides what its kind implies.
    """
    parts, equipment = inputs.parts(_EQUIPMENT), inputs.standard.equipment
    by_type: dict[str, int] = {}
    for type_ in {*parts.types}:
        kind = equipment.kind_of_part(type_)
        by_type[type_] = 0 if kind is None else 1 if fact in kind.yes else -1 if fact in kind.no else 0
    of_kind = np.array([by_type[part_type] for part_type in parts.types], dtype=np.int8)
    own = parts.holds(fact)
    return np.where(own != 0, own, of_kind).astype(np.int8)


def measure_attribute(inputs: MeasurementInputs, question: Question, measure: Measure) -> Measurement:
    """Measure the greatest or the least number that the parts of one kind state."""
    kind, what = measure.word("of"), measure.word("by")
    parts = inputs.parts(kind)
    greatest = measure.word("pick") == _GREATEST
    stated = parts.number(what)
    is_stated = ~np.isnan(stated)
    whole = parts.complete & (_at_sites(parts, ~is_stated, len(inputs)) == 0)
    worst = np.full(len(inputs), np.nan)
    (np.fmax if greatest else np.fmin).at(worst, parts.site, stated)
    low = worst if greatest else np.where(whole, worst, float(question.low))
    high = np.where(whole, worst, float(question.high)) if greatest else worst
    low, high = informative_ranges(question, low, high)

    def source_at(site: int) -> MeasurementSource:
        silent = [parts.called(at) for at in parts.at_site(site) if not is_stated[at]]
        message = parts_incomplete(inputs, site, kind)
        if silent:
            message = say("“{what}” is not given of {items}", what=what, items=names_text(silent))
        if not np.isnan(worst[site]):
            names = [parts.called(at) for at in parts.at_site(site) if stated[at] == worst[site]]
            extreme = say(
                "{items}: {value}", items=names_text(names), value=format_number(worst[site], question.decimals)
            )
            message = extreme if message is None else say("{told}; {missing}", told=extreme, missing=message)
        return parts_source(inputs, site, message or parts_not_mapped(kind), kind)

    return number_results(question, low, high, source_at)


def _at_sites(parts: Parts, chosen: Flags, sites: int) -> NDArray[np.intp]:
    return np.bincount(parts.site[chosen], minlength=sites)


def _pieces(parts: Parts) -> Flags:
    """Return which parts are drawn inside the outline of another of their kind, and so may be pieces of it."""
    is_piece = np.zeros(len(parts), dtype=np.bool_)
    near = object_pairs(parts.shapes, parts.site, parts.shapes, parts.site, 0.0)
    apart = near.one != near.other
    one, other = near.one[apart], near.other[apart]
    smaller = shapely.area(parts.shapes[one]) < shapely.area(parts.shapes[other])
    is_piece[one[smaller & lies_inside(parts.shapes[one], parts.shapes[other])]] = True
    return is_piece


def _none(parts: Parts, measure: Measure) -> Message:
    if not measure.get("by"):
        return say("there is no part “{kind}”, and all are mapped", kind=part_words(parts.kind))
    return say(
        "no part “{kind}” has “{what}” above {limit}",
        kind=part_words(parts.kind),
        what=measure.word("by"),
        limit=format_number(measure.number("above"), 2),
    )
