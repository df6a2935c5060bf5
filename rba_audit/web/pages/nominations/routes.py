"""Pages of nominations: sites in the order of readiness, the nominated ones with their trails, and the trail of one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from uuid import uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError, NotInRegister
from rba_audit.kla.nomination_order import ORDER_WORDS
from rba_audit.kla.nomination_trail import STEP_STATE_WORDS
from rba_audit.messages import format_exact, say
from rba_audit.register.kla.nominations import Nomination
from rba_audit.reports.spreadsheets import Book, csv_text
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.kla.rounds import RoundChoice, round_choice, round_of_year
from rba_audit.web.pages.nominations.documents import document_options
from rba_audit.web.pages.nominations.sheets import rank_columns, rank_lines, trail_columns, trail_lines
from rba_audit.web.pages.nominations.sites import (
    NominatedTrail,
    approved_findings,
    nominated_trails,
    ranked_sites,
    trail_of,
)
from rba_audit.web.pages.nominations.step_form import LONGEST_NOTE, last_seen_version, read_step_form

pages = Blueprint("nominations", __name__)

SEE_OTHER: Final = 303
LONGEST_REASON: Final = 500
"""Most characters of a reason."""
_FIRST: Final = 30
"""How many sites of the order the page shows, unless the address asks for all."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/nominations")
@open_to("follow_up")
def page() -> str:
    """Show which sites are ready to be nominated, and the nominated ones."""
    return _page()


def _choice(given: Mapping[str, str]) -> RoundChoice:
    return round_choice(given, set(services().register.kla.nominations.years()))


def _page(problem: str = "", of_site: str = "") -> str:
    choice = _choice(request.values)
    ranked, every = ranked_sites(choice.round), request.args.get("all") == "1"
    register = services().register
    return render_template(
        "nominations/nominations.html",
        page="nominations",
        choice=choice,
        ranked=ranked if every else ranked[:_FIRST],
        left_out=0 if every else max(len(ranked) - _FIRST, 0),
        nominated=nominated_trails(choice.round),
        withdrawn=_withdrawn(choice.year),
        order_words=ORDER_WORDS,
        names={user.id: user.name for user in register.people.all()},
        moment=format_moment,
        problem=problem,
        of_site=of_site,
        most_letters=LONGEST_REASON,
    )


def _withdrawn(year: int) -> list[tuple[Nomination, str, bool]]:
    """Return the sites that are not nominated any more, or not in use, each with its name and whether it was withdrawn."""
    nominations = services().register.kla.nominations
    active = {nomination.site_id for nomination in nominations.of_year(year)}
    names = {site.id: site.name for site in approved_findings().source}
    return [
        (nomination, names.get(nomination.site_id, nomination.site_id), not nomination.active)
        for nomination in nominations.all_of_year(year)
        if nomination.site_id not in active
    ]


@pages.post("/nominations")
@open_to("plan")
def nominate() -> BaseResponse | tuple[str, int]:
    """Nominate a site for a round."""
    return _change(withdraw=False)


@pages.post("/nominations/withdraw")
@open_to("plan")
def withdraw() -> BaseResponse | tuple[str, int]:
    """Take the nomination of a site back."""
    return _change(withdraw=True)


def _change(*, withdraw: bool) -> BaseResponse | tuple[str, int]:
    choice, site_id = _choice(request.form), request.form.get("site", "")
    reason = " ".join(request.form.get("reason", "").split())
    nominations = services().register.kla.nominations
    if not reason or len(reason) > LONGEST_REASON:
        problem = (
            say("Write why the nomination is taken back.") if withdraw else say("Write why this site is nominated.")
        )
        return _page(str(problem), site_id), 400
    if withdraw:
        nominations.withdraw(site_id, choice.year, reason, signed_in().id)
        flash(str(say("The nomination is taken back.")), "success")
    else:
        if site_id not in approved_findings().source:
            raise NotInRegister(say("This site is in no list, so it cannot be nominated; choose one on the page."))
        nominations.add(site_id, choice.year, reason, signed_in().id)
        flash(str(say("The site is nominated.")), "success")
    return redirect(url_for("nominations.page", year=choice.year), code=SEE_OTHER)


@pages.get("/nominations/<int:year>/<path:site_id>")
@open_to("follow_up")
def trail(year: int, site_id: str) -> str:
    """Show the trail of a nominated site."""
    return _trail_page(year, site_id)


@pages.post("/nominations/<int:year>/<path:site_id>")
@open_to("plan")
def record_step(year: int, site_id: str) -> BaseResponse | tuple[str, int]:
    """Record a version of an entry of the trail."""
    nomination, _ = _nomination(year, site_id)
    try:
        entry = read_step_form(request.form, services().policies.kla.trail, nomination, signed_in().id)
        services().register.kla.nomination_trails.record(entry, last_seen_version(request.form))
    except EvidenceError as error:
        return _trail_page(year, site_id, str(error)), 409 if hasattr(error, "code") else 400
    flash(str(say("Recorded.")), "success")
    address = url_for("nominations.trail", year=year, site_id=nomination.site_id)
    return redirect(f"{address}#step-{entry.step}", code=SEE_OTHER)


def _nomination(year: int, site_id: str) -> tuple[Nomination, NominatedTrail]:
    """Return the last event of a site in a round, with its trail.

    Raises:
        NotInRegister: it was never nominated for that round.
    """
    round = round_of_year(year)
    events = services().register.kla.nominations.events(site_id, year)
    if not events:
        raise NotInRegister(say("This site is not nominated for this round; look at the list of nominations."))
    return events[-1], trail_of(events[-1], round)


def _trail_page(year: int, site_id: str, problem: str = "") -> str:
    nomination, nominated = _nomination(year, site_id)
    register = services().register
    versions = register.kla.nomination_trails.of_site(site_id, year)
    form = request.form if problem else {}
    return render_template(
        "nominations/trail.html",
        page="nominations",
        year=year,
        nomination=nomination,
        nominated=nominated,
        events=register.kla.nominations.events(site_id, year),
        versions=versions,
        documents=document_options(nomination.site_id),
        state_words=STEP_STATE_WORDS,
        origin=services().policies.kla.trail,
        names={user.id: user.name for user in register.people.all()},
        moment=format_moment,
        problem=problem,
        typed=form,
        new_id=lambda: str(uuid4()),
        today=today(),
        most_letters=LONGEST_NOTE,
        highest=services().standard.ladder.maximum,
    )


@pages.get("/nominations.<any(csv, xlsx):kind>")
@open_to("follow_up")
def file(kind: str) -> Response:
    """The order of readiness and the trails of the nominated sites as a workbook, or the order as CSV."""
    choice = _choice(request.args)
    findings = approved_findings()
    origin = provenance(findings, [(say("Round"), str(choice.year))])
    trails = nominated_trails(choice.round)
    ranked = rank_lines(ranked_sites(choice.round), trails)
    describe_export(len(ranked), filter=origin.filter_words)
    columns = rank_columns(findings.standard)
    if kind == "csv":
        response = Response(csv_text(columns, ranked, origin), mimetype="text/csv")
    else:
        book = Book()
        book.fill(book.sheet(str(say("Order of readiness"))), columns, ranked)
        book.fill(book.sheet(str(say("Trails"))), trail_columns(), trail_lines(trails))
        note = str(findings.standard.note)
        book.about([*origin.about(), (say("Order"), str(ORDER_WORDS)), (say("Note"), note)])
        response = Response(book.content(), mimetype=_XLSX)
    return download(response, name_of("nominations", kind, day=origin.day, filter=origin.filter))


def _signed(number: Decimal) -> str:
    """Return a number with its sign, such as `+3` or `−1.5`; 0 has none."""
    text = format_exact(abs(number))
    return f"+{text}" if number > 0 else f"−{text}" if number < 0 else text


pages.add_app_template_global(_signed, "signed")
pages.add_app_template_global(today, "today_now")
pages.add_app_template_global(format_exact, "exact")
