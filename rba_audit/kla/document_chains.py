"""Documents with their versions: the version that counts on a day, the newest one, and until when it is valid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal, get_args

from rba_audit.register.kla.document_records import DocumentVersion, counted_version

ChainState = Literal["waiting", "expired", "expiring", "accepted", "refused", "withdrawn"]
CHAIN_STATES: Final[tuple[ChainState, ...]] = get_args(ChainState)
"""In the order of the list: what somebody has to do comes first."""


@dataclass(frozen=True, slots=True)
class DocumentChain:
    """A document.

    Attributes:
        versions: Its versions, oldest first; at least one.
    """

    versions: tuple[DocumentVersion, ...]

    @property
    def newest(self) -> DocumentVersion:
        """The newest version, in whatever state."""
        return self.versions[-1]

    @property
    def counted(self) -> DocumentVersion | None:
        """The version that counts; None if there is none."""
        return counted_version(self.versions)

    @property
    def shown(self) -> DocumentVersion:
        """The version that a list shows: the one that waits for a decision, else the one that counts, else the newest."""
        return self.newest if self.newest.state == "waiting" else self.counted or self.newest

    def state(self, day: date, warn_days: int) -> ChainState:
        """Return its state on a day; a valid document is expiring if it ends within `warn_days` days."""
        if self.newest.state == "waiting":
            return "waiting"
        counted = self.counted
        if counted is None:
            return self.newest.state
        until = counted.body.valid_until
        if until is None or until > day + timedelta(warn_days):
            return "accepted"
        return "expired" if until < day else "expiring"


def document_chains(versions: Iterable[DocumentVersion]) -> list[DocumentChain]:
    """Return the documents of versions; those of one document stand together, oldest first."""
    return [DocumentChain(tuple(chain)) for _, chain in groupby(versions, lambda version: version.document_id)]


def version_in(versions: Sequence[DocumentVersion], seq: int) -> DocumentVersion | None:
    """Return the version with a number; None if there is none."""
    return next((version for version in versions if version.seq == seq), None)
