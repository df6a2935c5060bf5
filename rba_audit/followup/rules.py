"""The rules of follow-up as `standards/followup.toml` states them: risks, days, and months between looks.

No number of them stands in code.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from rba_audit.resources import standards_dir
from rba_audit.standard.tables import Table, read_toml
from rba_audit.words import Words, say

ORIGINS: Final = ("source", "own_choice")
_YEAR: Final = 12  # months


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number comes from: a source, by its keys in the edition, or this project's own choice."""

    kind: str
    sources: tuple[str, ...]
    note: Words


@dataclass(frozen=True, slots=True)
class Risk:
    """How soon, and by how many people.

    Attributes:
        mandatory: The `mandatory` values of requirements that fall under it.
        due_days: Days from the making of an action to its due date.
        second_person: Whether somebody else has to confirm that it is done.
    """

    name: str
    words: Words
    mandatory: tuple[str, ...]
    due_days: int
    second_person: bool
    origin: Origin

    def due(self, made: date) -> date:
        """Return the due date of an action made on a day."""
        return made + timedelta(days=self.due_days)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the file states.

    Attributes:
        months: Between two looks at a place.
        soon_days: How long before it is due a look is announced.
        expiry_days: How long before its end a certificate is said to expire.
    """

    risks: tuple[Risk, ...]
    months: int
    soon_days: int
    surveillance: Origin
    expiry_days: int
    certificate: Origin

    def risk_of(self, mandatory: str | None) -> Risk:
        """Return the risk of a requirement by its `mandatory` value."""
        return next((risk for risk in self.risks if mandatory in risk.mandatory), self.risks[-1])

    def risk(self, name: str) -> Risk:
        """Return a risk by its name; one that is no longer in the file is taken for the first, the strictest."""
        return next((risk for risk in self.risks if risk.name == name), self.risks[0])


@cache
def rules() -> Rules:
    """Return the rules of follow-up.

    Raises:
        StandardError: the file cannot be used.
    """
    return read_rules(standards_dir() / "followup.toml")


def read_rules(path: Path) -> Rules:
    """Return the rules in a file.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong kind.
    """
    table = Table(read_toml(path), path.name)
    risks = tuple(_risk(Table(item, f"{path.name} [risk]")) for item in table.tables("risk"))
    if len({risk.name for risk in risks}) != len(risks):
        raise table.fault(say("two entries of 'risk' have the same name; give each its own"))
    surveillance, certificate = table.table("surveillance"), table.table("certificate")
    found = Rules(
        risks=risks,
        months=_positive(surveillance, "months"),
        soon_days=surveillance.whole("warning_days"),
        surveillance=_origin(surveillance),
        expiry_days=certificate.whole("warning_days"),
        certificate=_origin(certificate),
    )
    for part in (surveillance, certificate, table):
        part.done()
    return found


def _risk(table: Table) -> Risk:
    risk = Risk(
        name=table.text("name"),
        words=table.words("words"),
        mandatory=table.texts("mandatory"),
        due_days=_positive(table, "due_days"),
        second_person=table.flag("second_person"),
        origin=_origin(table),
    )
    table.done()
    return risk


def _positive(table: Table, key: str) -> int:
    value = table.whole(key)
    if not value:
        raise table.fault(say("'{key}' must be more than zero", key=key))
    return value


def _origin(table: Table) -> Origin:
    kind = table.one_of("origin", ORIGINS)
    sources = table.texts("sources", default=())
    if (kind == "source") != bool(sources):
        raise table.fault(say("'sources' goes with origin 'source', and only with it; correct one of them"))
    return Origin(kind, sources, table.words("note"))


def later(day: date, months: int) -> date:
    """Return the same day some months later; the last day of a shorter month where it has no such day.

    >>> later(date(2028, 2, 29), 12)
    datetime.date(2029, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, _YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
