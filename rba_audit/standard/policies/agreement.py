"""`AgreementPolicy`: window of double audits, and limits for low agreement of two auditors (`agreement.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rba_audit.messages import BilingualText
from rba_audit.standard.policies.sourced_numbers import (
    SourcedNumber,
    Sources,
    days_above_zero,
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
    """Content of `agreement.toml`.

    Attributes:
        window_days: Maximum days between the two visits of a double audit.
        kappa: A requirement with a lower kappa is reported as one that auditors read differently.
        minimum_pairs: With fewer pairs, a requirement is not reported as read differently, because kappa is unreliable.
        least_agreement: Number of requirements with the least agreement that are listed in addition, for any number of pairs.
        error_sources: Keys of the sources of the standard error's formula.
    """

    window_days: SourcedNumber[int]
    kappa: SourcedNumber[float]
    minimum_pairs: SourcedNumber[int]
    least_agreement: SourcedNumber[int]
    error_sources: tuple[str, ...]
    sources: Sources

    @property
    def titles(self) -> tuple[BilingualText, ...]:
        """The titles of the sources of kappa's limit, then of its standard error."""
        return tuple(self.sources[key].title for key in (*self.kappa.sources, *self.error_sources))


def read_agreement(path: Path) -> AgreementPolicy:
    """Return the content of an `agreement.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    pairs, limits, error = (table.table(key) for key in ("pairs", "limits", "standard_error"))
    policy = AgreementPolicy(
        window_days=sourced(pairs, "window_days", days_above_zero, "days", number_origin(pairs, sources)),
        kappa=own_sourced(limits, "kappa", number_above_zero, "", sources),
        minimum_pairs=own_sourced(limits, "minimum_pairs", whole_above_zero, "", sources),
        least_agreement=own_sourced(limits, "least_agreement", whole_above_zero, "", sources),
        error_sources=number_origin(error, sources).sources,
        sources=sources,
    )
    for part in (pairs, limits, error, table):
        part.refuse_unknown_keys()
    return policy
