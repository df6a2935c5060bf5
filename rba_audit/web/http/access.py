"""Who may do what: every page says who may ask for it, and is refused to everybody else.

A view without `open_to` stops the application from starting: nothing is open by being forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from rba_audit.accounts import person_of
from rba_audit.errors import NotInRegister
from rba_audit.fieldwork import UNDECIDED, site_access_of, unknown_site_words
from rba_audit.messages import say
from rba_audit.permissions import Permission
from rba_audit.register.damaged_rows import UnreadableRow
from rba_audit.register.person_records import Person
from rba_audit.sites import Site
from rba_audit.web.http.services import services

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class EndpointAccess:
    """Who may ask for a page.

    Attributes:
        permissions: Those of which a person needs one; None: whoever has an account may.
        public: Whether everybody may while the public view is switched on.
        everyone: Whether everybody may at any time.
    """

    permissions: frozenset[Permission] | None
    public: bool = False
    everyone: bool = False

    def admits(self, someone: Person | None, *, public_view: bool) -> bool:
        """Tell whether someone (None: not signed in) may ask for the page."""
        if self.everyone or (self.public and public_view):
            return True
        if someone is None:
            return False
        return self.permissions is None or any(map(someone.may, self.permissions))


EVERYONE: Final = EndpointAccess(None, everyone=True)
"""Also those who are not signed in."""
READERS: Final = EndpointAccess(frozenset({"read_results"}), public=True)
"""Who reads results; while the public view is switched on, everybody."""
OF_A_SITE: Final = EndpointAccess(None, public=True)
"""Who reads about one site: surveyors too, within their area; see `require_readable`."""
_OF_ANY_PLACE: Final = frozenset(
    {"planners.site", "surveyors.audit", "equipment.equipment", "places.change", "places.past"}
)
"""The pages that a place has although it is in no list."""
SIGNED_IN: Final = EndpointAccess(None)
"""Whoever has an account."""


def open_to(*who: Permission | EndpointAccess) -> Callable[[View], View]:
    """Declare who may ask for a page: whoever has one of some permissions, or one of the ready-made sets."""
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
    """Return who may ask for each endpoint.

    Raises:
        RuntimeError: a view does not say.
    """
    undeclared = [name for name, view in app.view_functions.items() if not hasattr(view, "access")]
    if undeclared:
        raise RuntimeError(f"these pages do not say who may ask for them: {', '.join(sorted(undeclared))}")
    return {name: cast(EndpointAccess, cast(Any, view).access) for name, view in app.view_functions.items()}


def person() -> Person | None:
    """Return who is signed in; None where nobody is."""
    if "person" not in g:
        token = request.cookies.get(session_cookie())
        g.person = person_of(services().whole, token) if token else None
    return cast("Person | None", g.person)


def signed_in() -> Person:
    """Return who is signed in, on a page that only people with an account reach.

    Raises:
        Unauthorized: nobody is.
    """
    found = person()
    if found is None:
        raise Unauthorized(str(say("Sign in first.")))
    return found


def session_cookie() -> str:
    """Return the name of the cookie that carries the session; the prefix binds it to this host and to https."""
    return session_cookie_of(current_app)


def session_cookie_of(app: Flask) -> str:
    """Return the name of the cookie that carries the session in an application."""
    return "__Host-rba" if app.config["RBA_SECURE"] else "rba"


def device_cookie() -> str:
    """Return the name of the cookie by which a browser is known that somebody signed in with before."""
    return f"{session_cookie()}-device"


def public_view() -> bool:
    """Tell whether everybody may read results; asked of the register once for each request."""
    if "public_view" not in g:
        g.public_view = services().whole.people.public_view()
    return cast(bool, g.public_view)


def require_area(someone: Person | None, site_id: str) -> Site:
    """Return a site that a person may open; a surveyor those of their area.

    A site that never was in a surveyor's area is refused like one that there is not: guessing ids tells nothing.

    Raises:
        NotInRegister: there is none, or it is outside.
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
    found = site_access_of(register, someone, site_id, None)
    if found.lack is None:
        return site
    if not found.ever:
        raise NotInRegister(unknown_site_words(site_id))
    raise NotInRegister(
        say(
            "{site} is not in your area any more. What you began there before can still be sent from “My work”; "
            "ask an administrator if you should go on there.",
            site=site.name,
        )
    )


def require_readable(someone: Person | None, site_id: str) -> Site:
    """Return a site that a person may read of; a surveyor those of their area, or what everybody may read.

    Raises:
        NotInRegister: there is none, or it is outside and the public view is off.
    """
    if public_view() and (someone is None or services().whole.site_events.status(site_id) not in UNDECIDED):
        return services().register.site(site_id)
    return require_area(someone, site_id)


def may_open(endpoint: str, **values: Any) -> bool:
    """Tell whether this reader may follow a link or send a form: what templates ask before they show one.

    Args:
        endpoint: Where it leads.
        values: What its address is made of. With a `site_id`, the site has to be there, and a surveyor's has to lie in
            their area, unless everybody may read that page just now.
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
    """Tell whether somebody may open a place that was proposed and is in no list yet."""
    places = services().whole.site_events
    if someone is None or places.status(site_id) != "proposed":
        return False
    return someone.may("reach_all_sites") or places.proposer(site_id) == someone.id


def _access_of(endpoint: str) -> EndpointAccess:
    return cast(EndpointAccess, cast(Any, current_app.view_functions[endpoint]).access)


def guard() -> Response | None:
    """Refuse what the one who asks may not see; send those who only have to sign in to where they can."""
    if request.endpoint is None:
        return None  # no such page, and that is what the answer says
    access = _access_of(request.endpoint)
    if access.everyone:
        return None
    someone = person()
    if access.admits(someone, public_view=access.public and public_view()):
        g.reads_as_public = someone is None  # such a page gets nothing but what `public_fields` lists
        return None
    if someone is not None:
        raise Forbidden(str(say("Your role does not include this page; ask an administrator if it should.")))
    if request.path.startswith("/api/") or request.method not in ("GET", "HEAD"):
        raise Unauthorized(str(say("Sign in first; nothing is lost, it can be sent again afterwards.")))
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), code=303)
