"""Page of the office that issues papers, for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import Conflict
from rba_audit.messages import say
from rba_audit.papers.letter_wording import PLACEHOLDERS, default_closing, default_number, default_opening
from rba_audit.register.office import OFFICE_LIMITS
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.formatting import format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.office.letter_preview import letter_preview
from rba_audit.web.pages.office.office_form import OFFICE_LABELS, OfficeForm

pages = Blueprint("office", __name__)

_BAD_REQUEST: Final = 400
_CONFLICT: Final = 409
_SEE_OTHER: Final = 303
_LONGEST_SEQ: Final = 15


@pages.get("/admin/office")
@open_to("administer")
def page() -> str:
    """The letterhead, the signer and the wording of letters."""
    return _page(OfficeForm(obj=services().register.office.get()))


@pages.post("/admin/office")
@open_to("administer")
def save() -> BaseResponse | tuple[str, int]:
    """Save the office, unless another user changed it since the form was opened."""
    form = OfficeForm(request.form)
    if not form.validate():
        return _page(form), _BAD_REQUEST
    try:
        services().register.office.save(form.office(), signed_in().id, _seen())
    except Conflict as error:
        return _page(form, str(error)), _CONFLICT
    flash(str(say("Saved. Papers made from now on name the office like this.")), "success")
    return redirect(url_for("office.page"), code=_SEE_OTHER)


@pages.post("/admin/office/preview")
@open_to("administer")
def preview() -> str | tuple[str, int]:
    """Show a letter with the texts as entered; nothing is saved."""
    form = OfficeForm(request.form)
    if not form.validate():
        return _page(form), _BAD_REQUEST
    return _page(form, pictures=letter_preview(form.office()))


def _page(form: OfficeForm, overtaken: str = "", pictures: Sequence[str] = ()) -> str:
    now = services().register.office.current()
    names = {user.id: user.name for user in services().register.people.all()}
    return render_template(
        "office/office.html",
        page="office",
        seq=_seen() if pictures else now.seq,
        pictures=pictures,
        placeholders=PLACEHOLDERS,
        shipped={"letter_number": default_number(), "opening": default_opening(), "closing": default_closing()},
        form=form,
        labels=OFFICE_LABELS,
        limits=OFFICE_LIMITS,
        overtaken=overtaken,
        meanwhile=now.office if overtaken else None,
        saved=(names.get(now.person_id, now.person_id), format_moment(now.at)) if now.at else None,
    )


def _seen() -> int:
    text = request.form.get("seq", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_SEQ else -1
