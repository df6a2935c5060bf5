"""Server for phones that can be killed and restarted, in a separate process (see `processes`).

It writes each request that sends something to FOLDER/requests.log. FOLDER/fault says what goes wrong once, and where:
`FAULT before|after VERB PATH`, before the request is done or after it, and always before it is answered. FAULT is
`die` (the process ends), `cut` (the response is cut off), `pause` (it says so, and goes on when FOLDER/go is opened), `500`, `503`
(with a Retry-After of FOLDER/retry seconds, 300 unless there).
"""

import os

import waitress
from werkzeug.wrappers import Response

from rba_audit.register import open_register
from rba_audit.standard import load_published
from rba_audit.web import create_app

EDITION = "rbra-2024"


def gone_wrong(what, folder, messages):
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
        messages.send("paused")
        go.open("rb").close()  # until somebody opens it to write
        return None
    retry = folder / "retry"
    seconds = retry.read_text() if retry.exists() else "300"
    return Response(status=int(what), headers={"Retry-After": seconds} if what == "503" else {})


def watched(app, folder, messages):
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
        instead = gone_wrong(what, folder, messages) if here and when == "before" else None
        response = instead or Response.from_app(app, environ, buffered=True)
        if here and when == "after":
            response = gone_wrong(what, folder, messages) or response
        return response(environ, start_response)

    return serve


def serve(messages, folder, port, version="", edition=EDITION):
    """Serve the register in `folder`, judged by `edition`, until killed; `version` takes the place of the application's own."""
    app = create_app(open_register(f"sqlite:///{folder}/register.db"), load_published(edition))
    if version:
        app.config["RBA_VERSION"] = version
    server = waitress.create_server(watched(app, folder, messages), host="127.0.0.1", port=port, threads=6)
    messages.send(server.effective_port)
    server.run()
