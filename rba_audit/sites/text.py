"""Decode the bytes of a file, and find the line number of an offset.

Bytes that are not UTF-8 become lone surrogates in the text, so that only the feature that contains them is refused.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from rba_audit.messages import Message, say
from rba_audit.sites.problems import ProblemLog, unusable_file

# UTF-32 comes first, because its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENOUGH: Final = 64  # bytes that show which encoding a file has
SURROGATE: Final = re.compile("[\ud800-\udfff]")


def save_as_utf8() -> Message:
    """Return the remedy for all encoding problems."""
    return say("save it again as UTF-8")


def text_of(data: bytes, source: str, notes: ProblemLog) -> str:
    """Return the text of a file.

    Raises:
        SiteError: The file is empty, or its encoding is not certain.
    """
    if not data.strip():
        found = say("the file holds nothing but spaces") if data else say("the file is empty")
        raise unusable_file(source, found, say("export the sites again"))
    for mark, codec in _MARKS:
        if data.startswith(mark):
            found = say("the text is {encoding}, and GeoJSON is UTF-8", encoding=codec[:-3].upper())
            notes.warn("not-utf8", found, save_as_utf8())
            return _decoded(data[len(mark) :], codec, source)
    if data.startswith(codecs.BOM_UTF8):
        found = say("the text begins with a byte order mark")
        notes.warn("byte-order-mark", found, say("save it as UTF-8 without one"))
        data = data[len(codecs.BOM_UTF8) :]
    head = data[:_ENOUGH]
    if b"\0" in head and (not any(head[::2]) or not any(head[1::2])):
        raise unusable_file(source, say("the text looks like UTF-16 or UTF-32 without its mark"), save_as_utf8())
    return data.decode("utf-8", "surrogateescape")


def _decoded(data: bytes, codec: str, source: str) -> str:
    # An incremental decoder also returns the text before a character that is cut off at the end.
    try:
        return codecs.getincrementaldecoder(codec)("surrogatepass").decode(data, final=False)
    except UnicodeDecodeError as error:
        found = say("byte {offset} is not {encoding}", offset=error.start, encoding=codec[:-3].upper())
        raise unusable_file(source, found, save_as_utf8()) from error


class LineNumbers:
    """Line numbers of offsets into one text; fast if successive offsets are close to each other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset, self._line = 0, 1

    def at(self, offset: int) -> int:
        """Return the 1-based line that `offset` is on."""
        if offset >= self._offset:
            self._line += self._text.count("\n", self._offset, offset)
        else:
            self._line -= self._text.count("\n", offset, self._offset)
        self._offset = offset
        return self._line
