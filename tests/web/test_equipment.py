"""The pages of a site's equipment: history, verdicts, QR codes and labels, and where a scanned code leads."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from helpers.items import AT, BUDI, EKA, OTHER, RINA, SITE, SITI, SLIDE, SWING, TONO, item, register_with_people, sent
from rba_audit.accounts import begin_session
from rba_audit.equipment import item_of_part
from rba_audit.review import move_visit
from rba_audit.web import create_app


@pytest.fixture
def register(tmp_path):
    register = register_with_people(tmp_path)
    yield register
    register.close()


@pytest.fixture
def as_(register, standard):
    app = create_app(register, standard)

    def client(someone):
        client = app.test_client()
        client.set_cookie("lang", "en")
        if someone is not None:
            client.set_cookie("rba", begin_session(register, someone))
        return client

    return client


def page(response):
    assert response.status_code == 200, response.text
    return response.text


def test_an_item_shows_what_the_newest_approved_visit_found_and_every_visit_that_saw_it(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing", **{"PRL-04": 2.5})], approved=True, day=date(2025, 3, 1))
    sent(register, 2, [item("swing", SWING, "Red swing", note="Bench too close", **{"PRL-04": 1.2})], approved=True)
    sent(register, 3, [item("swing", SWING, "Red swing", **{"PRL-04": 2.6})], day=date(2026, 10, 1))

    shown = page(as_(RINA).get(f"/sites/{SITE}/equipment"))

    assert "Red swing" in shown
    assert "1.20 m" in shown
    assert "Found on 1 Sep 2026" in shown
    assert "History, visits: 3" in shown
    assert "Bench too close" in shown


def test_mapped_equipment_is_listed_before_anybody_looked_at_it(as_):
    shown = page(as_(RINA).get(f"/sites/{SITE}/equipment"))

    assert "Ayunan dua dudukan" in shown
    assert "Nobody has looked at it by itself yet." in shown


def test_a_site_without_equipment_says_where_items_come_from(as_):
    assert "No item is known here yet." in page(as_(RINA).get(f"/sites/{OTHER}/equipment"))
    assert "No item is known here yet." in page(as_(RINA).get(f"/sites/{OTHER}/equipment/labels"))


def test_an_item_that_is_gone_keeps_its_history_and_gets_no_label(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing", **{"PRL-04": 1.2})], site=OTHER, approved=True)
    sent(
        register,
        2,
        [item("swing", SWING, "Red swing", gone=True), item("slide", SLIDE, "Long slide")],
        site=OTHER,
        approved=True,
        day=date(2026, 10, 1),
    )

    shown, labels = (page(as_(RINA).get(f"/sites/{OTHER}/equipment{tail}")) for tail in ("", "/labels"))

    assert "Red swing" in shown
    assert "History, visits: 2" in shown
    assert "Long slide" in labels
    assert "Red swing" not in labels


def test_a_surveyor_is_not_shown_what_another_found_lately(register, as_):
    sent(
        register,
        1,
        [item("swing", SWING, "Red swing", **{"PRL-04": 1.2})],
        day=datetime.now(UTC).date() - timedelta(days=3),
        approved=True,
    )

    assert "1.20 m" in page(as_(BUDI).get(f"/sites/{SITE}/equipment"))
    assert "1.20 m" not in page(as_(SITI).get(f"/sites/{SITE}/equipment"))


def test_what_is_not_approved_is_not_public(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing", **{"PRL-04": 1.2})])
    register.people.set_public_view(True, AT, None)

    assert "Red swing" not in page(as_(None).get(f"/sites/{SITE}/equipment"))
    assert "Red swing" in page(as_(TONO).get(f"/sites/{SITE}/equipment"))


@pytest.mark.parametrize(
    "address",
    [f"/sites/{SITE}/equipment", f"/sites/{SITE}/equipment/labels", f"/items/{SWING}", f"/items/{SWING}/qr.svg"],
)
def test_a_surveyor_sees_nothing_outside_their_area(register, as_, address):
    sent(register, 1, [item("swing", SWING, "Red swing")])

    assert as_(EKA).get(address).status_code == 404
    assert as_(BUDI).get(address).status_code in (200, 303)
    assert as_(None).get(address).headers["Location"].startswith("/sign-in")


def test_a_scanned_code_leads_a_surveyor_to_the_form_and_others_to_the_item(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing")])

    surveyor, planner = (as_(someone).get(f"/items/{SWING}") for someone in (BUDI, TONO))

    assert (surveyor.status_code, surveyor.headers["Location"]) == (303, f"/sites/{SITE}/audit#item-{SWING}")
    assert (planner.status_code, planner.headers["Location"]) == (303, f"/sites/{SITE}/equipment#item-{SWING}")


def test_mapped_equipment_has_a_code_too(register, as_, standard):
    part = next(each for each in register.features() if each["id"] == f"{SITE}/ayunan-1")
    id = item_of_part(part, standard.equipment)["id"]

    assert as_(TONO).get(f"/items/{id}").headers["Location"] == f"/sites/{SITE}/equipment#item-{id}"


def test_a_code_nobody_knows_is_told_so(as_):
    answer = as_(TONO).get(f"/items/{SWING}")

    assert answer.status_code == 404
    assert f"no item has the code {SWING}" in answer.text


def test_the_code_is_one_svg_without_scripts_that_names_the_item(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing")])

    answer = as_(RINA).get(f"/items/{SWING}/qr.svg")

    assert answer.mimetype == "image/svg+xml"
    assert answer.text.count("<svg") == 1
    assert "script" not in answer.text
    again = as_(RINA).get(f"/items/{SWING}/qr.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_label_has_the_name_the_code_and_the_id(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing <b>")], site=OTHER)

    shown = page(as_(RINA).get(f"/sites/{OTHER}/equipment/labels"))

    assert f'src="/items/{SWING}/qr.svg"' in shown
    assert f">{SWING}<" in shown
    assert "Red swing &lt;b&gt;" in shown


def test_changes_between_editions_are_told_to_whoever_is_signed_in(as_):
    answer = as_(BUDI).get("/api/editions/rbra-2018/rbra-2024/changes")

    assert answer.json == {
        "added": [{"id": "MAN-08", "title": "Civic texts and symbols"}],
        "dropped": [],
        "changed": [],
        "again": [],
    }
    assert as_(None).get("/api/editions/rbra-2018/rbra-2024/changes").status_code == 401
    assert as_(BUDI).get("/api/editions/rbra-2018/rbra-1999/changes").status_code == 404


def test_a_label_of_an_item_in_a_rejected_visit_alone_says_so_and_leads_to_the_equipment_of_the_site(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing")])
    move_visit(register, RINA, str(UUID(int=1)), to="rejected", seq=0, note="tempat lain", notes={})

    for someone in (RINA, BUDI):
        client = as_(someone)
        answer = client.get(f"/items/{SWING}")
        assert answer.location == f"/sites/{SITE}/equipment"
        assert "This item was listed only in a visit that was rejected." in page(client.get(answer.location))
    sent(register, 2, [item("swing", SWING, "Red swing")])
    assert as_(RINA).get(f"/items/{SWING}").location.endswith(f"#item-{SWING}")


def test_a_label_prints_its_address_below_its_code(register, as_):
    sent(register, 1, [item("swing", SWING, "Red swing")], approved=True)

    assert f'<span class="address">http://localhost/items/{SWING}</span>' in page(
        as_(RINA).get(f"/sites/{SITE}/equipment/labels")
    )
