"""A server that goes wrong where it is told to; started by test_faults.py as a process of its own.

    python faulty_server.py FOLDER PORT

A request says with `X-Fault` what goes wrong with it. Where one pauses, the server says `paused` and waits to be killed.
"""

import sys
import threading
from functools import wraps
from pathlib import Path

import waitress
from conftest import filled_register
from sending import app_for, enrol
from werkzeug.wrappers import Response

from rba_audit.register import open_register, photos, visits
from rba_audit.standard import load_standard

here = threading.local()


def pause():
    sys.stdout.write("paused\n")
    sys.stdout.flush()
    threading.Event().wait()


def pausing(fault, function, *, after=False):
    @wraps(function)
    def paused(*arguments, **named):
        if getattr(here, "fault", "") == fault and not after:
            pause()
        result = function(*arguments, **named)
        if getattr(here, "fault", "") == fault:
            pause()
        return result

    return paused


def faulty(app):
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


def main(folder, port):
    known = Path(folder, "register.db").exists()
    register = open_register(f"sqlite:///{folder}/register.db") if known else filled_register(folder)
    if not known:
        enrol(register)
    visits.count_change = pausing("pause in the visit's transaction", visits.count_change)
    photos.as_time = pausing("pause in the photo's transaction", photos.as_time)
    rename = Path.replace
    Path.replace = pausing("pause before the photo's name", rename)
    Path.replace = pausing("pause after the photo's name", Path.replace, after=True)
    app = faulty(app_for(register, load_standard("rbra-2024")))
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=8)
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
