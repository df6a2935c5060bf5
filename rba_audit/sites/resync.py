"""Where to go on reading after a stretch of text that is not JSON.

It hands out offsets only. A bad feature may not hide the good ones, nor may a site be made of a piece
of another: what looks like a feature is believed only if what follows it fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rba_audit.sites.json_values import LONGEST_VALUE, InvalidJson, JsonReader, skip_spaces, too_long

# In JSON a closing quote is followed by , : } or ]. One that is not belongs to a string whose other quote is
# missing or was not escaped; taking it for text puts the reader in step again. No string passes its line.
# Only single characters repeat possessively: before Python 3.11.5 a group that does is matched wrongly (gh-106052).
# Nothing after the group can fail, so that it never backtracks.
_TOKEN: Final = re.compile(
    r'"(?:[^"\\\r\n]++|\\.|"(?![ \t\r\n]*+(?:[,:}\]]|\Z)))*"?|[{}\[\],:]',
)
_FIRST_KEY: Final = re.compile(r'\{[ \t\r\n]*"(?:[^"\\\r\n]|\\.)*"')
_END_OF_ARRAY: Final = re.compile(r'\][ \t\r\n]*(?:\Z|\}|,[ \t\r\n]*(?:"|\Z))')
_END_AFTER_FAULT: Final = re.compile(r'\][ \t\r\n]*(?:\Z|\}(?![ \t\r\n]*[,}\]])|,[ \t\r\n]*(?:"|\Z))')
# So that no text, however made, costs more than a few times its length.
_LOOKS: Final = 2000  # looks ahead in one file
_MANY: Final = 100  # features in one look
_FAR: Final = 1_000_000  # characters in one look
_MISSES: Final = 100  # searches to the end of the file in vain


class _BracketStack:
    """The brackets that are open; closing one closes what was left open inside it."""

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
        """Close the innermost partner of `mark`; say whether there was one."""
        partner = "{" if mark == "}" else "["
        if not self._count[partner]:
            return False
        at = self._stack.rfind(partner.encode())
        for opened in self._count:
            self._count[opened] -= self._stack.count(opened.encode(), at)
        del self._stack[at:]
        return True


class Recovery:
    """Finds the next thing worth reading in the text of one reader."""

    def __init__(self, reader: JsonReader) -> None:
        self._reader, self._text = reader, reader.text
        self._last_feature = self._text.rfind('"Feature"')
        self._looks, self._misses = _LOOKS, _MISSES
        self._begins: re.Pattern[str] | None = None
        self.first_key = "{"  # of the features of this file, with its quotes, once one was seen
        self._used = False
        self._left = LONGEST_VALUE  # characters that are still looked through in one file

    def _look_through(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield the tokens of a stretch of broken text.

        Raises:
            Broken: more of the file is broken than is looked through.
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
        """Take the element at `start` for how this file begins its features."""
        if match := _FIRST_KEY.match(self._text, start):
            self.first_key = match[0][1:].strip()
            key = re.escape(self.first_key)
            self._begins = re.compile(r",[ \t\r\n]*(\{[ \t\r\n]*" + key + r"[ \t\r\n]*:)")

    def ends_array(self, at: int) -> bool:
        """Say whether the `]` at `at` closes the features, and is not a slip of the pen among them."""
        if not self._used:
            return _END_OF_ARRAY.match(self._text, at) is not None
        # After a fault a `]` is not believed while there are features to come.
        return at > self._last_feature and _END_AFTER_FAULT.match(self._text, at) is not None

    def after_broken(self, start: int, fault: int) -> int:
        """Return where the object that begins at `start` and breaks at `fault` ends, or the next begins."""
        self._used = True
        # Brackets may be what is wrong, so a beginning like the others' is looked for as well; from the
        # string before the fault on, which may have swallowed it. What comes before that was sound.
        closing = self._text.rfind('"', start, fault)
        opening = self._text.rfind('"', start, max(closing, start))
        return self._balanced(start, self._search(max(opening, start)))

    def _balanced(self, start: int, end: int) -> int:
        """Return where the broken object that begins at `start` ends by its brackets, at most `end`."""
        text, opened = self._text, _BracketStack()
        before, previous, after_value = start, "", False
        for token in self._look_through(start, end):
            at, mark = token.start(), text[token.start()]
            misplaced = mark == "{" and previous == "," and after_value and opened.in_object()
            if misplaced and self.is_feature(at):
                return at  # where only a name can stand: the braces of the one before were never closed
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
        """Return where the next of the features begins, or their end, after text that belongs to none."""
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
        """Return the first place where a feature begins as others of this file do, or the end of the text."""
        if self._begins is not None and self._misses:
            for match in self._begins.finditer(self._text, start):
                if self.is_feature(match.start(1)):
                    return match.start(1)
            self._misses -= 1
        return len(self._text)

    def is_feature(self, at: int, otherwise: bool = False) -> bool:
        """Say whether the object at `at` is one of the features, and not one inside another.

        What follows it tells: the last of a nested list is followed by a `]` that does not end the features.

        Args:
            at: Where the object begins.
            otherwise: The answer for an object that is not of type Feature.
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
                return True  # to be refused when its turn comes
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
