"""Signing in and out, setting a password by a link, and one's own account.

A token goes into the cookie and nowhere else; a page that shows a secret is never kept by a browser.
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
from rba_audit.permissions import ROLE_WORDS, works_in_field
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.web.http.access import EVERYONE, SIGNED_IN, device_cookie, open_to, person, session_cookie, signed_in
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
"""Where a surveyor's day begins."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One place where somebody is signed in, as it is shown."""

    id: str
    agent: str
    began: str
    seen: str
    here: bool


@pages.app_context_processor
def _who() -> dict[str, Callable[[], Person | None]]:
    return {"who_is_here": person}


# --- in and out ------------------------------------------------------------------------------------------------------


@pages.get("/sign-in")
@open_to(EVERYONE)
def sign_in() -> Response:
    """The page where everybody comes in."""
    return _sign_in_page()


@pages.post("/sign-in")
@open_to(EVERYONE)
def enter() -> BaseResponse:
    """Let somebody in, or say why not; the same is said about a login that nobody has."""
    login, password = _given("login"), _given("password")
    tried = accounts.sign_in(_register(), login, password, _address(), _agent(), device=_device())
    if isinstance(tried, accounts.SignInProblem):
        status = _TOO_OFTEN if tried.retry_after_s else _FORBIDDEN
        response = _sign_in_page(str(tried.message), status, kept_out=tried.kept_out)
        if tried.retry_after_s:
            response.headers["Retry-After"] = str(tried.retry_after_s)
        return response
    _leave()
    return _welcome(tried, safe_next_path(_given("next")))


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
    """Set the password, sign in, and let the link work no more."""
    try:
        joined = accounts.accept_link(_register(), link, _given("password"), _agent())
    except NotInRegister as fault:
        return _void_page(fault)
    if isinstance(joined, accounts.SignInProblem):
        return _join_page(link, str(joined.message))
    _leave()
    flash(
        str(
            say(
                "Welcome, {name}. From now on you sign in as {login}.",
                name=joined.person.name,
                login=joined.person.login,
            )
        ),
        "success",
    )
    return _welcome(joined, None)


# --- one's own account -----------------------------------------------------------------------------------------------


@pages.get("/account")
@open_to(SIGNED_IN)
def account() -> Response:
    """Who one is here, one's password, and where else one is signed in."""
    register, someone = _register(), signed_in()
    here = accounts.session_of(register, _token())
    places = [
        SessionLine(
            each.id,
            each.agent or str(say("Unknown browser")),
            format_moment(each.began_at),
            format_moment(each.seen_at),
            here is not None and each.id == here.id,
        )
        for each in accounts.sessions_of(register, someone)
    ]
    return secret_page(
        "accounts/account.html",
        someone=someone,
        role=ROLE_WORDS[someone.role],
        places=sorted(places, key=lambda place: not place.here),
        lifetime=accounts.lifetime_of(someone.role),
        shortest=SHORTEST,
        longest=LONGEST_PASSWORD,
    )


@pages.post("/account/password")
@open_to(SIGNED_IN)
def change_password() -> BaseResponse:
    """Set another password; all other sessions end."""
    fault = accounts.change_password(_register(), signed_in(), _token(), _given("old"), _given("password"))
    if fault is None:
        flash(str(say("The password is changed; you are signed out everywhere else.")), "success")
    else:
        flash(str(fault), "error")
    return redirect(url_for("accounts.account"), code=_SEE_OTHER)


@pages.post("/account/sessions/<id>/end")
@open_to(SIGNED_IN)
def end_session(id: str) -> BaseResponse:
    """End one of one's own sessions."""
    if not accounts.end_session(_register(), signed_in(), id):
        raise NotInRegister(say("You are not signed in there any more."))
    flash(str(say("You are signed out there.")), "success")
    return redirect(url_for("accounts.account"), code=_SEE_OTHER)


@pages.post("/account/sessions/end-others")
@open_to(SIGNED_IN)
def end_other_sessions() -> BaseResponse:
    """End all of one's own sessions but this one."""
    accounts.end_other_sessions(_register(), signed_in(), _token())
    flash(str(say("You are signed out everywhere else.")), "success")
    return redirect(url_for("accounts.account"), code=_SEE_OTHER)


# --- parts -----------------------------------------------------------------------------------------------------------


def secret_page(template: str, status: int = 200, **values: object) -> Response:
    """Return a page that no browser keeps and whose address no other site learns."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    # Not `no-referrer`: with it browsers say `Origin: null` when the form is sent, and it would be refused as another's.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _sign_in_page(fault: str = "", status: int = 200, *, kept_out: bool = False) -> Response:
    return secret_page(
        "accounts/sign_in.html",
        status,
        fault=fault,
        kept_out=kept_out,
        login=_given("login") if request.method == "POST" else "",
        next=safe_next_path(request.values.get("next")) or "",
        first_step=accounts.first_step(_register()),
        demo_accounts=accounts.DEMO_ACCOUNTS if current_app.config["RBA_DEMO"] else (),
        demo_password=accounts.DEMO_PASSWORD,
        role_words=ROLE_WORDS,
    )


def _join_page(link: str, fault: str = "") -> Response:
    try:
        someone = accounts.invited_person(_register(), link)
    except NotInRegister as void:
        return _void_page(void)
    status = _BAD_REQUEST if fault else 200
    return secret_page(
        "accounts/join.html", status, someone=someone, fault=fault, shortest=SHORTEST, longest=LONGEST_PASSWORD
    )


def _void_page(void: NotInRegister) -> Response:
    return secret_page("accounts/void.html", _GONE, told=str(void))


def _welcome(entered: accounts.SignInResult, back: str | None) -> BaseResponse:
    home = _WORK if works_in_field(entered.person.role) else url_for("planners.dashboard")
    response = redirect(back or home, code=_SEE_OTHER)
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


def _leave() -> None:
    """End the session that the browser shows, if any: whoever comes next begins anew."""
    token = _token()
    if token:
        accounts.sign_out(_register(), token)


def _register() -> Register:
    return services().register


def _token() -> str:
    return request.cookies.get(session_cookie(), "")


def _device() -> str:
    return request.cookies.get(device_cookie(), "")


def _given(name: str) -> str:
    # What is far too long is cut beyond every limit, so that it is refused as too long.
    return request.form.get(name, "")[:_LONGEST_FIELD]


def _address() -> str:
    return request.remote_addr or ""


def _agent() -> str:
    return agent_words(request.user_agent.string)
