"""Sign-in, sign-out, setting a password by a one-time link, and the user's own account.

Tokens are sent in cookies only; browsers do not cache a page that shows a secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from rba_audit import accounts
from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.passwords import LONGEST_PASSWORD, SHORTEST
from rba_audit.permissions import ROLE_WORDS, is_guest, works_in_field
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.web.http.access import (
    EVERYONE,
    OWN_ACCOUNT,
    account_end_words,
    device_cookie,
    open_to,
    person,
    session_cookie,
    signed_in,
)
from rba_audit.web.http.formatting import agent_words, format_moment
from rba_audit.web.http.redirects import safe_next_path
from rba_audit.web.http.services import services

pages = Blueprint("accounts", __name__)

_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_GONE: Final = 410
_TOO_OFTEN: Final = 429
_SEE_OTHER: Final = 303
_LONGEST_FIELD: Final = 1000
_WORK: Final = "/queue"
"""The page that surveyors see first after signing in."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of the user, formatted for the account page; `here` marks the one of this browser."""

    id: str
    agent: str
    began: str
    seen: str
    here: bool


@pages.app_context_processor
def _who() -> dict[str, Callable[[], Person | None]]:
    return {"who_is_here": person}


# --- sign-in and sign-out --------------------------------------------------------------------------------------------


@pages.get("/sign-in")
@open_to(EVERYONE)
def sign_in() -> Response:
    """The sign-in page."""
    return _sign_in_page(account_end_words())


@pages.post("/sign-in")
@open_to(EVERYONE)
def enter() -> BaseResponse:
    """Sign the user in, or show why not; an unknown login gives the same message as a wrong password."""
    login, password = _form_value("login"), _form_value("password")
    result = accounts.sign_in(_register(), login, password, _address(), _agent(), device=_device())
    if isinstance(result, accounts.SignInProblem):
        status = _TOO_OFTEN if result.retry_after_s else _FORBIDDEN
        response = _sign_in_page(str(result.message), status, kept_out=result.kept_out)
        if result.retry_after_s:
            response.headers["Retry-After"] = str(result.retry_after_s)
        return response
    _leave()
    back = safe_next_path(_form_value("next"))
    if back and is_guest(result.person.role) and not back.startswith(url_for("rehearsals.page")):
        back = None  # a page that they may not open
    return _welcome(result, back)


@pages.post("/sign-out")
@open_to(EVERYONE)
def sign_out() -> BaseResponse:
    """End this session, here and in the register, and forget this browser."""
    _leave()
    accounts.forget_device(_register(), _device())
    flash(str(say("You are signed out.")), "success")
    response = redirect(url_for("accounts.sign_in"), code=_SEE_OTHER)
    secure = current_app.config["RBA_SECURE"]
    for name in (session_cookie(), device_cookie()):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
    return response


@pages.get("/join/<link>")
@open_to(EVERYONE)
def join(link: str) -> BaseResponse:
    """The page to which a one-time link leads: choose a password."""
    return _join_page(link)


@pages.post("/join/<link>")
@open_to(EVERYONE)
def set_password(link: str) -> BaseResponse:
    """Set the password, sign the user in, and invalidate the link."""
    try:
        result = accounts.accept_link(_register(), link, _form_value("password"), _agent())
    except NotInRegister as error:
        return _void_page(error)
    if isinstance(result, accounts.SignInProblem):
        return _join_page(link, str(result.message))
    _leave()
    flash(
        str(
            say(
                "Welcome, {name}. From now on you sign in as {login}.",
                name=result.person.name,
                login=result.person.login,
            )
        ),
        "success",
    )
    return _welcome(result, None)


# --- the user's own account ------------------------------------------------------------------------------------------


@pages.get("/account")
@open_to(OWN_ACCOUNT)
def account() -> Response:
    """The user's name and role, the form for another password, and the user's sessions."""
    register, someone = _register(), signed_in()
    current = accounts.session_of(register, _token())
    lines = [
        SessionLine(
            session.id,
            session.agent or str(say("Unknown browser")),
            format_moment(session.began_at),
            format_moment(session.seen_at),
            current is not None and session.id == current.id,
        )
        for session in accounts.sessions_of(register, someone)
    ]
    return secret_page(
        "accounts/account.html",
        someone=someone,
        role=ROLE_WORDS[someone.role],
        places=sorted(lines, key=lambda line: not line.here),
        lifetime=accounts.lifetime_of(someone.role),
        shortest=SHORTEST,
        longest=LONGEST_PASSWORD,
    )


@pages.post("/account/password")
@open_to(OWN_ACCOUNT)
def change_password() -> BaseResponse:
    """Set another password; all other sessions end."""
    problem = accounts.change_password(_register(), signed_in(), _token(), _form_value("old"), _form_value("password"))
    if problem is None:
        flash(str(say("The password is changed; you are signed out everywhere else.")), "success")
    else:
        flash(str(problem), "error")
    return redirect(url_for("accounts.account"), code=_SEE_OTHER)


@pages.post("/account/sessions/<id>/end")
@open_to(OWN_ACCOUNT)
def end_session(id: str) -> BaseResponse:
    """End one of the user's own sessions.

    Raises:
        NotInRegister: the user has no such session (any more).
    """
    if not accounts.end_session(_register(), signed_in(), id):
        raise NotInRegister(say("You are not signed in there any more."))
    flash(str(say("You are signed out there.")), "success")
    return redirect(url_for("accounts.account"), code=_SEE_OTHER)


@pages.post("/account/sessions/end-others")
@open_to(OWN_ACCOUNT)
def end_other_sessions() -> BaseResponse:
    """End all of the user's own sessions except this one."""
    accounts.end_other_sessions(_register(), signed_in(), _token())
    flash(str(say("You are signed out everywhere else.")), "success")
    return redirect(url_for("accounts.account"), code=_SEE_OTHER)


# --- helpers ---------------------------------------------------------------------------------------------------------


def secret_page(template: str, status: int = 200, **values: object) -> Response:
    """Return a page that browsers do not cache and whose address they send to no other web site."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    # Not `no-referrer`: browsers would then send the form with `Origin: null`, which is rejected as cross-origin.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _sign_in_page(message: str = "", status: int = 200, *, kept_out: bool = False) -> Response:
    return secret_page(
        "accounts/sign_in.html",
        status,
        fault=message,
        kept_out=kept_out,
        login=_form_value("login") if request.method == "POST" else "",
        next=safe_next_path(request.values.get("next")) or "",
        first_step=accounts.first_step(_register()),
        demo_accounts=accounts.DEMO_ACCOUNTS if current_app.config["RBA_DEMO"] else (),
        demo_password=accounts.DEMO_PASSWORD,
        role_words=ROLE_WORDS,
    )


def _join_page(link: str, message: str = "") -> Response:
    try:
        someone = accounts.invited_person(_register(), link)
    except NotInRegister as void:
        return _void_page(void)
    status = _BAD_REQUEST if message else 200
    return secret_page(
        "accounts/join.html", status, someone=someone, fault=message, shortest=SHORTEST, longest=LONGEST_PASSWORD
    )


def _void_page(void: NotInRegister) -> Response:
    return secret_page("accounts/void.html", _GONE, told=str(void))


def _welcome(entered: accounts.SignInResult, back: str | None) -> BaseResponse:
    response = redirect(back or _home(entered.person), code=_SEE_OTHER)
    for name, token, lasts in (
        (session_cookie(), entered.token, accounts.lifetime_of(entered.person.role).most),
        (device_cookie(), entered.device, accounts.DEVICE_LASTS),
    ):
        response.set_cookie(
            name,
            token,
            max_age=lasts,
            path="/",
            secure=current_app.config["RBA_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _home(someone: Person) -> str:
    if is_guest(someone.role):
        return url_for("rehearsals.page")
    return _WORK if works_in_field(someone.role) else url_for("planners.dashboard")


def _leave() -> None:
    """End the session whose token the browser sent, if any, so that the next user gets a new session."""
    token = _token()
    if token:
        accounts.sign_out(_register(), token)


def _register() -> Register:
    return services().register


def _token() -> str:
    return request.cookies.get(session_cookie(), "")


def _device() -> str:
    return request.cookies.get(device_cookie(), "")


def _form_value(name: str) -> str:
    # The cut is above every limit, so that an overlong value is still rejected as too long.
    return request.form.get(name, "")[:_LONGEST_FIELD]


def _address() -> str:
    return request.remote_addr or ""


def _agent() -> str:
    return agent_words(request.user_agent.string)
