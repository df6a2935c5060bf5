"""`KlaPolicy`: what is known of the child-friendly-city award (KLA), from the rules files in `kla/`; what is not public is in none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rba_audit.errors import StandardError
from rba_audit.messages import say
from rba_audit.standard.policies.kha import KhaPolicy, read_kha
from rba_audit.standard.policies.kla_calendar import KlaCalendar, read_calendar
from rba_audit.standard.policies.kla_documents import DocumentKind, DocumentKinds, read_document_kinds
from rba_audit.standard.policies.kla_indicators import Bands, Indicator, Indicators, read_bands, read_indicators

KLA_FILES: Final = ("kla/bands.toml", "kla/calendar.toml", "kla/documents.toml", "kla/indicators.toml", "kla/kha.toml")
"""The rules files of KLA, relative to the folder of rules files."""


@dataclass(frozen=True, eq=False, slots=True)
class KlaPolicy:
    """Content of the rules files of KLA."""

    bands: Bands
    calendar: KlaCalendar
    documents: DocumentKinds
    indicators: Indicators
    kha: KhaPolicy

    def kind(self, name: str) -> DocumentKind | None:
        """Return a kind of document by its name; None for one that is no longer in the file."""
        return next((kind for kind in self.documents.kinds if kind.name == name), None)

    def indicator(self, name: str) -> Indicator | None:
        """Return an indicator by its name; None for one that is no longer in the file."""
        return next((each for each in self.indicators.indicators if each.name == name), None)


def read_kla(path: Callable[[str], Path]) -> KlaPolicy:
    """Return the rules of KLA; `path` returns the file of a name in `KLA_FILES`.

    Raises:
        StandardError: a file is missing, a key in one is missing, unknown or of the wrong type, or a document kind names a step or
            indicator that the other files do not have.
    """
    policy = KlaPolicy(
        bands=read_bands(path("kla/bands.toml")),
        calendar=read_calendar(path("kla/calendar.toml")),
        documents=read_document_kinds(path("kla/documents.toml")),
        indicators=read_indicators(path("kla/indicators.toml")),
        kha=read_kha(path("kla/kha.toml")),
    )
    steps = {step.name for step in policy.calendar.steps}
    indicators = {indicator.name for indicator in policy.indicators.indicators}
    for kind in policy.documents.kinds:
        for key, names, known in (("due_step", (kind.due_step,), steps), ("indicators", kind.indicators, indicators)):
            for name in names:
                if name not in known:
                    raise StandardError(
                        say(
                            "{file} [kind] {kind}: '{key}' is '{found}'; use one of: {known}",
                            file=path("kla/documents.toml").name,
                            kind=kind.name,
                            key=key,
                            found=name,
                            known=", ".join(sorted(known)),
                        )
                    )
    return policy
