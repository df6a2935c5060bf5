"""The register's sites as they are judged now, and which positions are in doubt; again only when the register has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

from flask import current_app

from rba_audit.audits import Audited, audited
from rba_audit.findings import Findings
from rba_audit.layers import Place
from rba_audit.moves import State
from rba_audit.register import Register
from rba_audit.standard import Standard
from rba_audit.web.visits_shown import which_visits
from rba_audit.whereabouts import Doubt, doubts, settlements
from rba_audit.words import Message


@dataclass(frozen=True, slots=True)
class Positions:
    """What is to be said of where sites lie, by their ids.

    Attributes:
        doubts: Why a position cannot be what it is said to be.
        settled: Which of several areas counts, and why.
    """

    doubts: Mapping[str, tuple[Doubt, ...]]
    settled: Mapping[str, Message]


class Judged:
    """Remembers the findings of one version of the register, for each choice of visits that count."""

    def __init__(self, register: Register, standard: Standard, context: Sequence[Place], demo: bool) -> None:
        self.register = register
        self.standard = standard
        self.context = tuple(context)
        self.demo = demo
        self._lock = Lock()
        self._found: dict[frozenset[State], tuple[int, Audited]] = {}
        self._placing = Lock()
        self._positions: tuple[int, Positions] | None = None

    def findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings of the register as it is now.

        Visits count that are in one of `states`; without it, those this reader wants counted.
        """
        return self.audited(states).findings

    def audited(self, states: Collection[State] | None = None) -> Audited:
        """Return the same with what the visits of each site come to, and where two auditors disagree."""
        wanted = frozenset(which_visits() if states is None else states)
        version = self.register.version()
        with self._lock:
            kept = self._found.get(wanted)
            if kept is None or kept[0] != version:
                kept = self._found[wanted] = version, audited(self.register, self.standard, wanted, self.context)
            return kept[1]

    def positions(self) -> Positions:
        """Return what is to be said of where the register's sites lie now."""
        version = self.register.version()
        with self._placing:
            if self._positions is None or self._positions[0] != version:
                self._positions = version, self._placed()
            return self._positions[1]

    def _placed(self) -> Positions:
        sites = self.findings().source  # no visit moves a site, so that it does not matter which of them count
        found: dict[str, tuple[Doubt, ...]] = {}
        for doubt in doubts(sites, self.context, self.register.previous_positions()):
            found[doubt.site] = (*found.get(doubt.site, ()), doubt)
        return Positions(found, settlements(sites, self.context))


def judged() -> Judged:
    """Return what the current application judges."""
    return cast("Judged", current_app.extensions["judged"])
