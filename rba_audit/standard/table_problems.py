"""A table reader that collects every problem of a file instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from rba_audit.errors import StandardError
from rba_audit.messages import BilingualText, Message, say
from rba_audit.standard.toml_tables import Table

P = ParamSpec("P")
T = TypeVar("T")


def collect_problems(
    problems: list[StandardError], read: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T | None:
    """Return what `read(*args)` returns, or None after adding its error to `problems`."""
    try:
        return read(*args, **kwargs)
    except StandardError as error:
        problems.append(error)
        return None


class CollectingTable:
    """Reads a table to its end: errors are added to `problems`, and a value that cannot be read is replaced by a neutral one.

    Objects built from neutral values must not be used while there are problems.
    """

    def __init__(self, content: object, where: str, problems: list[StandardError]) -> None:
        self.where = where
        self.problems = problems
        self._before = len(problems)
        self._table = collect_problems(problems, Table, content, where)

    @property
    def sound(self) -> bool:
        """Whether no problem was added since this table was opened."""
        return len(self.problems) == self._before

    def refuse(self, problem: Message) -> None:
        """Add a problem of this table."""
        self.problems.append(StandardError(say("{where}: {problem}", where=self.where, problem=problem)))

    def _read(self, neutral: T, read: Callable[Concatenate[Table, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._table is None:
            return neutral
        value = collect_problems(self.problems, read, self._table, *args, **kwargs)
        return neutral if value is None else value

    def has(self, key: str) -> bool:
        """Return whether `key` is given."""
        return self._table is not None and self._table.has(key)

    def text(self, key: str) -> str:
        """Return a text, or an empty one."""
        return self._read("", Table.text, key)

    def one_of(self, key: str, known: Iterable[str]) -> str:
        """Return a word that is one of `known`, or an empty one."""
        return self._read("", Table.one_of, key, known)

    def words(self, key: str) -> BilingualText:
        """Return a text in both languages, or an empty one."""
        return self._read(BilingualText("", ""), Table.words, key)

    def words_of(self, value: object, key: str) -> BilingualText:
        """Return `value` as a text in both languages, or an empty one."""
        return self._read(BilingualText("", ""), Table.words_of, value, key)

    def whole(self, key: str) -> int:
        """Return a whole number, or 0."""
        return self._read(0, Table.whole, key)

    def day(self, key: str) -> date:
        """Return a date, or `date.min`."""
        return self._read(date.min, Table.day, key)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts, or an empty one."""
        return self._read((), Table.texts, key, default)

    def table(self, key: str) -> CollectingTable:
        """Return the table under `key`; if it is missing, an empty one that adds no further problems."""
        before = len(self.problems)
        content = self._read({}, Table.mapping_of, key)
        inner = CollectingTable(content, f"{self.where} [{key}]", self.problems)
        inner._before = before
        if not inner.sound:
            inner._table = None
        return inner

    def tables(self, key: str) -> list[object]:
        """Return the list of tables under `key`, unread, or an empty one."""
        return self._read([], Table.tables, key)

    def mapping(self, key: str) -> Mapping[str, object]:
        """Return the table under `key` as it is, or an empty one."""
        return self._read({}, Table.mapping, key)

    def refuse_unknown_keys(self) -> None:
        """Add a problem for each key that was not read."""
        if self._table is not None:
            self.problems.extend(self._table.unknown_keys())
