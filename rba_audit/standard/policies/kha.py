"""Articles of the Convention on the Rights of the Child (KHA) in plain words, whom training should reach, and tables of people (`kla/kha.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.kla_indicators import refuse_twice
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    Sources,
    days,
    number_origin,
    read_sources,
    rules_table,
    sourced,
)
from rba_audit.standard.toml_tables import Table

COLUMNS: Final = ("name", "institution", "sector", "number", "dated", "valid_until", "sites")
"""The columns that are taken from a table of people, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Sector:
    """A group of institutions that training should reach.

    Attributes:
        also: Other words for it in a table, in lower case.
        agencies: Whether it is that of the city's agencies, which are listed one by one.
    """

    name: str
    words: BilingualText
    also: tuple[str, ...] = ()
    agencies: bool = False


@dataclass(frozen=True, slots=True)
class PeopleColumn:
    """A column that is taken from a table of people: one of `COLUMNS`, its words, and its headings in lower case."""

    name: str
    words: BilingualText
    headings: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class KhaPolicy:
    """Content of `kla/kha.toml`.

    Attributes:
        articles: One plain sentence for each article, by its number.
        sectors: Whom training should reach, in the order of the file.
        origin: How sure the list of sectors is.
        columns: The columns that are taken from a table of people, in the order of `COLUMNS`.
        identity_headings: Headings of columns with identity numbers, in lower case; a table with such a column is refused.
        warning_days: Days before its end from which a certificate is shown as ending soon.
    """

    articles: Mapping[str, BilingualText]
    sectors: tuple[Sector, ...]
    origin: NumberOrigin
    columns: tuple[PeopleColumn, ...]
    identity_headings: tuple[str, ...]
    warning_days: SourcedNumber[int]
    sources: Sources

    def articles_named(self, numbers: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return articles by number, each once with its sentence, which is empty for one that the file does not have."""
        ordered = sorted(set(numbers), key=_order)
        return tuple((number, str(self.articles.get(number, ""))) for number in ordered)

    def sector(self, name: str) -> Sector | None:
        """Return a sector by its name; None for one that is not, or no longer, in the file."""
        return next((sector for sector in self.sectors if sector.name == name), None)


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
    reach, people, expiry = table.table("reach"), table.table("people"), table.table("expiry")
    origin = number_origin(reach, sources)
    headings = people.table("headings")
    words = people.table("words")
    policy = KhaPolicy(
        articles=MappingProxyType(dict(articles)),
        sectors=sectors,
        origin=origin,
        columns=tuple(PeopleColumn(name, words.words(name), headings.texts(name)) for name in COLUMNS),
        identity_headings=people.texts("identity_headings"),
        warning_days=sourced(expiry, "warning_days", days, "days", number_origin(expiry)),
        sources=sources,
    )
    for part in (headings, words, people, expiry, reach, table):
        part.refuse_unknown_keys()
    return policy


def _order(number: str) -> tuple[int, str]:
    """Return a sort key of an article, such as 29.1e: by its first number, then by its paragraph."""
    first = re.match(r"\d+", number)
    return int(first.group()) if first else 0, number


def _article(table: Table) -> tuple[str, BilingualText]:
    article = table.text("number"), table.words("says")
    table.refuse_unknown_keys()
    return article


def _sector(table: Table) -> Sector:
    sector = Sector(table.text("name"), table.words("words"), table.texts("also", default=()), table.flag("agencies"))
    table.refuse_unknown_keys()
    return sector
