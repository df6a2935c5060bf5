"""`KlaPolicy`: what is known of the child-friendly-city award (KLA), from the rules files in `kla/`; what is not public is in none of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rba_audit.errors import StandardError
from rba_audit.messages import say
from rba_audit.standard.policies.kha import KhaPolicy, read_kha
from rba_audit.standard.policies.kla_calendar import KlaCalendar, read_calendar
from rba_audit.standard.policies.kla_documents import DocumentKind, DocumentKinds, read_document_kinds
from rba_audit.standard.policies.kla_indicators import Bands, Indicator, Indicators, read_bands, read_indicators
from rba_audit.standard.policies.kla_trail import NominationSteps, PublishedResults, read_published_results, read_trail

KLA_FILES: Final = (
    "kla/bands.toml",
    "kla/calendar.toml",
    "kla/documents.toml",
    "kla/indicators.toml",
    "kla/kha.toml",
    "kla/rounds.toml",
    "kla/trail.toml",
)
"""The rules files of KLA, relative to the folder of rules files."""


@dataclass(frozen=True, eq=False, slots=True)
class KlaPolicy:
    """Content of the rules files of KLA."""

    bands: Bands
    calendar: KlaCalendar
    documents: DocumentKinds
    indicators: Indicators
    kha: KhaPolicy
    results: PublishedResults
    trail: NominationSteps

    def kind(self, name: str) -> DocumentKind | None:
        """Return a kind of document by its name; None for one that is no longer in the file."""
        return next((kind for kind in self.documents.kinds if kind.name == name), None)

    def indicator(self, name: str) -> Indicator | None:
        """Return an indicator by its name; None for one that is no longer in the file."""
        return next((each for each in self.indicators.indicators if each.name == name), None)


def read_kla(path: Callable[[str], Path]) -> KlaPolicy:
    """Return the rules of KLA; `path` returns the file of a name in `KLA_FILES`.

    Raises:
        StandardError: a file is missing, a key in one is missing, unknown or of the wrong type, or an entry names a step, an
            indicator or a band that the other files do not have.
    """
    policy = KlaPolicy(
        bands=read_bands(path("kla/bands.toml")),
        calendar=read_calendar(path("kla/calendar.toml")),
        documents=read_document_kinds(path("kla/documents.toml")),
        indicators=read_indicators(path("kla/indicators.toml")),
        kha=read_kha(path("kla/kha.toml")),
        results=read_published_results(path("kla/rounds.toml")),
        trail=read_trail(path("kla/trail.toml")),
    )
    steps = {step.name for step in policy.calendar.steps}
    indicators = {indicator.name for indicator in policy.indicators.indicators}
    bands = {band.name for band in policy.bands.bands}
    for kind in policy.documents.kinds:
        _refuse_unknown(path("kla/documents.toml"), "kind", kind.name, "due_step", (kind.due_step,), steps)
        _refuse_unknown(path("kla/documents.toml"), "kind", kind.name, "indicators", kind.indicators, indicators)
    for step in policy.trail.steps:
        due_step = (step.due_step,) if step.due_step else ()
        _refuse_unknown(path("kla/trail.toml"), "step", step.name, "due_step", due_step, steps)
    for result in policy.results.results:
        _refuse_unknown(path("kla/rounds.toml"), "round", str(result.year), "band", (result.band,), bands)
    return policy


def _refuse_unknown(path: Path, table: str, entry: str, key: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise StandardError(
                say(
                    "{file} [{table}] {entry}: '{key}' is '{found}'; use one of: {known}",
                    file=path.name,
                    table=table,
                    entry=entry,
                    key=key,
                    found=name,
                    known=", ".join(sorted(known)),
                )
            )
