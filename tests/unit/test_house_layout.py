"""Where things stand: sizes of modules, and every page and route under a topic of the web."""

import re
from pathlib import Path

from helpers.registers import empty_register
from rba_audit.web import create_app

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
OWN_VIEWS = {"rba_audit.web.app"}
"""Modules outside the topics that answer requests: language, health and readiness."""


def test_no_module_is_longer_than_a_reader_holds_in_mind():
    modules = [*(ROOT / "rba_audit").glob("**/*.py"), *(ROOT / "tools").glob("*.py")]
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules}

    assert len(lines) > 400
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in (ROOT / "rba_audit").glob("**/*.py")}

    # import-linter skips a folder without `__init__.py`, so that its imports would break the layers unnoticed
    assert len(folders) > 50
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_every_route_is_declared_under_a_topic_or_in_the_api(tmp_path, standard):
    register = empty_register(tmp_path)
    views = create_app(register, standard).view_functions
    register.close()
    modules = {endpoint: view.__module__ for endpoint, view in views.items() if endpoint != "static"}

    assert len(modules) > 100
    assert {
        endpoint: module
        for endpoint, module in modules.items()
        if module not in OWN_VIEWS and not re.match(r"rba_audit\.web\.(pages\.\w+|api\.\w+)", module)
    } == {}


def test_the_web_has_no_module_outside_its_packages():
    flat = {path.stem for path in (ROOT / "rba_audit" / "web").glob("*.py")}

    assert flat == {"__init__", "app"}


def test_templates_are_grouped_by_the_topics_of_the_pages():
    topics = {path.stem for path in (ROOT / "rba_audit" / "web" / "pages").iterdir() if not path.stem.startswith("__")}
    folders = {path.parent.name for path in (ROOT / "templates").glob("*/*.html")}

    assert folders <= topics, folders - topics
