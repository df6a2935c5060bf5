"""Saved views of the lists of sites: save the current address under a name, and delete one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import EvidenceError
from rba_audit.messages import Message, say
from rba_audit.web.http.access import open_to, person, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.lists.query import read_site_query
from rba_audit.web.pages.results import pages

_SEE_OTHER: Final = 303
LISTS: Final[Mapping[str, Message]] = {
    "sites": say("All sites"),
    "non_standard": say("Not standard"),
    "not_known": say("Not known yet"),
}
"""The lists with saved views, by the name of their endpoint."""


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view as a link.

    Attributes:
        list: The name of its list.
        address: The address of the list with its filters.
    """

    id: str
    name: str
    list: str
    address: str


def saved_views() -> list[ViewLink]:
    """Return the saved views of the current reader; none for readers who have no results to read."""
    reader = person()
    if reader is None or not reader.may("read_results"):
        return []
    return [
        ViewLink(view.id, view.name, str(LISTS[view.list]), _address(view.list, view.query))
        for view in services().register.saved_views.of_person(reader.id)
        if view.list in LISTS
    ]


def _address(list_name: str, query: Mapping[str, str]) -> str:
    """Return the address of a list; a damaged row may name parameters that mean something else to `url_for`."""
    known: dict[str, Any] = dict(read_site_query(query).query(number=1))
    return url_for(f"planners.{list_name}", **known)


@pages.post("/views/<any(sites, non_standard, not_known):list_name>")
@open_to("read_results")
def save_view(list_name: str) -> BaseResponse:
    """Save a list with the filters of its address, which the form repeats."""
    query = read_site_query(request.form).query(number=1)
    try:
        services().register.saved_views.save(signed_in().id, request.form.get("name", ""), list_name, query)
    except EvidenceError as error:
        flash(str(error), "error")
    else:
        flash(str(say("The view is saved.")), "success")
    return redirect(_address(list_name, query), code=_SEE_OTHER)


@pages.post("/views/<uuid:view_id>/delete")
@open_to("read_results")
def delete_view(view_id: UUID) -> BaseResponse:
    """Delete a saved view of this reader."""
    services().register.saved_views.delete(signed_in().id, str(view_id))
    flash(str(say("The view is deleted.")), "success")
    list_name = request.form.get("list", "")
    return redirect(url_for(f"planners.{list_name if list_name in LISTS else 'sites'}"), code=_SEE_OTHER)
