"""A server to be killed: serves one park until the end comes. Prints its address and the cookie of whoever is signed in.

    python surveying_server.py FOLDER PORT [errors]

With `errors` its pages record what goes wrong in them.
"""

import sys

import waitress
from page_errors import record_page_errors
from surveying import signed_in

from rba_audit.register import open_register
from rba_audit.standard import load_standard
from rba_audit.web import create_app

register = open_register(f"sqlite:///{sys.argv[1]}/register.db")
park = {"type": "Feature", "id": "taman", "properties": {"name": "Taman", "scale": "rw"}, "geometry": None}
register.import_features([park])
app = create_app(register, load_standard("rbra-2024"))
if "errors" in sys.argv[3:]:
    record_page_errors(app)
server = waitress.create_server(app, host="127.0.0.1", port=int(sys.argv[2]), threads=4)
sys.stdout.write(f"http://127.0.0.1:{server.effective_port} {signed_in(register)}\n")
sys.stdout.flush()
server.run()
