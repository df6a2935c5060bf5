"""Serve an application to a browser from a thread of the test process."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass

import waitress
from flask import Flask
from waitress.wasyncore import close_all

from helpers.registers import filled_register
from rba_audit.accounts import set_public_view
from rba_audit.layers import read_context
from rba_audit.register import Register
from rba_audit.web import create_app


@contextmanager
def serving(app):
    """Serve an application; yields its address. At the end every connection is closed, also one a browser keeps open."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: close_all(server._map, ignore_all=True))
        thread.join(20)
        server.task_dispatcher.shutdown()
    assert not thread.is_alive()


@dataclass(frozen=True)
class Demonstration:
    """A running demonstration whose results anybody may read."""

    app: Flask
    register: Register
    address: str


@contextmanager
def demonstration(folder, standard, *context):
    """Serve the sample with the demonstration's people and the context files named."""
    register = filled_register(folder, people=True)
    set_public_view(register, on=True, by=None)
    app = create_app(register, standard, read_context(context), demo=True)
    with serving(app) as address:
        yield Demonstration(app, register, address)
    register.close()
