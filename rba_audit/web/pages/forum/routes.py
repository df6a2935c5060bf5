"""Pages of the children's audit: an adult opens it at a site and hands the phone over; planners read the results.

The sign-in only gives access to the page: a child's answers are stored without person, device or hour.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import now_utc, today
from rba_audit.errors import EvidenceError
from rba_audit.forum import (
    SHEET_FORMAT,
    ChildrenResults,
    children_results,
    children_results_csv,
    take_sheet,
    verdict_words,
    write_sheet,
)
from rba_audit.messages import format_day, say
from rba_audit.register.child_sheets import ChildSheet
from rba_audit.standard.policies import ChildrenAudit
from rba_audit.web.http.access import SIGNED_IN, open_to, person, require_area
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.provenance import provenance
from rba_audit.web.http.services import services
from rba_audit.web.pages.forum.outcomes import feedback_since

pages = Blueprint("forum", __name__)

_CREATED, _OK, _BAD_REQUEST, _UNUSABLE, _SEE_OTHER = 201, 200, 400, 422, 303


@pages.get("/forum")
@open_to(SIGNED_IN)
def choose() -> str:
    """The sites at which children can be asked."""
    search = request.args.get("q", "").strip()
    someone = person()
    sites = [
        (site.id, site.name, site.kelurahan)
        for site in services().findings().source
        if someone is None or someone.covers(site)
    ]
    matching = [site for site in sites if search.casefold() in " ".join(site).casefold()]
    return render_template(
        "forum/choose.html",
        page="forum",
        audit=services().policies.forum,
        sites=sorted(matching, key=lambda site: (site[1].casefold(), site[0])),
        search=search,
        words=_outbox_words(),
    )


@pages.route("/forum/<path:site_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def ask(site_id: str) -> BaseResponse | str | tuple[str, int]:
    """The questions of one site, for one child after the other."""
    name = _opened(site_id)
    if request.method == "GET":
        return _questions(site_id, name, thanks="thanks" in request.args)
    audit = services().policies.forum
    try:
        if not (request.form.get("agree.child") and request.form.get("agree.guardian")):
            raise EvidenceError(say("Nothing was kept: first both boxes above must be ticked, for child and guardian."))
        take_sheet(services().register, audit, write_sheet(_filled(site_id, audit)), now=now_utc())
    except EvidenceError as error:
        return _questions(site_id, name, fault=str(error)), _BAD_REQUEST
    return redirect(url_for("forum.ask", site_id=site_id, thanks=1), code=_SEE_OTHER)


@pages.get("/forum-shell")
@open_to(SIGNED_IN)
def shell() -> str:
    """The questions without a site, for a phone to store; its address there names the site."""
    return _questions("", "")


@pages.get("/forum/<path:site_id>/print")
@open_to(SIGNED_IN)
def printed(site_id: str) -> str:
    """The same questions on paper, with pictures to circle."""
    return render_template(
        "forum/print.html", page="forum", audit=services().policies.forum, site_id=site_id, name=_opened(site_id)
    )


@pages.get("/sites/<path:site_id>/children")
@open_to("read_forum")
def of_site(site_id: str) -> str:
    """The results of the children's audit of a site, next to the adults' outcomes."""
    audit = services().policies.forum
    return render_template(
        "forum/of_children.html",
        page="sites",
        audit=audit,
        site_id=site_id,
        name=services().register.site(site_id).name,
        heard=summary(site_id),
        became=feedback_since(site_id),
        verdict_words=verdict_words,
        day_words=format_day,
    )


@pages.get("/sites/<path:site_id>/children.csv")
@open_to("read_forum")
def of_site_file(site_id: str) -> Response:
    """The results of the children's audit of a site as a CSV file."""
    origin = provenance(services().findings(), [(say("Site"), services().register.site(site_id).name)])
    describe_export(filter=origin.filter_words)
    # A file is passed on, so it has a higher disclosure threshold than the page.
    fewest = services().policies.forum.least_for_everybody.value
    response = Response(children_results_csv(summary(site_id, fewest=fewest), origin), mimetype="text/csv")
    return download(response, name_of("children", "csv", site=site_id, day=origin.day))


def summary(site_id: str, *, fewest: int = 0) -> ChildrenResults:
    """Return the results of the children's audit of a site, only for questions that at least `fewest` children answered.

    Raises:
        SiteError: there is no such site.
    """
    now = services()
    return children_results(now.register, now.findings_at(site_id), services().policies.forum, site_id, fewest=fewest)


def _opened(site_id: str) -> str:
    """Return the name of a site.

    Raises:
        NotInRegister: there is no such site, or the signed-in user may not open it.
    """
    return require_area(person(), site_id).name


def _questions(site_id: str, name: str, *, thanks: bool = False, fault: str = "") -> str:
    return render_template(
        "forum/ask.html",
        page="forum",
        audit=services().policies.forum,
        format=SHEET_FORMAT,
        site_id=site_id,
        name=name,
        thanks=thanks,
        fault=fault,
        sheet=request.form.get("sheet") or str(uuid4()),
        day=today().isoformat(),
        given=request.form,
        words=_outbox_words(),
        became=feedback_since(site_id) if site_id else (),
    )


def _filled(site_id: str, audit: ChildrenAudit) -> ChildSheet:
    """Return the sheet of a form sent without scripts; only the fields of the audit are read, so a name is never stored."""
    return ChildSheet(
        id=request.form.get("sheet", ""),
        site_id=site_id,
        day=_day(request.form.get("day", "")),
        revision=audit.revision,
        answers={question.id: picked for question in audit.asked if (picked := request.form.get(f"q.{question.id}"))},
        feeling=request.form.get("feeling", ""),
        age=request.form.get("age", ""),
    )


def _day(text: str) -> date:
    """Return the day when the page was opened, so that the same sheet sent again after midnight stays the same."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _outbox_words() -> dict[str, str]:
    """Return the messages about answers that wait to be sent; the page fills in the braces."""
    return {
        "sent": str(say("The answers have arrived.")),
        "waiting": say("Answers waiting on this phone: {count}. They are sent when there is signal.").template,
        "signed_out": say("Answers waiting on this phone: {count}. Sign in again to send them.").template,
        "refused": say("Answers that the server did not take: {count}. {told}").template,
        "ready": str(say("Ready: this page also works without signal.")),
        "step": say("Question {number} of {all}").template,
        "no_voice": str(say("This phone has no voice for this language. The adult reads it to you.")),
        "agree": str(say("First tick both boxes.")),
        "empty": str(say("No question was answered, so there is nothing to keep.")),
    }
