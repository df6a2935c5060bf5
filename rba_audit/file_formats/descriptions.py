"""Facts in the HTML description of a placemark: rows of two cells, and lines with a bold key, as map programs write them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_LONGEST_KEY: Final = 80
_HTML: Final = re.compile(r"<\s*(?:table|tr|td|b|strong|br|li|p|div|span)\b", re.IGNORECASE)
_LINES: Final = frozenset(("br", "p", "div", "li", "tr", "table", "ul", "h1", "h2", "h3", "h4"))
_BOLD: Final = frozenset(("b", "strong", "th"))
_NULLS: Final = frozenset(("", "<null>", "&lt;null&gt;"))


def facts_of(description: str) -> dict[str, str]:
    """Return the facts of a description by key, in order; a text without such rows has none.

    >>> facts_of("<table><tr><td>MAN-06</td><td>yes</td></tr></table>")
    {'MAN-06': 'yes'}
    """
    if not _HTML.search(description):
        return {}
    parser = _FactParser()
    parser.feed(description)
    parser.close()
    parser.end_line()
    return parser.facts


class _FactParser(HTMLParser):
    """Collects cells of table rows, and lines of text that begin with a bold key."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts: dict[str, str] = {}
        self._cells: list[str] | None = None  # of the row that is open
        self._bold, self._key, self._rest = 0, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        if tag == "tr":
            self.end_line()
            self._cells = []
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append("")
        elif tag in _LINES and self._cells is None:
            self.end_line()
        if tag in _BOLD:
            self._bold += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _BOLD:
            self._bold = max(0, self._bold - 1)
        if tag == "tr" and self._cells is not None:
            if len(self._cells) == 2:
                self._add(self._cells[0], self._cells[1])
            self._cells = None
        elif tag in _LINES and self._cells is None:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if self._cells:
            self._cells[-1] += data
        elif self._cells is None and self._bold and not self._rest.strip():
            self._key += data
        elif self._cells is None:
            self._rest += data

    def end_line(self) -> None:
        """Take the line so far as a fact, if it has a bold key and a colon behind it."""
        key, rest = self._key.strip(), self._rest.strip()
        if key and rest and (key.endswith(":") or rest.startswith(":")):
            self._add(key, rest.removeprefix(":"))
        self._key = self._rest = ""

    def _add(self, key: str, value: str) -> None:
        key, value = " ".join(key.split()).removesuffix(":").strip(), " ".join(value.split())
        if 0 < len(key) <= _LONGEST_KEY and value.lower() not in _NULLS:
            self.facts.setdefault(key, value)
