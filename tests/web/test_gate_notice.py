"""After an upgrade the office sees once which places moved, and by which rule; a site's page and lists say what comes first."""

import pytest

from helpers.gate_sites import best_site, spoilt
from helpers.registers import filled_register, signed_in_client
from rba_audit.register.notices import MUST_FIX
from rba_audit.register.tables import meta
from rba_audit.web import create_app


def forget_notices(register):
    """Make a register look as one of an earlier release, which knew of no notice."""
    with register.notices._database.writing() as connection:
        connection.execute(meta.delete().where(meta.c.key.startswith("notice:")))


@pytest.fixture
def upgraded(tmp_path, standard):
    feature, ids = spoilt(standard, *standard.must_fix)
    register = filled_register(tmp_path, [feature], people=True)
    forget_notices(register)
    yield create_app(register, standard), feature, ids[0]
    register.close()


def text_of(client, path="/"):
    return client.get(path).get_data(as_text=True)


def test_the_office_sees_once_which_places_moved_and_why(upgraded):
    app, feature, requirement = upgraded
    planner, admin, reviewer = (signed_in_client(app, role) for role in ("planner", "administrator", "reviewer"))

    page = text_of(planner)
    assert "1 place has another status since this release" in page
    assert feature["properties"]["name"] in page
    assert f"Standard → Nearly standard (must be fixed first: {requirement} " in page
    assert "since this release" in text_of(admin)
    assert "since this release" not in text_of(reviewer)
    assert reviewer.post("/notices/must-fix").status_code == 403
    assert "since this release" in text_of(planner)

    assert planner.post("/notices/must-fix").status_code == 303
    assert planner.post("/notices/must-fix").status_code == 303
    assert "since this release" not in text_of(planner)
    assert "since this release" not in text_of(admin)


def test_a_new_register_has_nothing_to_be_told_of(tmp_path, standard):
    register = filled_register(tmp_path, [spoilt(standard, *standard.must_fix)[0]], people=True)
    assert register.notices.seen(MUST_FIX)
    assert "since this release" not in text_of(signed_in_client(create_app(register, standard), "planner"))
    register.close()


def test_where_no_place_moved_nothing_is_told(tmp_path, standard):
    register = filled_register(tmp_path, [best_site()], people=True)
    forget_notices(register)
    assert "since this release" not in text_of(signed_in_client(create_app(register, standard), "planner"))
    assert not register.notices.seen(MUST_FIX)
    register.close()


def test_a_sites_page_says_that_its_rank_is_by_score_and_what_comes_first(upgraded, standard):
    app, feature, requirement = upgraded
    page = text_of(signed_in_client(app, "planner"), f"/sites/{feature['id']}")

    title = standard.requirement(requirement).title.en
    assert f"{standard.ladder.rungs[-1].name} by score, but not standard: first {title}." in page
    assert 'id="must-fix"' in page
    assert 'id="red"' not in page
    listed = text_of(signed_in_client(app, "planner"), "/non-standard")
    assert "must be fixed first: 1" in listed
    assert "1 to be fixed first" in listed


def test_its_plan_never_says_that_nothing_is_to_be_done(upgraded):
    app, feature, requirement = upgraded
    for query in ("", "?to=top", "?to=utama"):
        page = text_of(signed_in_client(app, "planner"), f"/plan/{feature['id']}{query}")
        assert "nothing is to be done" not in page
        assert requirement in page
