"""The services of this application: the register, the standard, the findings as they are now, and its memos.

Findings are made again only when the register has changed.

Somebody who reads through the public view gets both the register and the findings with the listed fields only, whatever page asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from flask import Flask, current_app, g, has_request_context

from rba_audit.auditing import RegisterAudit, audit_single_site, audit_with_visits
from rba_audit.basemap import BasemapCache
from rba_audit.findings import Findings
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message
from rba_audit.register import Register
from rba_audit.review_states import COUNTED, State
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies, shipped_policies
from rba_audit.web.http.memo import Memo
from rba_audit.web.public_view.findings import public_findings
from rba_audit.web.public_view.register import PublicRegister
from rba_audit.whereabouts import Doubt, boundary_choices, position_doubts

_KEY: Final = "judged"
_CHOICES: Final = 8
"""Choices of visits that count whose findings are remembered."""
_ALONE: Final = 32
"""Places in no list whose findings are remembered."""


@dataclass(frozen=True, slots=True)
class SitePositions:
    """What is to be said of where sites lie, by their ids.

    Attributes:
        doubts: Why a position cannot be what it is said to be.
        settled: Which of several areas counts, and why.
    """

    doubts: Mapping[str, tuple[Doubt, ...]]
    settled: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Memos:
    """Answers that pages made and may be asked for again, each by what it was made from."""

    maps: Memo = field(default_factory=lambda: Memo(8))
    items: Memo = field(default_factory=lambda: Memo(1))
    coverage: Memo = field(default_factory=lambda: Memo(12))
    coverage_layers: Memo = field(default_factory=lambda: Memo(1))
    coverage_maps: Memo = field(default_factory=lambda: Memo(24))
    city_plans: Memo = field(default_factory=lambda: Memo(24))
    city_costs: Memo = field(default_factory=lambda: Memo(24))
    site_plans: Memo = field(default_factory=lambda: Memo(48))


class Services:
    """What the pages of one application work with.

    Attributes:
        standard: The edition it judges by.
        context: The layers around the places.
        demo: Whether it shows a demonstration.
        ground: The tiles under its maps.
        memos: What its pages remember.
        whole: The register with everything in it, whoever asks: for who may come in, for the log of exports, for photos that
            were cleared, and for what is reckoned from everything and then projected.
    """

    def __init__(
        self,
        register: Register,
        standard: Standard,
        context: Sequence[ContextFeature],
        *,
        demo: bool = False,
        policies: Policies | None = None,
        states: Callable[[], Collection[State]] = lambda: COUNTED,
    ) -> None:
        """Make them; `states` says which visits whoever asks just now wants counted."""
        self.whole = register
        self.standard = standard
        self.context = tuple(context)
        self.demo = demo
        self.policies = policies or shipped_policies()
        self.ground = BasemapCache(self.context)
        self.memos = Memos()
        self._states = states
        self._found = Memo(_CHOICES)
        self._public = Memo(_CHOICES)
        self._alone = Memo(_ALONE)
        self._positions = Memo(1)

    @property
    def register(self) -> Register:
        """The register as this reader may read it; through the public view, only what is listed of it."""
        if not reads_as_public():
            return self.whole
        return cast(
            "Register", PublicRegister(self.whole, self.standard, self.policies.forum)
        )  # what it does not have is not shown

    def wanted(self, states: Collection[State] | None = None) -> frozenset[State]:
        """Return `states`, or else those of the visits that this reader wants counted."""
        return frozenset(self._states() if states is None else states)

    def findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings of the register as it is now; through the public view, with the listed fields only.

        Visits count that are in one of `states`; without it, those this reader wants counted.
        """
        found = self.whole_findings(states)
        if not reads_as_public():
            return found
        return self._public.get(self.wanted(states), found, lambda: public_findings(found))

    def whole_findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings with everything in them, for what is reckoned from them and shows no text of theirs."""
        return self.audited(states).findings

    def audited(self, states: Collection[State] | None = None) -> RegisterAudit:
        """Return them with what the visits of each site come to, and where two auditors disagree; whole, whoever asks."""
        wanted = self.wanted(states)
        return self._found.get(
            wanted,
            self.whole.version(),
            lambda: audit_with_visits(self.whole, self.standard, wanted, self.context, policies=self.policies),
        )

    def audited_at(self, site_id: str, states: Collection[State] | None = None) -> RegisterAudit:
        """Return what `audited` does, for the page of one place; one that is in no list is judged by itself.

        Raises:
            NotInRegister: there is no such place.
        """
        whole = self.audited(states)
        if site_id in whole.sites:
            return whole
        wanted = self.wanted(states)
        return self._alone.get(
            (site_id, wanted),
            self.whole.version(),
            lambda: audit_single_site(self.whole, self.standard, site_id, wanted, self.context, policies=self.policies),
        )

    def findings_at(self, site_id: str, states: Collection[State] | None = None) -> Findings:
        """Return what `findings` does, for the page of one place; one that is in no list is judged by itself.

        Raises:
            NotInRegister: there is no such place.
        """
        if site_id in self.whole_findings(states).source:
            return self.findings(states)
        found = self.audited_at(site_id, states).findings
        return public_findings(found) if reads_as_public() else found

    def positions(self) -> SitePositions:
        """Return what is to be said of where the register's sites lie now."""
        return self._positions.get("", self.whole.version(), self._placed)

    def _placed(self) -> SitePositions:
        sites = self.whole_findings().source  # no visit moves a site, so that it does not matter which of them count
        found: dict[str, tuple[Doubt, ...]] = {}
        for doubt in position_doubts(
            sites, self.context, self.whole.previous_positions(), policy=self.policies.whereabouts
        ):
            found[doubt.site] = (*found.get(doubt.site, ()), doubt)
        return SitePositions(found, boundary_choices(sites, self.context, policy=self.policies.whereabouts))


def reads_as_public() -> bool:
    """Tell whether this request is answered because the public view is on, to somebody who is not signed in."""
    return has_request_context() and bool(g.get("reads_as_public"))


def reader_key() -> tuple[bool, frozenset[State]]:
    """Return what makes answers to two readers differ, for whoever keeps answers."""
    return reads_as_public(), services().wanted()


def services() -> Services:
    """Return the services of the current application."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """Return the services of an application."""
    return cast("Services", app.extensions[_KEY])


def install_services(app: Flask, services: Services) -> None:
    """Give an application its services, before its pages."""
    app.extensions[_KEY] = services
