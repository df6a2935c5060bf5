"""Page of one site with the reason for every outcome."""

from __future__ import annotations

from flask import render_template

from rba_audit.findings import STATUSES
from rba_audit.papers.sketches import legend_mark
from rba_audit.reports import site_rows
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import OF_A_SITE, open_to, person, require_readable
from rba_audit.web.http.services import reads_as_public, services
from rba_audit.web.pages.form.night_checks import night_visit
from rba_audit.web.pages.forum.outcomes import feedback_since
from rba_audit.web.pages.forum.routes import summary as children_summary
from rba_audit.web.pages.photos.clearances import shown_photos
from rba_audit.web.pages.results import pages
from rba_audit.web.pages.site_editing.status_messages import standing_of
from rba_audit.web.pages.sites.changes import changes_of_site
from rba_audit.web.pages.sites.current_answers import counting_now
from rba_audit.web.pages.sites.position_notes import doubt_sentences
from rba_audit.web.pages.sites.view import site_page
from rba_audit.web.pages.sites.visits import visits_of_site


@pages.get("/sites/<path:site_id>")
@open_to(OF_A_SITE)
def site(site_id: str) -> str:
    """Show one site with the reason for every outcome; a merged site shows its merge target instead."""
    reader = person()
    require_readable(reader, site_id)
    state = standing_of(site_id, reader)
    if state is not None and state.standing == "merged":
        return render_template("site_editing/merged.html", page="sites", site_id=site_id, place=state)
    findings = services().findings_at(site_id)
    index = findings.source.index_of(site_id)
    row = next(
        row for row in site_rows(findings, [STATUSES[findings.conclusions.status[index]]]) if row.position == index
    )
    return render_template(
        "sites/site.html",
        page="sites",
        site=site_page(findings, row),
        visits=visits_of_site(services().register, site_id, reader),
        photos=shown_photos(site_id),
        counting=counting_now(site_id, reader),
        children=None if reads_as_public() else children_summary(site_id),
        children_audit=services().policies.forum,
        became=feedback_since(site_id),
        changes=changes_of_site(site_id),
        doubts=doubt_sentences(site_id, reader),
        settled=services().positions().settled.get(site_id),
        night=[] if reads_as_public() or not _was_audited(site_id) else night_visit(findings, index),
        site_id=site_id,
        legend_mark=legend_mark,
        place=state,
    )


def _was_audited(site_id: str) -> bool:
    return site_id in services().audited(COUNTED).counts
