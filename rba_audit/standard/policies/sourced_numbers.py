"""`SourcedNumber`: a number with its origin, and readers of numbers from the tables of a rules file.

A number shares the `origin`, `sources` and `note` of its table, or has its own: `{ value = 13, origin = …, note = … }`.
All readers raise StandardError if a key is missing or its value has the wrong type or is out of range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from rba_audit.messages import BilingualText, say
from rba_audit.standard.requirements import CONFIDENCE
from rba_audit.standard.terms import Source
from rba_audit.standard.toml_tables import Table, read_toml

OWN_CHOICE: Final = "own_choice"
NUMBER_ORIGINS: Final = (*CONFIDENCE, OWN_CHOICE)
_CITED: Final = ("official", "secondary")
_MOST_YEARS: Final = 100  # a span of time longer than this could lead beyond the days that `date` can hold
_MOST_DAYS: Final = 365 * _MOST_YEARS
_MOST_MONTHS: Final = 12 * _MOST_YEARS
_MOST_DECIMALS: Final = 15  # a float has no more
T = TypeVar("T")
Sources = Mapping[str, Source]


class NumberOrigin(NamedTuple):
    """Origin of a value in a rules file: an official source, another source, inference, or this project's own choice."""

    origin: str
    sources: tuple[str, ...]
    note: BilingualText


@dataclass(frozen=True, slots=True)
class SourcedNumber(Generic[T]):
    """A value of a rules file with its origin.

    Attributes:
        unit: The unit of the value, such as `m`; empty if it has none.
        origin: One of `NUMBER_ORIGINS`.
        sources: Keys of the file's own sources or of an edition's, or citations; empty for an own choice.
        note: An explanation of the value.
    """

    value: T
    unit: str
    origin: str
    sources: tuple[str, ...]
    note: BilingualText


def rules_table(path: Path) -> Table:
    """Return the top-level table of a rules file, to be read key by key.

    Raises:
        StandardError: the file is missing or is not TOML.
    """
    return Table(read_toml(path), path.name)


def number_origin(table: Table, known: Sources | None = None) -> NumberOrigin:
    """Return the origin that a table states; if `known` is given, its sources must be among them.

    Raises:
        StandardError: a key is missing, unknown or of the wrong type, or the sources do not match the origin.
    """
    origin = table.one_of("origin", NUMBER_ORIGINS)
    sources = table.texts("sources", default=())
    if (origin in _CITED and not sources) or (origin == OWN_CHOICE and sources):
        raise table.fault(
            say("'sources' goes with 'official' and 'secondary', and never with 'own_choice'; correct one of them")
        )
    for source in sources if known is not None else ():
        table.known("sources", source, known or ())
    return NumberOrigin(origin, sources, table.words("note"))


def sourced(
    table: Table, key: str, read: Callable[[Table, str], T], unit: str, origin: NumberOrigin
) -> SourcedNumber[T]:
    """Return the value of `read(table, key)` with the origin of its table."""
    return SourcedNumber(read(table, key), unit, *origin)


def own_sourced(
    table: Table, key: str, read: Callable[[Table, str], T], unit: str, known: Sources | None = None
) -> SourcedNumber[T]:
    """Return a value with an origin of its own: the table under `key` has both."""
    own = table.table(key)
    sourced_value = SourcedNumber(read(own, "value"), unit, *number_origin(own, known))
    own.refuse_unknown_keys()
    return sourced_value


def read_sources(table: Table) -> Sources:
    """Return the sources that a file lists under `sources`, by their keys."""
    by_key = {}
    for key, item in table.mapping_of("sources").items():
        source = Table(item, f"{table.where} [sources.{key}]")
        by_key[key] = Source(key, source.words("title"), source.maybe_words("read"), source.texts("urls", default=()))
        source.refuse_unknown_keys()
    return by_key


def decimal(table: Table, key: str) -> Decimal:
    """Return a number exactly as it is written."""
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise table.fault(say("'{key}' must be a number, not {found}", key=key, found=repr(value)))
    return Decimal(value)


def decimal_above_zero(table: Table, key: str) -> Decimal:
    """Return a number greater than zero, exactly as it is written."""
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
        raise table.fault(say("'{key}' must be a number greater than zero, not {found}", key=key, found=repr(value)))
    return Decimal(value)


def number(table: Table, key: str) -> float:
    """Return a number."""
    return float(decimal(table, key))


def number_above_zero(table: Table, key: str) -> float:
    """Return a number greater than zero."""
    return float(decimal_above_zero(table, key))


def number_from_zero(table: Table, key: str) -> float:
    """Return a number that is zero or more."""
    value = number(table, key)
    if value < 0:
        raise table.fault(say("'{key}' must not be less than zero", key=key))
    return value


def whole(table: Table, key: str) -> int:
    """Return a whole number, zero or more."""
    return table.whole(key)


def whole_above_zero(table: Table, key: str) -> int:
    """Return a whole number greater than zero."""
    value = table.whole(key)
    if not value:
        raise table.fault(say("'{key}' must be more than zero", key=key))
    return value


def days(table: Table, key: str) -> int:
    """Return a number of days from 0 to 100 years."""
    return _at_most(table, key, whole(table, key), _MOST_DAYS)


def days_above_zero(table: Table, key: str) -> int:
    """Return a number of days from 1 to 100 years."""
    return _at_most(table, key, whole_above_zero(table, key), _MOST_DAYS)


def months_above_zero(table: Table, key: str) -> int:
    """Return a number of months from 1 to 100 years."""
    return _at_most(table, key, whole_above_zero(table, key), _MOST_MONTHS)


def decimals(table: Table, key: str) -> int:
    """Return a number of decimals from 0 to 15."""
    return _at_most(table, key, whole(table, key), _MOST_DECIMALS)


def _at_most(table: Table, key: str, value: int, most: int) -> int:
    if value > most:
        raise table.fault(say("'{key}' must be at most {most}, not {found}", key=key, most=most, found=value))
    return value


def whole_numbers(table: Table, key: str) -> tuple[int, ...]:
    """Return a list of whole numbers greater than zero."""
    values = table.take(key)
    if not isinstance(values, list) or not all(type(value) is int and value > 0 for value in values):
        raise table.fault(say("'{key}' must be a list of whole numbers", key=key))
    return tuple(values)
