"""Server that fails on request, in a separate process (see `processes`).

The header `X-Fault` of a request names the fault. For a pause, the server prints `paused` and waits to be killed.
"""

import threading
from functools import partial, wraps
from pathlib import Path

import waitress
from werkzeug.wrappers import Response

from helpers.sending import app_for
from rba_audit.register import open_register, photos, visits
from rba_audit.standard import load_published

STANDARD = load_published("rbra-2024")
here = threading.local()


def _pause(messages):
    messages.send("paused")
    threading.Event().wait()


def pausing(fault, function, pause, *, after=False):
    @wraps(function)
    def paused(*arguments, **named):
        if getattr(here, "fault", "") == fault and not after:
            pause()
        result = function(*arguments, **named)
        if getattr(here, "fault", "") == fault:
            pause()
        return result

    return paused


def faulty(app, pause):
    def serve(environ, start_response):
        here.fault = environ.get("HTTP_X_FAULT", "")
        if here.fault == "pause before":
            pause()
        if here.fault == "500 before":
            return Response(status=500)(environ, start_response)
        response = Response.from_app(app, environ, buffered=True)
        if here.fault == "pause after":
            pause()
        if here.fault == "500 after":
            response = Response(status=500)
        return response(environ, start_response)

    return serve


def serve(messages, folder, port):
    """Serve the register in `folder` until killed."""
    register = open_register(f"sqlite:///{folder}/register.db")
    pause = partial(_pause, messages)
    visits.count_change = pausing("pause in the visit's transaction", visits.count_change, pause)
    photos.as_time = pausing("pause in the photo's transaction", photos.as_time, pause)
    rename = Path.replace
    Path.replace = pausing("pause before the photo's name", rename, pause)
    Path.replace = pausing("pause after the photo's name", Path.replace, pause, after=True)
    app = faulty(app_for(register, STANDARD), pause)
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=8)
    messages.send(server.effective_port)
    server.run()
