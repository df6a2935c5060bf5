"""The rules of reach as `standards/coverage.toml` states them, and the numbers by which reach is worked out.

No number of them stands in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from rba_audit.errors import RbaError
from rba_audit.resources import standards_dir
from rba_audit.standard.tables import Table, read_toml
from rba_audit.words import Words, say

CONFIDENCE: Final = ("official", "secondary", "inferred")
_METRES_A_MINUTE: Final = Decimal(1000) / 60  # at 1 km/h


class Reach(NamedTuple):
    """How far a place reaches, in metres: surely, and perhaps (farther only where its class is not known)."""

    sure_m: float
    perhaps_m: float


@dataclass(frozen=True, slots=True)
class Origin:
    """How sure a number is, where it comes from (keys of `Rules.sources`), and what is to be said of it."""

    confidence: str
    sources: tuple[str, ...]
    note: Words


@dataclass(frozen=True, slots=True)
class Rule:
    """How far places reach.

    Attributes:
        by_class: Metres by the scale of a site; empty where every place reaches equally far.
        unstated: Scales without a radius of their own, which reach as far as the largest stated one.
        metres: How far every place reaches; None where it depends on the scale.
    """

    name: str
    words: Words
    by_class: Mapping[str, float]
    unstated: tuple[str, ...]
    metres: float | None
    origin: Origin
    unstated_note: Words | None

    def reach(self, scale: object) -> Reach:
        """Return how far a site of this scale reaches; any value that is no known scale is one that is not known."""
        if self.metres is not None:
            return Reach(self.metres, self.metres)
        smallest, largest = min(self.by_class.values()), max(self.by_class.values())
        if isinstance(scale, str):
            if scale in self.by_class:
                return Reach(self.by_class[scale], self.by_class[scale])
            if scale in self.unstated:
                return Reach(largest, largest)
        return Reach(smallest, largest)

    def knows(self, scale: object) -> bool:
        """Tell whether this scale says how far a site reaches."""
        return self.metres is not None or scale in (*self.by_class, *self.unstated)

    @property
    def farthest_m(self) -> float:
        """How far the farthest-reaching place reaches, in metres."""
        return max(self.by_class.values()) if self.metres is None else self.metres


class Band(NamedTuple):
    """A band of distance decay: up to which share of the reach, and the weight that counts there."""

    up_to: float
    weight: float


@dataclass(frozen=True, slots=True)
class Level:
    """A level of boundaries, by how many digits its codes have."""

    name: str
    digits: tuple[int, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the file states, finest level first.

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
        origins: How sure the numbers of each table are, by its name.
    """

    choices: tuple[Rule, ...]
    default: str
    decimals: int
    walking_km_h: float
    cell_m: float
    most_cells: float
    apart_m: float
    node_decimals: int
    entrance_m: float
    limit_m: float
    longest_m: float
    bands: tuple[Band, ...]
    worst_share: float
    levels: tuple[Level, ...]
    sources: Mapping[str, Words]
    origins: Mapping[str, Origin]

    def rule(self, name: str | None = None) -> Rule:
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

    def level_of(self, code: str) -> Level | None:
        """Return the level of a boundary code; None where its digits belong to none."""
        digits = sum(letter.isdecimal() for letter in code)
        return next((level for level in self.levels if digits in level.digits), None)


@cache
def rules() -> Rules:
    """Return the rules of coverage.

    Raises:
        StandardError: the file cannot be used.
    """
    return read_rules(standards_dir() / "coverage.toml")


def read_rules(path: Path) -> Rules:
    """Return the rules in a file.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong kind.
    """
    table = Table(read_toml(path), path.name)
    sources = {key: _title(Table(item, f"{path.name} [source.{key}]")) for key, item in table.mapping("source").items()}
    walking, grid, network, decay, equity = (
        table.table(name) for name in ("walking", "grid", "network", "decay", "equity")
    )
    speed = _number(walking, "speed_km_h")
    found = Rules(
        choices=tuple(_rule(Table(item, f"{path.name} [rule]"), speed, sources) for item in table.tables("rule")),
        default=table.text("default"),
        decimals=table.whole("decimals"),
        walking_km_h=float(speed),
        cell_m=float(_number(grid, "cell_m")),
        most_cells=float(_number(grid, "most_cells")),
        apart_m=float(_number(grid, "apart_m")),
        node_decimals=network.whole("node_decimals"),
        entrance_m=float(_number(network, "entrance_m")),
        limit_m=float(_number(network, "limit_m")),
        longest_m=float(_number(network, "longest_m")),
        bands=_bands(decay),
        worst_share=float(_number(equity, "worst_share")),
        levels=tuple(_level(Table(item, f"{path.name} [level]")) for item in table.tables("level")),
        sources=sources,
        origins={
            name: _origin(part, sources)
            for name, part in (
                ("walking", walking),
                ("grid", grid),
                ("network", network),
                ("decay", decay),
                ("equity", equity),
            )
        },
    )
    table.known("default", found.default, [rule.name for rule in found.choices])
    if len({rule.name for rule in found.choices}) != len(found.choices):
        raise table.fault(say("two entries of 'rule' have the same name; give each its own"))
    for part in (walking, grid, network, decay, equity, table):
        part.done()
    return found


def _title(table: Table) -> Words:
    title = table.words("title")
    table.done()
    return title


def _rule(table: Table, speed_km_h: Decimal, sources: Mapping[str, Words]) -> Rule:
    if sum(table.has(key) for key in ("class", "metres", "minutes")) != 1:
        raise table.fault(say("a rule has one of 'class', 'metres' and 'minutes'; give one and no more"))
    by_class: dict[str, float] = {}
    metres: Decimal | None = None
    if table.has("class"):
        scales = table.mapping("class")
        radii = Table(scales, f"{table.where} class")
        if not scales:
            raise table.fault(say("'class' names no scale; give the metres of one at least"))
        by_class = {scale: float(_number(radii, scale)) for scale in scales}
    elif table.has("metres"):
        metres = _number(table, "metres")
    else:
        metres = _number(table, "minutes") * speed_km_h * _METRES_A_MINUTE
    rule = Rule(
        name=table.text("name"),
        words=table.words("words"),
        by_class=by_class,
        unstated=table.texts("unstated", default=()),
        metres=None if metres is None else float(metres),
        origin=_origin(table, sources),
        unstated_note=table.maybe_words("unstated_note"),
    )
    table.done()
    return rule


def _bands(table: Table) -> tuple[Band, ...]:
    bands = []
    for item in table.tables("bands"):
        one = Table(item, f"{table.where} bands")
        bands.append(Band(float(_number(one, "up_to")), float(_number(one, "weight"))))
        one.done()
    if [band.up_to for band in bands] != sorted({band.up_to for band in bands}) or bands[-1].up_to != 1:
        raise table.fault(say("'bands' must reach farther one by one, the last up to 1; put them in that order"))
    return tuple(bands)


def _level(table: Table) -> Level:
    name, words, digits = table.text("name"), table.words("words"), table.take("digits")
    if not isinstance(digits, list) or not all(isinstance(each, int) for each in digits):
        raise table.fault(say("'digits' must be a list of whole numbers, not {found}", found=repr(digits)))
    table.done()
    return Level(name, tuple(digits), words)


def _origin(table: Table, known: Mapping[str, Words]) -> Origin:
    sources = table.texts("sources", default=())
    for source in sources:
        table.known("sources", source, known)
    return Origin(table.one_of("confidence", CONFIDENCE), sources, table.words("note"))


def _number(table: Table, key: str) -> Decimal:
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
        raise table.fault(say("'{key}' must be a number greater than zero, not {found}", key=key, found=repr(value)))
    return Decimal(value)
