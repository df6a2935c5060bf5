"""Pages of recorded certificates and of surveillance (when each site is due again), also as a calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import Final
from uuid import UUID, uuid4

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import now_utc, today
from rba_audit.errors import EvidenceError
from rba_audit.followup import LONGEST_ACTION_NOTE
from rba_audit.followup.action_list import action_lines, is_unfinished
from rba_audit.followup.certificate_scans import LARGEST_SCAN_BYTES, read_scan, save_scan
from rba_audit.followup.certification import (
    CERTIFICATE_STATES,
    CertificateState,
    revoke_certificate,
    rungs_by_edition,
    save_certificate,
    state_of_certificate,
)
from rba_audit.followup.due import newest_certificates
from rba_audit.followup.surveillance import DueState, NextLook, calendar, next_looks, requirements_to_check
from rba_audit.messages import say
from rba_audit.register.certificates import Certificate
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import visit_words
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.blueprint import (
    SEE_OTHER,
    CheckLink,
    audited,
    check_link,
    findings,
    form_day,
    names,
    pages,
)

FORM_BYTES: Final = 100_000
"""Bytes of a form in addition to its scan."""
_BETWEEN: Final = "/"
"""Separator of edition and rank in the form's one field."""
_LOOKS: Final[Mapping[str, tuple[DueState, ...]]] = {
    "due": ("overdue", "soon"),
    "overdue": ("overdue",),
    "soon": ("soon",),
    "later": ("later",),
}
"""States of the sites that each filter of the page of surveillance shows."""


@pages.get("/certificates")
@open_to("follow_up")
def certificates() -> str:
    """All certificates, those that need attention first."""
    return certificates_page()


@pages.post("/certificates")
@open_to("record_certificates")
@takes(LARGEST_SCAN_BYTES + FORM_BYTES)
def record_certificate() -> BaseResponse | tuple[str, int]:
    """Record a certificate from paper, with its scan if there is one."""
    form, by = request.form, signed_in()
    sent = sent_scan()
    try:
        scan = read_scan(sent) if sent else None
        edition, _, rank = form.get("rank", "").partition(_BETWEEN)
        certificate = Certificate(
            id=form.get("id", ""),
            site_id=_chosen_site(),
            number=" ".join(form.get("number", "").split()),
            edition=edition,
            rank=rank,
            issuer=" ".join(form.get("issuer", "").split()),
            issued=form_day("issued", say("Write the day on which it was issued.")),
            valid_until=form_day("valid_until", say("Write until which day it is valid.")),
            person_id=by.id,
        )
        stored = save_certificate(services().register, certificate, by, today(), services().standard)
        if scan:
            save_scan(services().register, stored.id, scan, by, seen=0)
    except EvidenceError as error:
        return certificates_page(problem=str(error)), 409 if hasattr(error, "code") else 400
    flash(str(say("The certificate is recorded.")), "success")
    return redirect(url_for("followups.certificates"), code=SEE_OTHER)


@pages.post("/certificates/<uuid:certificate_id>/withdraw")
@open_to("record_certificates")
def withdraw_certificate(certificate_id: UUID) -> BaseResponse | tuple[str, int]:
    """Withdraw a certificate, so that it no longer counts."""
    id = str(certificate_id)
    try:
        revoke_certificate(services().register, id, request.form.get("reason", ""), signed_in(), today())
    except EvidenceError as error:
        return certificates_page(problem=str(error), of_certificate=id), 409 if hasattr(error, "code") else 400
    flash(str(say("The certificate is withdrawn.")), "success")
    return redirect(url_for("followups.certificates"), code=SEE_OTHER)


def _chosen_site() -> str:
    site = request.form.get("site", "")
    if not site:
        raise EvidenceError(say("Choose the site."))
    return site


def sent_scan() -> bytes:
    """Return the bytes of the file that the form carries; empty without one."""
    with closing(request.files.get("scan") or FileStorage()) as file:
        return bytes(file.read())


def certificates_page(*, problem: str = "", of_certificate: str = "") -> str:
    """Return the page; `problem` is why a form was rejected: that of a certificate with this id, or of a new one."""
    order = {state: index for index, state in enumerate(CERTIFICATE_STATES)}
    day, policy = today(), services().policies.followup
    rows = [
        (certificate, state_of_certificate(certificate, day, policy=policy))
        for certificate in services().register.certificates.all()
    ]
    rows.sort(key=lambda pair: (order[pair[1]], pair[0].valid_until))
    chosen = request.args.get("state", "")
    current = {certificate.id for certificate in newest_certificates(services().register).values()}
    shown: dict[str, list[tuple[Certificate, CertificateState]]] = {
        "due": [pair for pair in rows if pair[1] in ("expired", "expiring") and pair[0].id in current],
        **{state: [pair for pair in rows if pair[1] == state] for state in CERTIFICATE_STATES},
    }
    return render_template(
        "followup/certificates.html",
        page="certificates",
        certificates=shown.get(chosen, rows),
        all=len(rows),
        chosen=chosen if chosen in shown else "",
        counts={state: len(pairs) for state, pairs in shown.items()},
        site_names=_site_names(),
        names=names(),
        rungs=rungs_by_edition(services().standard),
        id=request.form.get("id") if problem and not of_certificate else str(uuid4()),
        typed=request.form if problem and not of_certificate else {"site": request.args.get("site", "")},
        problem=problem,
        of_certificate=of_certificate,
        scans=services().register.certificate_scans.by_certificate(),
        most_megabytes=LARGEST_SCAN_BYTES // 1_000_000,
        policy=policy,
        today=day,
        most_letters=LONGEST_ACTION_NOTE,
    )


def _site_names() -> dict[str, str]:
    site_names = {site.id: site.name for site in findings().source}
    return dict(sorted(site_names.items(), key=lambda pair: pair[1].casefold()))


@pages.get("/surveillance")
@open_to("follow_up")
def surveillance() -> str:
    """The sites with the date when each is due again, earliest first."""
    register, audit_findings, policy = services().register, findings(), services().policies.followup
    looks = next_looks(register, audit_findings, today(), policy=policy)
    chosen = request.args.get("state", "")
    chosen = chosen if chosen in _LOOKS else ""
    due = {look.site_id for look in looks if look.state != "later"}
    unfinished = [
        line.action for line in action_lines(register, audited(), today(), sorted(due)) if is_unfinished(line)
    ]
    to_check = requirements_to_check(audit_findings, unfinished)
    return render_template(
        "followup/surveillance.html",
        page="surveillance",
        looks=[look for look in looks if not chosen or look.state in _LOOKS[chosen]],
        dated=len(looks),
        chosen=chosen,
        # A site without a visit needs a full visit instead of a check.
        checks={look.site_id: _look(look, to_check) for look in looks if look.site_id in due},
        counts=Counter(look.state for look in looks),
        never=len(findings()) - len(looks),
        policy=policy,
        visit_words=visit_words,
    )


def _look(look: NextLook, to_check: Mapping[str, tuple[str, ...]]) -> CheckLink:
    return check_link(look.site_id, to_check.get(look.site_id, ()) if look.visit else ())


@pages.get("/surveillance.ics")
@open_to("follow_up")
def surveillance_calendar() -> Response:
    """The due dates as a calendar."""
    policy = services().policies.followup
    looks = next_looks(services().register, findings(), today(), policy=policy)
    describe_export(len(looks) + sum(look.certificate is not None for look in looks))
    text = calendar(looks, now_utc(), policy=policy)
    return download(Response(text, mimetype="text/calendar"), name_of("surveillance", "ics"))
