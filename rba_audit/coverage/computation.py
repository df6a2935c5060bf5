"""Compute coverage: for each cell, whether a site that counts is within reach: covered, not covered or perhaps.

Pure: no clock, file, database or web.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.coverage.accessibility import Accessibility, accessibility
from rba_audit.coverage.areas import AdministrativeAreas, areas_of, population_area, surrounding_area
from rba_audit.coverage.demand import Demand, Population, demand, population_in
from rba_audit.coverage.equity import Equity, equity
from rba_audit.coverage.network import network_of
from rba_audit.coverage.reachability import CellSitePairs, reachable_pairs
from rba_audit.coverage.remote_sites import remote_sites, shortened_ids
from rba_audit.errors import SiteError
from rba_audit.findings import STATUSES, Status
from rba_audit.geometry import area_m2
from rba_audit.layers import ContextFeature
from rba_audit.messages import say
from rba_audit.sites import Sites
from rba_audit.standard.policies import CoveragePolicy, ReachRule, shipped_policies

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Answer = Literal["perhaps", "covered", "not_covered"]
# Zero is "perhaps", so that a cell not yet evaluated is neither covered nor uncovered.
ANSWERS: Final[tuple[Answer, ...]] = ("perhaps", "covered", "not_covered")
PERHAPS, COVERED, NOT_COVERED = range(len(ANSWERS))

Counting = Literal["standard", "nearly", "any"]
# For each way of counting, the statuses that count, and the unknown ones that may come to count.
COUNTING: Final[dict[Counting, tuple[frozenset[Status], frozenset[Status]]]] = {
    "standard": (frozenset({"standard"}), frozenset({"undetermined", "not_audited"})),
    "nearly": (frozenset({"standard", "nearly_standard"}), frozenset({"undetermined", "not_audited"})),
    "any": (frozenset(STATUSES), frozenset()),
}


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage of the cells by the sites that count.

    Attributes:
        policy: The limits and weights it was computed with.
        rule: The rule of reach.
        counting: The statuses that count: standard, nearly standard as well, or any.
        areas: Areas that figures are reported for.
        demand: The cells.
        pairs: Cells and sites within reach of each other, surely or perhaps; with the kind of distance.
        counts: Whether each site counts.
        unknown: Whether each site may come to count, because its status is unknown.
        answers: For each cell, an index into `ANSWERS`.
        not_located: Ids of the sites without a position; they cover no cell.
        left_out: Ids of the sites too far from the others, or too large, to be computed with them.
    """

    sites: Sites
    policy: CoveragePolicy
    rule: ReachRule
    counting: Counting
    areas: AdministrativeAreas
    demand: Demand
    pairs: CellSitePairs
    counts: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    answers: NDArray[np.int8]
    not_located: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @cached_property
    def access(self) -> Accessibility:
        """Accessibility of each cell, from the sites that count and surely reach it."""
        return accessibility(self.pairs, self.counts, area_m2(self.sites.shapes), self.demand.weights, self.policy)

    @cached_property
    def equity(self) -> Equity:
        """Inequality of accessibility."""
        return equity(self.access.by_cell, self.demand.weights, self.demand.area, len(self.areas), self.policy)

    @cached_property
    def nearest(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """For each cell, the index of the nearest site that counts and surely reaches it (-1: none), and its distance in metres (NaN)."""
        used = np.flatnonzero(self.pairs.sure & self.counts[self.pairs.site])[::-1]
        site, metres = np.full(len(self.demand), -1, dtype=np.intp), np.full(len(self.demand), np.nan)
        # Pairs are sorted nearest first: assign in reverse, so that the nearest is written last.
        site[self.pairs.cell[used]], metres[self.pairs.cell[used]] = self.pairs.site[used], self.pairs.metres[used]
        return site, metres

    @cached_property
    def if_standard(self) -> csr_array:
        """Sparse boolean matrix, cells × sites: whether a cell would surely be covered if a site counted."""
        from scipy.sparse import csr_array

        sure = self.pairs.sure
        return csr_array(
            (np.ones(int(sure.sum()), dtype=np.bool_), (self.pairs.cell[sure], self.pairs.site[sure])),
            shape=(len(self.demand), len(self.sites)),
        )

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Whether each cell is covered."""
        is_covered: NDArray[np.bool_] = self.answers == COVERED
        return is_covered

    def weight(self, answer: Answer) -> float:
        """Return the children, people or m² of the cells with this answer."""
        return float(self.demand.weights[self.answers == ANSWERS.index(answer)].sum())

    @property
    def off_network(self) -> float:
        """Children, people or m² of the cells that are near no street."""
        return float(self.demand.weights[self.pairs.off_cells].sum())


def compute_coverage(
    sites: Sites,
    status: NDArray[np.int8],
    context: Sequence[ContextFeature] = (),
    *,
    rule: str | None = None,
    counting: Counting = "standard",
    population: Population | None = None,
    policy: CoveragePolicy | None = None,
) -> Coverage:
    """Return the coverage of all cells by the sites that count.

    Args:
        sites: The sites.
        status: The status of each, as an index into `findings.STATUSES`.
        context: Boundaries, streets and population, if there are any.
        rule: Name of a rule of reach; None for the default one.
        counting: The sites that count: standard ones, nearly standard ones as well, or any.
        population: The population; without it that of the context, and without both the area counts.
        policy: Limits and weights; the shipped ones by default.

    Raises:
        RbaError: there is no such rule.
        SiteError: there is neither a boundary nor a population nor a located site, so that no area is known; or the areas have
            more grid cells than the policy allows.
    """
    policy = policy or shipped_policies().coverage
    chosen = policy.rule(rule)
    people = population or population_in(context)
    areas = areas_of(context, policy=policy) or (population_area() if people is not None else None)
    far = remote_sites(sites.shapes, policy.apart_m.value, together=areas is None)
    near = replace(sites, shapes=_without(sites.shapes, far)) if far.any() else sites
    areas = areas or surrounding_area(near.shapes, chosen.farthest_m)
    if areas is None and far.any():
        raise SiteError(
            say(
                "{source}: no site lies where it can be computed; at a pole, or drawn too large: {ids}; correct their coordinates",
                source=sites.source,
                ids=shortened_ids([sites.ids[at] for at in np.flatnonzero(far)]),
            )
        )
    if areas is None:
        raise SiteError(
            say(
                "{source}: none of its sites is located and no boundary is given; bring boundaries of kelurahan or kecamatan",
                source=sites.source,
            )
        )
    cells = demand(areas, people, policy)
    pairs = reachable_pairs(near, cells.at, chosen, network_of(context, policy), policy)
    counts, unknown = (
        np.array([name in names for name in STATUSES], dtype=np.bool_)[status] for names in COUNTING[counting]
    )
    return Coverage(
        sites,
        policy,
        chosen,
        counting,
        areas,
        cells,
        pairs,
        counts,
        unknown,
        _answers(len(cells), pairs, counts, unknown),
        tuple(name for name, shape in zip(sites.ids, sites.shapes, strict=True) if shape is None),
        tuple(sites.ids[at] for at in np.flatnonzero(far)),
    )


def _without(shapes: NDArray[np.object_], which: NDArray[np.bool_]) -> NDArray[np.object_]:
    remaining = shapes.copy()
    remaining[which] = None
    return remaining


def _answers(
    cells: int, pairs: CellSitePairs, counts: NDArray[np.bool_], unknown: NDArray[np.bool_]
) -> NDArray[np.int8]:
    answers = np.full(cells, NOT_COVERED, dtype=np.int8)
    answers[pairs.cell[(counts | unknown)[pairs.site]]] = PERHAPS
    answers[pairs.cell[pairs.sure & counts[pairs.site]]] = COVERED
    return answers
