"""Ask agencies for documents: a link for each, shown once, with a letter and a message for each agency; and end links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit import accounts
from rba_audit.days import now_utc, today
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.papers.document_letters import document_letter
from rba_audit.papers.owed_documents import OwedDocument, reminder_text
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.web.http.access import open_to, signed_in
from rba_audit.web.http.body_limits import takes
from rba_audit.web.http.downloads import download, name_of
from rba_audit.web.http.export_log import describe_export
from rba_audit.web.http.formatting import format_day
from rba_audit.web.http.services import services
from rba_audit.web.pages.accounts.routes import secret_page
from rba_audit.web.pages.folder.blueprint import BAD_REQUEST, SEE_OTHER, pages
from rba_audit.web.pages.folder.folder_view import folder_page
from rba_audit.web.pages.folder.selection import FolderLine, agency_words, selected_folder

MOST_ASKED: Final = 200
"""Documents that are asked for at once."""
_FORM_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True)
class AgencyLinks:
    """The links of one agency, right after asking.

    Attributes:
        message: The text to send by WhatsApp or e-mail.
        tokens: The tokens of the links, for the letter.
    """

    key: str
    name: str
    documents: Sequence[OwedDocument]
    message: str
    tokens: Sequence[str]


@pages.post("/folder/ask")
@open_to("record_documents")
@takes(_FORM_BYTES)
def ask() -> Response | tuple[str, int]:
    """Make a link for each chosen document, and show them, once."""
    selection = selected_folder(request.form)
    ticked = request.form.getlist("item")
    by_key = {line.key: line for line in selection.all if line.outstanding}
    chosen = [by_key[key] for key in dict.fromkeys(ticked) if key in by_key]
    other = request.form.get("ask_agency", "")
    problem = None
    if not chosen:
        problem = say("Tick the documents to ask for.")
    elif len(chosen) > MOST_ASKED:
        problem = say("Ask for at most {most} documents at once.", most=MOST_ASKED)
    elif other and other not in services().standard.agencies:
        problem = say("Choose an agency of the list.")
    if problem:
        return folder_page(selection, str(problem), ticked), BAD_REQUEST
    wanted = [
        accounts.WantedDocument(line.item.kind.name, line.item.site_id, other or line.item.agency, line.item.due)
        for line in chosen
    ]
    days = services().policies.kla.calendar.request_days.value
    made = accounts.make_requests(services().register, wanted, days, signed_in())
    agencies = _by_agency(selection.round.year, zip(chosen, made, strict=True))
    return secret_page(
        "folder/asked.html",
        page="folder",
        agencies=agencies,
        year=selection.round.year,
        until=format_day(made[0][0].valid_until),
    )


def _by_agency(year: int, made: Iterable[tuple[FolderLine, tuple[DocumentRequest, str]]]) -> list[AgencyLinks]:
    office = services().register.office.get().name
    result = []
    ordered = sorted(made, key=lambda pair: agency_words(pair[1][0].agency).casefold())
    for agency, group in groupby(ordered, key=lambda pair: pair[1][0].agency):
        pairs = list(group)
        owed = [_owed(line, request, token) for line, (request, token) in pairs]
        result.append(
            AgencyLinks(
                agency,
                agency_words(agency),
                owed,
                reminder_text(year, owed, office, today()),
                [token for _, (_, token) in pairs],
            )
        )
    return result


def _owed(line: FolderLine, request: DocumentRequest, token: str) -> OwedDocument:
    address = url_for("folder.upload", token=token, _external=True)
    return replace(line.owed(address, request.valid_until), agency=agency_words(request.agency))


@pages.post("/folder/letter")
@open_to("record_documents")
@takes(_FORM_BYTES)
def letter() -> Response:
    """The letter to one agency with the links of the page from which it is asked for; nothing is stored.

    Raises:
        NotInRegister: none of the links is open, or they are of several agencies.
    """
    selection = selected_folder(request.form)
    lines = {line.item.key: line for line in selection.all}
    register = services().register
    pairs = []
    for token in dict.fromkeys(request.form.getlist("token")[:MOST_ASKED]):
        opened = accounts.find_request(register, token)
        line = opened and lines.get((opened.request.kind, opened.request.site_id))
        if opened and line:
            pairs.append((line, opened.request, token))
    agencies = {made.agency for _, made, _ in pairs}
    if len(agencies) != 1:
        raise NotInRegister(say("These links are no longer open; ask again, and make the letter at once."))
    agency = next(iter(agencies))
    owed = [_owed(line, made, token) for line, made, token in pairs]
    describe_export(len(owed), filter=f"{say('Agency')}: {agency_words(agency)}")
    made = document_letter(agency_words(agency), selection.round.year, owed, register.office.get(), now_utc())
    response = Response(made, mimetype="application/pdf")
    response.headers["Cache-Control"] = "no-store"
    return download(response, name_of("document_letter", "pdf", day=today(), filter=[agency]))


@pages.post("/folder/requests/<uuid:request_id>/end")
@open_to("record_documents")
def end_request(request_id: UUID) -> BaseResponse:
    """End the link of a request: from now on it opens nothing."""
    services().register.kla.requests.end(str(request_id), signed_in().id, now_utc())
    flash(str(say("The link is ended; it opens nothing any more.")), "success")
    return redirect(url_for("folder.page", _anchor="links"), code=SEE_OTHER)
