"""Merge demand cells that the same sites reach into weighted groups.

Exact: cells are grouped by a hash of their sites, and each cell is then compared with the representative of its group.
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
    """Sparse matrix of cell groups × sites, and the weight of each group. Every group has a site and a positive weight."""

    covers: csr_array
    weights: NDArray[np.float64]

    @property
    def sites(self) -> int:
        """Number of sites."""
        return int(self.covers.shape[1])

    def by_site(self) -> csc_array:
        """Return `covers` in column format, for access site by site."""
        from scipy.sparse import csc_array

        return csc_array(self.covers)

    def gained(self, chosen: NDArray[np.bool_]) -> float:
        """Return the weight that the chosen sites reach together; `chosen` is a mask over the sites."""
        return float(self.weights[self.covers @ chosen.astype(np.float64) > 0].sum())


def merge_cells(covers: csr_array, weights: NDArray[np.float64]) -> ReachMatrix:
    """Merge the cells of a cells × sites matrix that the same sites reach; cells without a site or weight are left out."""
    matrix = covers.astype(np.float64)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.data[:] = 1
    some = (np.diff(matrix.indptr) > 0) & (weights > 0)
    matrix, remaining = matrix[some], weights[some]
    if not len(remaining):
        return ReachMatrix(matrix, remaining)
    # A fixed seed makes this reproducible; the hash only selects which cell represents its group.
    keys = np.random.default_rng(0).integers(0, 2**63, size=(_KEYS, matrix.shape[1]), dtype=np.uint64)
    hashes = np.stack([np.add.reduceat(key[matrix.indices], matrix.indptr[:-1]) for key in keys], axis=1)
    _, first, group = np.unique(hashes, axis=0, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    if (matrix != matrix[first[group]]).nnz:  # a hash collision (probability 2**-128): return the cells unmerged
        return ReachMatrix(matrix, remaining)
    return ReachMatrix(matrix[first], np.bincount(group, remaining).astype(np.float64))
