"""Sites that moved farther than the accuracy of their position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rba_audit.geometry import apart_m, shape_array
from rba_audit.messages import say
from rba_audit.sites import Site
from rba_audit.whereabouts.doubt import Accuracy, Doubt, Metres
from rba_audit.whereabouts.site_locations import SiteLocations, stated_accuracy


def moved_sites(here: SiteLocations, previous: Mapping[str, Site]) -> Iterator[Doubt]:
    """Yield a doubt for each site that moved farther than its stated accuracy, now or before: the larger counts.

    Args:
        here: The sites at their current positions.
        previous: By id, the site at its previous position.
    """
    pairs = [(at, previous[here.id(at)]) for at in range(len(here)) if here.id(at) in previous]
    rows = np.array([at for at, _ in pairs], dtype=np.intp)
    distance = apart_m(here.shapes[rows], shape_array([before.shape for _, before in pairs]))
    for (at, before), metres in zip(pairs, distance.tolist(), strict=True):
        stated = [
            accuracy_m for accuracy_m in (float(here.stated_m[at]), stated_accuracy(before)) if not np.isnan(accuracy_m)
        ]
        slack = Accuracy(max(stated), True) if stated else here.accuracy(at)
        if not metres > slack.metres:  # NaN if it had no position before
            continue
        yield Doubt(
            here.id(at),
            "moved",
            say(
                "it lies {metres} m from where it lay before, and its position is known to {slack}",
                metres=Metres(metres),
                slack=slack,
            ),
            say("find out which of the two is right, and correct its position or its position_accuracy_m"),
        )
