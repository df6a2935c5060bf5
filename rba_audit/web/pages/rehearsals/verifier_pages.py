"""Pages of a rehearsal for a verifier: the items by cluster and indicator, and one item with its file and the decision about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.errors import EvidenceError, NotInRegister
from rba_audit.kla.point_ranges import points_words
from rba_audit.kla.rehearsal_results import earlier_reasons
from rba_audit.kla.rehearsals import LONGEST_REASON, decide_item, item_of, next_undecided
from rba_audit.messages import say
from rba_audit.register.kla.document_records import FileType
from rba_audit.register.kla.rehearsal_records import Rehearsal, RehearsalItem
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.services import services
from rba_audit.web.pages.photos.routes import isolated
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
    seen_number,
)

_MEDIA: Final[dict[FileType, tuple[str, str]]] = {
    "pdf": ("pdf", "application/pdf"),
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
"""Extension and media type by type of file."""


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """The items of an indicator; `cluster` is the heading above it, empty if it is that of the group before."""

    cluster: str
    indicator: str
    items: tuple[RehearsalItem, ...]


def verifier_page(found: Rehearsal) -> str:
    """Return the page with the items of a rehearsal, by cluster and indicator."""
    return render_template(
        "rehearsals/items.html",
        page="rehearsals",
        rehearsal=found,
        groups=_groups(found.items),
        next=next_undecided(found),
        names=names(),
        item_words=item_words,
        indicator_words=indicator_words,
        in_folder=IN_FOLDER,
        decided=DECIDED,
        verifies=signed_in().id in found.verifiers,
    )


@pages.get("/rehearsals/<uuid:rehearsal_id>/items/<int(max=99_999):number>")
@open_to("follow_up", "verify")
def item(rehearsal_id: UUID, number: int) -> str:
    """An item: what the folder has, what an earlier round said about it, and the decision."""
    return _item_page(rehearsal_of(rehearsal_id), number)


@pages.post("/rehearsals/<uuid:rehearsal_id>/items/<int(max=99_999):number>")
@open_to("verify")
def decide(rehearsal_id: UUID, number: int) -> BaseResponse | tuple[str, int]:
    """Accept or refuse an item, and go on to the next one without a decision."""
    found, register = rehearsal_of(rehearsal_id), services().register
    state, reason = request.form.get("state", ""), request.form.get("reason", "")
    try:
        decide_item(register, found.id, number, state, reason, by=signed_in(), seen=seen_number())
    except EvidenceError as error:
        return _item_page(rehearsal_of(rehearsal_id), number, str(error)), 409 if hasattr(error, "code") else 400
    found = rehearsal_of(rehearsal_id)
    following = next_undecided(found, number)
    done = item_words(item_of(found, number))
    flash(f"{done}: {DECIDED[state]}", "success")
    if following is None:
        return redirect(url_for("rehearsals.items", rehearsal_id=found.id), code=SEE_OTHER)
    return redirect(url_for("rehearsals.item", rehearsal_id=found.id, number=following), code=SEE_OTHER)


@pages.get("/rehearsals/<uuid:rehearsal_id>/items/<int(max=99_999):number>/file")
@open_to("follow_up", "verify")
def item_file(rehearsal_id: UUID, number: int) -> Response:
    """The file of an item, as it was when the rehearsal began, to be saved.

    Raises:
        NotInRegister: the item has no file, or it is lost on the server.
    """
    found = item_of(rehearsal_of(rehearsal_id), number)
    if found.file is None:
        raise NotInRegister(say("This item has no file."))
    data = services().register.kla.documents.read_file(found.file)
    describe_export(1)
    extension, media_type = _MEDIA[found.file.type]
    response = isolated(Response(data, mimetype=media_type))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return download(response, name_of("rehearsal_item", extension, site=found.site_id, filter=[found.kind]))


def _item_page(found: Rehearsal, number: int, problem: str = "") -> str:
    chosen = item_of(found, number)
    return render_template(
        "rehearsals/item.html",
        page="rehearsals",
        rehearsal=found,
        item=chosen,
        decision=found.decisions.get(number),
        earlier=earlier_reasons(services().register, found).get(chosen.subject),
        names=names(),
        item_words=item_words,
        agency_words=agency_words,
        indicator_words=indicator_words,
        in_folder=IN_FOLDER,
        decided=DECIDED,
        points=points_words,
        problem=problem,
        typed=request.form if problem else {},
        verifies=signed_in().may("verify") and signed_in().id in found.verifiers,
        longest=LONGEST_REASON,
    )


def _groups(items: Iterable[RehearsalItem]) -> list[IndicatorGroup]:
    """Return the items by the first indicator that each serves, which is the one the copy is sorted by."""
    policy = services().policies.kla
    order = {indicator.name: place for place, indicator in enumerate(policy.indicators.indicators)}
    clusters = {cluster.name: str(cluster.words) for cluster in policy.indicators.clusters}

    def first(item: RehearsalItem) -> str:
        return min(item.indicators, key=lambda name: order.get(name, len(order)), default="")

    groups: list[IndicatorGroup] = []
    before = None
    for name, members in groupby(items, key=first):
        indicator = policy.indicator(name)
        cluster = clusters.get(indicator.cluster, "") if indicator is not None else ""
        words = indicator_words(name) if name else str(say("No indicator"))
        groups.append(IndicatorGroup("" if cluster == before else cluster, words, tuple(members)))
        before = cluster
    return groups
