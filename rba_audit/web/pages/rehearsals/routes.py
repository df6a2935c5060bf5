"""Pages of rehearsals for the office: begin one, invite verifiers, read the result, close it, record what really was decided."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.days import today
from rba_audit.errors import EvidenceError
from rba_audit.kla.calendar import round_of
from rba_audit.kla.point_ranges import points_words
from rba_audit.kla.rehearsal_results import points_at_risk, result_of
from rba_audit.kla.rehearsals import (
    LONGEST_REASON,
    begin_rehearsal,
    close_rehearsal,
    indicators_of,
    invite_verifier,
    record_outcome,
    rehearsals_for,
)
from rba_audit.messages import say
from rba_audit.permissions import is_guest
from rba_audit.register.kla.rehearsal_records import Rehearsal
from rba_audit.register.person_records import Person
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.rehearsals.blueprint import (
    DECIDED,
    IN_FOLDER,
    SEE_OTHER,
    agency_words,
    indicator_words,
    item_words,
    names,
    pages,
    rehearsal_of,
)
from rba_audit.web.pages.rehearsals.verifier_pages import verifier_page
from rba_audit.web.pages.rehearsals.workbook import XLSX, result_workbook


@pages.get("/rehearsals")
@open_to("follow_up", "verify")
def page() -> str:
    """The rehearsals: for the office all, for a verifier those they are invited to."""
    policy = services().policies.kla
    return render_template(
        "rehearsals/rehearsals.html",
        page="rehearsals",
        rehearsals=rehearsals_for(services().register, signed_in()),
        office=signed_in().may("follow_up"),
        year=round_of(services().register, policy, today()).year,
        id=str(uuid4()),
        names=names() if signed_in().may("follow_up") else {},
    )


@pages.post("/rehearsals")
@open_to("rehearse")
def begin() -> BaseResponse:
    """Copy the folder of the round as it is now and begin a rehearsal with it."""
    register, policy, day = services().register, services().policies.kla, today()
    rehearsal = begin_rehearsal(
        register,
        policy,
        round_of(register, policy, day).year,
        {site.id: site.name for site in register.sites()},
        by=signed_in(),
        day=day,
        id=_usable_id(request.form.get("id", "")),
    )
    flash(
        str(say("The folder was copied as it is today; what changes in it later does not change the rehearsal.")),
        "success",
    )
    return redirect(url_for("rehearsals.rehearsal", rehearsal_id=rehearsal.id), code=SEE_OTHER)


@pages.get("/rehearsals/<uuid:rehearsal_id>")
@open_to("follow_up", "verify")
def rehearsal(rehearsal_id: UUID) -> str:
    """A rehearsal: for the office its result, for a verifier the items to go through."""
    found = rehearsal_of(rehearsal_id)
    if not signed_in().may("follow_up"):
        return verifier_page(found)
    return _result_page(found)


@pages.get("/rehearsals/<uuid:rehearsal_id>/items")
@open_to("follow_up", "verify")
def items(rehearsal_id: UUID) -> str:
    """The items of a rehearsal as a verifier sees them."""
    return verifier_page(rehearsal_of(rehearsal_id))


@pages.post("/rehearsals/<uuid:rehearsal_id>/verifiers")
@open_to("rehearse")
def invite(rehearsal_id: UUID) -> BaseResponse | tuple[str, int]:
    """Invite a verifier, or take the invitation back."""
    found, invited = rehearsal_of(rehearsal_id), request.form.get("invited") == "1"
    try:
        verifier = invite_verifier(
            services().register, found.id, request.form.get("person", ""), invited=invited, by=signed_in()
        )
    except EvidenceError as error:
        return _result_page(found, problem=str(error)), 400
    message = (
        say("{name} is invited to this rehearsal.", name=verifier.name)
        if invited
        else say("{name} does not see this rehearsal any more.", name=verifier.name)
    )
    flash(str(message), "success")
    return redirect(url_for("rehearsals.rehearsal", rehearsal_id=found.id, _anchor="verifiers"), code=SEE_OTHER)


@pages.post("/rehearsals/<uuid:rehearsal_id>/close")
@open_to("rehearse")
def close(rehearsal_id: UUID) -> BaseResponse:
    """Close a rehearsal for good."""
    found = rehearsal_of(rehearsal_id)
    close_rehearsal(services().register, found.id, by=signed_in())
    flash(str(say("The rehearsal is closed; its decisions stay as they are.")), "success")
    return redirect(url_for("rehearsals.rehearsal", rehearsal_id=found.id), code=SEE_OTHER)


@pages.post("/rehearsals/<uuid:rehearsal_id>/outcomes")
@open_to("rehearse")
def outcome(rehearsal_id: UUID) -> BaseResponse | tuple[str, int]:
    """Record what really was decided about an item or an indicator."""
    found, form = rehearsal_of(rehearsal_id), request.form
    try:
        record_outcome(
            services().register,
            found,
            form.get("subject", ""),
            form.get("state", ""),
            form.get("points", ""),
            form.get("note", ""),
            by=signed_in(),
        )
    except EvidenceError as error:
        return _result_page(found, outcome_problem=str(error)), 400
    flash(str(say("The real outcome is recorded; the next rehearsal shows it next to the item.")), "success")
    return redirect(url_for("rehearsals.rehearsal", rehearsal_id=found.id, _anchor="side-by-side"), code=SEE_OTHER)


@pages.get("/rehearsals/<uuid:rehearsal_id>/result.xlsx")
@open_to("follow_up")
def result_file(rehearsal_id: UUID) -> Response:
    """The result of a rehearsal as a workbook."""
    found = rehearsal_of(rehearsal_id)
    result = result_of(services().register, found, indicators_of(found, services().policies.kla))
    describe_export(len(result.lines))
    made = result_workbook(found, result, names())
    return download(Response(made, mimetype=XLSX), name_of("rehearsal", "xlsx"))


def _result_page(found: Rehearsal, *, problem: str = "", outcome_problem: str = "") -> str:
    register, policy = services().register, services().policies.kla
    people = register.people.all()
    day = today()
    verifiers = [user for user in people if user.may("verify") and user.active and not user.expired(day)]
    return render_template(
        "rehearsals/result.html",
        page="rehearsals",
        rehearsal=found,
        result=result_of(register, found, indicators_of(found, policy)),
        names={user.id: user.name for user in people},
        invited=[user for user in people if user.id in found.verifiers],
        offered=[user for user in sorted(verifiers, key=_guests_first) if user.id not in found.verifiers],
        item_words=item_words,
        agency_words=agency_words,
        indicator_words=indicator_words,
        in_folder=IN_FOLDER,
        decided=DECIDED,
        points=points_words,
        at_risk=lambda item: points_at_risk([item]).words,
        problem=problem,
        outcome_problem=outcome_problem,
        typed=request.form if outcome_problem else {},
        longest=LONGEST_REASON,
        today=day,
    )


def _guests_first(user: Person) -> tuple[bool, str]:
    return not is_guest(user.role), user.name.casefold()


def _usable_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
