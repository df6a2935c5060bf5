"""A server for phones that can be killed and started again; started by test_phone_in_browser.py as a process of its own.

    python phone_server.py FOLDER PORT [VERSION]

It writes each request that sends something to FOLDER/requests.log. FOLDER/fault says what goes wrong once, and where:
`FAULT before|after VERB PATH`, before the request is done or after it, and always before it is answered. FAULT is
`die` (the process ends), `cut` (the answer is cut off), `pause` (it says so, and goes on when FOLDER/go is opened), `500`, `503`
(with a Retry-After of FOLDER/retry seconds, 300 unless there).
"""

import os
import sys
from pathlib import Path

import waitress
from conftest import filled_register
from werkzeug.wrappers import Response

from rba_audit.accounts import ensure_demo_people
from rba_audit.register import open_register
from rba_audit.standard import load_standard
from rba_audit.web import create_app


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def gone_wrong(what, folder):
    """Go wrong; the response that is given instead of the right one, if any."""
    if what == "die":
        os._exit(9)
    if what == "cut":
        # Fewer bytes than promised: the connection is closed.
        return Response(b"{", mimetype="application/json", headers={"Content-Length": "500"})
    if what == "pause":
        go = folder / "go"
        if not go.exists():
            os.mkfifo(go)
        say("paused")
        go.open("rb").close()  # until somebody opens it to write
        return None
    retry = folder / "retry"
    seconds = retry.read_text() if retry.exists() else "300"
    return Response(status=int(what), headers={"Retry-After": seconds} if what == "503" else {})


def watched(app, folder):
    fault, log = folder / "fault", folder / "requests.log"

    def serve(environ, start_response):
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        if environ["REQUEST_METHOD"] != "GET":
            with log.open("a") as lines:
                lines.write(f"{asked}\n")
        what, when, where = fault.read_text().split(" ", 2) if fault.exists() else ("", "", "")
        here = bool(what) and asked.startswith(where)
        if here:
            fault.unlink(missing_ok=True)
        instead = gone_wrong(what, folder) if here and when == "before" else None
        response = instead or Response.from_app(app, environ, buffered=True)
        if here and when == "after":
            response = gone_wrong(what, folder) or response
        return response(environ, start_response)

    return serve


def main(folder, port, version=""):
    known = (folder / "register.db").exists()
    register = open_register(f"sqlite:///{folder}/register.db") if known else filled_register(folder)
    ensure_demo_people(register)
    app = create_app(register, load_standard("rbra-2024"))
    if version:
        app.config["RBA_VERSION"] = version
    server = waitress.create_server(watched(app, folder), host="127.0.0.1", port=port, threads=6)
    say(server.effective_port)
    server.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
