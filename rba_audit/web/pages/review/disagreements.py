"""Disagreements of two auditors of a double audit, and the reviewer's decision which visit counts."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from rba_audit.days import today
from rba_audit.errors import Conflict, EvidenceError, Forbidden
from rba_audit.followup import make_actions
from rba_audit.messages import say
from rba_audit.review import double_audits_of, names_of, settle_disagreements
from rba_audit.review.double_audits import LONGEST_SETTLEMENT_REASON
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import OF_A_FORM, takes
from rba_audit.web.http.services import services

_HOLDS: Final = "holds."
_SEEN: Final = "seen."
_SEE_OTHER: Final = 303


@open_to("read_results")
def disagreements(site_id: str) -> str:
    """Show every requirement whose outcomes differ between two auditors of the site, with both outcomes and the decision."""
    return _page(site_id)


@open_to("review")
@takes(OF_A_FORM)
def settled(site_id: str) -> Response | tuple[str, int]:
    """Decide for some disagreements which visit counts."""
    now, person = services(), signed_in()
    form = request.form
    decisions = {name.removeprefix(_HOLDS): value for name, value in form.items() if name.startswith(_HOLDS) and value}
    seen = {name: form.get(f"{_SEEN}{name}", 0, type=int) for name in decisions}
    try:
        count = settle_disagreements(
            now.register,
            now.audited_at(site_id, COUNTED),
            site_id,
            form.get("older", ""),
            decisions,
            form.get("reason", ""),
            seen,
            person,
        )
    except Conflict as fault:
        return _page(site_id, str(fault)), 409
    except (EvidenceError, Forbidden) as fault:
        return _page(site_id, str(fault)), 400
    make_actions(now.register, now.audited(COUNTED), [site_id], person, today())
    flash(str(say("Decided: {count}. The actions follow.", count=count)), "success")
    return redirect(url_for("reviewers.disagreements", site_id=site_id), code=_SEE_OTHER)


def undecided() -> list[tuple[str, str, int]]:
    """Return the sites with open disagreements of auditors: id, name and number of requirements, by name."""
    sites = []
    for site_id, disagreements_here in services().audited(COUNTED).disagreements.items():
        count = sum(disagreement.settled is None for disagreement in disagreements_here)
        if count:
            sites.append((site_id, services().register.site(site_id).name, count))
    return sorted(sites, key=lambda row: row[1].casefold())


def _page(site_id: str, fault: str = "") -> str:
    now, person = services(), signed_in()
    site = now.register.site(site_id)
    audits = double_audits_of(now.register, now.audited_at(site_id, COUNTED), site_id)
    return render_template(
        "review/disagreements.html",
        page="review" if person.may("review") else "sites",
        site_id=site_id,
        site=site.name,
        found=audits,
        may_decide={
            pair.older.id: person.may("review") and person.id not in (pair.newer.author, pair.older.author)
            for pair in audits
        },
        reviews=person.may("review"),
        names=names_of(now.register),
        window_days=now.policies.agreement.window_days.value,
        most_letters=LONGEST_SETTLEMENT_REASON,
        fault=fault,
        typed=request.form if fault else {},
    )
