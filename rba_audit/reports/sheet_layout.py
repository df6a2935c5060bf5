"""Layout of a sheet of a workbook: row heights for wrapped text, and pages on A4 that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Final

import xlsxwriter.worksheet

_POINTS_A_LINE: Final = 15.0
_TALLEST_POINTS: Final = 409.0
"""The tallest row of a spreadsheet."""
MOST_LINES: Final = int(_TALLEST_POINTS // _POINTS_A_LINE)
"""Lines of text that the tallest row shows."""
_LETTERS: Final = 0.95
"""Letters of running text in one unit of column width; narrower than in Excel, since LibreOffice sets wider letters."""
_PAGE_PX: Final = 1046
"""Width of an A4 page in landscape between its margins, in pixels at full size."""
_SMALLEST: Final = 0.72
"""Smallest scale of print: 11 points become 8."""
_MARGIN_IN: Final = 0.4
_LONGEST_TITLE: Final = 100
"""Letters of a title; a header holds 255, and `&` counts twice."""


@lru_cache(maxsize=8192)
def wrapped_lines(text: str, width: int) -> int:
    """Return how many lines a text fills in a column of `width` characters, broken between words."""
    most = max(int(width * _LETTERS), 1)
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0
        for word in paragraph.split(" "):
            length = len(word)
            if used and used + 1 + length <= most:
                used += 1 + length
                continue
            lines += bool(used) + max(ceil(length / most) - 1, 0)
            used = length % most or min(length, most)
    return lines


def row_points(lines: int) -> float:
    """Return the height of a row with so many lines of text, in points."""
    return min(max(lines, 1) * _POINTS_A_LINE, _TALLEST_POINTS)


def pages_wide(widths: Sequence[int], repeated: int) -> int:
    """Return on how many pages side by side columns are printed, so that print is not smaller than 8 points.

    Args:
        widths: Widths of all columns, in characters.
        repeated: How many of them, from the left, are repeated on every page.
    """
    pixels = [7 * width + 5 for width in widths]
    whole, again = sum(pixels), sum(pixels[:repeated])
    pages = 1
    # A column is never divided, so a page may stay empty by up to the widest of them.
    while (whole + (pages - 1) * (again + max(pixels) / 2)) * _SMALLEST > pages * _PAGE_PX and pages < len(pixels):
        pages += 1
    return pages


def set_pages(
    sheet: xlsxwriter.worksheet.Worksheet, widths: Sequence[int], heading_row: int, repeated: int, title: str = ""
) -> None:
    """Set the pages of a sheet: A4 landscape, its title, heading and first columns on each page, page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=_MARGIN_IN, right=_MARGIN_IN, top=0.7 if title else _MARGIN_IN, bottom=0.6)
    if title:
        sheet.set_header(f"&L{title[:_LONGEST_TITLE].replace('&', '&&')}")
    pages = pages_wide(widths, repeated)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(heading_row)
    if pages > 1 and repeated:
        sheet.repeat_columns(0, repeated - 1)
    sheet.set_footer("&L&A&R&P / &N")
