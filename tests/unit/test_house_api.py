"""Every route under `/api` is in one package, and pages and routes have one table of errors."""

import ast

import pytest

from helpers.own_modules import own_modules
from helpers.registers import empty_register
from rba_audit.errors import (
    Conflict,
    EvidenceError,
    Forbidden,
    NotInRegister,
    NotInStandard,
    RbaError,
    SiteError,
    StandardError,
    Unavailable,
)
from rba_audit.web import create_app
from rba_audit.web.http.access import EVERYONE, open_to

PACKAGE = "rba_audit.web.api."


@pytest.fixture
def app(tmp_path, standard):
    register = empty_register(tmp_path)
    yield create_app(register, standard)
    register.close()


def routes(app):
    """Yield the path of each own route and the module of its view."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule.rule, app.view_functions[rule.endpoint].__module__


def test_every_route_under_api_and_no_other_is_in_the_package_of_the_api(app):
    found = list(routes(app))

    assert [(path, module) for path, module in found if path.startswith("/api/") != module.startswith(PACKAGE)] == []
    assert sum(path.startswith("/api/") for path, _ in found) >= 17


def test_every_module_that_declares_routes_of_the_api_is_added(app):
    declaring = {
        name.removesuffix(".py").replace("/", ".")
        for name, tree in own_modules().items()
        if name.startswith("rba_audit/web/api/")
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value) == "Routes()"
    }
    assert declaring == {module for _, module in routes(app) if module.startswith(PACKAGE)}


def test_one_module_says_how_errors_are_answered():
    assert {
        name
        for name, tree in own_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("register_error_handler", "errorhandler", "app_errorhandler")
    } == {"rba_audit/web/http/errors.py"}


@pytest.mark.parametrize(
    ("fault", "page", "api", "code"),
    [
        (Conflict("told", "stale"), 409, 409, "stale"),
        (EvidenceError("told"), 400, 422, "refused"),
        (NotInRegister("told"), 404, 404, "unknown"),
        (SiteError("told"), 404, 404, "unknown"),
        (NotInStandard("told"), 404, 404, "unknown"),
        (Forbidden("told"), 403, 403, "not_allowed"),
        (StandardError("/srv/standards/rbra-2024/mud.toml: told"), 500, 500, "failed"),
        (Unavailable("/srv/register.db: told"), 503, 503, "busy"),
        (RbaError("/srv/register.db: told"), 500, 500, "failed"),
    ],
)
def test_every_route_of_the_api_answers_an_error_alike_and_a_page_says_the_same(app, fault, page, api, code):
    @open_to(EVERYONE)
    def broken(**_):
        raise fault

    endpoints = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if "<" not in rule.rule}
    for path, wanted in (("/api/sites.geojson", api), ("/api/work", api), ("/api/ground", api), ("/privacy", page)):
        app.view_functions[endpoints[path]] = broken
        answer = app.test_client().get(path)

        assert answer.status_code == wanted
        assert ("Retry-After" in answer.headers) == (wanted == 503)
        assert "/srv" not in answer.get_data(as_text=True)
        if path.startswith("/api/"):
            assert answer.json["error"] == code
