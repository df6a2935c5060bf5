"""Pages printed on A4 in Chromium and Firefox, and what lies on the sheets: texts with their boxes, and colours."""

from __future__ import annotations

import base64
from ctypes import c_double
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pypdfium2
from pypdfium2 import raw

MARGINS_MM = (0, 12)
A4_CM = (21.0, 29.7)
_POINTS_PER_MM = 72 / 25.4
_OVERLAP = 0.25
"""Boxes of text that share a smaller part than this of the smaller one are neighbours: letters hang a little over their line."""
_SAME_PT = 1.0
_WIDEST_GAP = 1.5
_NEAR = 6
"""How far a printed colour may be from the one meant, in each of red, green and blue."""


def print_in_chromium(page, margin_mm):
    """Return the PDF of the page that is open; the margin is set as a person does in the dialog, over what the page asks for."""
    page.evaluate(
        "(margin) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`@page { margin: ${margin}mm !important }`);"
        " document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((one) => !one.ofTest), Object.assign(sheet, { ofTest: true })]; }",
        margin_mm,
    )
    return page.pdf(format="A4", print_background=False)


def print_in_firefox(browser, margin_mm):
    """Return the PDF of the page that is open in a `Browser` of `helpers.other_browsers`."""
    width, height = A4_CM
    margin = dict.fromkeys(("top", "bottom", "left", "right"), margin_mm / 10)
    given = {"page": {"width": width, "height": height}, "margin": margin, "background": False}
    return base64.b64decode(browser.driver.execute("printPage", given)["value"])


@dataclass(frozen=True)
class Line:
    """A run of text on one line of a sheet, with its box in points from the lower left corner."""

    text: str
    box: tuple[float, float, float, float]


class Paper:
    """The sheets of a PDF."""

    def __init__(self, pdf):
        self._document = pypdfium2.PdfDocument(pdf)

    def close(self):
        """Let go of the PDF."""
        self._document.close()

    def __len__(self):
        return len(self._document)

    @cached_property
    def lines(self):
        """The lines of each sheet."""
        return [_lines(page.get_textpage()) for page in self._document]

    @cached_property
    def texts(self):
        """The text of each sheet, with one space for every gap."""
        return [" ".join(page.get_textpage().get_text_range().split()) for page in self._document]

    @property
    def text(self):
        """All text."""
        return " ".join(self.texts)

    def overlaps(self):
        """Return pairs of texts that lie on top of each other, as (sheet from 1, one, other)."""
        return [(number, *pair) for number, lines in enumerate(self.lines, 1) for pair in _overlapping(lines)]

    def outside(self):
        """Return texts that leave their sheet, as (sheet from 1, text)."""
        found = []
        for number, (page, lines) in enumerate(zip(self._document, self.lines, strict=True), 1):
            width, height = page.get_size()
            found += [
                (number, line.text)
                for line in lines
                if line.box[0] < -1 or line.box[1] < -1 or line.box[2] > width + 1 or line.box[3] > height + 1
            ]
        return found

    def sizes_mm(self):
        """Return the sizes of the sheets, rounded to millimetres."""
        return {tuple(round(side / _POINTS_PER_MM) for side in page.get_size()) for page in self._document}

    def share_of(self, colour):
        """Return which part of the sheet that has most of it is painted in a colour (`#RRGGBB`)."""
        wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
        return max(float((np.abs(sheet - wanted).max(axis=2) <= _NEAR).mean()) for sheet in self._pixels)

    @cached_property
    def _pixels(self):
        return [page.render(scale=1).to_numpy()[:, :, 2::-1].astype(int) for page in self._document]


def _lines(texts):
    """Join letters that follow each other on one line; a gap as wide as a letter is high begins another run."""
    runs: list[tuple] = []
    before = None
    for text, box in _letters(texts):
        left, bottom, right, top = box
        ligature, before = box == before, box
        if ligature:
            runs[-1] = (runs[-1][0] + text, *runs[-1][1:])
            continue
        if runs:
            last = runs[-1]
            level = min(top, last[4]) - max(bottom, last[2]) > 0.3 * min(top - bottom, last[4] - last[2])
            if level and -_SAME_PT < left - last[3] < _WIDEST_GAP * (last[4] - last[2]):
                runs[-1] = (last[0] + text, last[1], min(bottom, last[2]), right, max(top, last[4]))
                continue
        runs.append((text, left, bottom, right, top))
    return [Line(text, (left, bottom, right, top)) for text, left, bottom, right, top in runs]


def _letters(texts):
    left, right, bottom, top = (c_double() for _ in range(4))
    for number in range(texts.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(texts, number))
        raw.FPDFText_GetCharBox(texts, number, left, right, bottom, top)
        if not letter.isspace() and right.value - left.value > 0.05 and top.value - bottom.value > 0.05:
            yield letter, (left.value, bottom.value, right.value, top.value)


def _overlapping(lines):
    if not lines:
        return []
    boxes = np.array([line.box for line in lines])
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    over = shared > _OVERLAP * np.minimum(areas[:, None], areas[None, :])
    # A halo around a label is its text once more in the same place.
    same = np.abs(boxes[:, None, :] - boxes[None, :, :]).max(axis=2) < _SAME_PT
    pairs = np.argwhere(np.triu(over & ~same, 1))
    return [(lines[one].text, lines[other].text) for one, other in pairs]
