"""Pages of recorded certificates and of surveillance (when each site is due again), also as a calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid4

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import now_utc, today
from rba_audit.errors import EvidenceError
from rba_audit.followup import LONGEST_ACTION_NOTE
from rba_audit.followup.action_list import action_lines, is_unfinished
from rba_audit.followup.certification import (
    CERTIFICATE_STATES,
    revoke_certificate,
    rungs_by_edition,
    save_certificate,
    state_of_certificate,
)
from rba_audit.followup.surveillance import NextLook, calendar, next_looks, requirements_to_check
from rba_audit.messages import say
from rba_audit.register.certificates import Certificate
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import visit_words
from rba_audit.web.http.services import services
from rba_audit.web.pages.followup.blueprint import (
    SEE_OTHER,
    CheckLink,
    audited,
    check_here,
    findings,
    names,
    pages,
    typed_day,
)

_BETWEEN: Final = "/"
"""Separator of edition and rank in the form's one field."""


@pages.get("/certificates")
@open_to("follow_up")
def certificates() -> str:
    """All certificates, those that need attention first."""
    return _page()


@pages.post("/certificates")
@open_to("record_certificates")
def record_certificate() -> BaseResponse | tuple[str, int]:
    """Record a certificate from paper."""
    form, by = request.form, signed_in()
    try:
        edition, _, rank = form.get("rank", "").partition(_BETWEEN)
        given = Certificate(
            id=form.get("id", ""),
            site_id=_chosen_site(),
            number=" ".join(form.get("number", "").split()),
            edition=edition,
            rank=rank,
            issuer=" ".join(form.get("issuer", "").split()),
            issued=typed_day("issued", say("Write the day on which it was issued.")),
            valid_until=typed_day("valid_until", say("Write until which day it is valid.")),
            person_id=by.id,
        )
        save_certificate(services().register, given, by, today(), services().standard)
    except EvidenceError as fault:
        return _page(problem=str(fault)), 409 if hasattr(fault, "code") else 400
    flash(str(say("The certificate is recorded.")), "success")
    return redirect(url_for("followups.certificates"), code=SEE_OTHER)


@pages.post("/certificates/<uuid:certificate_id>/withdraw")
@open_to("record_certificates")
def withdraw_certificate(certificate_id: UUID) -> BaseResponse | tuple[str, int]:
    """Withdraw a certificate, so that it no longer counts."""
    id = str(certificate_id)
    try:
        revoke_certificate(services().register, id, request.form.get("reason", ""), signed_in(), today())
    except EvidenceError as fault:
        return _page(problem=str(fault), withdrawing=id), 409 if hasattr(fault, "code") else 400
    flash(str(say("The certificate is withdrawn.")), "success")
    return redirect(url_for("followups.certificates"), code=SEE_OTHER)


def _chosen_site() -> str:
    site = request.form.get("site", "")
    if not site:
        raise EvidenceError(say("Choose the site."))
    return site


def _page(*, problem: str = "", withdrawing: str = "") -> str:
    order = {state: place for place, state in enumerate(CERTIFICATE_STATES)}
    day, policy = today(), services().policies.followup
    found = [(each, state_of_certificate(each, day, policy=policy)) for each in services().register.certificates.all()]
    found.sort(key=lambda pair: (order[pair[1]], pair[0].valid_until))
    return render_template(
        "followup/certificates.html",
        page="certificates",
        certificates=found,
        counts=Counter(state for _, state in found),
        site_names=_site_names(),
        names=names(),
        rungs=rungs_by_edition(services().standard),
        id=request.form.get("id") if problem and not withdrawing else str(uuid4()),
        typed=request.form if problem and not withdrawing else {"site": request.args.get("site", "")},
        problem=problem,
        withdrawing=withdrawing,
        policy=policy,
        today=day,
        most_letters=LONGEST_ACTION_NOTE,
    )


def _site_names() -> dict[str, str]:
    found = {site.id: site.name for site in findings().source}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


@pages.get("/surveillance")
@open_to("follow_up")
def surveillance() -> str:
    """The sites with the date when each is due again, earliest first."""
    register, judgement, policy = services().register, findings(), services().policies.followup
    looks = next_looks(register, judgement, today(), policy=policy)
    due = {each.site_id for each in looks if each.state != "later"}
    standing = [line.action for line in action_lines(register, audited(), today(), sorted(due)) if is_unfinished(line)]
    wanted = requirements_to_check(judgement, standing)
    return render_template(
        "followup/surveillance.html",
        page="surveillance",
        looks=looks,
        # A site without a visit needs a full visit instead of a check.
        checks={each.site_id: _look(each, wanted) for each in looks if each.site_id in due},
        counts=Counter(each.state for each in looks),
        never=len(findings()) - len(looks),
        policy=policy,
        visit_words=visit_words,
    )


def _look(each: NextLook, wanted: Mapping[str, tuple[str, ...]]) -> CheckLink:
    return check_here(each.site_id, wanted.get(each.site_id, ()) if each.visit else ())


@pages.get("/surveillance.ics")
@open_to("follow_up")
def surveillance_calendar() -> Response:
    """The due dates as a calendar."""
    policy = services().policies.followup
    looks = next_looks(services().register, findings(), today(), policy=policy)
    describe_export(len(looks) + sum(each.certificate is not None for each in looks))
    made = calendar(looks, now_utc(), policy=policy)
    return download(Response(made, mimetype="text/calendar"), name_of("surveillance", "ics"))
