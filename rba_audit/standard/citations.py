"""Sources that a requirement cites, each with the clause."""

from __future__ import annotations

from dataclasses import dataclass

from rba_audit.standard.edition import Standard
from rba_audit.standard.terms import Source


@dataclass(frozen=True, slots=True)
class Citation:
    """A source, and the clause of it that is cited."""

    key: str
    clause: str
    source: Source

    def __str__(self) -> str:
        return f"{self.source.title} {self.clause}".rstrip()


def citations(standard: Standard, keys: tuple[str, ...]) -> tuple[Citation, ...]:
    """Return the sources that some keys name; what follows the first space of a key is the clause."""
    split = [key.partition(" ") for key in keys]
    return tuple(Citation(name, clause, standard.sources[name]) for name, _, clause in split)
