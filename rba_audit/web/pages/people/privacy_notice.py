"""Privacy notice, parsed from docs/privacy.md, which has it in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup, escape

from rba_audit.messages import language
from rba_audit.resources import privacy_notice

_HEADINGS: Final = {"Bahasa Indonesia": "id", "English": "en"}
"""The headings of the two parts of the text, and the language of each."""
_STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
_CODE: Final = re.compile(r"`(.+?)`")


@dataclass(frozen=True, slots=True)
class NoticeBlock:
    """A `heading`, `paragraph` or `list` of the notice; a list has one text per item, the others have one text."""

    kind: str
    texts: tuple[Markup, ...]


def notice() -> tuple[NoticeBlock, ...]:
    """Return the notice in the current language."""
    return _parts()[language()]


@cache
def _parts() -> dict[str, tuple[NoticeBlock, ...]]:
    by_language: dict[str, tuple[NoticeBlock, ...]] = {}
    for part in privacy_notice().read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        blocks = tuple(_block(text) for text in re.split(r"\n\s*\n", body) if text.strip())
        by_language[_HEADINGS[heading.strip()]] = blocks
    return by_language


def _block(text: str) -> NoticeBlock:
    lines = text.strip().split("\n")
    if lines[0].startswith("### "):
        return NoticeBlock("heading", (_inline(lines[0].removeprefix("### ")),))
    if lines[0].startswith("- "):
        items = re.split(r"\n- ", text.strip().removeprefix("- "))
        return NoticeBlock("list", tuple(_inline(" ".join(item.split())) for item in items))
    return NoticeBlock("paragraph", (_inline(" ".join(text.split())),))


def _inline(text: str) -> Markup:
    strong = _STRONG.sub(r"<strong>\1</strong>", str(escape(text)))
    return Markup(_CODE.sub(r"<code>\1</code>", strong))  # noqa: S704  # escaped above
