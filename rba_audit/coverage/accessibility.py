"""Accessibility by the enhanced two-step floating catchment area method (E2SFCA).

Step one divides the supply of each site by the demand within its reach, weighted by distance; step two sums these ratios
for each cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.coverage.reachability import CellSitePairs
from rba_audit.standard.policies import CoveragePolicy

Supply = Literal["area", "places"]


@dataclass(frozen=True, eq=False)
class Accessibility:
    """Accessibility of the sites for each cell.

    Attributes:
        supply: Unit of supply: m² of the sites, or the number of sites if one that counts has no outline.
        by_cell: m² or sites for each child, person or m² of ground, (cells,).
    """

    supply: Supply
    by_cell: NDArray[np.float64]


def accessibility(
    pairs: CellSitePairs,
    counts: NDArray[np.bool_],
    area_m2: NDArray[np.float64],
    weights: NDArray[np.float64],
    policy: CoveragePolicy,
) -> Accessibility:
    """Return the accessibility of each cell, from the sites that count and surely reach it.

    Args:
        pairs: Cells and sites within reach.
        counts: Which sites count.
        area_m2: The area of each site, in m²; NaN without an outline.
        weights: Children, people or m² of each cell.
        policy: Weights by band of distance.

    Source: Luo and Qi 2009, Health & Place 15, 1100-1107.
    """
    measured = bool(np.isfinite(area_m2[counts]).all())
    supply = np.where(counts, area_m2, 0.0) if measured else counts.astype(np.float64)
    used = pairs.sure & counts[pairs.site]
    cell, site = pairs.cell[used], pairs.site[used]
    share = pairs.metres[used] / pairs.sure_m[site]
    bands = policy.bands.value
    band = np.searchsorted([step.up_to for step in bands], share, side="left")
    decay = np.array([step.weight for step in bands])[np.minimum(band, len(bands) - 1)]
    wanted = np.bincount(site, weights[cell] * decay, len(counts))
    ratio = np.divide(supply, wanted, out=np.zeros(len(counts)), where=wanted > 0)
    by_cell = np.bincount(cell, ratio[site] * decay, len(weights)).astype(np.float64)
    return Accessibility("area" if measured else "places", by_cell)
