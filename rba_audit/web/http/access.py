"""Access control for views: each declares with `open_to` who may open it, and `guard` enforces that before every request.

A view without `open_to` stops the application from starting, so that none is open by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from rba_audit.accounts import expiry_problem, person_of
from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import UNDECIDED, site_access_of, unknown_site_words
from rba_audit.messages import say
from rba_audit.permissions import Permission, is_guest
from rba_audit.register.damaged_rows import UnreadableRow
from rba_audit.register.person_records import Person
from rba_audit.sites import Site
from rba_audit.web.http.services import services

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class EndpointAccess:
    """Declaration of who may open a view.

    Attributes:
        permissions: A person needs one of these; None admits every account.
        public: Whether the view needs no account while the public view is switched on.
        everyone: Whether the view never needs an account.
        guests: Whether the view is also open to guests, who otherwise open only what one of their permissions names.
    """

    permissions: frozenset[Permission] | None
    public: bool = False
    everyone: bool = False
    guests: bool = False

    def admits(self, someone: Person | None, *, public_view: bool) -> bool:
        """Return whether a person may open the view; None is a reader without an account."""
        if self.everyone:
            return True
        if someone is not None and is_guest(someone.role):
            # Not even public pages: to a person who is signed in they show more than the public fields.
            return self.guests or (self.permissions is not None and any(map(someone.may, self.permissions)))
        if self.public and public_view:
            return True
        if someone is None:
            return False
        return self.permissions is None or any(map(someone.may, self.permissions))


EVERYONE: Final = EndpointAccess(None, everyone=True)
"""No account needed."""
READERS: Final = EndpointAccess(frozenset({"read_results"}), public=True)
"""People who read results; without an account while the public view is switched on."""
OF_A_SITE: Final = EndpointAccess(None, public=True)
"""Readers of one site, surveyors within their area included; see `require_readable`."""
_OF_ANY_PLACE: Final = frozenset(
    {"planners.site", "surveyors.audit", "equipment.equipment", "places.change", "places.past"}
)
"""Pages that a proposed site has although it is in no list yet."""
SIGNED_IN: Final = EndpointAccess(None)
"""Every account, except those of guests."""
OWN_ACCOUNT: Final = EndpointAccess(None, guests=True)
"""Every account: for the pages of the account itself."""


def open_to(*who: Permission | EndpointAccess) -> Callable[[View], View]:
    """Declare who may open a view: people with one of some permissions, or one of the ready-made sets."""
    access = (
        who[0]
        if len(who) == 1 and isinstance(who[0], EndpointAccess)
        else EndpointAccess(frozenset(permission for permission in who if not isinstance(permission, EndpointAccess)))
    )

    def declare(view: View) -> View:
        cast(Any, view).access = access
        return view

    return declare


def accesses(app: Flask) -> Mapping[str, EndpointAccess]:
    """Return the declared access of each endpoint.

    Raises:
        RuntimeError: a view does not declare its access.
    """
    undeclared = [name for name, view in app.view_functions.items() if not hasattr(view, "access")]
    if undeclared:
        raise RuntimeError(f"these pages do not say who may ask for them: {', '.join(sorted(undeclared))}")
    return {name: cast(EndpointAccess, cast(Any, view).access) for name, view in app.view_functions.items()}


def person() -> Person | None:
    """Return the person who is signed in; None for a reader without an account."""
    if "person" not in g:
        token = request.cookies.get(session_cookie())
        g.person = person_of(services().whole, token) if token else None
    return cast("Person | None", g.person)


def account_end_words() -> str:
    """Return the message that the account of this browser's session has ended; empty if it has not."""
    token = request.cookies.get(session_cookie())
    ended = expiry_problem(services().whole, token) if token else None
    return "" if ended is None else str(ended)


def signed_in() -> Person:
    """Return the person who is signed in, on a page that needs an account.

    Raises:
        Unauthorized: no user is signed in.
    """
    user = person()
    if user is None:
        raise Unauthorized(str(say("Sign in first.")))
    return user


def session_cookie() -> str:
    """Return the name of the session cookie; with https it has the prefix `__Host-`, which binds it to this host."""
    return session_cookie_of(current_app)


def session_cookie_of(app: Flask) -> str:
    """Return the name of the session cookie of an application."""
    return "__Host-rba" if app.config["RBA_SECURE"] else "rba"


def device_cookie() -> str:
    """Return the name of the cookie that marks a known browser, one in which a user signed in before."""
    return f"{session_cookie()}-device"


def public_view() -> bool:
    """Return whether results can be read without an account; read from the register once per request."""
    if "public_view" not in g:
        g.public_view = services().whole.people.public_view()
    return cast(bool, g.public_view)


def require_area(someone: Person | None, site_id: str) -> Site:
    """Return a site that a person may open; a surveyor only opens sites of their area.

    A site that was never in the surveyor's area raises the same message as an unknown one, so that guessing ids reveals nothing.

    Raises:
        NotInRegister: the site does not exist, or lies outside the area.
    """
    register = services().register
    within_area = someone is not None and not someone.may("reach_all_sites")
    try:
        site = register.site(site_id)
    except UnreadableRow:
        raise
    except NotInRegister:
        if within_area:
            raise NotInRegister(unknown_site_words(site_id)) from None
        raise
    if someone is None or not within_area:
        return site
    if someone.covers(site) and register.site_events.status(site_id) not in UNDECIDED:
        return site
    access = site_access_of(register, someone, site_id, None)
    if access.lack is None:
        return site
    if not access.ever:
        raise NotInRegister(unknown_site_words(site_id))
    raise NotInRegister(
        say(
            "{site} is not in your area any more. What you began there before can still be sent from “My work”; "
            "ask an administrator if you should go on there.",
            site=site.name,
        )
    )


def require_readable(someone: Person | None, site_id: str) -> Site:
    """Return a site that a person may read about: sites of a surveyor's area, and every site that the public view shows.

    Raises:
        NotInRegister: the site does not exist, or lies outside the area and the public view is off.
    """
    if public_view() and (someone is None or services().whole.site_events.status(site_id) not in UNDECIDED):
        return services().register.site(site_id)
    return require_area(someone, site_id)


def may_open(endpoint: str, **values: Any) -> bool:
    """Return whether this reader may follow a link or send a form; templates ask before they show one.

    Args:
        endpoint: The endpoint that the link or form leads to.
        values: The values of its URL. With a `site_id`, the site must exist, and for a surveyor lie in their area, unless
            the page needs no account now.
    """
    access, someone = _access_of(endpoint), person()
    open_to_all = access.everyone or (access.public and public_view())
    if not access.admits(someone, public_view=open_to_all):
        return False
    if "site_id" not in values:
        return True
    site_id = values["site_id"]
    if site_id in services().findings().source:
        return _within(None if open_to_all else someone, site_id)
    return endpoint in _OF_ANY_PLACE and _undecided(someone, site_id)


def _within(someone: Person | None, site_id: str) -> bool:
    source = services().findings().source
    return someone is None or someone.covers(source.site(site_id))


def _undecided(someone: Person | None, site_id: str) -> bool:
    """Return whether a person may open a site that was proposed and is in no list yet: the office, and its proposer."""
    events = services().whole.site_events
    if someone is None or events.status(site_id) != "proposed":
        return False
    return someone.may("reach_all_sites") or events.proposer(site_id) == someone.id


def _access_of(endpoint: str) -> EndpointAccess:
    return cast(EndpointAccess, cast(Any, current_app.view_functions[endpoint]).access)


def guard() -> Response | None:
    """Stop a request for a view that this reader may not open; redirect readers without an account to the sign-in page.

    Raises:
        Forbidden: the role of the person does not include the view.
        Unauthorized: no user is signed in, and the request is for the API or changes something.
    """
    if request.endpoint is None:
        return None  # no such page: Flask answers 404
    access = _access_of(request.endpoint)
    if access.everyone:
        return None
    someone = person()
    if access.admits(someone, public_view=access.public and public_view()):
        g.reads_as_public = someone is None  # such a page gets only the fields that `public_view.fields` lists
        return None
    if someone is not None:
        raise Forbidden(str(say("Your role does not include this page; ask an administrator if it should.")))
    if request.path.startswith("/api/") or request.method not in ("GET", "HEAD"):
        ended = account_end_words()
        raise Unauthorized(ended or str(say("Sign in first; nothing is lost, it can be sent again afterwards.")))
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), code=303)
