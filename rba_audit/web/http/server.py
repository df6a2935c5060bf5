"""Serve the application with waitress on a loopback address."""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from rba_audit import __version__
from rba_audit.accounts import ensure_demo_people, first_step
from rba_audit.demonstration import ensure_demo_visits, open_demo_register
from rba_audit.demonstration_records import add_demo_records
from rba_audit.errors import RbaError
from rba_audit.layers import ContextFeature
from rba_audit.logs import log_event
from rba_audit.messages import say
from rba_audit.permissions import works_in_field
from rba_audit.register import DEFAULT_URL, open_register
from rba_audit.register.sqlite_library import library_version
from rba_audit.standard import Standard
from rba_audit.standard.policies import Policies, shipped_policies
from rba_audit.web.app import create_app
from rba_audit.web.http.body_limits import UploadLimits
from rba_audit.web.http.connections import OPTIONS, Server
from rba_audit.web.http.services import services_of

_LOG: Final = logging.getLogger(__name__)
_THREADS: Final = 8
_WAITING: Final = 128
_USUAL_PORT: Final = 8000
_BEHIND_A_PROXY: Final[dict[str, object]] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
}


def serve(
    *,
    standard: Standard,
    register_url: str | None,
    context: Sequence[ContextFeature],
    demo: bool,
    host: str,
    port: int | None,
    address: str,
    announce: Callable[[str], None],
    policies: Policies | None = None,
) -> None:
    """Serve until stopped.

    `announce` gets the local URL once the port is open, and the first step to take if the register has no people yet. Without
    `port` it is 8000, or a free one if that is taken. `address` is the public https URL of the proxy; empty without one.

    Raises:
        RbaError: the host is no loopback address, the address is no https URL, or the port is taken.
    """
    if not _is_loopback(host):
        raise RbaError(
            say(
                "{host} can be reached by others without encryption; use --host 127.0.0.1 behind a proxy that speaks https, and --address",
                host=host,
            )
        )
    if address and (urlsplit(address).scheme != "https" or not urlsplit(address).hostname):
        raise RbaError(say("{address}: write where people reach it as https://name", address=address))
    register = open_demo_register(register_url, policies) if demo else open_register(register_url or DEFAULT_URL)
    if demo:
        ensure_demo_people(register)
        surveyors = [(user.id, user.name) for user in register.people.all() if works_in_field(user.role)]
        new = not register.visits.newest()
        ensure_demo_visits(register, standard, surveyors)
        if new:
            add_demo_records(register, standard, context, policies or shipped_policies())
    app = create_app(register, standard, context, demo=demo, address=address, policies=policies)
    services_of(app).ground.begin()  # so that the tiles are cut before the first phone asks for them
    listener = _listen(host, port) if port is not None else _listen_somewhere(host)
    shown_host = f"[{host}]" if ":" in host else host
    local = f"http://{shown_host}:{listener.getsockname()[1]}"
    log_event(
        _LOG,
        "start",
        version=__version__,
        edition=standard.edition,
        address=local,
        demo=demo,
        sqlite=library_version(),
    )
    announce(local)
    first = first_step(register)
    if first is not None:
        announce(str(first))
    try:
        server = server_on(listener, app, behind_a_proxy=bool(address))
        with register.serving():
            server.run()
    finally:
        listener.close()
        register.close()
        log_event(_LOG, "stop")


def server_on(listener: socket.socket, app: Flask, *, behind_a_proxy: bool = False) -> Server:
    """Return a server of an application on a listening socket; call `run` to serve."""
    workers = ThreadedTaskDispatcher()
    workers.set_thread_count(_THREADS)
    options = Adjustments(
        sockets=[listener],
        threads=_THREADS,
        ident=None,
        clear_untrusted_proxy_headers=True,
        # Behind a proxy, the client's address and scheme are in the headers that the proxy adds.
        **(_BEHIND_A_PROXY if behind_a_proxy else {}),
        **OPTIONS,
    )
    return Server(
        app,
        None,
        True,
        listener,
        dispatcher=workers,
        adj=options,
        sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        bind_socket=False,
        bounds=UploadLimits(app),
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen_somewhere(host: str) -> socket.socket:
    """Listen on the usual port, or on a free one if it is taken."""
    try:
        return _listen(host, _USUAL_PORT)
    except RbaError:
        return _listen(host, 0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Listen now: a client may connect as soon as the URL is announced, before the server runs.
        listener.listen(_WAITING)
    except (OSError, OverflowError) as fault:  # OverflowError: the number is no port
        listener.close()
        raise RbaError(
            say(
                "port {port} on {host} is taken or not allowed; choose another with --port, or --port 0 for a free one",
                port=str(port),
                host=host,
            )
        ) from fault
    return listener
