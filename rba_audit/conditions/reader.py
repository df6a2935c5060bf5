"""Read conditions from the tables of an edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rba_audit.conditions.terms import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Count,
    Includes,
    Is,
    LimitValue,
    Lookup,
    Sum,
    Term,
)
from rba_audit.errors import StandardError
from rba_audit.messages import say

Names = Mapping[str, Condition]
"""Conditions that other conditions may refer to by name: checks and situations."""


def read_condition(table: object, names: Names) -> Condition:
    """Return the condition that `table` (from TOML) states; it may refer to `names`.

    Raises:
        StandardError: the table is not a condition; the message says what to write instead.
    """
    if isinstance(table, str):
        if table not in names:
            known = ", ".join(sorted(names)) or "-"
            raise StandardError(
                say("no check or situation is named '{name}'; use one of: {known}", name=table, known=known)
            )
        return names[table]
    if not isinstance(table, dict):
        raise StandardError(
            say('a condition is a table such as {{ question = "…", is = "yes" }}, not {found}', found=repr(table))
        )
    keys = frozenset(table)
    for shape, reader in _READERS:
        required, optional = shape
        if required <= keys <= required | optional:
            return reader(table, names)
    raise StandardError(
        say("no condition has the keys {found}; standards/README.md lists them", found=", ".join(sorted(keys)) or "-")
    )


def exact(value: object) -> Fraction:
    """Return a number of a TOML file as an exact fraction; text such as "2/3" is accepted too.

    Raises:
        StandardError: it is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise StandardError(say("{found} stands where a number belongs", found=repr(value)))
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise StandardError(say("{found} stands where a number belongs", found=repr(value))) from None


def _id(table: Mapping[str, object], key: str = "question") -> str:
    value = table[key]
    if not isinstance(value, str) or not value:
        raise StandardError(say("'{key}' names a question or fact, not {found}", key=key, found=repr(value)))
    return value


def _word_list(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise StandardError(say("a list of words belongs here, not {found}", found=repr(value)))
    return tuple(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise StandardError(say("a whole number belongs here, not {found}", found=repr(value)))
    return value


def _sum(value: object) -> Sum:
    if not isinstance(value, list) or not value:
        raise StandardError(say("'sum' is a list of terms, not {found}", found=repr(value)))
    return Sum(tuple(_term(item) for item in value))


def _term(item: object) -> Term:
    if not isinstance(item, dict):
        return Term(exact(item))
    if set(item) != {"times", "of"}:
        raise StandardError(
            say("a term of a sum is {{ times = …, of = [ … ] }} or a number, not {found}", found=repr(item))
        )
    return Term(exact(item["times"]), _word_list(item["of"]))


def _limit(value: object) -> LimitValue:
    if not isinstance(value, dict):
        return exact(value)
    if "by" in value and len(value) > 1:
        return Lookup(_id(value, "by"), tuple((word, exact(limit)) for word, limit in value.items() if word != "by"))
    if set(value) == {"sum"}:
        return _sum(value["sum"])
    raise StandardError(
        say("a limit is a number, {{ by = …, word = number }} or {{ sum = [ … ] }}, not {found}", found=repr(value))
    )


def _combined(value: object, names: Names) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        raise StandardError(say("'all', 'any' and 'of' take a list of conditions, not {found}", found=repr(value)))
    return tuple(read_condition(item, names) for item in value)


def _read_compare(table: Mapping[str, object], _names: Names) -> Condition:
    left = _sum(table["sum"]) if "sum" in table else _id(table)
    at_least = "at_least" in table
    return Compare(left, at_least, _limit(table["at_least" if at_least else "at_most"]))


def _read_between(table: Mapping[str, object], _names: Names) -> Condition:
    ends = table["between"]
    if not isinstance(ends, list) or len(ends) != 2 or exact(ends[0]) > exact(ends[1]):
        raise StandardError(say("'between' takes [low, high], not {found}", found=repr(ends)))
    return Between(_id(table), exact(ends[0]), exact(ends[1]))


def _read_includes(table: Mapping[str, object], _names: Names) -> Condition:
    of = _word_list(table["of"]) if "of" in table else ()
    return Includes(_id(table), _whole(table["includes_at_least"]), of)


def _read_count(table: Mapping[str, object], names: Names) -> Condition:
    of = _combined(table["of"], names)
    low = _whole(table.get("at_least_of", 0))
    high = _whole(table.get("at_most_of", len(of)))
    if not low <= high <= len(of):
        raise StandardError(
            say("{low} to {high} of {count} conditions can never be counted", low=low, high=high, count=len(of))
        )
    return Count(of, low, high)


_Shape = tuple[frozenset[str], frozenset[str]]
_Reader = Callable[[Mapping[str, object], Names], Condition]


def _shape(*required: str, optional: Sequence[str] = ()) -> _Shape:
    return frozenset(required), frozenset(optional)


_READERS: Final[tuple[tuple[_Shape, _Reader], ...]] = (
    (_shape("question", "is"), lambda table, _: Is(_id(table), _word_list([table["is"]]))),
    (_shape("question", "is_one_of"), lambda table, _: Is(_id(table), _word_list(table["is_one_of"]))),
    (_shape("question", "at_least"), _read_compare),
    (_shape("question", "at_most"), _read_compare),
    (_shape("sum", "at_least"), _read_compare),
    (_shape("sum", "at_most"), _read_compare),
    (_shape("question", "between"), _read_between),
    (_shape("question", "includes_at_least", optional=["of"]), _read_includes),
    (_shape("all"), lambda table, names: All(_combined(table["all"], names))),
    (_shape("any"), lambda table, names: AnyOf(_combined(table["any"], names))),
    (_shape("at_least_of", "of", optional=["at_most_of"]), _read_count),
    (_shape("at_most_of", "of"), _read_count),
)
