"""`PlansPolicy`: the order in which remedies are done (`plans.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rba_audit.errors import StandardError
from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import NumberOrigin, number_origin, rules_table
from rba_audit.standard.toml_tables import Table


@dataclass(frozen=True, slots=True)
class Urgency:
    """A group of remedies, with the reason for its rank in the order.

    Attributes:
        mandatory: The `mandatory` values of its requirements; empty for the group of all other requirements.
    """

    name: str
    words: BilingualText
    mandatory: tuple[str, ...]
    why: BilingualText
    origin: NumberOrigin


@dataclass(frozen=True, eq=False, slots=True)
class PlansPolicy:
    """Content of `plans.toml`.

    Attributes:
        urgencies: The groups in the order in which they are done; the last has all other requirements.
    """

    urgencies: tuple[Urgency, ...]

    def urgency_of(self, mandatory: str | None) -> int:
        """Return the index of the group of a requirement by its `mandatory` value."""
        for index, group in enumerate(self.urgencies):
            if mandatory in group.mandatory:
                return index
        return len(self.urgencies) - 1


def read_plans(path: Path) -> PlansPolicy:
    """Return the content of a `plans.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    groups = tuple(_urgency(Table(item, f"{table.where} [urgency]")) for item in table.tables("urgency"))
    table.refuse_unknown_keys()
    if len({group.name for group in groups}) != len(groups):
        raise table.fault(say("two entries of '{key}' have the same name; give each its own", key="urgency"))
    if [group for group in groups if not group.mandatory] != [groups[-1]]:
        raise StandardError(
            say("{file}: the last urgency, and only that, has no 'mandatory'; it takes the rest", file=path.name)
        )
    return PlansPolicy(groups)


def _urgency(table: Table) -> Urgency:
    urgency = Urgency(
        name=table.text("name"),
        words=table.words("words"),
        mandatory=table.texts("mandatory"),
        why=table.words("why"),
        origin=number_origin(table),
    )
    table.refuse_unknown_keys()
    return urgency
