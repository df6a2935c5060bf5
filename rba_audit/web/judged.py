"""The register's sites as they are judged now; judged again only when the register has changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from threading import Lock
from typing import cast

from flask import current_app

from rba_audit.audits import audit_register
from rba_audit.findings import Findings
from rba_audit.layers import Place
from rba_audit.moves import State
from rba_audit.register import Register
from rba_audit.standard import Standard
from rba_audit.web.visits_shown import which_visits


class Judged:
    """Remembers the findings of one version of the register, for each choice of visits that count."""

    def __init__(self, register: Register, standard: Standard, context: Sequence[Place], demo: bool) -> None:
        self.register = register
        self.standard = standard
        self.context = tuple(context)
        self.demo = demo
        self._lock = Lock()
        self._found: dict[frozenset[State], tuple[int, Findings]] = {}

    def findings(self, states: Collection[State] | None = None) -> Findings:
        """Return the findings of the register as it is now.

        Visits count that are in one of `states`; without it, those this reader wants counted.
        """
        wanted = frozenset(which_visits() if states is None else states)
        version = self.register.version()
        with self._lock:
            kept = self._found.get(wanted)
            if kept is None or kept[0] != version:
                kept = self._found[wanted] = version, audit_register(self.register, self.standard, wanted, self.context)
            return kept[1]


def judged() -> Judged:
    """Return what the current application judges."""
    return cast("Judged", current_app.extensions["judged"])
