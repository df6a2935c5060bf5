"""`CoveragePolicy`: how far a site reaches, and the numbers by which reach is worked out (`compute_coverage.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from rba_audit.errors import RbaError
from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    Sources,
    decimal_above_zero,
    number_above_zero,
    number_origin,
    read_sources,
    rules_table,
    sourced,
    whole,
    whole_numbers,
)
from rba_audit.standard.toml_tables import Table

_METRES_A_MINUTE: Final = Decimal(1000) / 60  # at 1 km/h


class ReachRange(NamedTuple):
    """How far a site reaches, in metres: surely, and perhaps (farther only where its class is not known)."""

    sure_m: float
    perhaps_m: float


@dataclass(frozen=True, slots=True)
class ReachRule:
    """How far sites reach.

    Attributes:
        by_class: Metres by the scale of a site; empty where every site reaches equally far.
        unstated: Scales without a radius of their own, which reach as far as the largest stated one.
        metres: How far every site reaches; None where it depends on the scale.
    """

    name: str
    words: BilingualText
    by_class: Mapping[str, float]
    unstated: tuple[str, ...]
    metres: float | None
    origin: NumberOrigin
    unstated_note: BilingualText | None

    def reach(self, scale: object) -> ReachRange:
        """Return how far a site of this scale reaches; any value that is no known scale is one that is not known."""
        if self.metres is not None:
            return ReachRange(self.metres, self.metres)
        smallest, largest = min(self.by_class.values()), max(self.by_class.values())
        if isinstance(scale, str):
            if scale in self.by_class:
                return ReachRange(self.by_class[scale], self.by_class[scale])
            if scale in self.unstated:
                return ReachRange(largest, largest)
        return ReachRange(smallest, largest)

    def knows(self, scale: object) -> bool:
        """Tell whether this scale says how far a site reaches."""
        return self.metres is not None or scale in (*self.by_class, *self.unstated)

    @property
    def farthest_m(self) -> float:
        """How far the farthest-reaching site reaches, in metres."""
        return max(self.by_class.values()) if self.metres is None else self.metres


class DecayBand(NamedTuple):
    """A band of distance decay: up to which share of the reach, and the weight that counts there."""

    up_to: float
    weight: float


@dataclass(frozen=True, slots=True)
class BoundaryLevel:
    """A level of boundaries, by how many digits its codes have."""

    name: str
    digits: tuple[int, ...]
    words: BilingualText


@dataclass(frozen=True, eq=False, slots=True)
class CoveragePolicy:
    """What `compute_coverage.toml` states, the finest level first.

    Attributes:
        decimals: Decimals of a metre at which distances are compared.
        cell_m: Side of a grid cell.
        most_cells: How many cells are computed at most.
        apart_m: Without boundaries, how far a site may lie from the one with the most others around it; no site is larger.
        node_decimals: Decimals of a degree in which vertices of one node agree.
        entrance_m: How near to an outline every network node is an entrance.
        limit_m: How far from every street something is no longer on the network.
        longest_m: How long a segment of a street is at most.
        worst_share: The worst-served share of people that is looked at apart.
    """

    choices: tuple[ReachRule, ...]
    default: str
    decimals: int
    walking_km_h: SourcedNumber[float]
    cell_m: SourcedNumber[float]
    most_cells: SourcedNumber[float]
    apart_m: SourcedNumber[float]
    node_decimals: SourcedNumber[int]
    entrance_m: SourcedNumber[float]
    limit_m: SourcedNumber[float]
    longest_m: SourcedNumber[float]
    bands: SourcedNumber[tuple[DecayBand, ...]]
    worst_share: SourcedNumber[float]
    levels: tuple[BoundaryLevel, ...]
    sources: Sources

    def rule(self, name: str | None = None) -> ReachRule:
        """Return a rule by its name, the default one without a name.

        Raises:
            RbaError: there is no such rule.
        """
        wanted = name or self.default
        for rule in self.choices:
            if rule.name == wanted:
                return rule
        known = ", ".join(rule.name for rule in self.choices)
        raise RbaError(say("“{name}” is no rule of reach; use one of: {known}", name=wanted, known=known))

    def level_of(self, code: str) -> BoundaryLevel | None:
        """Return the level of a boundary code; None where its digits belong to none."""
        digits = sum(letter.isdecimal() for letter in code)
        return next((level for level in self.levels if digits in level.digits), None)


def read_coverage(path: Path) -> CoveragePolicy:
    """Return what a file states.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    parts = tuple(table.table(name) for name in ("walking", "grid", "network", "decay", "equity"))
    walking, grid, network, decay, equity = parts
    from_walking, from_grid, from_network, from_decay, from_equity = (number_origin(part, sources) for part in parts)
    speed = sourced(walking, "speed_km_h", decimal_above_zero, "km/h", from_walking)
    found = CoveragePolicy(
        choices=tuple(
            _rule(Table(item, f"{table.where} [rule]"), speed.value, sources) for item in table.tables("rule")
        ),
        default=table.text("default"),
        decimals=table.whole("decimals"),
        walking_km_h=SourcedNumber(float(speed.value), speed.unit, *from_walking),
        cell_m=sourced(grid, "cell_m", number_above_zero, "m", from_grid),
        most_cells=sourced(grid, "most_cells", number_above_zero, "", from_grid),
        apart_m=sourced(grid, "apart_m", number_above_zero, "m", from_grid),
        node_decimals=sourced(network, "node_decimals", whole, "", from_network),
        entrance_m=sourced(network, "entrance_m", number_above_zero, "m", from_network),
        limit_m=sourced(network, "limit_m", number_above_zero, "m", from_network),
        longest_m=sourced(network, "longest_m", number_above_zero, "m", from_network),
        bands=sourced(decay, "bands", _bands, "", from_decay),
        worst_share=sourced(equity, "worst_share", number_above_zero, "", from_equity),
        levels=tuple(_level(Table(item, f"{table.where} [level]")) for item in table.tables("level")),
        sources=sources,
    )
    table.known("default", found.default, [rule.name for rule in found.choices])
    if len({rule.name for rule in found.choices}) != len(found.choices):
        raise table.fault(say("two entries of 'rule' have the same name; give each its own"))
    for part in (*parts, table):
        part.refuse_unknown_keys()
    return found


def _rule(table: Table, speed_km_h: Decimal, sources: Sources) -> ReachRule:
    if sum(table.has(key) for key in ("class", "metres", "minutes")) != 1:
        raise table.fault(say("a rule has one of 'class', 'metres' and 'minutes'; give one and no more"))
    by_class: dict[str, float] = {}
    metres: Decimal | None = None
    if table.has("class"):
        scales = table.mapping("class")
        radii = Table(scales, f"{table.where} class")
        if not scales:
            raise table.fault(say("'class' names no scale; give the metres of one at least"))
        by_class = {scale: number_above_zero(radii, scale) for scale in scales}
    elif table.has("metres"):
        metres = decimal_above_zero(table, "metres")
    else:
        metres = decimal_above_zero(table, "minutes") * speed_km_h * _METRES_A_MINUTE
    rule = ReachRule(
        name=table.text("name"),
        words=table.words("words"),
        by_class=by_class,
        unstated=table.texts("unstated", default=()),
        metres=None if metres is None else float(metres),
        origin=number_origin(table, sources),
        unstated_note=table.maybe_words("unstated_note"),
    )
    table.refuse_unknown_keys()
    return rule


def _bands(table: Table, key: str) -> tuple[DecayBand, ...]:
    bands = []
    for item in table.tables(key):
        one = Table(item, f"{table.where} {key}")
        bands.append(DecayBand(number_above_zero(one, "up_to"), number_above_zero(one, "weight")))
        one.refuse_unknown_keys()
    if [band.up_to for band in bands] != sorted({band.up_to for band in bands}) or bands[-1].up_to != 1:
        raise table.fault(say("'bands' must reach farther one by one, the last up to 1; put them in that order"))
    return tuple(bands)


def _level(table: Table) -> BoundaryLevel:
    level = BoundaryLevel(table.text("name"), whole_numbers(table, "digits"), table.words("words"))
    table.refuse_unknown_keys()
    return level
