"""The register's sites as they are judged now; judged again only when the register has changed."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import cast

from flask import current_app

from rba_audit.audits import audit_register
from rba_audit.findings import Findings
from rba_audit.layers import Place
from rba_audit.register import Register
from rba_audit.standard import Standard


class Judged:
    """Remembers the findings of one version of the register."""

    def __init__(self, register: Register, standard: Standard, context: Sequence[Place], demo: bool) -> None:
        self.register = register
        self.standard = standard
        self.context = tuple(context)
        self.demo = demo
        self._lock = Lock()
        self._version = -1
        self._findings: Findings | None = None

    def findings(self) -> Findings:
        """Return the findings of the register as it is now."""
        version = self.register.version()
        with self._lock:
            if self._findings is None or version != self._version:
                self._findings, self._version = audit_register(self.register, self.standard), version
            return self._findings


def judged() -> Judged:
    """Return what the current application judges."""
    return cast("Judged", current_app.extensions["judged"])
