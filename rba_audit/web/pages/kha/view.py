"""The page of KHA training: what it shows, and the query of its list of people.

Names are searched with a form that is posted: a name in an address would be in the log of exports and in the history of browsers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from flask import render_template, request

from rba_audit.days import today
from rba_audit.kla.kha_files import LARGEST_TABLE_BYTES
from rba_audit.kla.kha_people import LONGEST_TEXT, MOST_HOURS
from rba_audit.kla.kha_reach import (
    SITE_WORDS,
    STATE_WORDS,
    KhaReach,
    by_agency,
    by_institution,
    by_sector,
    by_site,
    state_on,
)
from rba_audit.kla.kha_table import PeopleTable
from rba_audit.messages import say
from rba_audit.register.kla.trainings import KhaAddition, KhaPerson, KhaTraining
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.kha.blueprint import kha_policy, site_names, titles, trainings

NOT_STATED: Final = "-"
"""Value of a filter for people of whom it is not stated."""
_ON_A_PAGE: Final = 50
_RECORDINGS: Final = 10
_PREVIEWED: Final = 20
_LONGEST_VALUE: Final = 200
_MEGA: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class KhaQuery:
    """Query of the list of people: the filters that are not empty by name, and the number of the page."""

    filters: Mapping[str, str]
    number: int

    def admits(self, person: KhaPerson) -> bool:
        """Return whether a person matches all filters."""
        state = state_on(person, today(), kha_policy().warning_days.value)
        values = {
            "sector": (person.sector or NOT_STATED,),
            "state": (state, "valid") if state == "ending" else (state,),
            "institution": (person.institution.casefold() or NOT_STATED,),
            "site": person.sites or (NOT_STATED,),
        }
        return all(wanted in values[name] for name, wanted in self.filters.items())

    def words(self) -> list[str]:
        """Return the filters as "heading: value", for a file and its entry in the log."""
        headings = {
            "sector": say("Sector"),
            "state": say("State"),
            "institution": say("Institution"),
            "site": say("Site"),
        }
        return [f"{headings[name]}: {value}" for name, value in self.filters.items()]


def read_query(parameters: Mapping[str, str]) -> KhaQuery:
    """Parse the parameters of an address; never raises."""
    names = ("sector", "state", "institution", "site")
    filters = {name: value for name in names if (value := parameters.get(name, "")[:_LONGEST_VALUE])}
    if "institution" in filters:
        filters["institution"] = filters["institution"].casefold()
    number = parameters.get("page", "")
    whole = number.isascii() and number.isdecimal() and len(number) < len("100000")
    return KhaQuery(filters, max(int(number), 1) if whole else 1)


def kha_page(
    *,
    problem: str = "",
    of_form: str = "",
    search: str = "",
    table: PeopleTable | None = None,
    addition: KhaAddition | None = None,
    draft: str = "",
) -> str:
    """Return the page.

    Args:
        problem: Why a form was refused.
        of_form: The form that it belongs to: `person`, `table` or `training`.
        search: A part of a name.
        table: A table that was read, for its preview.
        addition: What the table would add.
        draft: The people of the table, for the form that records them.
    """
    register, policy, day = services().register, kha_policy(), today()
    query = read_query(request.args)
    people = register.kla.trainings.people()
    matching = [person for person in people if query.admits(person) and search.casefold() in person.name.casefold()]
    pages = max(-(-len(matching) // _ON_A_PAGE), 1)
    number = min(query.number, pages)
    institutions, sectors = by_institution(people, policy, day), by_sector(people, policy, day)
    site_rows = by_site(people, policy, register.sites(), day)
    names = {user.id: user.name for user in register.people.all()}
    known_trainings = trainings()
    return render_template(
        "kha/kha.html",
        page="kha",
        policy=policy,
        people=people,
        matching=len(matching),
        shown=[] if search and not matching else matching[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE],
        number=number,
        pages=pages,
        query=query,
        search=search,
        states=STATE_WORDS,
        state_of=lambda person: state_on(person, day, policy.warning_days.value),
        sectors=sectors,
        empty_sectors=[row.words for row in sectors if row.name and not row.people],
        agencies=by_agency(people, policy, services().standard, day),
        institutions=institutions,
        total=_total(sectors),
        site_rows=site_rows,
        site_words=SITE_WORDS,
        site_counts={state: sum(row.state == state for row in site_rows) for state in SITE_WORDS},
        site_names=site_names(),
        trainings=list(known_trainings.values()),
        trained=Counter(id for person in people for id in {each.training_id for each in person.certificates}),
        correcting=_fields(known_trainings.get(request.args.get("training", ""))),
        titles=titles(),
        recordings=register.kla.trainings.recordings(_RECORDINGS),
        account_names=names,
        format_moment=format_moment,
        today=day,
        id=str(uuid4()),
        typed=request.form if problem else {},
        problem=problem,
        of_form=of_form,
        table=table,
        previewed=_PREVIEWED,
        addition=addition,
        draft=draft,
        longest=LONGEST_TEXT,
        most_hours=MOST_HOURS,
        most_megabytes=LARGEST_TABLE_BYTES // _MEGA,
    )


def _fields(training: KhaTraining | None) -> dict[str, str]:
    """Return a training as its form has it, to be corrected; empty without one."""
    if training is None:
        return {}
    hours = "" if training.hours is None else str(training.hours)
    return {
        "id": training.id,
        "title": training.title,
        "day": training.day.isoformat(),
        "organiser": training.organiser,
        "hours": hours,
        "venue": training.venue,
    }


def _total(rows: list[KhaReach]) -> KhaReach:
    states = {state: sum(row.counts[state] for row in rows) for state in rows[0].counts} if rows else {}
    return KhaReach("", str(say("All")), states)
