"""Administrative boundaries, matched by code and not by name, because names repeat; outlines of neighbours may overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.geometry import shape_array
from rba_audit.layers import ContextFeature, first_number
from rba_audit.messages import Message, say
from rba_audit.sites.site import lenient_shape
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.whereabouts.doubt import Accuracy

_LAYER: Final = "boundary"
_ACCURACY: Final = ("accuracy_m",)
_AREAS: Final = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, eq=False, slots=True)
class Boundary:
    """One administrative area.

    Attributes:
        code: Its code with dots; empty if it has none.
        name: Its name; its code if it has no name.
        shape: Its outline in longitude and latitude.
        accuracy: Accuracy of the outline, stated or assumed.
        properties: The properties of its features.
    """

    code: str
    name: str
    shape: BaseGeometry
    accuracy: Accuracy
    properties: tuple[Mapping[str, Any], ...]

    @property
    def level(self) -> int:
        """Its administrative level: the number of dots in its code; more is finer."""
        return self.code.count(".")

    @property
    def stated_m(self) -> float:
        """The stated accuracy of the outline, in metres; 0 if none is stated."""
        return self.accuracy.metres if self.accuracy.is_stated else 0.0

    @property
    def words(self) -> str:
        """Its name with its code, because names repeat."""
        return f"{self.name} ({self.code})" if self.code and self.code != self.name else self.name


@dataclass(frozen=True, eq=False)
class Boundaries:
    """All known administrative areas, with an index by code and by location."""

    all: tuple[Boundary, ...]
    policy: WhereaboutsPolicy

    def __bool__(self) -> bool:
        return bool(self.all)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """Their outlines, in their order."""
        outlines = shape_array([boundary.shape for boundary in self.all])
        shapely.prepare(outlines)
        return outlines

    @cached_property
    def known_to_m(self) -> NDArray[np.float64]:
        """The accuracy of each outline, in metres."""
        return np.array([boundary.accuracy.metres for boundary in self.all], dtype=np.float64)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index over their outlines."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {boundary.code: at for at, boundary in enumerate(self.all) if boundary.code}

    def index_of_code(self, code: str) -> int | None:
        """Return the index of the finest boundary that a code belongs to; None if there is none."""
        levels = dotted_code(code, self.policy).split(".")
        prefixes = (".".join(levels[:count]) for count in range(len(levels), 0, -1))
        return next((self._by_code[prefix] for prefix in prefixes if prefix in self._by_code), None)

    def around(self, where: BaseGeometry) -> list[Boundary]:
        """Return the boundaries of the finest level that contain a point inside a shape, sorted by code."""
        inside = where if where.geom_type == "Point" else where.point_on_surface()
        hits = [self.all[at] for at in self.tree.query(inside, predicate="intersects").tolist()]
        finest = max((boundary.level for boundary in hits), default=0)
        return sorted((boundary for boundary in hits if boundary.level == finest), key=lambda boundary: boundary.code)


@dataclass(frozen=True, slots=True)
class AssignedBoundary:
    """The boundary that a shape counts for.

    Attributes:
        boundary: The assigned boundary.
        sentence: Message with the reason if several boundaries contain the shape; else None.
    """

    boundary: Boundary
    sentence: Message | None


def assign_boundary(where: BaseGeometry, boundaries: Boundaries, stated_code: str) -> AssignedBoundary | None:
    """Return the boundary of the finest level that a shape counts for; an outline is located by a point inside it.

    Of several overlapping boundaries it is the one whose code is stated, else the one with the lowest code. None if no
    boundary contains the shape.
    """
    candidates = boundaries.around(where)
    if not candidates:
        return None
    if len(candidates) == 1:
        return AssignedBoundary(candidates[0], None)
    code = dotted_code(stated_code, boundaries.policy)
    own = next((candidate for candidate in candidates if candidate.code and is_code_within(code, candidate.code)), None)
    one = own or candidates[0]
    names = ", ".join(candidate.words for candidate in candidates)
    why = say("which its code states") if own else say("which has the lowest code")
    return AssignedBoundary(
        one,
        say(
            "it lies in {areas} at once, since their outlines overlap there; it counts for {area}, {why}",
            areas=names,
            area=one.words,
            why=why,
        ),
    )


def boundaries_of(context: Sequence[ContextFeature], *, policy: WhereaboutsPolicy | None = None) -> Boundaries:
    """Return the boundaries of a context; outlines with the same code are merged into one area."""
    policy = policy or shipped_policies().whereabouts
    by_code: dict[str, list[tuple[ContextFeature, BaseGeometry]]] = {}
    loose: list[Boundary] = []
    for feature in context:
        if feature.layer != _LAYER:
            continue
        outline = feature.shape if feature.shape is not None else lenient_shape(feature.feature.get("geometry"))
        if outline is None or outline.geom_type not in _AREAS:
            continue
        code = dotted_code(feature.code, policy)
        if code:
            by_code.setdefault(code, []).append((feature, outline))
        else:
            loose.append(_boundary("", [(feature, outline)], policy))
    return Boundaries((*(_boundary(code, features, policy) for code, features in by_code.items()), *loose), policy)


def _boundary(code: str, drawn: Sequence[tuple[ContextFeature, BaseGeometry]], policy: WhereaboutsPolicy) -> Boundary:
    features = [feature for feature, _ in drawn]
    outlines = [outline for _, outline in drawn]
    stated_m = [
        metres for feature in features for metres in [first_number(feature.properties, _ACCURACY)] if metres is not None
    ]
    worst = max(stated_m, default=-1.0)
    return Boundary(
        code,
        next((feature.name for feature in features if feature.name), code),
        outlines[0] if len(outlines) == 1 else shapely.union_all(outlines),
        Accuracy(worst, True) if worst >= 0 else Accuracy(policy.boundary_m.value, False),
        tuple(feature.properties for feature in features),
    )


def is_code_within(code: str, area: str) -> bool:
    """Return whether a code is that of an area or of an area within it; both with dots.

    >>> is_code_within("36.73.01.1004", "36.73.01"), is_code_within("36.73.011", "36.73.01")
    (True, False)
    """
    return code == area or code.startswith(f"{area}.")


def dotted_code(code: str, policy: WhereaboutsPolicy) -> str:
    """Return a code with the dots between its levels; one with dots or with an unknown number of digits is unchanged.

    >>> dotted_code("3673011004", shipped_policies().whereabouts)
    '36.73.01.1004'
    """
    digits = policy.digits.value
    if len(code) not in digits or not (code.isascii() and code.isdigit()):
        return code
    ends = (0, *digits[: digits.index(len(code)) + 1])
    return ".".join(code[start:end] for start, end in pairwise(ends))


def code_of(properties: Mapping[str, Any], keys: Sequence[str], policy: WhereaboutsPolicy) -> str:
    """Return the first of these properties that has a value, as a code with dots; empty if none has."""
    value = next((properties[key] for key in keys if properties.get(key) not in (None, "")), "")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return dotted_code(text, policy)
