"""Work list of a surveyor: the person, their sites and their visits, for a phone to store and use without signal."""

from __future__ import annotations

from flask import Response, jsonify

from rba_audit.fieldwork import dangers_without_photo, own_places, own_receipts
from rba_audit.findings import STATUSES
from rba_audit.review_states import COUNTED
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.dangers.telephones import phone_list
from rba_audit.web.pages.form.night_checks import night_visit
from rba_audit.web.pages.form.stages import stage_choices

routes = Routes()


@routes.get("/api/work")
@open_to(SIGNED_IN)
def work() -> Response:
    """Return the sites of the person and the receipts of their own visits, for a phone to store."""
    now, someone = services(), signed_in()
    receipts = own_receipts(now.register, someone)
    findings = now.findings()
    days = {site_id: counts.newest.day.isoformat() for site_id, counts in now.audited(COUNTED).counts.items()}
    for receipt in receipts:
        days[receipt["site"]] = max(days.get(receipt["site"], ""), receipt["day"])
    sites = []
    for index, site in enumerate(findings.source):
        if not someone.covers(site):
            continue
        middle = None if site.shape is None else site.shape.representative_point()
        sites.append(
            {
                "id": site.id,
                "name": site.name,
                "kelurahan": site.kelurahan,
                "kelurahan_code": site.kelurahan_code,
                "point": None if middle is None else [middle.x, middle.y],
                "status": STATUSES[findings.conclusions.status[index]],
                "last_day": days.get(site.id),
                "night": night_visit(findings, index) if site.id in days else [],
            }
        )
    return jsonify(
        {
            "person": {
                "id": someone.id,
                "name": someone.name,
                "role": someone.role,
                **stage_choices(now.register, someone),
            },
            "edition": now.standard.edition,
            "sites": sites,
            "own": receipts,
            "places": own_places(now.register, someone),
            "restored": now.register.backups.restored(),
            "dangers": dangers_without_photo(now.register, someone),
            "telephone": phone_list(),
            "public_key": None,
        }
    )
