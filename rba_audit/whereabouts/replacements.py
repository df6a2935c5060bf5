"""Another place under a known id: row numbers serve as ids in many files, and a second file has the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rba_audit.geometry import apart_m, shape_array
from rba_audit.layers.property_words import ACCURACY, property_accuracy_m
from rba_audit.messages import Message, say
from rba_audit.sites import Site, Sites
from rba_audit.sites.part_kinds import normalized_word
from rba_audit.sites.problems import quote
from rba_audit.sites.site import lenient_shape
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.whereabouts.doubt import Metres


@dataclass(frozen=True, slots=True)
class SiteReplacement:
    """A place that would take the id of another.

    Attributes:
        id: The id of both.
        before: What is known under it is called; empty where it has no name.
        now: What would take its place is called.
        apart_m: How far they lie apart; NaN where one of them is not located.
    """

    id: str
    before: str
    now: str
    apart_m: float

    @property
    def told(self) -> Message:
        """Both names and the distance."""
        nameless = say("without a name")
        before, now = (f"“{quote(name)}”" if name else nameless for name in (self.before, self.now))
        if np.isnan(self.apart_m):
            return say("“{id}”: {before} would become {now}", id=quote(self.id), before=before, now=now)
        return say(
            "“{id}”: {before} would become {now}, {metres} m away",
            id=quote(self.id),
            before=before,
            now=now,
            metres=Metres(self.apart_m),
        )


def other_places(
    sites: Sites, known: Mapping[str, Site], *, policy: WhereaboutsPolicy | None = None
) -> tuple[SiteReplacement, ...]:
    """Return the sites that are another place than the one known under their id, or that were a part of one.

    Another place has another name, or none to compare, and lies farther away than both say that they are known, and than
    `another_place.moved_m`. The same name is the same place wherever it lies; one that nobody located is compared by name.

    Args:
        sites: What comes.
        known: By id, the sites that are known.
        policy: How far another place lies away; the shipped limit where none is given.
    """
    moved_m = (policy or shipped_policies().whereabouts).moved_m.value
    rows = [at for at, id in enumerate(sites.ids) if id in known]
    before = [known[sites.ids[at]] for at in rows]
    apart = apart_m(sites.shapes[rows], shape_array([lenient_shape(site.feature.get("geometry")) for site in before]))
    found = []
    for at, old, metres in zip(rows, before, apart.tolist(), strict=True):
        new = sites[at]
        names = old.likely_name, new.likely_name
        if all(names) and normalized_word(names[0]) == normalized_word(names[1]):
            continue
        slack = max(property_accuracy_m(site.facts.get(ACCURACY)) or 0.0 for site in (old, new))
        far = metres > max(slack, moved_m)
        if far or (np.isnan(metres) and all(names)):
            found.append(SiteReplacement(sites.ids[at], *names, metres))
    return tuple(found)
