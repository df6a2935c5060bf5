"""Provenance of an exported file: its day, the edition it was evaluated by, and the filter of its rows."""

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
    """Provenance of a file.

    Attributes:
        day: Day of the export, in the time zone of the city.
        edition: Id of the edition of the standard.
        title: Title of that edition.
        filter: The active filters, each as "heading: value"; empty if all rows are exported.
    """

    day: date
    edition: str
    title: str
    filter: tuple[str, ...] = ()

    @classmethod
    def of(cls, standard: Standard, day: date, filter: tuple[str, ...] = ()) -> Provenance:
        """Return the provenance of a file evaluated by an edition, in the current language."""
        return cls(day, standard.edition, str(standard.title), filter)

    @property
    def filter_words(self) -> str:
        """The filters in one line."""
        return "; ".join(self.filter) or str(say("none: all rows"))

    def about(self) -> list[tuple[Message, str]]:
        """Return the lines of a workbook's sheet "About": pairs of heading and text."""
        return [
            (say("What this is"), str(say("Readiness estimate, not an official score"))),
            (say("As of"), self.day.isoformat()),
            (say("The standard"), f"{self.edition} — {self.title}"),
            (say("Filter"), self.filter_words),
        ]

    def member(self) -> dict[str, object]:
        """Return the provenance as a foreign member of a FeatureCollection (RFC 7946 §6.1)."""
        return {
            "note": str(say("Readiness estimate, not an official score")),
            "date": self.day.isoformat(),
            "edition": self.edition,
            "filter": self.filter_words,
            "language": language(),
        }

    def columns(self) -> list[Column[T]]:
        """Return the last columns of a CSV file. Unlike a comment line, both spreadsheets and scripts can read them."""
        return [
            Column(say("As of"), lambda _row: self.day.isoformat(), 12),
            Column(say("Edition"), lambda _row: self.edition, 12),
            Column(say("Filter"), lambda _row: self.filter_words, 30),
        ]


def file_name(name: str, kind: str, *, day: date, site: str = "", filter: Iterable[str] = ()) -> str:
    """Return a file name with the day and, if given, a site id and filters: `non-standard-2026-11-30-curug.csv`.

    It contains only ASCII letters, digits, dots and dashes, so that it is valid on every file system.
    """
    values = " ".join(entry.partition(": ")[2] or entry for entry in filter)
    parts = (name, _slug(site), day.isoformat(), _slug(values.lower()))
    return f"{'-'.join(part for part in parts if part)}.{kind}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-")
