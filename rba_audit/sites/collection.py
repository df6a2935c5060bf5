"""`Sites`: the play spaces of a file and their parts.

The Feature documents are not changed, so that an exported site has the properties of its file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rba_audit.errors import SiteError
from rba_audit.messages import say
from rba_audit.sites.problems import FileProblem, quote
from rba_audit.sites.site import Site, site_of

PART_KINDS: Final = (
    "play_zone",
    "equipment",
    "gate",
    "path",
    "tree",
    "lamp",
    "camera",
    "bin",
    "toilet",
    "bench",
    "guard_post",
    "fence",
    "surfacing",
    "planting",
    "shelter",
)
_COMPARED: Final = 5000  # ids that are compared with a misspelt one


@dataclass(frozen=True, slots=True)
class Part:
    """A mapped feature that belongs to a site.

    Attributes:
        id: Its id, unique among sites and parts; a hash of its feature if it states none.
        site: The id of its site, which may be missing from the file (then there is a problem).
        kind: The kind that its property `part` means, one of `PART_KINDS`; otherwise its own word, or empty.
        feature: The Feature document, unchanged.
        shape: Shapely shape in longitude and latitude; None if it has none, or one that cannot be used.
        found: Whether it states no site but lies in one (a tagged part).
    """

    id: str
    site: str
    kind: str
    feature: dict[str, Any]
    shape: BaseGeometry | None
    found: bool = False


@dataclass(frozen=True, eq=False)
class Sites:
    """The sites of one file in file order: a sequence of `Site`, and columns for access to all sites at once.

    Attributes:
        source: The name of their file or register in messages.
        ids: Their ids, without duplicates.
        features: The Feature documents, unchanged; only reprojected ones have new coordinates.
        shapes: (sites,): Shapely Point, Polygon or MultiPolygon in longitude and latitude; None if a site has no location
            or its shape cannot be used. Read-only.
        parts: The parts of the sites.
        problems: Refused features and warnings.
        members: The members of the FeatureCollection except `features`.
    """

    source: str
    ids: tuple[str, ...]
    features: tuple[dict[str, Any], ...]
    shapes: NDArray[np.object_]
    parts: tuple[Part, ...]
    problems: tuple[FileProblem, ...]
    members: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Site:
        """Return the site at an index; it is created on first access and cached.

        Raises:
            IndexError: There is none.
        """
        site = self._made.get(index)
        if site is None:
            site = self._made[index] = site_of(self.ids[index], self.features[index], self.shapes[index])
        return site

    def __iter__(self) -> Iterator[Site]:
        return map(self.__getitem__, range(len(self)))

    def __contains__(self, id: object) -> bool:
        """Return whether there is a site with this id; a `Site` is looked up by its id."""
        return (id.id if isinstance(id, Site) else id) in self._index

    def site(self, id: str) -> Site:
        """Return the site with this id.

        Raises:
            SiteError: As `index_of`.
        """
        return self[self.index_of(id)]

    def properties(self, index: int) -> Mapping[str, Any]:
        """Return the properties of a site, as `Site.facts`; for code that iterates over unknown keys."""
        properties: Mapping[str, Any] | None = self.features[index].get("properties")
        return properties if properties is not None else {}

    def index_of(self, id: str) -> int:
        """Return the index of the site with this id.

        Raises:
            SiteError: There is none; the message names the most similar ids.
        """
        index = self._index.get(id)
        if index is not None:
            return index
        params: dict[str, object] = {"source": self.source, "id": quote(id)}
        close = [known for known in self.ids if known.casefold().strip() == id.casefold().strip()]
        close = close or get_close_matches(id, self.ids[:_COMPARED])
        if not close:
            raise SiteError(say("{source}: no site has the id “{id}”; look it up there.", **params))
        ids = ", ".join(f"“{quote(name)}”" for name in close[:3])
        raise SiteError(say("{source}: no site has the id “{id}”; did you mean {ids}?", ids=ids, **params))

    @cached_property
    def _made(self) -> dict[int, Site]:
        return {}

    @cached_property
    def _index(self) -> dict[str, int]:
        return {id: index for index, id in enumerate(self.ids)}
