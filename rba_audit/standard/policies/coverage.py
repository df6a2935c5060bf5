"""`CoveragePolicy`: rules for the reach of sites, and parameters of the coverage computation (`coverage.toml`)."""

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
    decimals,
    number_above_zero,
    number_origin,
    read_sources,
    rules_table,
    sourced,
    whole_numbers,
)
from rba_audit.standard.toml_tables import Table

_METRES_A_MINUTE: Final = Decimal(1000) / 60  # at 1 km/h


class ReachRange(NamedTuple):
    """Reach of a site in metres: certain and possible (the two differ only if its class is not known)."""

    sure_m: float
    perhaps_m: float


@dataclass(frozen=True, slots=True)
class ReachRule:
    """Rule for the reach of sites.

    Attributes:
        by_class: Metres by the scale (class) of a site; empty if all sites have the same reach.
        unstated: Scales without a radius of their own, which have the largest stated one.
        metres: The reach of every site; None if it depends on the scale.
    """

    name: str
    words: BilingualText
    by_class: Mapping[str, float]
    unstated: tuple[str, ...]
    metres: float | None
    origin: NumberOrigin
    unstated_note: BilingualText | None

    def reach(self, scale: object) -> ReachRange:
        """Return the reach of a site of this scale; for any other value, the range over all scales."""
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
        """Return whether this scale determines the reach of a site."""
        return self.metres is not None or scale in (*self.by_class, *self.unstated)

    @property
    def farthest_m(self) -> float:
        """The largest reach of any site, in metres."""
        return max(self.by_class.values()) if self.metres is None else self.metres


class DecayBand(NamedTuple):
    """A band of distance decay: its end as a share of the reach (0–1), and its weight."""

    up_to: float
    weight: float


@dataclass(frozen=True, slots=True)
class BoundaryLevel:
    """A level of administrative boundaries, identified by the number of digits of its codes."""

    name: str
    digits: tuple[int, ...]
    words: BilingualText


@dataclass(frozen=True, eq=False, slots=True)
class PopulationTableRules:
    """How a table of population by area is read.

    Attributes:
        adult_age: Age in years from which a person is no child.
        headings: Usual headings, normalised by the reader, by what their column holds: `code`, `kelurahan`, `kecamatan`, `total`.
        men: Words for men in a heading.
        women: Words for women in a heading.
        total: Words for both sexes together in a heading with an age.
        prefixes: Words before the name of an area that are not part of it.
    """

    adult_age: SourcedNumber[float]
    headings: Mapping[str, tuple[str, ...]]
    men: tuple[str, ...]
    women: tuple[str, ...]
    total: tuple[str, ...]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class CoveragePolicy:
    """Content of `coverage.toml`, with the finest boundary level first.

    Attributes:
        choices: The reach rules.
        default: The name of the default rule.
        decimals: Decimals of a metre at which distances are compared.
        cell_m: Side of a grid cell.
        most_cells: Maximum number of cells.
        apart_m: Maximum size of a site and, without boundaries, maximum distance from the site with the most others around it;
            other sites are left out.
        node_decimals: Vertices that agree in this many decimals of a degree are one node.
        entrance_m: Network nodes within this distance of an outline are entrances.
        limit_m: Anything farther than this from every street is not on the network.
        longest_m: Maximum length of a street segment.
        worst_share: The worst-served share of people that is reported separately.
        population_table: How a table of population by area is read.
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
    population_table: PopulationTableRules
    levels: tuple[BoundaryLevel, ...]
    sources: Sources

    def rule(self, name: str | None = None) -> ReachRule:
        """Return a rule by its name, the default one without a name.

        Raises:
            RbaError: there is no such rule.
        """
        name_or_default = name or self.default
        for rule in self.choices:
            if rule.name == name_or_default:
                return rule
        known = ", ".join(rule.name for rule in self.choices)
        raise RbaError(say("“{name}” is no rule of reach; use one of: {known}", name=name_or_default, known=known))

    def level_of(self, code: str) -> BoundaryLevel | None:
        """Return the level of a boundary code; None if no level has codes of so many digits."""
        digits = sum(letter.isdecimal() for letter in code)
        return next((level for level in self.levels if digits in level.digits), None)


def read_coverage(path: Path) -> CoveragePolicy:
    """Return the content of a `coverage.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    parts = tuple(table.table(name) for name in ("walking", "grid", "network", "decay", "equity"))
    walking, grid, network, decay, equity = parts
    from_walking, from_grid, from_network, from_decay, from_equity = (number_origin(part, sources) for part in parts)
    speed = sourced(walking, "speed_km_h", decimal_above_zero, "km/h", from_walking)
    policy = CoveragePolicy(
        choices=tuple(
            _rule(Table(item, f"{table.where} [rule]"), speed.value, sources) for item in table.tables("rule")
        ),
        default=table.text("default"),
        decimals=decimals(table, "decimals"),
        walking_km_h=SourcedNumber(float(speed.value), speed.unit, *from_walking),
        cell_m=sourced(grid, "cell_m", number_above_zero, "m", from_grid),
        most_cells=sourced(grid, "most_cells", number_above_zero, "", from_grid),
        apart_m=sourced(grid, "apart_m", number_above_zero, "m", from_grid),
        node_decimals=sourced(network, "node_decimals", decimals, "", from_network),
        entrance_m=sourced(network, "entrance_m", number_above_zero, "m", from_network),
        limit_m=sourced(network, "limit_m", number_above_zero, "m", from_network),
        longest_m=sourced(network, "longest_m", number_above_zero, "m", from_network),
        bands=sourced(decay, "bands", _bands, "", from_decay),
        worst_share=sourced(equity, "worst_share", number_above_zero, "", from_equity),
        population_table=_population_table(table.table("population_table"), sources),
        levels=tuple(_level(Table(item, f"{table.where} [level]")) for item in table.tables("level")),
        sources=sources,
    )
    table.known("default", policy.default, [rule.name for rule in policy.choices])
    if len({rule.name for rule in policy.choices}) != len(policy.choices):
        raise table.fault(say("two entries of 'rule' have the same name; give each its own"))
    for part in (*parts, table):
        part.refuse_unknown_keys()
    return policy


def _population_table(table: Table, sources: Sources) -> PopulationTableRules:
    headings = table.table("headings")
    rules = PopulationTableRules(
        adult_age=sourced(table, "adult_age", number_above_zero, "", number_origin(table, sources)),
        headings={key: headings.texts(key) for key in ("code", "kelurahan", "kecamatan", "total")},
        men=table.texts("men"),
        women=table.texts("women"),
        total=table.texts("total"),
        prefixes=table.texts("prefixes"),
    )
    headings.refuse_unknown_keys()
    table.refuse_unknown_keys()
    return rules


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
        band = Table(item, f"{table.where} {key}")
        bands.append(DecayBand(number_above_zero(band, "up_to"), number_above_zero(band, "weight")))
        band.refuse_unknown_keys()
    if [band.up_to for band in bands] != sorted({band.up_to for band in bands}) or bands[-1].up_to != 1:
        raise table.fault(say("'bands' must reach farther one by one, the last up to 1; put them in that order"))
    return tuple(bands)


def _level(table: Table) -> BoundaryLevel:
    level = BoundaryLevel(table.text("name"), whole_numbers(table, "digits"), table.words("words"))
    table.refuse_unknown_keys()
    return level
