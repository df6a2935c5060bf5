"""Order sites for audits by the children or people whom they reach beyond those with a standard site.

Pure: no clock, file, database or web.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.coverage import Coverage
from rba_audit.findings import STATUSES, Status

BacklogState = Literal["unaudited", "oldest", "all"]
BACKLOG_STATES: Final[tuple[BacklogState, ...]] = ("unaudited", "oldest", "all")
"""Sites never audited; audited ones, the oldest audit first; or both, the unaudited ones first."""
_NOT_AUDITED: Final[Status] = "not_audited"
_DECIMALS: Final = 1
"""Numbers of people that agree to so many decimals are a tie."""


@dataclass(frozen=True, slots=True)
class BacklogRow:
    """A site of the backlog.

    Attributes:
        index: Its index among the sites.
        rank: Its rank, the same for ties; None if nobody can say whom it reaches.
        tied: Whether another site has the same rank.
        status: Its status.
        last_audit: Day of its last audit; None if it was never audited or the day is not known.
        reaches: Whom it surely reaches, and whom at most (children, people or m²); None if that is not known.
        beyond: Those of them who surely have no standard site within reach, and at most; None if that is not known.
        added: Those it surely reaches whom neither a standard site nor a site above it in the list reaches; None if not known.
        unknown: Why nobody can say whom it reaches: `position`, `remote`, or empty.
    """

    index: int
    rank: int | None
    tied: bool
    status: Status
    last_audit: date | None
    reaches: tuple[float, float] | None
    beyond: tuple[float, float] | None
    added: float | None
    unknown: str = ""


@dataclass(frozen=True, eq=False)
class Backlog:
    """Sites in the order in which they are best audited.

    Attributes:
        coverage: What the reach of each site was computed from.
        state: Which sites are listed.
        rows: The sites; those whose reach is not known come last.
    """

    coverage: Coverage
    state: BacklogState
    rows: tuple[BacklogRow, ...]

    @property
    def unknown(self) -> tuple[BacklogRow, ...]:
        """The rows whose reach is not known."""
        return tuple(row for row in self.rows if row.rank is None)


def backlog_of(
    coverage: Coverage,
    status: NDArray[np.int8],
    last_audits: Mapping[str, date] | None = None,
    state: BacklogState = "unaudited",
    only: Collection[str] | None = None,
) -> Backlog:
    """Return the sites to be audited, in order.

    Unaudited sites are ordered by those whom they reach beyond the standard sites, more first; audited ones by the day of
    their last audit, older first and unknown days before them, then by whom they reach.

    Args:
        coverage: The coverage of all sites.
        status: The status of each site, as an index into `STATUSES`.
        last_audits: Day of the last audit by site id.
        state: Which sites are listed.
        only: Ids of the sites that may be listed; None for all.
    """
    ids, days = coverage.sites.ids, last_audits or {}
    unaudited = np.asarray(status) == STATUSES.index(_NOT_AUDITED)
    listed = {"unaudited": unaudited, "oldest": ~unaudited, "all": np.ones(len(ids), dtype=np.bool_)}[state]
    chosen = [at for at in np.flatnonzero(listed).tolist() if only is None or ids[at] in only]
    reaches, beyond = _reaches(coverage)
    lost = _unknown(coverage)

    def key(at: int) -> tuple[object, ...]:
        day = None if unaudited[at] else days.get(ids[at], date.min)
        return (at in lost, day is not None, day or date.min, -beyond[0][at], -beyond[1][at], -reaches[0][at])

    order = sorted(chosen, key=lambda at: (*key(at), coverage.sites[at].name.casefold(), ids[at]))
    added = _added(coverage, [at for at in order if at not in lost])
    keys = [key(at) for at in order]
    times = Counter(keys)
    rows = []
    rank = 0
    for position, at in enumerate(order):
        if position == 0 or keys[position] != keys[position - 1]:
            rank = position + 1
        known = at not in lost
        rows.append(
            BacklogRow(
                index=at,
                rank=rank if known else None,
                tied=known and times[keys[position]] > 1,
                status=STATUSES[int(status[at])],
                last_audit=days.get(ids[at]),
                reaches=(float(reaches[0][at]), float(reaches[1][at])) if known else None,
                beyond=(float(beyond[0][at]), float(beyond[1][at])) if known else None,
                added=added.get(at),
                unknown=lost.get(at, ""),
            )
        )
    return Backlog(coverage, state, tuple(rows))


def _reaches(coverage: Coverage) -> tuple[tuple[NDArray[np.float64], ...], tuple[NDArray[np.float64], ...]]:
    """Return for each site whom it reaches, and whom beyond the sites that count: surely, and at most."""
    pairs = coverage.pairs
    weight = coverage.demand.weights[pairs.cell]
    surely_without = ~_perhaps_served(coverage)[pairs.cell]
    perhaps_without = ~coverage.covered[pairs.cell]
    sites = len(coverage.sites)

    def total(which: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.bincount(pairs.site[which], weight[which], minlength=sites)
        rounded: NDArray[np.float64] = np.round(sums, _DECIMALS).astype(np.float64)
        return rounded

    everywhere = np.ones(len(weight), dtype=np.bool_)
    return (
        (total(pairs.sure), total(everywhere)),
        (total(pairs.sure & surely_without), total(perhaps_without)),
    )


def _perhaps_served(coverage: Coverage) -> NDArray[np.bool_]:
    """Return whether each cell is, or may be, within reach of a site that counts."""
    served = np.zeros(len(coverage.demand), dtype=np.bool_)
    served[coverage.pairs.cell[coverage.counts[coverage.pairs.site]]] = True
    return served


def _added(coverage: Coverage, order: list[int]) -> dict[int, float]:
    """Return for each site of an order whom it surely reaches beyond the standard sites and those before it."""
    reach = coverage.if_standard.tocsc()
    reached = _perhaps_served(coverage)
    added = {}
    for at in order:
        cells = reach.indices[reach.indptr[at] : reach.indptr[at + 1]]
        new = cells[~reached[cells]]
        added[at] = round(float(coverage.demand.weights[new].sum()), _DECIMALS)
        reached[new] = True
    return added


def _unknown(coverage: Coverage) -> dict[int, str]:
    """Return by site index why nobody can say whom it reaches."""
    index = {id: at for at, id in enumerate(coverage.sites.ids)}
    return {
        **{index[id]: "position" for id in coverage.not_located},
        **{index[id]: "remote" for id in coverage.left_out},
    }
