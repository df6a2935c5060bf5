"""Who may do what is said in one table: no role is named anywhere else, and the table holds what the product promises."""

import ast
import re
from typing import get_args

import pytest

from helpers.own_modules import PACKAGE, own_modules
from rba_audit.messages import using_language
from rba_audit.permissions import (
    MAY,
    ROLE_TASKS,
    ROLE_WORDS,
    ROLES,
    Permission,
    is_guest,
    may,
    roles_with,
    works_in_field,
)
from rba_audit.resources import static_dir, templates_dir

# Where a role is data: who lets whom in, and what the register's file was when a schema was written.
ROLES_AS_DATA = {
    "rba_audit/permissions.py",
    "rba_audit/accounts/administration.py",  # the accounts of a demonstration
    "rba_audit/register/migrations/versions/r0002_people_and_reviews.py",
    "rba_audit/register/migrations/versions/r0018_rehearsals.py",
}
# A word that is written like a role and is none.
OTHER_WORDS = {("rba_audit/findings/observations.py", "surveyor")}  # where an answer comes from
QUOTED = re.compile(rf"""(["'`])({"|".join(ROLES)})\1""")


def test_no_module_names_a_role():
    found = [
        f"{name}:{node.lineno}: {node.value!r}"
        for name, tree in own_modules().items()
        if name not in ROLES_AS_DATA
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in ROLES and (name, node.value) not in OTHER_WORDS
    ]
    assert found == [], "ask `Person.may(…)`, or `roles_with` of rba_audit/permissions.py, instead of naming a role"


@pytest.mark.parametrize("folder", [templates_dir(), static_dir()], ids=["templates", "scripts"])
def test_no_template_and_no_script_names_a_role(folder):
    files = [file for file in folder.rglob("*") if file.suffix in (".html", ".js") and "vendor" not in file.parts]
    found = [
        f"{file.relative_to(folder)}:{number}: {line.strip()[:100]}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if QUOTED.search(line)
    ]
    assert files
    assert found == [], "let the page pass what the reader may do"


def test_nobody_asks_what_a_role_is_called():
    comparisons = [
        f"{name}:{node.lineno}"
        for name, tree in own_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        and any(isinstance(part, ast.Attribute) and part.attr == "role" for part in [node.left, *node.comparators])
    ]
    # Whether a line of the log begins at the role that somebody had.
    assert [line for line in comparisons if "register/" not in line] == []


def test_every_role_has_its_permissions_its_name_and_its_task_in_both_languages():
    assert set(MAY) == set(ROLE_WORDS) == set(ROLE_TASKS) == set(ROLES)
    for texts in (ROLE_WORDS, ROLE_TASKS):
        for code in ("id", "en"):
            with using_language(code):
                assert len({str(texts[role]) for role in ROLES}) == len(ROLES)


def test_an_administrator_may_do_everything_and_every_permission_is_asked_for():
    asked = {
        node.value
        for name, tree in own_modules().items()
        if name != "rba_audit/permissions.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    } | set(
        re.findall(
            r"may\('(\w+)'\)", "".join(file.read_text(encoding="utf-8") for file in templates_dir().rglob("*.html"))
        )
    )
    assert MAY["administrator"] == set(get_args(Permission))
    # A permission that nothing asks for is a promise that nobody keeps.
    assert set(get_args(Permission)) - asked == set()


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("audit", "surveyor reviewer administrator"),
        ("self_assess", "surveyor planner administrator"),
        ("bring_for_others", "administrator"),
        ("reach_all_sites", "reviewer planner administrator"),
        ("read_all_visits", "reviewer planner administrator"),
        ("read_results", "reviewer planner administrator"),
        ("review", "reviewer administrator"),
        ("review_own_deliveries", "administrator"),
        ("clear_photos", "reviewer planner administrator"),
        ("handle_dangers", "reviewer planner administrator"),
        ("read_forum", "reviewer planner administrator"),
        ("follow_up", "reviewer planner administrator"),
        ("plan", "planner administrator"),
        ("share", "planner administrator"),
        ("record_certificates", "planner administrator"),
        ("read_proposals", "reviewer planner administrator"),
        ("decide_places", "planner administrator"),
        ("rehearse", "planner administrator"),
        ("verify", "administrator verifier"),
        ("administer", "administrator"),
    ],
)
def test_each_permission_belongs_to_its_roles(permission, roles):
    assert " ".join(roles_with(permission)) == roles


def test_a_role_that_no_table_names_may_do_nothing():
    assert not any(may("captain", permission) for permission in get_args(Permission))


def test_only_a_surveyor_works_in_the_field_alone():
    assert [role for role in ROLES if works_in_field(role)] == ["surveyor"]


def test_only_a_verifier_is_a_guest_and_so_is_a_role_that_no_table_names():
    assert [role for role in ROLES if is_guest(role)] == ["verifier"]
    assert is_guest("captain")


def test_the_test_reads_the_whole_package():
    assert len(own_modules()) > 300
    assert (PACKAGE / "permissions.py").is_file()
