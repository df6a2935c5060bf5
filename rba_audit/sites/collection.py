"""Play spaces and their parts, as they were read.

The Feature documents are untouched: what a file says of a site is what comes out again.
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
_COMPARED: Final = 5000  # ids looked through for one that was misspelt


@dataclass(frozen=True, slots=True)
class Part:
    """A mapped thing that belongs to a site.

    Attributes:
        id: Its own id, among those of the sites; a hash of its feature where it has none.
        site: Id of the site it belongs to, which may be missing from the file (then a problem says so).
        kind: What its property `part` means, one of `PART_KINDS`; where that means none of them, its own word, or nothing.
        feature: The Feature document, untouched.
        shape: Shapely shape in longitude and latitude; None where it has none, or it is set aside.
        found: Whether nobody said whose part it is, and it was found to lie in its site.
    """

    id: str
    site: str
    kind: str
    feature: dict[str, Any]
    shape: BaseGeometry | None
    found: bool = False


@dataclass(frozen=True, eq=False)
class Sites:
    """The sites of one file, in file order: a sequence of `Site`, and columns of what is read for all of them at once.

    Attributes:
        source: Where they come from, as a person would name it.
        ids: Their ids, each once.
        features: The Feature documents, untouched; only reprojected ones have new coordinates.
        shapes: Shapely Point, Polygon or MultiPolygon in longitude and latitude, or None where a site is not
            located or its shape is set aside. Read-only.
        parts: The parts of the sites.
        problems: What was refused or accepted with a warning.
        members: What the file says beside its features.
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
        """Return the site at an index, made when it is first asked for.

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
        """Tell whether there is a site with this id; a `Site` stands for its id."""
        return (id.id if isinstance(id, Site) else id) in self._index

    def site(self, id: str) -> Site:
        """Return the site with this id.

        Raises:
            SiteError: As `index_of`.
        """
        return self[self.index_of(id)]

    def properties(self, index: int) -> Mapping[str, Any]:
        """Return the properties of a site, as `Site.facts`; for code that looks through keys it does not know."""
        properties: Mapping[str, Any] | None = self.features[index].get("properties")
        return properties if properties is not None else {}

    def index_of(self, id: str) -> int:
        """Return the index of the site with this id.

        Raises:
            SiteError: There is none; the message names the ids most like it.
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
