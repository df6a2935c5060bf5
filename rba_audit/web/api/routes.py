"""Declare the routes of one topic under `/api`, to be added to an application later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])
_FOLDER: Final = "api"


class Routes:
    """The routes of one module, in the order of their declaration."""

    def __init__(self) -> None:
        self._rules: list[tuple[str, str, str, Callable[..., Any]]] = []

    def get(self, rule: str, endpoint: str = "") -> Callable[[View], View]:
        """Register a view for GET; the default endpoint is `api.` and the name of the view."""
        return self._declare("GET", rule, endpoint)

    def put(self, rule: str, endpoint: str = "") -> Callable[[View], View]:
        """Register a view for PUT; the default endpoint is as for `get`."""
        return self._declare("PUT", rule, endpoint)

    def post(self, rule: str, endpoint: str = "") -> Callable[[View], View]:
        """Register a view for POST; the default endpoint is as for `get`."""
        return self._declare("POST", rule, endpoint)

    def add_to(self, app: Flask) -> None:
        """Add the routes to an application."""
        for method, rule, endpoint, view in self._rules:
            app.add_url_rule(rule, endpoint=endpoint, view_func=view, methods=[method])

    def _declare(self, method: str, rule: str, endpoint: str) -> Callable[[View], View]:
        def declare(view: View) -> View:
            self._rules.append((method, rule, endpoint or f"{_FOLDER}.{view.__name__}", view))
            return view

        return declare
