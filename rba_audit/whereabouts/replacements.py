"""Detect another site under a known id: many files use row numbers as ids, so a second file repeats them."""

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
    """A site that would replace another one with the same id.

    Attributes:
        id: The id of both.
        before: Name of the known site; empty if it has none.
        now: Name of the site that would replace it.
        apart_m: Distance between them, in metres; NaN if one of them has no position.
    """

    id: str
    before: str
    now: str
    apart_m: float

    @property
    def message(self) -> Message:
        """Message with both names and the distance."""
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
    """Return the sites that are not the one known under their id.

    Such a site has another name, or one of the two has none, and it lies farther away than both stated accuracies and than
    `another_place.moved_m`. A site with the same name is the same wherever it lies; without both positions only the names
    are compared.

    Args:
        sites: The new sites.
        known: The known sites by id.
        policy: The distance limit; the shipped one by default.
    """
    moved_m = (policy or shipped_policies().whereabouts).moved_m.value
    rows = [at for at, id in enumerate(sites.ids) if id in known]
    before = [known[sites.ids[at]] for at in rows]
    apart = apart_m(sites.shapes[rows], shape_array([lenient_shape(site.feature.get("geometry")) for site in before]))
    replacements = []
    for at, old, metres in zip(rows, before, apart.tolist(), strict=True):
        new = sites[at]
        names = old.likely_name, new.likely_name
        if all(names) and normalized_word(names[0]) == normalized_word(names[1]):
            continue
        slack = max(property_accuracy_m(site.facts.get(ACCURACY)) or 0.0 for site in (old, new))
        far = metres > max(slack, moved_m)
        if far or (np.isnan(metres) and all(names)):
            replacements.append(SiteReplacement(sites.ids[at], *names, metres))
    return tuple(replacements)
