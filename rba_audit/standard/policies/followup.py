"""`FollowupPolicy`: due dates of actions by risk, and intervals of surveillance and certificates (`followup.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    days,
    days_above_zero,
    months_above_zero,
    number_origin,
    rules_table,
    sourced,
)
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk class of requirements, with the time limit of their actions.

    Attributes:
        mandatory: The `mandatory` values of the requirements in this class.
        due_days: Days from the creation of an action to its due date.
        second_person: Whether a second person has to confirm that an action is done.
    """

    name: str
    words: BilingualText
    mandatory: tuple[str, ...]
    due_days: SourcedNumber[int]
    second_person: bool
    origin: NumberOrigin

    def due(self, made: date) -> date:
        """Return the due date of an action created on the day `made`."""
        return made + timedelta(days=self.due_days.value)


@dataclass(frozen=True, eq=False, slots=True)
class FollowupPolicy:
    """Content of `followup.toml`.

    Attributes:
        risks: The risk classes, strictest first; the last is that of all other requirements.
        months: Interval between two inspections of a site.
        soon_days: Days before its due date from which an inspection is announced.
        expiry_days: Days before its end from which a certificate is shown as expiring.
    """

    risks: tuple[Risk, ...]
    months: SourcedNumber[int]
    soon_days: SourcedNumber[int]
    expiry_days: SourcedNumber[int]

    def risk_of(self, mandatory: str | None) -> Risk:
        """Return the risk of a requirement by its `mandatory` value; the last one if no risk lists it."""
        return next((risk for risk in self.risks if mandatory in risk.mandatory), self.risks[-1])

    def risk(self, name: str) -> Risk:
        """Return a risk by its name; for a name no longer in the file, the first, which is the strictest."""
        return next((risk for risk in self.risks if risk.name == name), self.risks[0])


def read_followup(path: Path) -> FollowupPolicy:
    """Return the content of a `followup.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    risks = tuple(_risk(Table(item, f"{table.where} [risk]")) for item in table.tables("risk"))
    if len({risk.name for risk in risks}) != len(risks):
        raise table.fault(say("two entries of 'risk' have the same name; give each its own"))
    surveillance, certificate = table.table("surveillance"), table.table("certificate")
    origin = number_origin(surveillance)
    policy = FollowupPolicy(
        risks=risks,
        months=sourced(surveillance, "months", months_above_zero, "months", origin),
        soon_days=sourced(surveillance, "warning_days", days, "days", origin),
        expiry_days=sourced(certificate, "warning_days", days, "days", number_origin(certificate)),
    )
    for part in (surveillance, certificate, table):
        part.refuse_unknown_keys()
    return policy


def _risk(table: Table) -> Risk:
    origin = number_origin(table)
    risk = Risk(
        name=table.text("name"),
        words=table.words("words"),
        mandatory=table.texts("mandatory"),
        due_days=sourced(table, "due_days", days_above_zero, "days", origin),
        second_person=table.flag("second_person"),
        origin=origin,
    )
    table.refuse_unknown_keys()
    return risk
