"""Indicators of the child-friendly-city award (KLA) by cluster, and the bands of its total (`kla/indicators.toml`, `kla/bands.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    Sources,
    number_origin,
    own_sourced,
    read_sources,
    rules_table,
    whole_above_zero,
)
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of indicators."""

    name: str
    words: BilingualText


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of the award.

    Attributes:
        name: Its number, as text.
        cluster: Name of its cluster.
        play_spaces: Whether audited play spaces are proof for it.
        origin: How sure its name and number are.
    """

    name: str
    cluster: str
    words: BilingualText
    play_spaces: bool
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class Indicators:
    """Content of `kla/indicators.toml`, in the order of the file."""

    clusters: tuple[Cluster, ...]
    indicators: tuple[Indicator, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the award: its lowest and highest total, in points, both within it."""

    name: str
    words: BilingualText
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Bands:
    """Content of `kla/bands.toml`.

    Attributes:
        total: The points of all indicators together.
        bands: The bands, lowest first.
        origin: How sure the limits of the bands are.
    """

    total: SourcedNumber[int]
    bands: tuple[Band, ...]
    origin: NumberOrigin
    sources: Sources


def read_indicators(path: Path) -> Indicators:
    """Return the content of a `kla/indicators.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    clusters = tuple(_cluster(Table(item, f"{table.where} [cluster]")) for item in table.tables("cluster"))
    names = [cluster.name for cluster in clusters]
    indicators = tuple(
        _indicator(Table(item, f"{table.where} [indicator]"), names, sources) for item in table.tables("indicator")
    )
    refuse_twice(table, "cluster", names)
    refuse_twice(table, "indicator", [indicator.name for indicator in indicators])
    table.refuse_unknown_keys()
    return Indicators(clusters, indicators, sources)


def read_bands(path: Path) -> Bands:
    """Return the content of a `kla/bands.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type; or the bands overlap, are
            not in order, or go beyond the total.
    """
    table = rules_table(path)
    sources = read_sources(table)
    total = own_sourced(table, "total", whole_above_zero, "points", sources)
    bands = tuple(_band(Table(item, f"{table.where} [band]")) for item in table.tables("band"))
    refuse_twice(table, "band", [band.name for band in bands])
    limits = [limit for band in bands for limit in (band.low, band.high)]
    starts = limits[2::2]
    if limits != sorted(limits) or any(low <= high for low, high in zip(starts, limits[1::2], strict=False)):
        raise table.fault(
            say("the bands overlap or are not in order: write 'from' and 'to' from the lowest to the highest")
        )
    if limits[-1] > total.value:
        raise table.fault(say("the highest band ends above 'total'; correct one of them"))
    published = table.table("published")
    origin = number_origin(published, sources)
    for part in (published, table):
        part.refuse_unknown_keys()
    return Bands(total, bands, origin, sources)


def refuse_twice(table: Table, key: str, names: list[str]) -> None:
    """Raise StandardError if two entries of a list have the same name."""
    if len({*names}) != len(names):
        raise table.fault(say("two entries of '{key}' have the same name; give each its own", key=key))


def _cluster(table: Table) -> Cluster:
    cluster = Cluster(table.text("name"), table.words("words"))
    table.refuse_unknown_keys()
    return cluster


def _indicator(table: Table, clusters: list[str], sources: Sources) -> Indicator:
    indicator = Indicator(
        name=table.text("name"),
        cluster=table.one_of("cluster", clusters),
        words=table.words("words"),
        play_spaces=table.flag("play_spaces"),
        origin=number_origin(table, sources),
    )
    table.refuse_unknown_keys()
    return indicator


def _band(table: Table) -> Band:
    band = Band(table.text("name"), table.words("words"), table.whole("from"), table.whole("to"))
    table.refuse_unknown_keys()
    return band
