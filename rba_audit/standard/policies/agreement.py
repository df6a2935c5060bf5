"""`AgreementPolicy`: what makes two visits a double audit, and when a requirement is read differently (`agreement.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.sourced_numbers import (
    SourcedNumber,
    Sources,
    number_above_zero,
    number_origin,
    own_sourced,
    read_sources,
    rules_table,
    sourced,
    whole_above_zero,
)


@dataclass(frozen=True, eq=False, slots=True)
class AgreementPolicy:
    """What `agreement.toml` states.

    Attributes:
        window_days: How many days may lie between two visits of a double audit.
        kappa: Below this, a requirement is read differently.
        minimum_pairs: With fewer pairs, kappa says little.
        least_agreement: How many requirements with the least agreement are listed besides.
        error_sources: Keys of the sources of the standard error.
    """

    window_days: SourcedNumber[int]
    kappa: SourcedNumber[float]
    minimum_pairs: SourcedNumber[int]
    least_agreement: SourcedNumber[int]
    error_sources: tuple[str, ...]
    sources: Sources

    @property
    def titles(self) -> tuple[BilingualText, ...]:
        """The titles of what kappa's limit and its standard error come from, in that order."""
        return tuple(self.sources[key].title for key in (*self.kappa.sources, *self.error_sources))


def read_agreement(path: Path) -> AgreementPolicy:
    """Return what a file states.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    pairs, limits, error = (table.table(key) for key in ("pairs", "limits", "standard_error"))
    found = AgreementPolicy(
        window_days=sourced(pairs, "window_days", whole_above_zero, "days", number_origin(pairs, sources)),
        kappa=own_sourced(limits, "kappa", number_above_zero, "", sources),
        minimum_pairs=own_sourced(limits, "minimum_pairs", whole_above_zero, "", sources),
        least_agreement=own_sourced(limits, "least_agreement", whole_above_zero, "", sources),
        error_sources=number_origin(error, sources).sources,
        sources=sources,
    )
    for part in (pairs, limits, error, table):
        part.refuse_unknown_keys()
    return found
