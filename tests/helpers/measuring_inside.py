"""Measurements of one question at hand-made sites, in a form for assertions."""

from __future__ import annotations

from typing import Any

from helpers.grounds import sites
from rba_audit.evidence import GIVEN, MISSING, Measurement, MeasurementSource, choice_code
from rba_audit.layers import ContextFeature
from rba_audit.measures import MEASURES, MeasurementInputs
from rba_audit.messages import using_language
from rba_audit.standard import Question, default_edition, load_published

STANDARD = load_published(default_edition())
Answer = str | tuple[float, float] | None


def measured(question: str, *features: dict[str, Any], context: tuple[ContextFeature, ...] = ()) -> list[Answer]:
    """Return what is measured at each site: a word, the two ends of a number, or None."""
    asked = STANDARD.question(question)
    found = _measurement(asked, features, context)
    return [_read(asked, found, at) for at in range(len(found.codes))]


def told(question: str, *features: dict[str, Any], context: tuple[ContextFeature, ...] = ()) -> str:
    """Return in English how it was measured at the first site, or why it was not."""
    with using_language("en"):
        return str(account(question, *features, context=context).text)


def account(question: str, *features: dict[str, Any], context: tuple[ContextFeature, ...] = ()) -> MeasurementSource:
    """Return the account of the first site."""
    return _measurement(STANDARD.question(question), features, context).account(0)


def _measurement(
    asked: Question, features: tuple[dict[str, Any], ...], context: tuple[ContextFeature, ...]
) -> Measurement:
    assert asked.measure is not None
    return MEASURES[asked.measure.what](MeasurementInputs(sites(*features), STANDARD, context), asked, asked.measure)


def _read(asked: Question, found: Measurement, at: int) -> Answer:
    if found.codes[at] == MISSING:
        return None
    if found.codes[at] == GIVEN:
        return float(found.low[at]) / asked.scale, float(found.high[at]) / asked.scale
    return next(each.name for each in asked.choices if choice_code(asked, each.name) == found.codes[at])
