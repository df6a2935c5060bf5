"""Decode a single JSON value in the middle of a text, and refuse values that a site may not have.

Duplicate keys and NaN do not stop the decoder: they are returned with the value, so that its end is known.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from rba_audit.messages import Message, say
from rba_audit.sites.problems import InvalidFeature, quote
from rba_audit.sites.text import SURROGATE, save_as_utf8

MAX_DEPTH: Final = 64
LONGEST_LITERAL: Final = 32  # characters of a number or a word that may have been cut at the end of the text or window
_WINDOW: Final = 1 << 18  # characters passed to the decoder at a time; doubled for longer values
LONGEST_VALUE: Final = 1 << 23  # characters of one value: an outline of some 200,000 positions
_LONGEST_NAME: Final = 60  # characters of a member's name shown in a path
_MAX_BITS: Final = 1023  # of an integer that fits a 64-bit float
_SPACES: Final = re.compile(r"[ \t\r\n]*")


class JsonValue(NamedTuple):
    """A decoded value, the offset after it, and the reason (`fault`) if it must not be used."""

    value: Any
    end: int
    fault: InvalidFeature | None


class InvalidJson(Exception):
    """The text is not JSON from offset `at` on. Raised and caught inside this package."""

    def __init__(self, at: int, why: InvalidFeature) -> None:
        super().__init__(why.rule)
        self.at, self.why = at, why


def skip_spaces(text: str, at: int) -> int:
    """Return the offset of the next character that is not JSON white space."""
    match = _SPACES.match(text, at)
    return match.end() if match else at


class JsonReader:
    """Decodes values of one text from any offset, within a window of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._fault: InvalidFeature | None = None
        # A window, because for every error `json` counts the lines from the start of the string that it was given.
        self._start, self._window = 0, text[:_WINDOW]
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=self._constant)

    def value_at(self, at: int) -> JsonValue:
        """Return the value that begins at offset `at`.

        Raises:
            InvalidJson: No JSON value begins there, it is broken before its end, or it cannot be decoded.
        """
        inside = self._start <= at < self._start + len(self._window)
        if not inside or len(self._window) > _WINDOW:
            self._look_at(at, _WINDOW)
        while True:
            self._fault = None
            try:
                value, end = self._decoder.raw_decode(self._window, at - self._start)
            except json.JSONDecodeError as error:
                if not self._may_be_cut(error.pos, error.msg):
                    offset = self._start + error.pos
                    raise InvalidJson(offset, self._not_json(offset, error.msg)) from None
            except ValueError:  # Python reads no integer of more than 4,300 digits
                raise InvalidJson(at, too_large()) from None
            except RecursionError:
                raise InvalidJson(at, too_deep()) from None
            else:
                if not self._may_be_cut(end, ""):
                    return JsonValue(value, self._start + end, self._fault)
            self._look_at(at, _WINDOW if self._start < at else 2 * len(self._window))

    def _look_at(self, start: int, length: int) -> None:
        if length > LONGEST_VALUE:
            raise InvalidJson(start, too_long())
        self._start, self._window = start, self.text[start : start + length]

    def _may_be_cut(self, at: int, detail: str) -> bool:
        """Return whether the decoder may have stopped at `at` in the window because the window ends, not because of an error."""
        if self._start + len(self._window) >= len(self.text):
            return False
        return len(self._window) - at < LONGEST_LITERAL or detail.startswith("Unterminated")

    def _not_json(self, at: int, detail: str) -> InvalidFeature:
        if SURROGATE.match(self.text, at):
            return not_utf8()
        if at >= len(self.text) or (detail.startswith("Unterminated") and self._runs_out(at)):
            return truncated_file()
        found = say("the JSON goes wrong before “{text}” ({detail})", text=self._near(at), detail=detail)
        return InvalidFeature("not-json", found, say("correct it there, or export the sites again"))

    def _runs_out(self, at: int) -> bool:
        return self.text.find("\n", at) < 0 and self.text.find('"', at + 1) < 0

    def _near(self, at: int) -> str:
        return quote(self.text[at : at + 20].split("\n", 1)[0])

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs) and self._fault is None:
            count = Counter(key for key, _ in pairs)
            twice = next(key for key, _ in pairs if count[key] > 1)
            self._fault = duplicate_key(twice)
        return members

    def _constant(self, name: str) -> float:
        if self._fault is None:
            found = say("{constant} is not a number in JSON", constant=name)
            self._fault = InvalidFeature("not-a-number", found, say("write the number, or null where it is unknown"))
        return float(name.replace("Infinity", "inf"))


def refuse_unusable(document: Mapping[str, Any], skipped: object = None) -> None:
    """Refuse values that could not be written again: text that is not Unicode, too large numbers, deep nesting.

    Args:
        document: A decoded object.
        skipped: A value inside it that is checked elsewhere (long coordinate lists).

    Raises:
        InvalidFeature: There is such a value; the error has the path of the first one.
    """
    waiting: list[tuple[Any, int, str]] = [(document, 1, "")]
    while waiting:
        item, depth, at = waiting.pop()
        if depth > MAX_DEPTH:
            raise too_deep()
        mapping = type(item) is dict or isinstance(item, Mapping)
        entries: Iterable[tuple[Any, Any]] = item.items() if mapping else enumerate(item)
        for key, value in entries:
            if mapping and not isinstance(key, str):
                found = say("“{value}” is not a JSON value", value=quote(key))
                raise InvalidFeature("not-json", found, say("use text for the names of members"), at)
            if mapping and not key.isascii() and SURROGATE.search(key):
                raise not_utf8(at)
            kind = type(value)
            if kind is str:
                if not value.isascii() and SURROGATE.search(value):
                    raise not_utf8(_below(at, key))
            elif kind is float:
                if value - value != 0:
                    raise too_large(_below(at, key))
            elif kind is int:
                if value.bit_length() > _MAX_BITS:
                    raise too_large(_below(at, key))
            elif isinstance(value, (dict, list, tuple, Mapping)):
                if value is not skipped:
                    waiting.append((value, depth + 1, _below(at, key)))
            elif value is not None and not isinstance(value, (bool, float, int, str)):
                found = say("“{value}” is not a JSON value", value=quote(value))
                raise InvalidFeature("not-json", found, say("write it as text or as a number"), _below(at, key))


def _below(at: str, key: str | int) -> str:
    return f"{at}[{key}]" if isinstance(key, int) else f"{at}.{key[:_LONGEST_NAME]}"


def duplicate_key(key: str) -> InvalidFeature:
    """Return the error for a duplicate key: programs differ in which of the two values they use."""
    found = say("the key “{key}” stands twice in one object", key=quote(key))
    return InvalidFeature("duplicate-key", found, say("keep the right one of the two"))


def too_large(at: str = "") -> InvalidFeature:
    """Return the error for a number that does not fit a 64-bit float."""
    found: Message = say("a number is too large, or not a number")
    return InvalidFeature("number-too-large", found, say("correct it, or write null where it is unknown"), at)


def too_deep() -> InvalidFeature:
    """Return the error for objects or arrays nested more than `MAX_DEPTH` deep."""
    found = say("objects or arrays are nested more than {count} deep", count=MAX_DEPTH)
    return InvalidFeature("nested-too-deep", found, say("remove what nests so deep"))


TOO_LONG: Final = "too-long"
"""The rule of a value, or a section of broken text, that is too long to be read; it refuses the whole file."""


def too_long() -> InvalidFeature:
    """Return the error for a value of more than `LONGEST_VALUE` characters."""
    found = say("one feature, or a broken piece, is longer than {mb} MB", mb=LONGEST_VALUE // 10**6)
    return InvalidFeature(TOO_LONG, found, say("simplify that outline, or export the file again"))


def not_utf8(at: str = "") -> InvalidFeature:
    """Return the error for text that is not UTF-8."""
    return InvalidFeature("not-utf8", say("the text holds bytes that are not UTF-8"), save_as_utf8(), at)


def truncated_file() -> InvalidFeature:
    """Return the error for a file that ends too early."""
    return InvalidFeature("cut-off", say("the file ends in the middle"), say("copy or export it again"))
