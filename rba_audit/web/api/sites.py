"""Audited sites as GeoJSON, and the initial data of the form of one site."""

from __future__ import annotations

from typing import Final

from flask import Response

from rba_audit.reports import geojson_chunks
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import READERS, open_to
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.form.routes import measured_of, opened_site

routes = Routes()

_GEOJSON: Final = "application/geo+json"


@routes.get("/api/sites.geojson", "planners.api_sites")
@open_to(READERS)
def api_sites() -> Response:
    """Return all audited sites as GeoJSON."""
    findings = services().findings()
    describe_export(len(findings.source.ids))
    response = Response(geojson_chunks(findings.features(), provenance(findings)), mimetype=_GEOJSON)
    return download(response, name_of("sites", "geojson"))


@routes.get("/api/sites/<path:site_id>/opening", "surveyors.opening")
@open_to("audit")
def opening(site_id: str) -> dict[str, object]:
    """Return the initial data of the form of one site, for a phone to store."""
    opened = opened_site(site_id)
    parts = (part.feature for part in services().findings_at(site_id).source.parts if part.site == site_id)
    measured = {id: measurement.document for id, measurement in measured_of(opened).items()}
    return {**opened.document(services().context, parts), "measured": measured}
