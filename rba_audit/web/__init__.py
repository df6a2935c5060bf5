"""The web: one module per reader over the services below; nothing is judged or measured here."""

from rba_audit.web.app import create_app
from rba_audit.web.http.server import serve

__all__ = ["create_app", "serve"]
