"""A server to be killed and nothing else, in a process of its own (see `processes`)."""

import waitress

from rba_audit.register import open_register
from rba_audit.standard import published
from rba_audit.web import create_app

STANDARD = published("rbra-2024")


def serve(messages, folder, port):
    """Serve the register in `folder` until killed."""
    register = open_register(f"sqlite:///{folder}/register.db")
    server = waitress.create_server(create_app(register, STANDARD), host="127.0.0.1", port=port, threads=4)
    messages.send(server.effective_port)
    server.run()
