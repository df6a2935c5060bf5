"""Choropleth layer of areas: five shades for how many have no site within reach, hatched where that is uncertain.

The shades are one purple from light to dark, which no status uses. An area is hatched if unknown sites could make it darker.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from rba_audit.errors import RbaError
from rba_audit.maps.site_layer import has_area
from rba_audit.messages import Message, format_number, say

AreaFigure = Literal["number", "share"]
RAMP: Final = ("#F1EAF8", "#D5C4EA", "#B195D8", "#8660BE", "#542A8D")
"""Light to dark; the contrast between neighbours is at least 1.35 : 1."""
HATCH: Final = ("#542A8D", "#542A8D", "#2B1055", "#F1EAF8", "#F1EAF8")
"""Colour of the hatching on each shade, with a contrast of at least 3 : 1."""
_DARK_FROM: Final = 3
NOBODY: Final = "#FFFDF9"
OUTLINES: Final = ("#FFFFFF", "#3B2A55")
"""A pale outline around each area and a dark one inside it: one of them contrasts with any shade."""
_STEPS_OF_A_SHARE: Final = (2, 5, 10, 20)
_NICE: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_M2_IN_KM2: Final = 1e6
_HEADINGS: Final[Mapping[str, Message]] = {
    "children": say("Children without a place within reach"),
    "people": say("People without a place within reach"),
    "area": say("Ground without a place within reach"),
}
_COUNTING: Final[Mapping[str, Message]] = {
    "standard": say("Only standard places count."),
    "nearly": say("Standard and nearly standard places count."),
    "any": say("Every place counts, whatever its status."),
}


@dataclass(frozen=True, slots=True)
class ShadeClass:
    """A class of the choropleth: colour, colour of its hatching, and its range of numbers as text."""

    colour: str
    hatch: str
    label: str


@dataclass(frozen=True, slots=True)
class ShadedAreas:
    """The areas as the map's script reads them, and the contents of the legend.

    Attributes:
        heading: Meaning of the numbers.
        counting: The statuses of sites that count.
        shades: The classes, lightest first.
        perhaps: Whether any area is hatched.
        nobody: Whether there is an area without inhabitants.
        features: The areas as boundaries, each with its figure.
        data: Input of the script. The outline of an area has the same index among the boundaries of the basemap layer.
    """

    heading: str
    counting: str
    shades: tuple[ShadeClass, ...]
    perhaps: bool
    nobody: bool
    features: tuple[dict[str, Any], ...]
    data: dict[str, Any]


def shaded_areas(areas: Sequence[Mapping[str, Any]], measure: AreaFigure | None = None) -> ShadedAreas:
    """Return the shaded areas, in the current language.

    Args:
        areas: GeoJSON Features with `name`, `code`, `counted` (`children`, `people` or `area`, in m²), `counting`, `total`,
            `covered`, `perhaps` and `not_covered` as properties, and perhaps `within`, the name of what they belong to.
        measure: Show the number of those without a site, or their share; default: the share of ground, the number of people.

    Raises:
        RbaError: `counted` or `counting` has an unknown value.
    """
    drawn = [area for area in areas if has_area(area.get("geometry"))]
    counted, counting = (
        _property_value(drawn, "counted", _HEADINGS, "children"),
        _property_value(drawn, "counting", _COUNTING, "standard"),
    )
    shown: AreaFigure = measure or ("share" if counted == "area" else "number")
    spans = [_span(area["properties"], shown) for area in drawn]
    bounds = _bounds([span for span in spans if span is not None], shown)
    made = [_area(area, span, bounds, shown) for area, span in zip(drawn, spans, strict=True)]
    return ShadedAreas(
        heading=str(_HEADINGS[counted]),
        counting=str(_COUNTING[counting]),
        shades=tuple(
            ShadeClass(colour, hatch, _label(bounds[index : index + 2], counted, shown))
            for index, (colour, hatch) in enumerate(zip(RAMP, HATCH, strict=True))
        ),
        perhaps=any(area["shade"] and area["shade"][0] != area["shade"][1] for area in made),
        nobody=any(area["shade"] is None for area in made),
        features=tuple(
            {
                **area,
                "properties": {**area["properties"], "figure": shaded["figure"], "dark": _is_dark(shaded["shade"])},
            }
            for area, shaded in zip(drawn, made, strict=True)
        ),
        data={
            "areas": made,
            "ramp": RAMP,
            "hatch": HATCH,
            "nobody": NOBODY,
            "outlines": OUTLINES,
            "close": str(say("Close")),
            "more": say("Show {count} more").template,
        },
    )


def number_words(value: float, counted: str) -> str:
    """Format a number of children or people, or an area given in m²: `12,300` or `26.1 km²`."""
    if counted != "area":
        return format_number(value, 0)
    km2 = value / _M2_IN_KM2
    return str(say("{number} km²", number=format_number(km2, 1 if km2 >= 1 or not km2 else 2)))


def span_words(low: str, high: str) -> str:
    """Format a range; one number if both ends have the same text."""
    return low if low == high else f"{low}–{high}"


def percent_words(low: float, high: float) -> str:
    """Format a range of percentages: `20–34 %`. Only an exact 0 or 100 is shown as such."""
    return f"{span_words(_percent(low), _percent(high))} %"


def _percent(value: float) -> str:
    near_an_end = 0 < value < 1 or 99 < value < 100  # a whole percent would hide it
    return format_number(min(max(value, 0.1), 99.9), 1) if near_an_end else format_number(value, 0)


def _property_value(areas: Sequence[Mapping[str, Any]], key: str, known: Mapping[str, Message], default: str) -> str:
    value = str(areas[0]["properties"].get(key, default)) if areas else default
    if value not in known:
        raise RbaError(
            say(
                "The map of areas: '{key}' is {found}; use one of: {known}",
                key=key,
                found=value,
                known=", ".join(known),
            )
        )
    return value


def _span(properties: Mapping[str, Any], measure: AreaFigure) -> tuple[float, float] | None:
    """Return the certain and the largest possible number (or percentage) without a site; None for an uninhabited area."""
    total = float(properties["total"])
    if total <= 0:
        return None
    without = float(properties["not_covered"])
    low, high = without, without + float(properties["perhaps"])
    return (low, high) if measure == "number" else (min(100 * low / total, 100.0), min(100 * high / total, 100.0))


def _bounds(spans: Sequence[tuple[float, float]], measure: AreaFigure) -> tuple[float, ...]:
    """Return the bounds of the classes as round numbers, one more than there are classes.

    Numbers start at 0. Shares end at 100 %, so that the darkest shade always means nearly all inhabitants; if no area is
    well served, the steps are smaller.
    """
    classes = len(RAMP)
    if measure == "share":
        least = min((low for low, _ in spans), default=0.0)
        step = next((size for size in _STEPS_OF_A_SHARE if 100 - classes * size <= least < 100), _STEPS_OF_A_SHARE[-1])
        return tuple(100.0 - step * (classes - index) for index in range(classes + 1))
    most = max((high for _, high in spans), default=0.0) or 1.0
    power = 10.0 ** math.floor(math.log10(most / classes))
    nice = next(factor * power for factor in _NICE if factor * power * classes >= most * (1 - 1e-9))
    return tuple(nice * index for index in range(classes + 1))


def _class_of(value: float, bounds: Sequence[float]) -> int:
    """Return the class of a value; a value on a bound belongs to the lighter class."""
    return next((index for index, bound in enumerate(bounds[1:]) if value <= bound), len(bounds) - 2)


def _label(bounds: Sequence[float], counted: str, measure: AreaFigure) -> str:
    low, high = bounds
    if measure == "share":
        return f"{format_number(low, 0)}–{format_number(high, 0)} %"
    if counted == "area":
        scaled = low / _M2_IN_KM2, high / _M2_IN_KM2
        return str(say("{number} km²", number=f"{format_number(scaled[0], 1)}–{format_number(scaled[1], 1)}"))
    return f"{format_number(low, 0 if low >= 1 else 1)}–{format_number(high, 0 if high >= 1 else 1)}"


def _area(
    area: Mapping[str, Any], span: tuple[float, float] | None, bounds: Sequence[float], measure: AreaFigure
) -> dict[str, Any]:
    properties = area["properties"]
    counted = str(properties["counted"])
    figure = str(say("nobody"))
    if span is not None:
        numbers = [number_words(value, counted) for value in span]
        figure = percent_words(*span) if measure == "share" else span_words(*numbers)
    return {
        "id": str(properties.get("code") or area.get("id") or ""),
        "name": str(properties.get("name") or properties.get("code") or say("All areas")),
        "within": str(properties.get("within") or ""),
        "shade": None if span is None else [_class_of(value, bounds) for value in span],
        "figure": figure,
        "facts": _facts(properties, counted),
    }


def _is_dark(shade: Sequence[int] | None) -> bool:
    """Return whether the shade needs a white label."""
    return shade is not None and shade[0] >= _DARK_FROM


def _facts(properties: Mapping[str, Any], counted: str) -> list[list[str]]:
    """Return the contents of an area's card: pairs of label and number."""
    total, covered, perhaps, without = (
        float(properties[key]) for key in ("total", "covered", "perhaps", "not_covered")
    )
    heading = {"children": say("Children"), "people": say("People"), "area": say("Ground")}[counted]
    facts = [
        (heading, number_words(total, counted)),
        (say("Have a place"), number_words(covered, counted)),
        (say("Not known yet"), number_words(perhaps, counted)),
        (say("Have none"), number_words(without, counted)),
    ]
    if total > 0:
        low = 100 * covered / total
        facts.append((say("Share with a place"), percent_words(low, min(100.0, low + 100 * perhaps / total))))
    return [[str(label), value] for label, value in facts]
