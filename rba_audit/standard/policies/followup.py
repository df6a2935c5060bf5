"""`FollowupPolicy`: how soon a finding is repaired, and when a site is looked at again (`followup.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import (
    NumberOrigin,
    SourcedNumber,
    number_origin,
    rules_table,
    sourced,
    whole,
    whole_above_zero,
)
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class Risk:
    """How soon, and by how many people.

    Attributes:
        mandatory: The `mandatory` values of requirements that fall under it.
        due_days: Days from the making of an action to its due date.
        second_person: Whether somebody else has to confirm that it is done.
    """

    name: str
    words: BilingualText
    mandatory: tuple[str, ...]
    due_days: SourcedNumber[int]
    second_person: bool
    origin: NumberOrigin

    def due(self, made: date) -> date:
        """Return the due date of an action made on a day."""
        return made + timedelta(days=self.due_days.value)


@dataclass(frozen=True, eq=False, slots=True)
class FollowupPolicy:
    """What `followup.toml` states.

    Attributes:
        months: Between two looks at a site.
        soon_days: How long before it is due a look is announced.
        expiry_days: How long before its end a certificate is said to expire.
    """

    risks: tuple[Risk, ...]
    months: SourcedNumber[int]
    soon_days: SourcedNumber[int]
    expiry_days: SourcedNumber[int]

    def risk_of(self, mandatory: str | None) -> Risk:
        """Return the risk of a requirement by its `mandatory` value."""
        return next((risk for risk in self.risks if mandatory in risk.mandatory), self.risks[-1])

    def risk(self, name: str) -> Risk:
        """Return a risk by its name; one that is no longer in the file is taken for the first, the strictest."""
        return next((risk for risk in self.risks if risk.name == name), self.risks[0])


def read_followup(path: Path) -> FollowupPolicy:
    """Return what a file states.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    risks = tuple(_risk(Table(item, f"{table.where} [risk]")) for item in table.tables("risk"))
    if len({risk.name for risk in risks}) != len(risks):
        raise table.fault(say("two entries of 'risk' have the same name; give each its own"))
    surveillance, certificate = table.table("surveillance"), table.table("certificate")
    origin = number_origin(surveillance)
    found = FollowupPolicy(
        risks=risks,
        months=sourced(surveillance, "months", whole_above_zero, "months", origin),
        soon_days=sourced(surveillance, "warning_days", whole, "days", origin),
        expiry_days=sourced(certificate, "warning_days", whole, "days", number_origin(certificate)),
    )
    for part in (surveillance, certificate, table):
        part.refuse_unknown_keys()
    return found


def _risk(table: Table) -> Risk:
    origin = number_origin(table)
    risk = Risk(
        name=table.text("name"),
        words=table.words("words"),
        mandatory=table.texts("mandatory"),
        due_days=sourced(table, "due_days", whole_above_zero, "days", origin),
        second_person=table.flag("second_person"),
        origin=origin,
    )
    table.refuse_unknown_keys()
    return risk
