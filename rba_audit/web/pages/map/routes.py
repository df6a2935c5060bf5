"""Page of the compliance map, and its script."""

from __future__ import annotations

import hashlib

from flask import Response, render_template, request, url_for

from rba_audit.basemap import credits_of
from rba_audit.findings import Findings
from rba_audit.maps import ComplianceMap, compliance_map
from rba_audit.messages import language, say
from rba_audit.web.http.access import READERS, open_to
from rba_audit.web.http.services import reader_key, services
from rba_audit.web.pages.map.query import map_view
from rba_audit.web.pages.results import pages


@pages.get("/map")
@open_to(READERS)
def map_page() -> str:
    """The compliance map within the layout of the pages, with the filters, marks and view of the address."""
    view = map_view(services().findings(), request.args)
    return render_template("map/map.html", page="map", map=_map(), view=view)


@pages.get("/map.js")
@open_to(READERS)
def map_script() -> Response:
    """The script that starts the map, with the sites inside."""
    script = _map().script
    response = Response(script, mimetype="text/javascript")
    response.set_etag(hashlib.sha256(script.encode()).hexdigest())
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response, perhaps emptied


def _map() -> ComplianceMap:
    """Return the map of the current findings, cached per language and kind of reader."""
    findings = services().findings()
    return services().memos.maps.get((language(), *reader_key()), findings, lambda: _drawn(findings))


def _drawn(findings: Findings) -> ComplianceMap:
    boundaries = [feature for feature in services().context if feature.layer == "boundary"]
    hrefs = {site: url_for("planners.site", site_id=site) for site in findings.source.ids}
    return compliance_map(
        findings,
        boundaries=[boundary.feature for boundary in boundaries],
        hrefs=hrefs,
        title=str(say("Map")),
        credit=" · ".join(credits_of(boundaries, name_files=False)),
    )
