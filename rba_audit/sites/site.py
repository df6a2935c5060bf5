"""`Site`, and the normalization of blank, odd or missing properties of a site (ADR 0047).

Pages, files and commands read a site through this class only, so that all of them show the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from math import isfinite
from typing import Any, Final

from shapely.errors import GEOSException
from shapely.geometry import shape as shape_from_geojson
from shapely.geometry.base import BaseGeometry

from rba_audit.sites.names import NAME, name_keys

LONGEST_TEXT: Final = 200
"""Maximum characters of a name, kind or code that are shown; longer text ends with an ellipsis."""
# Cc (which includes line breaks), line and paragraph separators, bidirectional overrides, and lone surrogates.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_LARGEST: Final = 1e300  # a larger integer may have too many digits to be written


class _NotDrawn(Enum):
    """Marker for a shape that is not built yet: building 20,000 shapes takes seconds, and most are never used."""

    NOT_DRAWN = auto()


NOT_DRAWN: Final = _NotDrawn.NOT_DRAWN


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """A play space. Created by `site_of`; objects are compared by identity.

    Properties are read from the document on access. Texts are on one line, without control characters, and at most
    `LONGEST_TEXT` characters long; they are empty if the property is missing, blank, or neither text nor number.

    Attributes:
        id: Its id in the register and in files.
        feature: The Feature document, unchanged.
    """

    id: str
    feature: dict[str, Any] = field(repr=False)
    _shape: BaseGeometry | _NotDrawn | None = field(repr=False)

    @property
    def facts(self) -> Mapping[str, Any]:
        """The properties of its document, unchanged; they include facts and answers of a standard."""
        return properties_of(self.feature)

    @property
    def shape(self) -> BaseGeometry | None:
        """Its shape in longitude and latitude; None if it has no location or an unusable geometry."""
        return lenient_shape(self.feature.get("geometry")) if self._shape is _NotDrawn.NOT_DRAWN else self._shape

    @property
    def name(self) -> str:
        """Its name, or its id if it has none."""
        return text_of_value(self.stated_name) or text_of_value(self.id) or self.id

    @property
    def named(self) -> bool:
        """Whether it has a name of its own."""
        return bool(text_of_value(self.stated_name))

    @property
    def stated_name(self) -> object:
        """Its property `name` as it is written, of any type; None if it has none."""
        return self.facts.get(NAME)

    @property
    def likely_name(self) -> str:
        """Its name, or the value of another property that seems to be one; empty if there is none. Never shown as its name."""
        facts = self.facts
        return next(filter(None, (text_of_value(facts.get(key)) for key in (NAME, *name_keys(facts)))), "")

    @property
    def kind(self) -> str:
        """Its property `kind`."""
        return text_of_value(self.facts.get("kind"))

    @property
    def typology(self) -> str:
        """Its property `typology`."""
        return text_of_value(self.facts.get("typology"))

    @property
    def scale(self) -> str:
        """Its property `scale`: whether it serves a neighbourhood, a kelurahan or a city."""
        return text_of_value(self.facts.get("scale"))

    @property
    def kelurahan(self) -> str:
        """The name of its kelurahan, or its code if only that is stated."""
        return text_of_value(self.facts.get("kelurahan")) or self.kelurahan_code

    @property
    def kelurahan_code(self) -> str:
        """The code of its kelurahan, as it is written in the document."""
        return code_of_value(self.facts.get("kelurahan_code"))

    @property
    def kecamatan(self) -> str:
        """The name of its kecamatan."""
        return text_of_value(self.facts.get("kecamatan"))

    @property
    def kecamatan_code(self) -> str:
        """The code of its kecamatan: the code of its kelurahan without the last part; empty if that has no dots."""
        return self.kelurahan_code.rpartition(".")[0]


def site_of(id: str, feature: dict[str, Any], shape: BaseGeometry | _NotDrawn | None = NOT_DRAWN) -> Site:
    """Return the site of a Feature document; an invalid document never raises an error.

    Args:
        id: Its id.
        feature: Its document.
        shape: Its shape; without one, it is built from the geometry on access, and is None if that is invalid.
    """
    return Site(id, feature, shape)


def properties_of(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties of a Feature document; empty if it has none or they are no object."""
    properties = feature.get("properties")
    if isinstance(properties, dict):  # the most frequent case, and much faster to test than `Mapping`
        return properties
    return properties if isinstance(properties, Mapping) else {}


def text_of_value(value: object) -> str:
    r"""Return a property as a line of text; empty if it is blank, or neither text nor number. Lists are joined by commas.

    >>> text_of_value(" Taman\nSari\x00"), text_of_value(12.0), text_of_value(["A", None, "B"]), text_of_value(True)
    ('Taman Sari', '12', 'A, B', '')
    """
    match value:
        case str():
            text = value
            if not text.isprintable():
                text = _UNPRINTABLE.sub(" ", text)
                if all(unicodedata.category(character)[0] in "ZC" for character in text):
                    return ""  # only zero-width characters: the text, and a link with it, would be invisible
            text = text.strip()
        case bool():
            return ""
        case int() | float():
            text = _digits(value)
        case list() | tuple():
            text = ", ".join(
                filter(None, (text_of_value(item) for item in value if not isinstance(item, list | tuple)))
            )
        case _:
            return ""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1].rstrip()}…"


def code_of_value(value: object) -> str:
    """Return a property as a code; empty for a value that cannot be one code, such as a list.

    It is strict, because the code decides which surveyors may see a site.

    >>> code_of_value(" 36.73.01.1004 "), code_of_value(3673011004.0), code_of_value(36.73), code_of_value(["36.73.01.1004"])
    ('36.73.01.1004', '3673011004', '', '')
    """
    if isinstance(value, str) or (isinstance(value, int | float) and value == value // 1):
        return text_of_value(value)
    return ""


def lenient_shape(geometry: object) -> BaseGeometry | None:
    """Return the shape of a GeoJSON geometry; None if it is missing, empty or invalid."""
    if not isinstance(geometry, Mapping):
        return None
    try:
        shape: BaseGeometry = shape_from_geojson(dict(geometry))
    except (GEOSException, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return None if shape.is_empty else shape


def _digits(number: float) -> str:
    """Return a number as text, with 12 and 12.0 alike; empty if it is infinite, NaN or too large."""
    if isinstance(number, float) and not isfinite(number):
        return ""
    if not abs(number) < _LARGEST:
        return ""
    return str(int(number)) if number == int(number) else str(number)
