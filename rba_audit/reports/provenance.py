"""What every file says of itself: the day it was made, the edition it was judged by, and which rows were asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from rba_audit.messages import Message, language, say
from rba_audit.reports.columns import Column
from rba_audit.standard import Standard

_LONGEST_SLUG: Final = 60
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file comes from.

    Attributes:
        day: The day it was made, in the city.
        edition: Id of the edition of the standard.
        title: What that edition is called.
        filter: What was asked for, each as "heading: value"; empty where everything was.
    """

    day: date
    edition: str
    title: str
    filter: tuple[str, ...] = ()

    @classmethod
    def of(cls, standard: Standard, day: date, filter: tuple[str, ...] = ()) -> Provenance:
        """Return the provenance of a file judged by an edition, in the current language."""
        return cls(day, standard.edition, str(standard.title), filter)

    @property
    def filter_words(self) -> str:
        """The filter in one line."""
        return "; ".join(self.filter) or str(say("none: all rows"))

    def about(self) -> list[tuple[Message, str]]:
        """Return the lines of the sheet that says what a workbook is."""
        return [
            (say("What this is"), str(say("Readiness estimate, not an official score"))),
            (say("As of"), self.day.isoformat()),
            (say("The standard"), f"{self.edition} — {self.title}"),
            (say("Filter"), self.filter_words),
        ]

    def member(self) -> dict[str, object]:
        """Return the same as a foreign member of a FeatureCollection (RFC 7946 §6.1)."""
        return {
            "note": str(say("Readiness estimate, not an official score")),
            "date": self.day.isoformat(),
            "edition": self.edition,
            "filter": self.filter_words,
            "language": language(),
        }

    def columns(self) -> list[Column[T]]:
        """Return the last columns of a CSV file: a spreadsheet and a script both read them, unlike a comment line."""
        return [
            Column(say("As of"), lambda _row: self.day.isoformat(), 12),
            Column(say("Edition"), lambda _row: self.edition, 12),
            Column(say("Filter"), lambda _row: self.filter_words, 30),
        ]


def file_name(name: str, kind: str, *, day: date, site: str = "", filter: Iterable[str] = ()) -> str:
    """Return a file name with the day and, where given, the id of a site and a filter: `non-standard-2026-11-30-curug.csv`.

    It has letters, digits, dots and dashes alone, so that every disk takes it.
    """
    values = " ".join(each.partition(": ")[2] or each for each in filter)
    parts = (name, _slug(site), day.isoformat(), _slug(values.lower()))
    return f"{'-'.join(part for part in parts if part)}.{kind}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-")
