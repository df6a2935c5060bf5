"""An edition of another standard opens on every page, and nothing there says that it is RBRA or in rupiah."""

import re
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from markupsafe import escape

from helpers.kla_documents import recorded
from helpers.pass_fail import NAME, pass_fail_edition
from helpers.registers import empty_register, signed_in_client
from helpers.visits import put_visit
from helpers.whole_register import add_files
from rba_audit import accounts
from rba_audit.auditing import audit_with_visits
from rba_audit.followup import make_actions
from rba_audit.followup.certificate_scans import read_scan, save_scan
from rba_audit.followup.certification import save_certificate
from rba_audit.kla.rehearsals import begin_rehearsal
from rba_audit.register import Visit
from rba_audit.register.certificates import Certificate
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson
from rba_audit.resources import standards_dir
from rba_audit.review_states import STATES
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app

FAILS = {"SUR-01": 4, "SUR-02": 12.5, "EQP-01": "no", "has_swing": "yes"}
PASSES = {"SUR-01": 12, "EQP-01": "yes", "has_swing": "no"}
SQUARE = [[-77.0616, 38.8256], [-77.0606, 38.8256], [-77.0606, 38.8266], [-77.0616, 38.8266], [-77.0616, 38.8256]]
FEATURES = [
    {
        "type": "Feature",
        "id": name,
        "properties": {"name": name.title(), **answers},
        "geometry": {"type": "Polygon", "coordinates": [[[lon + at / 100, lat] for lon, lat in SQUARE]]},
    }
    for at, (name, answers) in enumerate({"fails": FAILS, "passes": PASSES, "open": {"SUR-01": 12}, "new": {}}.items())
]
NOT_PAGES = {
    "static",
    "offline.part",
    "followups.action_photo",
    "rehearsals.item_file",
    "dangers.photo",
    "pictures.of_visit",
    "clearances.photo",
    "clearances.preview",
    "clearances.public_photo",
}
# Pages of a thing that is not there: this edition lists no equipment, no other edition changes it, no reports are in the making, and nothing is asked for.
NOTHING_THERE = {
    "equipment.item",
    "equipment.qr",
    "equipment.edition_changes",
    "ground.tiles",
    "papers.progress",
    "papers.file",
    "packs.progress",
    "packs.file",
    "folder.upload",  # the token of a read-only link
}


BROUGHT = "0d1f4b9e-0000-4000-8000-000000000000"


@pytest.fixture(scope="module", params=[(True, "PCL"), (False, "")], ids=["named", "not named"])
def lived_in(request, tmp_path_factory):
    """An application that judges by the edition, and what stands for each variable of an address."""
    currency, short = request.param
    folder = tmp_path_factory.mktemp("another")
    standard = pass_fail_edition(folder, currency=currency, short=short)
    register = empty_register(folder, people=True)
    register.import_features(FEATURES)
    people = {person.role: person for person in register.people.all()}
    day, by = date(2026, 11, 12), people["surveyor"]
    visits = [
        put_visit(register.visits, Visit(str(uuid4()), site, NAME, "auditor", by.name, day, answers, author=by.id))
        for site, answers in (("fails", FAILS), ("passes", PASSES), ("fails", {**FAILS, "SUR-01": 12}))
    ]
    for visit in visits[:2]:
        register.reviews.make(
            visit.id, seq=0, to="approved", visit_id=visit.id, person_id=people["reviewer"].id, note="", notes={}
        )
    findings = audit_with_visits(register, standard, STATES)
    actions = make_actions(register, findings, ["fails"], people["planner"], day)
    paper = Certificate(str(uuid4()), "passes", "1", NAME, "Lulus", "Parks department", day, date(2036, 1, 1), by.id)
    save_certificate(register, paper, people["planner"], day, standard)
    owner = replace(actions[0].last, seq=2, what="owner", owner="Parks department")
    change = register.bulk_changes.record(str(uuid4()), {owner.action_id: (owner,)}, people["planner"].id)
    for feature in FEATURES:
        register.kla.nominations.add(feature["id"], 2026, "siap", people["planner"].id)
    register.kla.scores.record({(2026, "self", "11"): 30}, 0, people["planner"].id)
    save_scan(register, paper.id, read_scan(b"%PDF-1.4\n%%EOF\n"), people["planner"], seen=0)
    document = recorded(register, "sk_sites", by=people["planner"].id, requirements=("SUR-01",), sites=("passes",))
    _, offered = accounts.invite(register, "Tamu", "tamu", "reviewer", by=people["administrator"])
    _, token = accounts.make_link(register, "Camat", 30, people["planner"])
    trained = KhaPerson("Halimah", "DLH", "", (FEATURES[0]["id"],), (KhaCertificate("1", day, None),))
    register.kla.trainings.record([trained], "form", people["planner"].id, str(uuid4()))
    rehearsal = begin_rehearsal(
        register, shipped_policies().kla, 2026, {"fails": "Fails"}, by=people["planner"], day=day
    )
    given = {
        "site_id": [each["id"] for each in FEATURES],
        "edition": [NAME],
        "agency_id": [standard.requirement("SUR-01").remedy.lead],
        "paper": ["pdf", "xlsx"],
        "kind": ["csv", "xlsx"],
        "file_format": ["csv", "geojson"],
        "before": [NAME],
        "after": [NAME],
        "visit_id": [each.id for each in visits],
        "action_id": [actions[0].id],
        "bulk_id": [change.id],
        "certificate_id": [paper.id],
        "document_id": [document.document_id],
        "seq": [1],
        "kha_person_id": [register.kla.trainings.people()[0].id],
        "year": [2026],
        "item_id": ["none"],
        "id": [by.id],
        "link": [offered],
        "rehearsal_id": [rehearsal.id],
        "layer_id": [BROUGHT],
        "import_id": [BROUGHT],
        "number": [1],
        "token": [token],
    }
    add_files(register, BROUGHT, by.id)
    yield create_app(register, standard, demo=True), given
    register.close()


def addresses(app, given):
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NOT_PAGES:
            continue
        choices = [{}]
        for name in rule.arguments:
            choices = [{**values, name: value} for values in choices for value in given[name]]
        for values in choices:
            yield rule.endpoint, adapter.build(rule.endpoint, values)


def without_rules_of_kla(text):
    """Return a text without what the rules files of KLA say: a city replaces them, as an edition does its own words."""
    files = (standards_dir() / "kla").glob("*.toml")
    words = {word for path in files for word in re.findall(r'"([^"]*RBRA[^"]*)"', path.read_text(encoding="utf-8"))}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "").replace(str(escape(word)), "")
    return text


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_opens_and_names_neither_another_standard_nor_other_money(lived_in, language):
    app, given = lived_in
    client = signed_in_client(app, "administrator")
    client.set_cookie("lang", language)
    asked = 0
    for endpoint, address in addresses(app, given):
        answer = client.get(address)

        assert answer.status_code < 400 or endpoint in NOTHING_THERE, f"{address}: {answer.status_code}"
        asked += answer.status_code == 200
        if answer.mimetype.startswith(("text/", "application/json", "application/geo+json")):
            told = re.search(r".{0,60}(RBRA|\bRp|rupiah).{0,40}", without_rules_of_kla(answer.get_data(as_text=True)))
            assert told is None, f"{address}: {told[0]}"
    assert asked > 60


def test_the_plan_is_in_the_money_of_the_edition(lived_in):
    app, _ = lived_in
    client = signed_in_client(app, "administrator")
    sign = app.extensions["judged"].standard.currency.symbol
    page = client.get("/plan/fails?to=top").get_data(as_text=True)
    table = client.get("/plan/fails.csv?to=top").get_data(as_text=True)
    city = client.get("/plan?budget=5.000").get_data(as_text=True)

    assert f"{sign}500–\u200b21,000" in page
    assert ("Budget in dollars</label>" if sign else "Budget</label>") in city
    assert f"With {sign}5,000," in city
    assert ("Cost to ($)" if sign else "Cost to,") in table


def test_a_certificate_of_its_own_rank_is_offered_and_recorded(lived_in):
    app, _ = lived_in
    page = signed_in_client(app, "planner").get("/certificates").get_data(as_text=True)

    assert f'<option value="{NAME}/Lulus">' in page
    assert "Parks department" in page


def test_the_labels_name_the_standard_by_its_short_name(lived_in):
    app, _ = lived_in
    page = signed_in_client(app, "administrator").get(f"/standards/{NAME}").get_data(as_text=True)
    short = app.extensions["judged"].standard.short

    assert short in ("PCL", NAME)
    assert f"Link to {short}" in page
    assert f"asked in {short} audits" in page
    assert "CRC article" not in page
