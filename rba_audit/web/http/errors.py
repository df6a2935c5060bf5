"""Error responses: which status an exception gets, as a page, or as JSON under `/api/`.

Responses of 500 and more carry the request's id, under which the log has the cause.
"""

from __future__ import annotations

import errno
from typing import Any, Final

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.sansio.utils import host_is_trusted

from rba_audit.errors import (
    Conflict,
    EvidenceError,
    Forbidden,
    NotInRegister,
    NotInStandard,
    RbaError,
    SiteError,
    Unavailable,
)
from rba_audit.fieldwork import SubmissionError, SubmissionTooLarge, error_code
from rba_audit.messages import Message, say
from rba_audit.photographs import DamagedPhoto, NotAPhoto, PhotoTooLarge
from rba_audit.web.http.request_log import note_failure, request_id

_FAILED, _UNAVAILABLE, _UNUSABLE, _UNPROCESSABLE = 500, 503, 400, 422
_RETRY_AFTER_S: Final = 30
_STATUS: Final[tuple[tuple[type[RbaError], int], ...]] = (
    (Conflict, 409),
    (SubmissionTooLarge, 413),
    (PhotoTooLarge, 413),
    (NotAPhoto, 415),
    (DamagedPhoto, _UNPROCESSABLE),
    (EvidenceError, _UNUSABLE),
    (NotInRegister, 404),
    (SiteError, 404),
    (NotInStandard, 404),
    (Forbidden, 403),
    (Unavailable, _UNAVAILABLE),  # the disk is full or the register busy: the request was valid and can be sent again
    (RbaError, _FAILED),
)
_FAILED_HERE: Final = say(
    "Something went wrong here. What you sent may not have been kept; look before you send it again."
)
_UNAVAILABLE_NOW: Final = say(
    "The server can keep or read nothing just now: its disk is full, or busy. Nothing is lost on your side; try again in a minute."
)
_OF_THE_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})
_CODES: Final = {
    401: "signed_out",
    403: "not_allowed",
    404: "unknown",
    413: "too_large",
    429: "too_often",
    500: "failed",
    503: "busy",
}


def register_error_handlers(app: Flask) -> None:
    """Register the error responses of every exception."""
    app.register_error_handler(RbaError, _own_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OSError, _disk_error)


def _own_error(fault: RbaError) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(fault, kind))
    if status == _UNUSABLE and _is_of_the_api():
        status = _UNPROCESSABLE  # from phones: well formed, but its content is refused
    if status >= _FAILED:
        note_failure(fault)
    more: dict[str, Any] = {}
    if isinstance(fault, SubmissionError):
        more["problems"] = [{"question": problem.question, "told": str(problem.message)} for problem in fault.problems]
    if isinstance(fault, Conflict) and fault.code == "hash":
        more["sha256"] = fault.kept
    # A message about the server names its folders: it goes to the log only.
    message = fault.message if status < _FAILED else _UNAVAILABLE_NOW if status == _UNAVAILABLE else _FAILED_HERE
    return _error_response(status, error_code(fault), message, more)


def _disk_error(fault: OSError) -> Response | HTTPException:
    """Respond 503 to an error of the disk, and 404 to a file name that is too long; raise any other error again."""
    if fault.errno == errno.ENAMETOOLONG:
        return _http_error(NotFound())
    if fault.errno not in _OF_THE_DISK:
        raise fault
    note_failure(fault)
    return _error_response(_UNAVAILABLE, error_code(Unavailable("")), _UNAVAILABLE_NOW, {})


def _http_error(fault: HTTPException) -> Response | HTTPException:
    if fault.code is None or fault.code < 400:
        return fault
    if fault.code >= _FAILED:
        note_failure(getattr(fault, "original_exception", None) or fault)
    elif request.url_rule is None and not _is_ours():
        return fault
    messages = {
        404: say("There is no such page here. Check the address, or start again from the dashboard."),
        405: say("This page does not take that kind of request."),
        413: say("That is more than this page takes; send less at once."),
        500: _FAILED_HERE,
    }
    message = messages.get(fault.code) or fault.description or say("Something went wrong here.")
    return _error_response(fault.code, _CODES.get(fault.code, "refused"), message, {})


def _error_response(status: int, code: str, message: Message | str, more: dict[str, Any]) -> Response:
    id = request_id() if status >= _FAILED else ""
    if _is_of_the_api():
        response = jsonify({"error": code, "told": str(message), **more, **({"request_id": id} if id else {})})
        response.headers["Cache-Control"] = "no-store"
    else:
        response = make_response(_page(str(message), status, id))
    response.status_code = status
    if status == _UNAVAILABLE:
        response.headers["Retry-After"] = str(_RETRY_AFTER_S)
    return response


def _page(message: str, status: int, id: str) -> str:
    """Return the page of an error: the usual layout, or a plain one without menu and names if the layout fails as well."""
    try:
        return render_template("error.html", message=message, status=status, request_id=id)
    except Exception as fault:  # the response reports the first error, not this one
        if status < _FAILED:
            raise
        note_failure(fault)
        return render_template("error_plain.html", message=message, request_id=id)


def _is_of_the_api() -> bool:
    return request.path.startswith("/api/")


def _is_ours() -> bool:
    """Return whether the request names a trusted host; without one no page can be rendered."""
    return host_is_trusted(request.environ.get("HTTP_HOST", ""), current_app.config["TRUSTED_HOSTS"])
