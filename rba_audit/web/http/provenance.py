"""Build the `Provenance` of a page's file from the query of the page."""

from __future__ import annotations

from collections.abc import Iterable

from rba_audit.days import today
from rba_audit.findings import Findings
from rba_audit.messages import Message
from rba_audit.reports import Provenance
from rba_audit.web.http.visit_filter import banner


def provenance(findings: Findings, filter: Iterable[tuple[Message, str]] = ()) -> Provenance:
    """Return the provenance of a file made now; `filter` has the heading and value of each filter.

    Visits that are not approved yet change the outcomes, so a file that counts them states it.
    """
    warning = banner()
    return Provenance.of(
        findings.standard,
        today(),
        (*(f"{heading}: {value}" for heading, value in filter), *([str(warning)] if warning else [])),
    )
