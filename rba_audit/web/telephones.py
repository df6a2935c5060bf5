"""The administrator's page of the telephone numbers that surveyors without signal are shown for a danger, and how phones get them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict
from rba_audit.register.telephones import NO_LIST, Telephone, TelephoneList
from rba_audit.web.access import open_to, signed_in
from rba_audit.web.areas import Areas, Choice, offered_areas
from rba_audit.web.judged import judged
from rba_audit.web.moments import moment_words
from rba_audit.words import Message, say

pages = Blueprint("telephones", __name__)

_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409
_SEE_OTHER: Final = 303
_LONGEST: Final = 100
_MOST: Final = 30
_BLANK: Final = 2
"""Empty rows below those that are there."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form as it was typed, and what is wrong with it."""

    place: str
    name: str
    number: str
    area: str
    faults: tuple[Message, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.name or self.number)


@pages.get("/admin/telephones")
@open_to("administer")
def page() -> str:
    """Whom surveyors are told to call, in which order and for which part of the city."""
    now = judged().register.telephones.current()
    return _page(now, _rows(now.numbers))


@pages.post("/admin/telephones")
@open_to("administer")
def save() -> BaseResponse | tuple[str, int]:
    """Keep the list as it was typed, unless somebody else changed it meanwhile."""
    register = judged().register
    typed = [row for row in _typed() if row.typed]
    now = register.telephones.current()
    if any(row.faults for row in typed):
        return _page(now, typed), _BAD_REQUEST
    ordered = sorted(typed, key=lambda row: int(row.place) if row.place.isdecimal() else _MOST)
    numbers = [Telephone(row.name, row.number, row.area) for row in ordered]
    try:
        register.telephones.save(numbers, signed_in().id, _seen())
    except Conflict as fault:
        return _page(register.telephones.current(), typed, str(fault)), _CONFLICT
    flash(str(say("Saved. Phones get the numbers the next time they have signal.")), "success")
    return redirect(url_for("telephones.page"), code=_SEE_OTHER)


def told_to_phones() -> dict[str, object]:
    """Return the numbers as a phone keeps them, in the current language."""
    now = judged().register.telephones.current()
    return {
        "contacts": [
            {"name": each.name, "number": each.number, "dial": each.dial, "area": each.area}
            for each in now.numbers
            if each.dial
        ],
        "services": services(),
    }


def services() -> list[dict[str, str]]:
    """Return the public numbers in the current language."""
    return [
        {"name": str(each.name), "number": each.dial, "dial": each.dial, "about": str(each.about)}
        for each in judged().policies.emergency.services
    ]


def missing() -> Message | None:
    """Return what is missing of the numbers; None where every place has one."""
    now = judged().register.telephones.current()
    if not now.numbers:
        return say("No telephone number is set for dangers: without signal, surveyors see only the public numbers.")
    without = [choice.words for choice in _places(_areas()) if not any(_covers(each, choice) for each in now.numbers)]
    if not without:
        return None
    return say(
        "No telephone number for dangers in {count} kelurahan: {names}.", count=len(without), names=", ".join(without)
    )


pages.add_app_template_global(missing, "telephones_missing")


def _page(now: TelephoneList, rows: Sequence[Row], overtaken: str = "") -> str:
    names = {each.id: each.name for each in judged().register.people.all()}
    last = len(rows)
    blank = [Row(str(last + count), "", "", "") for count in range(1, 1 + min(_BLANK, _MOST - last))]
    areas = _areas(row.area for row in rows)
    return render_template(
        "accounts/telephones.html",
        page="people",
        seq=now.seq,
        rows=[*rows, *blank],
        areas=areas,
        others=[entry for entry in areas.others.split("\n") if entry],
        services=judged().policies.emergency.services,
        sources=judged().policies.emergency.sources,
        missing=missing(),
        overtaken=overtaken,
        meanwhile=now.numbers if overtaken else (),
        saved=(names.get(now.person_id, now.person_id), moment_words(now.at)) if now != NO_LIST and now.at else None,
        longest=_LONGEST,
    )


def _rows(numbers: Sequence[Telephone]) -> list[Row]:
    return [Row(str(place), each.name, each.number, each.area) for place, each in enumerate(numbers, start=1)]


def _typed() -> Iterator[Row]:
    fields = [request.form.getlist(name)[:_MOST] for name in ("place", "name", "number", "area")]
    for typed in zip(*fields, strict=False):
        place, name, number, area = (text.strip()[:_LONGEST] for text in typed)
        yield Row(place, name, number, area, tuple(_faults(Telephone(name, number, area))))


def _faults(each: Telephone) -> Iterator[Message]:
    if not each.name:
        yield say("Write who answers this number.")
    if not each.dial:
        yield say("This is no telephone number: write its digits, with spaces or hyphens if you like.")


def _seen() -> int:
    text = request.form.get("seq", "")
    return int(text) if text.isdecimal() and len(text) < _LONGEST else -1


def _areas(chosen: Iterable[str] = ()) -> Areas:
    return offered_areas(judged().register.sites(), {each for each in chosen if each})


def _places(areas: Areas) -> Iterator[Choice]:
    for district in areas.choices:
        yield from district.inside or (district,)


def _covers(each: Telephone, choice: Choice) -> bool:
    return not each.area or f"{choice.code}.".startswith(f"{each.area}.")
