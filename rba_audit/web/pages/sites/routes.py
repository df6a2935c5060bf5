"""One site with the reason for every outcome."""

from __future__ import annotations

from flask import render_template

from rba_audit.findings import STATUSES
from rba_audit.moves import COUNTED
from rba_audit.reports import (
    rows,
)
from rba_audit.web.access import OF_A_SITE, open_to, person, require_readable
from rba_audit.web.became import since_then
from rba_audit.web.clearances import shown_photos
from rba_audit.web.counting_now import counting_now
from rba_audit.web.doubted import doubts_told
from rba_audit.web.forum import summary as children_summary
from rba_audit.web.judged import judged, reads_as_public
from rba_audit.web.night import night_visit
from rba_audit.web.pages.results import pages
from rba_audit.web.place_words import standing_of
from rba_audit.web.site_pages import site_page
from rba_audit.web.site_visits import visits_of_site
from rba_audit.web.sketches import legend_mark


@pages.get("/sites/<path:site_id>")
@open_to(OF_A_SITE)
def site(site_id: str) -> str:
    """One site with the reason for every outcome."""
    reader = person()
    require_readable(reader, site_id)
    state = standing_of(site_id, reader)
    if state is not None and state.standing == "merged":
        return render_template("places/merged.html", page="sites", site_id=site_id, place=state)
    findings = judged().findings_at(site_id)
    position = findings.source.index_of(site_id)
    row = next(
        row for row in rows(findings, [STATUSES[findings.conclusions.status[position]]]) if row.position == position
    )
    return render_template(
        "planners/site.html",
        page="sites",
        site=site_page(findings, row),
        visits=visits_of_site(judged().register, site_id, reader),
        photos=shown_photos(site_id),
        counting=counting_now(site_id, reader),
        children=None if reads_as_public() else children_summary(site_id),
        children_audit=judged().policies.forum,
        became=since_then(site_id),
        doubts=doubts_told(site_id, reader),
        settled=judged().positions().settled.get(site_id),
        night=[] if reads_as_public() or not _was_audited(site_id) else night_visit(findings, position),
        site_id=site_id,
        legend_mark=legend_mark,
        place=state,
    )


def _was_audited(site_id: str) -> bool:
    return site_id in judged().audited(COUNTED).counts
