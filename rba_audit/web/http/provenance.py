"""What the files of pages say of themselves, made from what the page was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from rba_audit.days import today
from rba_audit.findings import Findings
from rba_audit.messages import Message
from rba_audit.reports import Provenance
from rba_audit.web.http.visit_filter import banner


def provenance(findings: Findings, filter: Iterable[tuple[Message, str]] = ()) -> Provenance:
    """Return where a file made now comes from; `filter` has a heading and a value for each thing that was asked for.

    Visits that are not approved yet change what is found, so a file that counts them says so.
    """
    told = banner()
    return Provenance.of(
        findings.standard,
        today(),
        (*(f"{heading}: {value}" for heading, value in filter), *([str(told)] if told else [])),
    )
