"""The page that the link of a request opens: an agency sends exactly one document, without an account, and sees nothing else."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from flask import Response, make_response, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.datastructures import FileStorage

from rba_audit import accounts
from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.kla.document_files import LARGEST_DOCUMENT_BYTES, read_document_file
from rba_audit.kla.uploads import LONGEST_UPLOAD_TEXT, store_upload, upload_body
from rba_audit.messages import LANGUAGES, language, say, set_language
from rba_audit.register import Register
from rba_audit.web.http.access import EVERYONE, open_to
from rba_audit.web.http.body_limits import takes_by_link
from rba_audit.web.http.formatting import format_day, format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.folder.blueprint import BAD_REQUEST, CONFLICT, SEE_OTHER, pages
from rba_audit.web.pages.folder.selection import agency_words

_NOT_FOUND: Final = 404
_TOO_OFTEN: Final = 429
_FORM_BYTES: Final = 100_000
_PRIVATE: Final = {
    "Cache-Control": "no-store",
    # Not `no-referrer`: browsers would then send the form with `Origin: null`, which is refused as cross-origin. No other
    # web site gets the address either way.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def _is_open(register: Register, token: str) -> bool:
    opened = accounts.find_request(register, token)
    return opened is not None and not opened.accepted


@pages.get("/upload/<token>")
@open_to(EVERYONE)
def upload(token: str) -> Response:
    """The form for the document that was asked for; the same answer for an unknown, an expired and an ended link."""
    _choose_language()
    with force_locale(language()):
        opened = accounts.open_request(services().whole, token, request.remote_addr or "")
        if isinstance(opened, accounts.NoSuchLink):
            return _void(opened)
        if request.method == "GET":
            services().whole.kla.requests.record_opening(opened.request.id, now_utc())
        return _form(opened)


@pages.post("/upload/<token>")
@open_to(EVERYONE)
@takes_by_link(LARGEST_DOCUMENT_BYTES + _FORM_BYTES, _is_open)
def send(token: str) -> Response:
    """Take the document; it replaces what the link sent before, until a file was accepted."""
    _choose_language()
    with force_locale(language()):
        opened = accounts.open_request(services().whole, token, request.remote_addr or "")
        if isinstance(opened, accounts.NoSuchLink):
            return _void(opened)
        if opened.accepted:
            return _form(opened, status=CONFLICT)
        now = now_utc()
        try:
            kind = services().policies.kla.kind(opened.request.kind)
            body = upload_body(opened.request, request.form, kind, now)
            with closing(request.files.get("file") or FileStorage()) as sent:
                if not sent.filename:
                    raise EvidenceError(say("Choose the file first."))
                file = read_document_file(sent.read(), sent.filename)
            store_upload(services().whole, opened.request, opened.versions, body, file, now)
        except EvidenceError as error:
            status = CONFLICT if isinstance(error, Conflict) else BAD_REQUEST
            return _form(opened, problem=str(error), status=status)
        response = make_response("", SEE_OTHER)
        response.headers["Location"] = url_for(
            "folder.upload", token=token, lang=language() if language() != LANGUAGES[0] else None
        )
        response.headers.update(_PRIVATE)
        return response


def _choose_language() -> None:
    chosen = request.args.get("lang", "")
    if chosen in LANGUAGES:
        set_language(chosen)  # by the address, because no cookie is set


def _form(opened: accounts.OpenRequest, problem: str = "", status: int = 200) -> Response:
    wanted = opened.request
    kind = services().policies.kla.kind(wanted.kind)
    last = opened.versions[-1] if opened.versions else None
    response = make_response(
        render_template(
            "folder/upload.html",
            kind=kind.words if kind else wanted.kind,
            about=(kind.about or "") if kind else "",
            needs_signer=kind.needs_signer if kind else False,
            site=_site_words(wanted.site_id),
            agency=agency_words(wanted.agency),
            due=format_day(wanted.due),
            until=format_day(wanted.valid_until),
            office=services().whole.office.get(),
            received=format_moment(last.at) if last else "",
            refused=last is not None and last.state == "refused",
            accepted=opened.accepted,
            problem=problem,
            typed=request.form if problem else {},
            longest=LONGEST_UPLOAD_TEXT,
            most_megabytes=LARGEST_DOCUMENT_BYTES // 1_000_000,
            languages=LANGUAGES,
        ),
        status,
    )
    response.headers.update(_PRIVATE)
    return response


def _site_words(site_id: str) -> str:
    """Return name and area of a site; the empty text for the whole city."""
    if not site_id:
        return ""
    try:
        site = services().whole.site(site_id)
    except NotInRegister:
        return site_id
    return ", ".join(filter(None, (site.name, site.kelurahan, site.kecamatan)))


def _void(problem: accounts.NoSuchLink) -> Response:
    message = say("Nothing is shown at this address. Ask the office that gave you the link for a new one.")
    if problem.retry_after_s:
        message = say("Too many attempts failed. Try again in {minutes} min.", minutes=-(-problem.retry_after_s // 60))
    response = make_response(
        render_template("links/void.html", message=message), _TOO_OFTEN if problem.retry_after_s else _NOT_FOUND
    )
    response.headers.update(_PRIVATE)
    if problem.retry_after_s:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response
