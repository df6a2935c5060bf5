"""Read TOML tables key by key, with an error message for each key that is unknown, missing or of the wrong type."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from rba_audit.errors import StandardError
from rba_audit.files import UnreadableFile, read_file
from rba_audit.messages import BilingualText, Message, say

_MOST_MB: Final = 5
_DEEPEST: Final = 64
_BITS: Final = 63  # of an integer's magnitude: TOML guarantees 64-bit signed integers
_LONGEST_NUMBER: Final = 18  # digits before or after the point
_LONGEST_ERROR: Final = 200  # characters of a parser's message that are cited


def read_toml(path: Path) -> dict[str, object]:
    """Return the content of a TOML file, with numbers as exact `Decimal`s.

    Raises:
        StandardError: the file is missing, is larger than 5 MB or is not TOML.
    """
    try:
        content = tomllib.loads(read_file(path, _MOST_MB).decode("utf-8"), parse_float=Decimal)
        _refuse_boundless(content)
    except UnreadableFile as why:
        if why.missing:
            raise StandardError(say("{file} is missing; write it or take it out of standard.toml", file=path)) from None
        raise StandardError(say("{file}: {found}; {remedy}", file=path, found=why.found, remedy=why.remedy)) from None
    # Python raises ValueError also for an integer of thousands of digits and for bytes that are not UTF-8.
    except (ValueError, RecursionError) as error:
        raise StandardError(
            say("{file} is not readable as TOML ({fault}); correct that line", file=path, fault=_short(error))
        ) from None
    return content


def _short(error: Exception) -> Message | str:
    if isinstance(error, RecursionError):
        return say("tables or lists are nested too deep")
    return str(error)[:_LONGEST_ERROR]


def _refuse_boundless(content: object) -> None:
    """Refuse numbers outside the range that TOML guarantees, and deep nesting.

    Raises:
        RecursionError: it is nested more than 64 levels deep.
        ValueError: a number is too large or too small.
    """
    waiting = [(content, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(item, dict):
            waiting.extend((member, depth + 1) for member in item.values())
        elif isinstance(item, list):
            waiting.extend((member, depth + 1) for member in item)
        elif isinstance(item, Decimal) and (not item.is_finite() or abs(item.adjusted()) > _LONGEST_NUMBER):
            raise ValueError(f"number {str(item)[:_LONGEST_NUMBER]}")
        elif isinstance(item, int) and item.bit_length() > _BITS:
            raise ValueError(f"number {item % 10**_LONGEST_NUMBER} at its end")


class Table:
    """One table of a file. Reading a key removes it; `refuse_unknown_keys` raises an error if any are left.

    All readers raise StandardError, with the file and table (`where`), if the value is missing or has the wrong type.
    """

    def __init__(self, content: object, where: str) -> None:
        self.where = where
        if not isinstance(content, dict):
            raise self.fault(say("a table belongs here, not {found}", found=repr(content)))
        self._left: dict[str, object] = dict(content)
        self._asked: set[str] = set()

    def fault(self, problem: Message | str) -> StandardError:
        """Return the error for a problem of this table; its message begins with `where`."""
        return StandardError(say("{where}: {problem}", where=self.where, problem=problem))

    def has(self, key: str) -> bool:
        """Return whether `key` is given."""
        self._asked.add(key)
        return key in self._left

    def take(self, key: str) -> object:
        """Return the value of `key`, which must be given."""
        self._asked.add(key)
        if key not in self._left:
            raise self.fault(say("'{key}' is missing; add it", key=key))
        return self._left.pop(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty."""
        if default is not None and not self.has(key):
            return default
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(say("'{key}' must be a text, not {found}", key=key, found=repr(value)))
        return value

    def one_of(self, key: str, known: Iterable[str]) -> str:
        """Return a word that is one of `known`."""
        value = self.text(key)
        return self.known(key, value, known)

    def known(self, key: str, value: str, known: Iterable[str]) -> str:
        """Return `value` if it is one of `known`."""
        words = tuple(known)
        if value not in words:
            raise self.fault(
                say("'{key}' is '{found}'; use one of: {known}", key=key, found=value, known=", ".join(words))
            )
        return value

    def words(self, key: str) -> BilingualText:
        """Return a text in both languages."""
        return self.words_of(self.take(key), key)

    def words_of(self, value: object, key: str) -> BilingualText:
        """Return `value` as a text in both languages; other keys in it are refused."""
        if not isinstance(value, dict) or set(value) - {"id", "en"}:
            raise self.fault(say('\'{key}\' must be {{ id = "…", en = "…" }}, not {found}', key=key, found=repr(value)))
        texts = [value.get(code) for code in ("id", "en")]
        for code, text in zip(("id", "en"), texts, strict=True):
            if not isinstance(text, str) or not text.strip():
                raise self.fault(say("'{key}' has no text in '{code}'; write it", key=key, code=code))
        return BilingualText(str(texts[0]), str(texts[1]))

    def maybe_words(self, key: str) -> BilingualText | None:
        """Return a text in both languages, or None if it is not given."""
        return self.words(key) if self.has(key) else None

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number, zero or more."""
        if default is not None and not self.has(key):
            return default
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fault(say("'{key}' must be a whole number, not {found}", key=key, found=repr(value)))
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; not given is false."""
        value = self.take(key) if self.has(key) else False
        if not isinstance(value, bool):
            raise self.fault(say("'{key}' must be true or false, not {found}", key=key, found=repr(value)))
        return value

    def day(self, key: str) -> date:
        """Return a date."""
        value = self.take(key)
        if not isinstance(value, date):
            raise self.fault(say("'{key}' must be a date such as 2022-01-01, not {found}", key=key, found=repr(value)))
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        if default is not None and not self.has(key):
            return default
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.fault(say("'{key}' must be a list of texts, not {found}", key=key, found=repr(value)))
        return tuple(value)

    def text_or_texts(self, key: str) -> str | tuple[str, ...]:
        """Return a text, or a list of texts."""
        return self.texts(key) if isinstance(self._left.get(key), list) else self.text(key)

    def names(self) -> tuple[str, ...]:
        """Return the keys that were not read yet, for a table whose keys are names."""
        return tuple(self._left)

    def table(self, key: str) -> Table:
        """Return the table under `key`."""
        return Table(self.take(key), f"{self.where} [{key}]")

    def tables(self, key: str) -> list[object]:
        """Return the list of tables under `key`, unread."""
        value = self.take(key)
        if not isinstance(value, list) or not value:
            raise self.fault(say("'{key}' must be a list of tables, not {found}", key=key, found=repr(value)))
        return value

    def mapping_of(self, key: str) -> Mapping[str, object]:
        """Return the table under `key` as it is; it must be given."""
        value = self.take(key)
        if not isinstance(value, dict):
            raise self.fault(say("'{key}' must be a table, not {found}", key=key, found=repr(value)))
        return value

    def mapping(self, key: str) -> Mapping[str, object]:
        """Return the table under `key` as it is; empty if it is not given."""
        return self.mapping_of(key) if self.has(key) else {}

    def refuse_unknown_keys(self) -> None:
        """Raise an error for the first key that was not read."""
        for error in self.unknown_keys():
            raise error

    def unknown_keys(self) -> Iterator[StandardError]:
        """Yield an error for each key that was not read."""
        for key in self._left:
            close = get_close_matches(key, self._asked, n=1)
            hint = say("did you mean '{close}'?", close=close[0]) if close else say("take it out")
            yield self.fault(say("'{key}' is not known; {hint}", key=key, hint=hint))
