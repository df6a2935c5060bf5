"""Articles of the Convention on the Rights of the Child (KHA) in plain words, and whom training should reach (`kla/kha.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.kla_indicators import refuse_twice
from rba_audit.standard.policies.sourced_numbers import NumberOrigin, Sources, number_origin, read_sources, rules_table
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class Sector:
    """A group of institutions that training should reach."""

    name: str
    words: BilingualText


@dataclass(frozen=True, eq=False, slots=True)
class KhaPolicy:
    """Content of `kla/kha.toml`.

    Attributes:
        articles: One plain sentence for each article, by its number.
        sectors: Whom training should reach, in the order of the file.
        origin: How sure the list of sectors is.
    """

    articles: Mapping[str, BilingualText]
    sectors: tuple[Sector, ...]
    origin: NumberOrigin
    sources: Sources


def read_kha(path: Path) -> KhaPolicy:
    """Return the content of a `kla/kha.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    articles = [_article(Table(item, f"{table.where} [article]")) for item in table.tables("article")]
    sectors = tuple(_sector(Table(item, f"{table.where} [sector]")) for item in table.tables("sector"))
    refuse_twice(table, "article", [number for number, _ in articles])
    refuse_twice(table, "sector", [sector.name for sector in sectors])
    reach = table.table("reach")
    origin = number_origin(reach, sources)
    for part in (reach, table):
        part.refuse_unknown_keys()
    return KhaPolicy(MappingProxyType(dict(articles)), sectors, origin, sources)


def _article(table: Table) -> tuple[str, BilingualText]:
    article = table.text("number"), table.words("says")
    table.refuse_unknown_keys()
    return article


def _sector(table: Table) -> Sector:
    sector = Sector(table.text("name"), table.words("words"))
    table.refuse_unknown_keys()
    return sector
