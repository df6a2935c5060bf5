"""Application factory: configuration, languages, headers, errors, and the pages and API.

A view that does not declare who may open it stops the application from starting; see `web.http.access`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_babel import Babel
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as BaseResponse

from rba_audit.findings import STATUSES, outcome_words
from rba_audit.layers import ContextFeature
from rba_audit.messages import LANGUAGES, format_number, format_value, language, say, set_language
from rba_audit.register import Register
from rba_audit.resources import locale_dir, static_dir, templates_dir
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies, shipped_policies
from rba_audit.status_style import LOOKS, gate_words, rank_words, score_words, status_words
from rba_audit.web.api import add_api
from rba_audit.web.http import navigation
from rba_audit.web.http.access import EVERYONE, accesses, guard, may_open, open_to
from rba_audit.web.http.body_limits import OF_A_FORM, refuse_too_large
from rba_audit.web.http.compression import compress_texts
from rba_audit.web.http.document_links import document_url
from rba_audit.web.http.errors import register_error_handlers
from rba_audit.web.http.export_log import log_exports
from rba_audit.web.http.page_date import as_of
from rba_audit.web.http.redirects import safe_next_path
from rba_audit.web.http.request_log import LoggedFlask, log_requests
from rba_audit.web.http.services import Services, install_services, services
from rba_audit.web.http.visit_filter import counted_states
from rba_audit.web.pages.dangers.messages import danger_words, health_words
from rba_audit.web.pages.route_modules import ROUTES
from rba_audit.web.pages.site_editing.drawing import drawing_given

LANGUAGE_COOKIE: Final = "lang"
_YEAR_S: Final = 31_536_000
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1", "[::1]")
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
_PAGES: Final = tuple(dict.fromkeys(module.pages for module in ROUTES))
"""Blueprints; several modules may share one."""


def create_app(
    register: Register,
    standard: Standard,
    context: Sequence[ContextFeature] = (),
    *,
    demo: bool = False,
    address: str = "",
    policies: Policies | None = None,
) -> Flask:
    """Return the application for a register of sites and visits, evaluated against `standard`.

    `address` is its public URL behind a proxy (https://name); empty on this computer alone. `policies` are the shipped ones by
    default.
    """
    outside = urlsplit(address)
    app = LoggedFlask(
        "rba_audit", template_folder=str(templates_dir()), static_folder=str(static_dir()), static_url_path="/static"
    )
    app.config.update(
        BABEL_DEFAULT_LOCALE=LANGUAGES[0],
        BABEL_TRANSLATION_DIRECTORIES=str(locale_dir()),
        # Signs only the flash message after a form, so that a new key at each start loses nothing.
        SECRET_KEY=secrets.token_bytes(32),
        MAX_CONTENT_LENGTH=OF_A_FORM,  # the most of any form; each page has its own limit, see `web.http.body_limits`
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=4_000,
        TRUSTED_HOSTS=[*_LOOPBACK, *filter(None, [outside.hostname])],
        PREFERRED_URL_SCHEME=outside.scheme or "http",
        RBA_DEMO=demo,
        RBA_ADDRESS=address.rstrip("/") or None,
        RBA_SECURE=outside.scheme == "https",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    services = Services(
        register, standard, context, demo=demo, policies=policies or shipped_policies(), states=counted_states
    )
    install_services(app, services)
    Babel(app, locale_selector=chosen_language)
    _write_numbers_in_texts(app)
    compress_texts(app)  # first, because Flask runs these hooks in reverse order
    app.before_request(_set_language)
    app.before_request(_refuse_other_origins)
    app.before_request(guard)
    app.before_request(refuse_too_large)
    app.after_request(_headers)
    app.jinja_env.globals.update(
        language=language,
        amount=format_number,
        status_words=status_words,
        gate_words=gate_words,
        outcome_words=outcome_words,
        score_words=score_words,
        rank_words=rank_words,
        looks=LOOKS,
        statuses=STATUSES,
        demo=demo,
        judging=standard,
        menu_entries=navigation.menu_entries,
        may_open=may_open,
        as_of=as_of,
        drawing_given=drawing_given,
        danger_words=danger_words,
        health_words=health_words,
        document_url=document_url,
    )
    for pages in _PAGES:
        app.register_blueprint(pages)
    add_api(app)
    app.add_url_rule("/language/<code>", view_func=_choose_language, methods=["POST"], endpoint="language")
    app.add_url_rule("/healthz", view_func=_alive, endpoint="healthz")
    app.add_url_rule("/readyz", view_func=_ready, endpoint="readyz")
    open_to(EVERYONE)(app.view_functions["static"])
    register_error_handlers(app)
    log_exports(app)
    log_requests(app)
    accesses(app)
    return app


def _write_numbers_in_texts(app: Flask) -> None:
    """Format whole numbers in texts of templates as `say` does: with thousands separators."""
    texts: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext"):
        texts[name] = _with_numbers(texts[name])


def _with_numbers(translate: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def translated(context: Context, *texts: str | int, **params: object) -> str:
        if isinstance(texts[-1], int):  # a plural: its form depends on the unformatted number
            params = {"num": texts[-1], **params}
        return translate(context, *texts, **{name: format_value(value) for name, value in params.items()})

    return translated


def chosen_language() -> str:
    """Return the language of this reader: from the cookie, else Indonesian."""
    code = request.cookies.get(LANGUAGE_COOKIE, LANGUAGES[0])
    return code if code in LANGUAGES else LANGUAGES[0]


def _set_language() -> None:
    set_language(chosen_language())


@open_to(EVERYONE)
def _alive() -> dict[str, str]:
    """Health check: the server responds."""
    return {"status": "ok"}


@open_to(EVERYONE)
def _ready() -> dict[str, object]:
    """Readiness check: the register responds as well."""
    return {"status": "ok", "sites": services().register.count()}


@open_to(EVERYONE)
def _choose_language(code: str) -> BaseResponse:
    if code not in LANGUAGES:
        raise NotFound
    response = redirect(safe_next_path(request.form.get("next")) or url_for("planners.dashboard"), code=303)
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR_S, samesite="Lax", httponly=True)
    return response


def _refuse_other_origins() -> None:
    """Refuse changes from pages of other servers, by the headers `Sec-Fetch-Site` and `Origin` (CSRF).

    Raises:
        Forbidden: the request comes from another origin.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    own = (request.host_url.rstrip("/"), current_app.config["RBA_ADDRESS"])
    if site not in (None, "same-origin", "none") or (origin is not None and origin not in own):
        raise Forbidden(str(say("This was sent from another site; open the form here and send it again.")))


def _headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["RBA_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_S}")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers.setdefault("Content-Language", language())
    return response


def template_paths() -> tuple[Path, ...]:
    """Return the paths of all templates, for tests."""
    return tuple(sorted(templates_dir().glob("**/*.html")))
