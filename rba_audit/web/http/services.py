"""Services of an application: register, standard, context layers, policies, current findings, and memos of the pages.

Findings are recomputed only when the register has changed, or the day, on which documents expire. A reader without an account gets register and findings reduced to the
public fields, on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Final, cast

from flask import Flask, current_app, g, has_request_context

from rba_audit.auditing import RegisterAudit, audit_single_site, audit_with_visits, context_of_register
from rba_audit.auditing.register_context import current_layers_key
from rba_audit.basemap import BasemapCache
from rba_audit.days import today
from rba_audit.findings import Findings
from rba_audit.layers import ContextFeature
from rba_audit.messages import Message
from rba_audit.register import Register
from rba_audit.review_states import COUNTED, State
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies, shipped_policies
from rba_audit.web.http.drafts import Drafts
from rba_audit.web.http.jobs import Jobs
from rba_audit.web.http.memo import Memo
from rba_audit.web.public_view.findings import public_findings
from rba_audit.web.public_view.register import PublicRegister
from rba_audit.whereabouts import Doubt, boundary_choices, position_doubts

_KEY: Final = "judged"
_CHOICES: Final = 8
"""Number of sets of visit states whose findings are cached."""
_DAYS: Final = 10_000_000
"""More than the ordinal of any day."""
_ALONE: Final = 32
"""Number of unlisted sites (proposed, declined, retired) whose findings are cached."""


@dataclass(frozen=True, slots=True)
class SitePositions:
    """Messages about the positions of sites, by site id.

    Attributes:
        doubts: Reasons to doubt the stated position.
        settled: The area that counts where several claim the site, and why.
    """

    doubts: Mapping[str, tuple[Doubt, ...]]
    settled: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Memos:
    """Caches of the pages, by topic."""

    maps: Memo = field(default_factory=lambda: Memo(8))
    items: Memo = field(default_factory=lambda: Memo(1))
    coverage: Memo = field(default_factory=lambda: Memo(12))
    coverage_layers: Memo = field(default_factory=lambda: Memo(1))
    coverage_maps: Memo = field(default_factory=lambda: Memo(24))
    city_plans: Memo = field(default_factory=lambda: Memo(24))
    city_costs: Memo = field(default_factory=lambda: Memo(24))
    site_plans: Memo = field(default_factory=lambda: Memo(48))
    overview: Memo = field(default_factory=lambda: Memo(8))
    site_changes: Memo = field(default_factory=lambda: Memo(64))
    trends: Memo = field(default_factory=lambda: Memo(4))
    location_maps: Memo = field(default_factory=lambda: Memo(1))
    site_rows: Memo = field(default_factory=lambda: Memo(6))
    nomination_costs: Memo = field(default_factory=lambda: Memo(2))
    self_assessments: Memo = field(default_factory=lambda: Memo(16))


class Services:
    """Services of one application.

    Attributes:
        standard: The edition that sites are evaluated against.
        files: The features around the sites from files of the command line.
        demo: Whether it serves the demonstration.
        policies: The rules that it was started with.
        memos: Caches of its pages.
        jobs: Work in the background that pages wait for.
        import_drafts: Uploaded lists of sites that wait for a decision.
        whole: The register with all fields, for every reader: for accounts and sessions, the log of exports, cleared photos,
            and figures that are computed from all records and then projected to the public fields.
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
        """Create the services; `states` returns the visit states that the current reader wants counted."""
        self.whole = register
        self.standard = standard
        self.files = tuple(context)
        self.demo = demo
        self.policies = policies or shipped_policies()
        self.memos = Memos()
        self.jobs = Jobs()
        self.import_drafts = Drafts()
        self._states = states
        self._audits = Memo(_CHOICES)
        self._public = Memo(_CHOICES)
        self._alone = Memo(_ALONE)
        self._positions = Memo(1)
        self._layers = LayerCache(self)

    @property
    def register(self) -> Register:
        """The register as this reader may read it; for the public view reduced to the public fields."""
        if not reads_as_public():
            return self.whole
        return cast(
            "Register", PublicRegister(self.whole, self.standard, self.policies.forum)
        )  # has only the methods that public pages need

    @property
    def context(self) -> tuple[ContextFeature, ...]:
        """The features around the sites: of the command line's files and of the register's current map layers."""
        return self._layers.get().features

    @property
    def context_faults(self) -> tuple[Message, ...]:
        """Why map layers of the register cannot be used."""
        return self._layers.get().faults

    @property
    def ground(self) -> BasemapCache:
        """The tiles under its maps."""
        return self._layers.get().ground

    @property
    def state(self) -> int:
        """A number that changes with the register and with the day, for caches of what depends on both."""
        return self._state_on(today())

    def _state_on(self, day: date) -> int:
        return self.whole.version() * _DAYS + day.toordinal()

    def wanted(self, states: Collection[State] | None = None) -> frozenset[State]:
        """Return `states`; without it, the visit states that this reader wants counted."""
        return frozenset(self._states() if states is None else states)

    def findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings of the current register; for the public view reduced to the public fields.

        Visits in one of `states` count; without it, those that this reader wants counted.
        """
        findings = self.whole_findings(states)
        if not reads_as_public():
            return findings
        return self._public.get(self.wanted(states), findings, lambda: public_findings(findings))

    def whole_findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings with all fields, for figures that show no text of them."""
        return self.audited(states).findings

    def audited(self, states: Collection[State] | None = None) -> RegisterAudit:
        """Return the audit of the register with all fields: findings, current answers of each site, and disagreements of auditors."""
        wanted, day = self.wanted(states), today()
        return self._audits.get(
            wanted,
            self._state_on(day),
            lambda: audit_with_visits(self.whole, self.standard, wanted, self.context, day=day, policies=self.policies),
        )

    def audited_at(self, site_id: str, states: Collection[State] | None = None) -> RegisterAudit:
        """Return `audited` for the page of one site; a site that is in no list (proposed, declined, retired) is evaluated alone.

        Raises:
            NotInRegister: the site does not exist.
        """
        whole = self.audited(states)
        if site_id in whole.sites:
            return whole
        wanted, day = self.wanted(states), today()
        return self._alone.get(
            (site_id, wanted),
            self._state_on(day),
            lambda: audit_single_site(
                self.whole, self.standard, site_id, wanted, self.context, day=day, policies=self.policies
            ),
        )

    def findings_at(self, site_id: str, states: Collection[State] | None = None) -> Findings:
        """Return `findings` for the page of one site; a site that is in no list is evaluated alone.

        Raises:
            NotInRegister: the site does not exist.
        """
        if site_id in self.whole_findings(states).source:
            return self.findings(states)
        findings = self.audited_at(site_id, states).findings
        return public_findings(findings) if reads_as_public() else findings

    def positions(self) -> SitePositions:
        """Return the messages about the current positions of the register's sites."""
        return self._positions.get("", self.whole.version(), self._position_messages)

    def _position_messages(self) -> SitePositions:
        sites = self.whole_findings().source  # visits do not move sites, so the set of counted visits does not matter
        doubts: dict[str, tuple[Doubt, ...]] = {}
        for doubt in position_doubts(
            sites, self.context, self.whole.previous_positions(), policy=self.policies.whereabouts
        ):
            doubts[doubt.site] = (*doubts.get(doubt.site, ()), doubt)
        return SitePositions(doubts, boundary_choices(sites, self.context, policy=self.policies.whereabouts))


@dataclass(frozen=True, slots=True)
class LayerContext:
    """The context as it is for some versions of the map layers, and why layers cannot be used."""

    features: tuple[ContextFeature, ...]
    faults: tuple[Message, ...]
    ground: BasemapCache


class LayerCache:
    """The context of an application, read again when the map layers of its register have changed. Thread-safe."""

    def __init__(self, now: Services) -> None:
        self._now = now
        self._lock = Lock()
        self._version = -1
        self._key: object = None
        self._context: LayerContext | None = None

    def get(self) -> LayerContext:
        """Return the current context; the same object until a map layer is added, replaced or ended."""
        with self._lock:
            version = self._now.whole.version()
            if self._context is None or version != self._version:
                key = current_layers_key(self._now.whole)
                if self._context is None or key != self._key:
                    self._context, self._key = self._read(), key
                self._version = version
            return self._context

    def _read(self) -> LayerContext:
        faults: list[Message] = []
        features = context_of_register(self._now.whole, self._now.files, self._now.policies, faults.append)
        return LayerContext(features, tuple(faults), BasemapCache(features))


def reads_as_public() -> bool:
    """Return whether this request comes from a reader without an account, through the public view."""
    return has_request_context() and bool(g.get("reads_as_public"))


def reader_key() -> tuple[bool, frozenset[State]]:
    """Return the part of a cache key that tells readers apart: public or not, and the visit states they count."""
    return reads_as_public(), services().wanted()


def services() -> Services:
    """Return the services of the current application."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """Return the services of an application."""
    return cast("Services", app.extensions[_KEY])


def install_services(app: Flask, services: Services) -> None:
    """Attach services to an application; call it before its pages are registered."""
    app.extensions[_KEY] = services
