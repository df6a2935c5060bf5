"""Pages of the position of the city in a round: points, bands and what changes them, and the form of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import EvidenceError
from rba_audit.kla.calendar import usable_year
from rba_audit.messages import say
from rba_audit.register.kla.points import read_points
from rba_audit.register.kla.scores import current_values
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.kla.points_form import (
    PointsFields,
    PointsProblem,
    points_fields,
    read_points_form,
    typed_points,
)
from rba_audit.web.pages.kla.rounds import RoundChoice
from rba_audit.web.pages.kla.view import chosen_round, entries_of, position_view

pages = Blueprint("kla", __name__)

SEE_OTHER: Final = 303
LONGEST_SOURCE: Final = 500
"""Most characters of the source of a result."""


@pages.get("/kla")
@open_to("follow_up")
def page() -> str:
    """Show points, bands and what would change them."""
    return _page()


def _page(problem: str = "") -> str:
    return render_template(
        "kla/position.html",
        page="kla",
        view=position_view(request.args),
        problem=problem,
        typed=request.form,
        moment=format_moment,
        most_letters=LONGEST_SOURCE,
        subject_words=_subject_words,
    )


def _subject_words(kind: str, about: str) -> str:
    """Return what an entry is about, for the list of changes."""
    policy = services().policies.kla
    if kind == "at_risk":
        name, _, indicator = about.partition("/")
        found = policy.kind(name)
        return str(say("Points at risk, {kind}", kind=found.words if found else name)) + f", {indicator}"
    if kind in ("share", "per_site"):
        return str(say("What play spaces give altogether") if kind == "share" else say("For each site that passes"))
    words = {
        "outcome": say("Result"),
        "self": say("Self-evaluation"),
        "target": say("Target"),
        "maximum": say("Maximum"),
    }
    return f"{words[kind]}, {about}"


@pages.get("/kla/points")
@open_to("plan")
def points() -> str:
    """Show the form of points and settings of a round."""
    choice, last_year = chosen_round(request.args)
    return _points_page(choice, last_year)


@pages.post("/kla/points")
@open_to("plan")
def save_points() -> BaseResponse | tuple[str, int]:
    """Record what changed in the form of a round."""
    choice, last_year = chosen_round(request.form)
    try:
        last_year = _last_year(choice)
        fields = points_fields(services().policies.kla, choice.year, last_year)
        values = read_points_form(fields, request.form)
        count = services().register.kla.scores.record(values, _number("seen"), signed_in().id)
    except EvidenceError as error:
        return _points_page(choice, last_year, error), 409 if hasattr(error, "code") else 400
    flash(str(say("{count} entries are recorded.", count=count) if count else say("Nothing was changed.")), "success")
    return redirect(url_for("kla.page", year=choice.year), code=SEE_OTHER)


def _points_page(choice: RoundChoice, last_year: int, problem: EvidenceError | None = None) -> str:
    """Return the form; after a problem with what was typed."""
    fields = points_fields(services().policies.kla, choice.year, last_year)
    entries = entries_of(choice.year, last_year)
    seen = request.form.get("seen", "") if problem else str(max((entry.seq for entry in entries), default=0))
    return render_template(
        "kla/points.html",
        page="kla",
        choice=choice,
        fields=fields,
        values=request.form if problem else _as_typed(fields, last_year),
        seen=seen,
        problem=problem,
        wrong=problem.field if isinstance(problem, PointsProblem) else "",
    )


def _as_typed(fields: PointsFields, last_year: int) -> Mapping[str, str]:
    """Return the recorded entries as the form shows them, by field."""
    values = current_values(entries_of(fields.year, last_year))
    return {name: typed_points(values.get(subject)) for name, subject in fields.subjects().items()}


def _last_year(choice: RoundChoice) -> int:
    """Return the round of which the form has the results: a later result may have made another one the last since it was opened.

    Raises:
        EvidenceError: the form has no such year.
    """
    year = _number("last_year")
    if not (usable_year(year, choice.current) and year < choice.year):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return year


def _number(name: str) -> int:
    """Return a whole number that the form carries, such as `seen`: the newest entry when it was opened.

    Raises:
        EvidenceError: the form has no such number.
    """
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= len("1000000000")):
        raise EvidenceError(say("The form is not whole; open the page again."))
    return int(text)


@pages.post("/kla/results")
@open_to("plan")
def save_result() -> BaseResponse | tuple[str, int]:
    """Record the result of a round."""
    policy, form = services().policies.kla, request.form
    try:
        year_text = form.get("result_year", "").strip()
        current = chosen_round(request.args)[0].current
        usable = year_text.isascii() and year_text.isdigit() and len(year_text) <= len("2026")
        if not (usable and usable_year(int(year_text), current)):
            raise EvidenceError(say("Write the year of the round, such as {year}.", year=str(current)))
        band, text = form.get("band", ""), form.get("total", "").strip()
        if band and band not in {each.name for each in policy.bands.bands}:
            raise EvidenceError(say("Choose the band of the result."))
        try:
            total = read_points(text) if text else None
        except ValueError:
            raise EvidenceError(say("Write the total as a number such as 588.4, or leave it empty.")) from None
        if total is not None and total > policy.bands.total.value:
            raise EvidenceError(say("The total is at most {most}.", most=policy.bands.total.value))
        source = " ".join(form.get("source", "").split())[:LONGEST_SOURCE]
        if (band or total is not None) and not source:
            raise EvidenceError(say("Write where this result is written, such as a decree or a report."))
        services().register.kla.scores.record_result(int(year_text), band, total, source, signed_in().id)
    except EvidenceError as error:
        return _page(str(error)), 400
    flash(str(say("The result is recorded.")), "success")
    return redirect(url_for("kla.page", year=request.args.get("year")), code=SEE_OTHER)


pages.add_app_template_global(typed_points, "typed_points")
