"""Which sites have so many parts of a kind in one spot that comparing them pair by pair has no bound.

No playground has hundreds of items within reach of each other: such a list is a fault of the file. It is left out and told, so that
whatever it would answer stays open.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

REACH_M: Final = 10.0
"""Two parts whose bounds are no farther apart than this are a pair."""
MOST_PAIRS: Final = 300_000
"""As many ordered pairs as some 550 parts in one spot make."""
_STEP: Final = 256  # parts that are counted at once


def crowded_sites(
    site: NDArray[np.intp], shapes: NDArray[np.object_], sites: int, most_pairs: int = MOST_PAIRS
) -> NDArray[np.bool_]:
    """Return which sites have more than `most_pairs` ordered pairs of parts, each with itself included, within reach.

    Args:
        site: The position of the site of each part.
        shapes: Their shapes in metres.
        sites: How many sites there are.
        most_pairs: How many pairs are compared at most.
    """
    found = np.zeros(sites, dtype=np.bool_)
    for at in np.flatnonzero(np.bincount(site, minlength=sites) ** 2 > most_pairs).tolist():
        bounds = shapely.bounds(shapes[site == at])
        half = REACH_M / 2
        boxes = shapely.box(*(bounds + np.array([-half, -half, half, half])).T)
        tree, pairs = shapely.STRtree(boxes), 0
        for begin in range(0, len(boxes), _STEP):
            pairs += tree.query(boxes[begin : begin + _STEP]).shape[1]
            if pairs > most_pairs:  # counted step by step, so that counting has a bound as well
                found[at] = True
                break
    return found
