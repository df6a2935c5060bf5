"""Plain server that tests can kill, in a separate process (see `processes`)."""

import waitress

from helpers.page_errors import record_page_errors
from rba_audit.register import open_register
from rba_audit.standard import load_published
from rba_audit.web import create_app

STANDARD = load_published("rbra-2024")


def serve(messages, folder, port, *, recording=False):
    """Serve the register in `folder` until killed; `recording`, its pages record what goes wrong in them."""
    app = create_app(open_register(f"sqlite:///{folder}/register.db"), STANDARD)
    if recording:
        record_page_errors(app)
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=4)
    messages.send(server.effective_port)
    server.run()


def serve_recording(messages, folder, port):
    """Serve it with pages that record what goes wrong in them."""
    serve(messages, folder, port, recording=True)
