"""Web application: pages and API over the services below, without rules of its own."""

from rba_audit.web.app import create_app
from rba_audit.web.http.server import serve

__all__ = ["create_app", "serve"]
