"""Who would gain from which site: cells that the same sites reach are one, whatever their number.

Exact: cells are put together by a hash of their sites, and every one is then compared with the one that stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

_KEYS: Final = 2  # independent 64-bit hashes


@dataclass(frozen=True, eq=False)
class ReachMatrix:
    """Groups of cells × sites, sparse, and how much each group weighs. No group is without a site or a weight."""

    covers: csr_array
    weights: NDArray[np.float64]

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return int(self.covers.shape[1])

    def by_site(self) -> csc_array:
        """Return the same, to be read site by site."""
        from scipy.sparse import csc_array

        return csc_array(self.covers)

    def gained(self, chosen: NDArray[np.bool_]) -> float:
        """Return the weight that some sites reach together."""
        return float(self.weights[self.covers @ chosen.astype(np.float64) > 0].sum())


def merge_cells(covers: csr_array, weights: NDArray[np.float64]) -> ReachMatrix:
    """Return cells × sites with the cells put together that the same sites reach; those nobody reaches are left out."""
    kept = covers.astype(np.float64)
    kept.sum_duplicates()
    kept.eliminate_zeros()
    kept.data[:] = 1
    some = (np.diff(kept.indptr) > 0) & (weights > 0)
    kept, left = kept[some], weights[some]
    if not len(left):
        return ReachMatrix(kept, left)
    # A fixed seed: the hash decides nothing but which cell stands for its like.
    keys = np.random.default_rng(0).integers(0, 2**63, size=(_KEYS, kept.shape[1]), dtype=np.uint64)
    hashes = np.stack([np.add.reduceat(key[kept.indices], kept.indptr[:-1]) for key in keys], axis=1)
    _, first, group = np.unique(hashes, axis=0, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    if (kept != kept[first[group]]).nnz:  # two different sets with one hash, once in 2**128
        return ReachMatrix(kept, left)
    return ReachMatrix(kept[first], np.bincount(group, left).astype(np.float64))
