"""Detect sites with so many parts of a kind in one spot that comparing them pair by pair would take too long.

No playground has hundreds of items within reach of each other: such a list is an error in the file. It is left out with a
message, and the questions it would answer stay open.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

REACH_M: Final = 10.0
"""Two parts whose bounds are no farther apart than this are a pair."""
MOST_PAIRS: Final = 300_000
"""The number of ordered pairs of some 550 parts in one spot."""
_STEP: Final = 256  # parts counted per query


def crowded_sites(
    site: NDArray[np.intp], shapes: NDArray[np.object_], sites: int, most_pairs: int = MOST_PAIRS
) -> NDArray[np.bool_]:
    """Return which sites have more than `most_pairs` ordered pairs of parts, each with itself included, within reach.

    Args:
        site: Index of the site of each part.
        shapes: Their shapes in metres.
        sites: Number of sites.
        most_pairs: The greatest number of pairs to compare.
    """
    crowded = np.zeros(sites, dtype=np.bool_)
    for at in np.flatnonzero(np.bincount(site, minlength=sites) ** 2 > most_pairs).tolist():
        bounds = shapely.bounds(shapes[site == at])
        half = REACH_M / 2
        boxes = shapely.box(*(bounds + np.array([-half, -half, half, half])).T)
        tree, pairs = shapely.STRtree(boxes), 0
        for begin in range(0, len(boxes), _STEP):
            pairs += tree.query(boxes[begin : begin + _STEP]).shape[1]
            if pairs > most_pairs:  # checked after each step, so that counting is bounded as well
                crowded[at] = True
                break
    return crowded
