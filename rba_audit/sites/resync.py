"""Resynchronize the parser after a section of text that is not JSON.

It returns offsets only. A broken feature must not hide valid ones, and a piece of a feature must not become a site: an object
counts as a feature only if the text after it is consistent with that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rba_audit.sites.json_values import LONGEST_VALUE, InvalidJson, JsonReader, skip_spaces, too_long

# In JSON a closing quote is followed by , : } or ]. Any other quote belongs to a string whose second quote is missing or
# was not escaped; treating it as text resynchronizes the tokens. No string continues on the next line.
# Only single characters have possessive quantifiers: before Python 3.11.5 a possessive group is matched wrongly (gh-106052).
# Nothing after the group can fail, so it never backtracks.
_TOKEN: Final = re.compile(
    r'"(?:[^"\\\r\n]++|\\.|"(?![ \t\r\n]*+(?:[,:}\]]|\Z)))*"?|[{}\[\],:]',
)
_FIRST_KEY: Final = re.compile(r'\{[ \t\r\n]*"(?:[^"\\\r\n]|\\.)*"')
_END_OF_ARRAY: Final = re.compile(r'\][ \t\r\n]*(?:\Z|\}|,[ \t\r\n]*(?:"|\Z))')
_END_AFTER_FAULT: Final = re.compile(r'\][ \t\r\n]*(?:\Z|\}(?![ \t\r\n]*[,}\]])|,[ \t\r\n]*(?:"|\Z))')
# Limits that keep the cost of any text, even a hostile one, at a few times its length.
_LOOKS: Final = 2000  # lookaheads per file
_MANY: Final = 100  # features per lookahead
_FAR: Final = 1_000_000  # characters per lookahead
_MISSES: Final = 100  # unsuccessful searches to the end of the file


class _BracketStack:
    """Stack of open brackets; closing one also closes those inside it that are still open."""

    def __init__(self) -> None:
        self._stack = bytearray()
        self._count = {"{": 0, "[": 0}

    def __bool__(self) -> bool:
        return bool(self._stack)

    def in_object(self) -> bool:
        return self._stack.endswith(b"{")

    def open(self, mark: str) -> None:
        self._stack += mark.encode()
        self._count[mark] += 1

    def close(self, mark: str) -> bool:
        """Close the innermost bracket that matches `mark`; return whether there was one."""
        partner = "{" if mark == "}" else "["
        if not self._count[partner]:
            return False
        at = self._stack.rfind(partner.encode())
        for opened in self._count:
            self._count[opened] -= self._stack.count(opened.encode(), at)
        del self._stack[at:]
        return True


class Recovery:
    """Finds the next feature after broken text, in the text of one reader."""

    def __init__(self, reader: JsonReader) -> None:
        self._reader, self._text = reader, reader.text
        self._last_feature = self._text.rfind('"Feature"')
        self._looks, self._misses = _LOOKS, _MISSES
        self._begins: re.Pattern[str] | None = None
        self.first_key = "{"  # the first key of this file's features, with its quotes, once a feature was read
        self._used = False
        self._left = LONGEST_VALUE  # characters of broken text that may still be searched in this file

    def _look_through(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield the tokens of a section of broken text.

        Raises:
            InvalidJson: More than `LONGEST_VALUE` characters of the file are broken.
        """
        last = min(end, start + self._left)
        at = start
        for token in _TOKEN.finditer(self._text, start, last):
            self._left -= token.end() - at
            at = token.end()
            yield token
        if last < end:
            raise InvalidJson(start, too_long())

    def learn(self, start: int) -> None:
        """Remember the first key of the element at `start`, because the other features of the file probably begin with it too."""
        if match := _FIRST_KEY.match(self._text, start):
            self.first_key = match[0][1:].strip()
            key = re.escape(self.first_key)
            self._begins = re.compile(r",[ \t\r\n]*(\{[ \t\r\n]*" + key + r"[ \t\r\n]*:)")

    def ends_array(self, at: int) -> bool:
        """Return whether the `]` at `at` closes the array of features, rather than being a stray one between them."""
        if not self._used:
            return _END_OF_ARRAY.match(self._text, at) is not None
        # After an error, a `]` followed by further features does not end the array.
        return at > self._last_feature and _END_AFTER_FAULT.match(self._text, at) is not None

    def after_broken(self, start: int, error: int) -> int:
        """Return the offset at which the object that begins at `start` and is broken at `error` ends, or the next one begins."""
        self._used = True
        # The brackets may be wrong, so the usual beginning of a feature is searched too. The search starts at the string before
        # the error, which may contain that beginning if its closing quote is missing. The text before that string is valid.
        closing = self._text.rfind('"', start, error)
        opening = self._text.rfind('"', start, max(closing, start))
        return self._balanced(start, self._search(max(opening, start)))

    def _balanced(self, start: int, end: int) -> int:
        """Return the offset at which the broken object that begins at `start` ends by its brackets, at most `end`."""
        text, opened = self._text, _BracketStack()
        before, previous, after_value = start, "", False
        for token in self._look_through(start, end):
            at, mark = token.start(), text[token.start()]
            misplaced = mark == "{" and previous == "," and after_value and opened.in_object()
            if misplaced and self.is_feature(at):
                return at  # a feature where only a key is allowed: the braces of the previous one were not closed
            if mark in "{[":
                opened.open(mark)
            elif mark == "}":
                opened.close(mark)
                if not opened:
                    return token.end()
            elif mark == "]" and not opened.close(mark) and self.ends_array(at):
                return at
            elif mark == ",":
                after_value = previous in ("}", "]", '"') or bool(text[before:at].strip())
            before, previous = token.end(), mark
        return end

    def next_element(self, start: int) -> int:
        """Return the offset of the next feature, or of the end of the array, after text that is in no feature."""
        self._used = True
        text, opened, previous = self._text, _BracketStack(), ""
        if not self._misses:
            return len(text)
        for token in self._look_through(start, len(text)):
            at, mark = token.start(), text[token.start()]
            if mark == "{" and not opened and previous != ":" and self.is_feature(at):
                return at
            if mark in "{[":
                opened.open(mark)
            elif mark in "}]" and not opened.close(mark) and mark == "]" and self.ends_array(at):
                return at
            previous = mark
        return self._search(start)

    def _search(self, start: int) -> int:
        """Return the first offset at which a feature begins with the usual key of this file, or the end of the text."""
        if self._begins is not None and self._misses:
            for match in self._begins.finditer(self._text, start):
                if self.is_feature(match.start(1)):
                    return match.start(1)
            self._misses -= 1
        return len(self._text)

    def is_feature(self, at: int, otherwise: bool = False) -> bool:
        """Return whether the object at `at` is one of the features, rather than an object nested in another.

        The text after it decides: the last object of a nested list is followed by a `]` that does not end the features.

        Args:
            at: The offset at which the object begins.
            otherwise: The result for an object that is not of type Feature.
        """
        self._looks -= 1
        if self._looks < 0:
            return True
        limit = at + min(_FAR, self._left)
        begin = at
        for ahead in range(_MANY):
            if at > limit:
                break
            try:
                value, at, _ = self._reader.value_at(at)
            except InvalidJson:
                return True  # the parser refuses it when it gets there
            self._left -= at - begin
            begin = at
            if ahead == 0 and not (isinstance(value, dict) and value.get("type") == "Feature"):
                return otherwise
            at = skip_spaces(self._text, at)
            if self._text.startswith("]", at):
                return self.ends_array(at)
            if not self._text.startswith(",", at):
                return at >= len(self._text)
            at = skip_spaces(self._text, at + 1)
            if not self._text.startswith("{", at):
                return False
        return True
