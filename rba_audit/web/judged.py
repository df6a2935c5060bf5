"""The register's sites as they are judged now, and which positions are in doubt; again only when the register has changed.

Somebody who reads through the public view gets both the register and the findings with the listed fields only, whatever page asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, cast

from flask import current_app, g, has_request_context

from rba_audit.audits import Audited, audited, audited_alone
from rba_audit.findings import Findings
from rba_audit.layers import Place
from rba_audit.moves import State
from rba_audit.register import Register
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies
from rba_audit.web.public_findings import public_findings
from rba_audit.web.public_register import PublicRegister
from rba_audit.web.visits_shown import which_visits
from rba_audit.whereabouts import Doubt, doubts, settlements
from rba_audit.words import Message

_ALONE: Final = 32
"""Places in no list whose judgement is remembered."""


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
    """Remembers the findings of one version of the register, for each choice of visits that count.

    Attributes:
        whole: The register with everything in it, whoever asks: for who may come in, for the log of exports, for photos that
            were cleared, and for what is reckoned from everything and then projected.
    """

    def __init__(
        self, register: Register, standard: Standard, context: Sequence[Place], demo: bool, policies: Policies
    ) -> None:
        self.whole = register
        self.standard = standard
        self.context = tuple(context)
        self.demo = demo
        self.policies = policies
        self._lock = Lock()
        self._found: dict[frozenset[State], tuple[int, Audited]] = {}
        self._public: tuple[Findings, Findings] | None = None
        self._alone: dict[tuple[str, frozenset[State]], tuple[int, Audited]] = {}
        self._placing = Lock()
        self._positions: tuple[int, Positions] | None = None

    @property
    def register(self) -> Register:
        """The register as this reader may read it; through the public view, only what is listed of it."""
        if not reads_as_public():
            return self.whole
        return cast(
            "Register", PublicRegister(self.whole, self.standard, self.policies.forum)
        )  # what it does not have is not shown

    def findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings of the register as it is now; through the public view, with the listed fields only.

        Visits count that are in one of `states`; without it, those this reader wants counted.
        """
        found = self.whole_findings(states)
        if not reads_as_public():
            return found
        with self._lock:
            if self._public is None or self._public[0] is not found:
                self._public = found, public_findings(found)
            return self._public[1]

    def whole_findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings with everything in them, for what is reckoned from them and shows no text of theirs."""
        return self.audited(states).findings

    def audited(self, states: Collection[State] | None = None) -> Audited:
        """Return them with what the visits of each site come to, and where two auditors disagree; whole, whoever asks."""
        wanted = frozenset(which_visits() if states is None else states)
        version = self.whole.version()
        with self._lock:
            kept = self._found.get(wanted)
            if kept is None or kept[0] != version:
                found = audited(self.whole, self.standard, wanted, self.context, policies=self.policies)
                kept = self._found[wanted] = version, found
            return kept[1]

    def audited_at(self, site_id: str, states: Collection[State] | None = None) -> Audited:
        """Return what `audited` does, for the page of one place; one that is in no list is judged by itself.

        Raises:
            NotInRegister: there is no such place.
        """
        whole = self.audited(states)
        if site_id in whole.sites:
            return whole
        wanted = frozenset(which_visits() if states is None else states)
        key, version = (site_id, wanted), self.whole.version()
        with self._lock:
            kept = self._alone.get(key)
        if kept is None or kept[0] != version:
            found = audited_alone(self.whole, self.standard, site_id, wanted, self.context, policies=self.policies)
            kept = version, found
            with self._lock:
                if len(self._alone) >= _ALONE:
                    self._alone.clear()
                self._alone[key] = kept
        return kept[1]

    def findings_at(self, site_id: str, states: Collection[State] | None = None) -> Findings:
        """Return what `findings` does, for the page of one place; one that is in no list is judged by itself.

        Raises:
            NotInRegister: there is no such place.
        """
        if site_id in self.whole_findings(states).source:
            return self.findings(states)
        found = self.audited_at(site_id, states).findings
        return public_findings(found) if reads_as_public() else found

    def positions(self) -> Positions:
        """Return what is to be said of where the register's sites lie now."""
        version = self.whole.version()
        with self._placing:
            if self._positions is None or self._positions[0] != version:
                self._positions = version, self._placed()
            return self._positions[1]

    def _placed(self) -> Positions:
        sites = self.whole_findings().source  # no visit moves a site, so that it does not matter which of them count
        found: dict[str, tuple[Doubt, ...]] = {}
        for doubt in doubts(sites, self.context, self.whole.previous_positions(), policy=self.policies.whereabouts):
            found[doubt.site] = (*found.get(doubt.site, ()), doubt)
        return Positions(found, settlements(sites, self.context, policy=self.policies.whereabouts))


def reads_as_public() -> bool:
    """Tell whether this request is answered because the public view is on, to somebody who is not signed in."""
    return has_request_context() and bool(g.get("reads_as_public"))


def reader_key() -> tuple[bool, frozenset[State]]:
    """Return what makes answers to two readers differ, for whoever keeps answers."""
    return reads_as_public(), frozenset(which_visits())


def judged() -> Judged:
    """Return what the current application judges."""
    return cast("Judged", current_app.extensions["judged"])
