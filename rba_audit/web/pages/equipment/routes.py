"""Pages of the equipment of a site: items with verdicts and history, QR codes, and labels to print.

Items are evaluated by `rba_audit.equipment`.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.current_answers import known_items_of
from rba_audit.equipment import item_of_part
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.permissions import works_in_field
from rba_audit.review_states import COUNTED
from rba_audit.web.http.access import OF_A_SITE, may_open, open_to, person, require_readable
from rba_audit.web.http.services import services
from rba_audit.web.pages.equipment.items import NOT_REJECTED, REJECTED, ItemOfSite, site_items
from rba_audit.web.pages.form.item_messages import item_words

pages = Blueprint("equipment", __name__)
pages.add_app_template_global(item_words)

_SEE_OTHER: Final = 303


@pages.get("/sites/<path:site_id>/equipment")
@open_to(OF_A_SITE)
def equipment(site_id: str) -> str:
    """Every item of a site, with its verdicts and its history."""
    name, items = _opened(site_id)
    return render_template("equipment/site.html", page="sites", site_id=site_id, name=name, items=items)


@pages.get("/sites/<path:site_id>/equipment/labels")
@open_to(OF_A_SITE)
def labels(site_id: str) -> str:
    """A sheet of labels to print: name, QR code and id of each item that is there."""
    name, items = _opened(site_id)
    present = [item for item in items if not item.gone and item.goes_on_as is None]
    return render_template("equipment/labels.html", page="sites", site_id=site_id, name=name, items=present)


@pages.get("/items/<item_id>")
@open_to(OF_A_SITE)
def item(item_id: str) -> BaseResponse:
    """Redirect from the QR code of an item: surveyors to the item in the form, other readers to the site's equipment."""
    site_id, goes_on_as = _where(item_id)
    someone = person()
    require_readable(someone, site_id)
    if not goes_on_as:
        flash(
            str(say("This item was listed only in a visit that was rejected. Here is what is known of the site.")),
            "warn",
        )
        return redirect(url_for("equipment.equipment", site_id=site_id), code=_SEE_OTHER)
    surveys = someone is not None and works_in_field(someone.role)
    page = "surveyors.audit" if surveys and may_open("surveyors.audit", site_id=site_id) else "equipment.equipment"
    return redirect(url_for(page, site_id=site_id, _anchor=f"item-{goes_on_as}"), code=_SEE_OTHER)


@pages.get("/items/<item_id>/qr.svg")
@open_to(OF_A_SITE)
def qr(item_id: str) -> Response:
    """The QR code of an item, to be printed at any size."""
    require_readable(person(), _where(item_id)[0])
    picture = BytesIO()
    address = url_for("equipment.item", item_id=item_id, _external=True)
    segno.make_qr(address, error="m").save(picture, kind="svg", border=4, omitsize=True, svgclass=None, lineclass=None)
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.set_etag(address)
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response, perhaps emptied


# --- lookup of sites and items ----------------------------------------------------------------------------------------


def _opened(site_id: str) -> tuple[str, list[ItemOfSite]]:
    someone = person()
    return require_readable(someone, site_id).name, site_items(site_id, someone)


def _where(item_id: str) -> tuple[str, str]:
    """Return the site of an item and the item's current id (after merging); an empty id if only a rejected visit lists it.

    Raises:
        NotInRegister: the item is in no visit and on no map.
    """
    index = services().memos.items.get("", services().whole.version(), _index)
    if item_id not in index:
        raise NotInRegister(say("no item has the code {id}; look for it at its site", id=item_id))
    return index[item_id]


def _index() -> dict[str, tuple[str, str]]:
    """Return the site and the current id of each item, by item id.

    All readers share this index, because the page it leads to checks what the reader may see.
    """
    register = services().whole
    index: dict[str, tuple[str, str]] = {}
    for part in services().whole_findings().source.parts:
        mapped: dict[str, Any] | None = item_of_part(part.feature, services().standard.equipment)
        if mapped is not None:
            index[mapped["id"]] = part.site, mapped["id"]
    for site_id, visits in register.visits.by_site(REJECTED).items():
        index |= {item.id: (site_id, "") for item in known_items_of(visits)}
    counting = register.visits.by_site(COUNTED)
    for site_id, visits in register.visits.by_site(NOT_REJECTED).items():
        approved = counting.get(site_id, [])
        known_here = known_items_of(approved, [visit for visit in visits if visit not in approved])
        index |= {item.id: (site_id, item.same_as or item.id) for item in known_here}
    return index
