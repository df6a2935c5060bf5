"""Telephone numbers for dangers: the administrator's page, and the list that phones store for use without signal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict
from rba_audit.messages import Message, say
from rba_audit.register.telephones import NO_LIST, Telephone, TelephoneList
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.people.areas import AreaChoices, AreaOption, offered_areas

pages = Blueprint("telephones", __name__)

_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409
_SEE_OTHER: Final = 303
_LONGEST: Final = 100
_MOST: Final = 30
_BLANK: Final = 2
"""Number of empty rows below the existing ones."""


@dataclass(frozen=True, slots=True)
class TelephoneRow:
    """A row of the form as entered, and its problems."""

    place: str
    name: str
    number: str
    area: str
    faults: tuple[Message, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether the row has a name or a number."""
        return bool(self.name or self.number)


@pages.get("/admin/telephones")
@open_to("administer")
def page() -> str:
    """The numbers that surveyors are to call, in order, each for the whole city or for an area of it."""
    now = services().register.telephones.current()
    return _page(now, _rows(now.numbers))


@pages.post("/admin/telephones")
@open_to("administer")
def save() -> BaseResponse | tuple[str, int]:
    """Save the list, unless another user changed it since the form was opened."""
    register = services().register
    rows = [row for row in _form_rows() if row.typed]
    now = register.telephones.current()
    if any(row.faults for row in rows):
        return _page(now, rows), _BAD_REQUEST
    ordered = sorted(rows, key=lambda row: int(row.place) if row.place.isdecimal() else _MOST)
    numbers = [Telephone(row.name, row.number, row.area) for row in ordered]
    try:
        register.telephones.save(numbers, signed_in().id, _seen())
    except Conflict as error:
        return _page(register.telephones.current(), rows, str(error)), _CONFLICT
    flash(str(say("Saved. Phones get the numbers the next time they have signal.")), "success")
    return redirect(url_for("telephones.page"), code=_SEE_OTHER)


def phone_list() -> dict[str, object]:
    """Return the numbers as a phone stores them, in the current language."""
    now = services().register.telephones.current()
    return {
        "contacts": [
            {"name": telephone.name, "number": telephone.number, "dial": telephone.dial, "area": telephone.area}
            for telephone in now.numbers
            if telephone.dial
        ],
        "services": emergency_services(),
    }


def emergency_services() -> list[dict[str, str]]:
    """Return the public numbers in the current language."""
    return [
        {"name": str(service.name), "number": service.dial, "dial": service.dial, "about": str(service.about)}
        for service in services().policies.emergency.services
    ]


def missing_warning() -> Message | None:
    """Return the warning about areas without a number; None if every area has one."""
    now = services().register.telephones.current()
    if not now.numbers:
        return say("No telephone number is set for dangers: without signal, surveyors see only the public numbers.")
    without = [
        choice.words
        for choice in _area_options(_areas())
        if not any(_covers(telephone, choice) for telephone in now.numbers)
    ]
    if not without:
        return None
    return say(
        "No telephone number for dangers in {count} kelurahan: {names}.", count=len(without), names=", ".join(without)
    )


pages.add_app_template_global(missing_warning, "telephones_missing")


def _page(now: TelephoneList, rows: Sequence[TelephoneRow], overtaken: str = "") -> str:
    names = {user.id: user.name for user in services().register.people.all()}
    last = len(rows)
    blank = [TelephoneRow(str(last + count), "", "", "") for count in range(1, 1 + min(_BLANK, _MOST - last))]
    areas = _areas(row.area for row in rows)
    return render_template(
        "dangers/telephones.html",
        page="people",
        seq=now.seq,
        rows=[*rows, *blank],
        areas=areas,
        others=[entry for entry in areas.others.split("\n") if entry],
        services=services().policies.emergency.services,
        sources=services().policies.emergency.sources,
        missing=missing_warning(),
        overtaken=overtaken,
        meanwhile=now.numbers if overtaken else (),
        saved=(names.get(now.person_id, now.person_id), format_moment(now.at)) if now != NO_LIST and now.at else None,
        longest=_LONGEST,
    )


def _rows(numbers: Sequence[Telephone]) -> list[TelephoneRow]:
    return [
        TelephoneRow(str(order), telephone.name, telephone.number, telephone.area)
        for order, telephone in enumerate(numbers, start=1)
    ]


def _form_rows() -> Iterator[TelephoneRow]:
    fields = [request.form.getlist(name)[:_MOST] for name in ("place", "name", "number", "area")]
    for values in zip(*fields, strict=False):
        order, name, number, area = (text.strip()[:_LONGEST] for text in values)
        yield TelephoneRow(order, name, number, area, tuple(_problems(Telephone(name, number, area))))


def _problems(telephone: Telephone) -> Iterator[Message]:
    if not telephone.name:
        yield say("Write who answers this number.")
    if not telephone.dial:
        yield say("This is no telephone number: write its digits, with spaces or hyphens if you like.")


def _seen() -> int:
    text = request.form.get("seq", "")
    return int(text) if text.isdecimal() and len(text) < _LONGEST else -1


def _areas(codes: Iterable[str] = ()) -> AreaChoices:
    return offered_areas(services().register.sites(), {code for code in codes if code})


def _area_options(areas: AreaChoices) -> Iterator[AreaOption]:
    for district in areas.choices:
        yield from district.inside or (district,)


def _covers(telephone: Telephone, choice: AreaOption) -> bool:
    return not telephone.area or f"{choice.code}.".startswith(f"{telephone.area}.")
