"""Every page of the application is valid HTML in both languages, and what it refers to is there."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import html5lib
import pytest

from helpers.kla_documents import accepted, decided, recorded
from helpers.registers import filled_register, signed_in_client
from helpers.visits import put_visit
from helpers.whole_register import add_files, jpeg, kept
from rba_audit import accounts
from rba_audit.auditing import audit_with_visits
from rba_audit.followup import make_actions
from rba_audit.kla.rehearsals import begin_rehearsal, decide_item, invite_verifier
from rba_audit.register import Visit
from rba_audit.register.agency_notes import AgencyNote
from rba_audit.register.kla.nomination_trails import TrailEntry
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson, KhaTraining
from rba_audit.register.records import Photo
from rba_audit.review_states import STATES
from rba_audit.standard import edition_names
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app
from rba_audit.web.app import template_paths

XHTML = "{http://www.w3.org/1999/xhtml}"
NOT_PAGES = {
    "static",
    "offline.part",
    "followups.action_photo",
    "followups.certificate_scan",
    "rehearsals.item_file",
    "rehearsals.result_file",
    "documents.file",
    "dangers.photo",
    "pictures.of_visit",
    "clearances.preview",
    "clearances.public_photo",
}
# What stands in the place of each variable of an address; a new one is told here.
VALUES = {
    "site_id": ["alun-alun-barat", "hutan-kota-serang", "taman-sari"],
    "edition": list(edition_names()),
    "kind": ["csv"],
    "file_format": ["csv"],
    "before": ["rbra-2018"],
    "after": ["rbra-2024"],
    "year": ["2026"],
}
SLIDE = {"id": str(uuid4()), "kind": "slide", "name": "Perosotan", "answers": {"PRL-07.height": 2, "PRL-07.exit": 0.1}}
QUERIES = {
    "planners.sites": ["?q=%22%3Cb%3E", "?status=standard&sort=-score"],
    "planners.non_standard": ["?kecamatan=Kasemen"],
    "plans.city_page": ["?budget=%22%3Cb%3E", "?budget=500.000.000&refuse=alun-alun-barat&all=1"],
}


def lived_in(register, standard):
    """Let something happen in a register, and return what stands for each variable of an address."""
    accounts.ensure_demo_people(register)
    people = {person.role: person for person in register.people.all()}
    day = date(2026, 11, 12)
    photo = kept(register, jpeg((90, 120, 60)), people["surveyor"].id)
    notes = {
        "photos": (Photo(photo, "LOK-03"),),
        "notes": {"LOK-03": "jalan ramai"},
        "position": {"lon": 106.15, "lat": -6.11, "accuracy_m": 8.0},
    }
    told = {"LOK-03": 10, "MUD-01": "no"}
    visit = put_visit(
        register.visits,
        Visit(
            str(uuid4()),
            "taman-sari",
            standard.edition,
            "auditor",
            "Budi",
            day,
            told,
            "",
            people["surveyor"].id,
            items=(SLIDE,),
            **notes,
        ),
    )
    earlier = put_visit(
        register.visits,
        Visit(
            str(uuid4()),
            "taman-sari",
            standard.edition,
            "self",
            "Siti",
            date(2026, 10, 1),
            {"LOK-03": 40},
            "",
            people["surveyor"].id,
        ),
    )
    for each, to in ((earlier, "approved"), (visit, "has_issues")):
        by = people["reviewer"].id
        register.reviews.make(
            each.id, seq=0, to=to, visit_id=each.id, person_id=by, note="", notes={"LOK-03": "ukur lagi"}
        )
    findings = audit_with_visits(register, standard, STATES)
    actions = make_actions(register, findings, ["taman-sari"], people["planner"], day)
    owner = replace(actions[1].last, seq=2, what="owner", owner="Dinas <A>")
    change = register.bulk_changes.record(str(uuid4()), {owner.action_id: (owner,)}, people["planner"].id)
    note = str(uuid4())
    lead, planner = actions[0].request.lead, people["planner"].id
    register.agency_notes.add(AgencyNote(note, lead, note, 1, "600/1", day, "ya <b>", planner, day))
    QUERIES["followups.actions"] = [f"?agency={lead}&group=agency", "?owner=-&due=overdue&item=red&group=agency"]
    register.kla.nominations.add("taman-sari", 2026, "siap <b>", planner)
    accepted(register, "sk_sites", title="SK <b>", signer="<i>")
    rehearsal = begin_rehearsal(
        register, shipped_policies().kla, 2026, {"taman-sari": "<b>"}, by=people["planner"], day=day
    )
    invite_verifier(register, rehearsal.id, people["administrator"].id, invited=True, by=people["planner"])
    decide_item(register, rehearsal.id, 1, "refused", "kurang <b>", by=people["administrator"], seen=0)
    entry = TrailEntry(
        str(uuid4()), "taman-sari", 2026, "minutes", "", planner, note="<i>", result="with_fixes", deadline=day
    )
    register.kla.nomination_trails.record(entry, 0)
    register.kla.scores.record({(2026, "self", "11"): Decimal(30), (2026, "share", ""): Decimal(5)}, 0, planner)
    register.kla.scores.record_result(2024, "pratama", Decimal(700), "<SK>", planner)
    document = recorded(
        register, "sk_sites", by=planner, title="SK <b>", sites=("taman-sari",), link="https://a.example/?a=1&b=<i>"
    )
    decided(register, document, "refused", by=people["reviewer"].id, note="kurang <i>")
    QUERIES["documents.form"] = [
        f"?kind={kind.name}&site=taman-sari" for kind in shipped_policies().kla.documents.kinds[:8:7]
    ]
    QUERIES["documents.page"] = ["?state=refused&site=taman-sari", "?state=accepted"]
    _, offered = accounts.invite(register, "Tamu", "tamu", "reviewer", by=people["administrator"])
    _, token = accounts.make_link(register, "Camat", 30, people["planner"])
    certificate = KhaCertificate("1/<b>", day, day)
    trained = KhaPerson('Halimah "<b>"', "DLH & <i>", "opd", ("taman-sari",), (certificate,))
    register.kla.trainings.record([trained], "table", people["planner"].id, str(uuid4()))
    register.kla.trainings.save(KhaTraining(str(uuid4()), "KHA <b>", day, "DP3AKB", None, "", people["planner"].id))
    wanted = accounts.WantedDocument("sk_sites", "", "dp3akb", day)
    ((_, upload),) = accounts.make_requests(register, [wanted], 14, people["planner"])
    QUERIES["folder.page"] = ["?agency=%22%3Cb%3E&all=1", "?state=outstanding&site=-"]
    brought = str(uuid4())
    add_files(register, brought, people["planner"].id)
    made = register.kla.packs.add_pack(2026, day, "a" * 64, 1_400_000, 30, 2, people["planner"].id)
    register.kla.packs.add_recipient(made, "<b>Provinsi</b>", day, people["planner"].id)
    return {
        **VALUES,
        "visit_id": [visit.id, earlier.id],
        "sha256": [photo],
        "action_id": [actions[0].id],
        "bulk_id": [change.id],
        "document_id": [document.document_id],
        "item_id": [SLIDE["id"]],
        "agency_id": [lead],
        "paper": ["xlsx"],
        "id": [people["surveyor"].id],
        "link": [offered, "nothing"],
        "rehearsal_id": [rehearsal.id],
        "import_id": [brought],
        "layer_id": [brought],
        "number": [1, 9_999],
        "kha_person_id": [register.kla.trainings.people()[0].id],
        "token": [token, upload, "nothing"],
    }


def addresses(app, given):
    found = ["/sites/nowhere", "/standards/none", "/no-such-page"]
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NOT_PAGES:
            continue
        assert rule.arguments <= given.keys(), f"say what stands for {rule.arguments} in {rule}"
        choices = [{}]
        for name in rule.arguments:
            choices = [{**values, name: value} for values in choices for value in given[name]]
        found.extend(adapter.build(rule.endpoint, values) for values in choices)
        found.extend(adapter.build(rule.endpoint) + query for query in QUERIES.get(rule.endpoint, []))
    return found


@pytest.fixture(scope="module", params=["id", "en"])
def read_pages(request, tmp_path_factory, standard):
    """The language, and for each address the page as it came and as a strict reader takes it (or why not)."""
    register = filled_register(tmp_path_factory.mktemp("pages"))
    given = lived_in(register, standard)
    app = create_app(register, standard, demo=True)
    client = signed_in_client(app, "administrator")
    client.set_cookie("lang", request.param)
    found = {}
    for address in addresses(app, given):
        page = client.get(address)
        assert page.status_code < 500, address
        if page.mimetype == "text/html" and page.location is None:
            html = page.get_data(as_text=True)
            found[address] = html, parsed(html)
    register.close()
    return request.param, found


def parsed(html):
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(html)
    return tree, [(place, fault, details) for place, fault, details in parser.errors]


def trees(read_pages):
    return {address: tree for address, (_html, (tree, _faults)) in read_pages[1].items()}


def test_every_page_is_valid_and_says_its_language(read_pages):
    language, pages = read_pages

    assert len(pages) >= 15
    assert {address: faults for address, (_html, (_tree, faults)) in pages.items() if faults} == {}
    for address, (html, (tree, _faults)) in pages.items():
        assert html.lstrip().lower().startswith("<!doctype html>"), address
        assert tree.get("lang") == language, address
        assert len(tree.findall(f".//{XHTML}h1")) == 1, address
        assert len(tree.findall(f".//{XHTML}main")) == 1, address
        title = tree.findtext(f"{XHTML}head/{XHTML}title")
        assert title, address
        assert not title.startswith(" ·"), address


def test_ids_are_unique_and_everything_referred_to_is_there(read_pages):
    for address, tree in trees(read_pages).items():
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        known = set(ids)
        assert len(ids) == len(known), (address, {each for each in ids if ids.count(each) > 1})
        for element in tree.iter():
            for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"):
                missing = set((element.get(name) or "").split()) - known
                assert not missing, (address, name, missing)


def test_every_field_has_a_name_that_can_be_heard(read_pages):
    for address, tree in trees(read_pages).items():
        labelled = {label.get("for") for label in tree.iter(f"{XHTML}label")}
        inside = {field for label in tree.iter(f"{XHTML}label") for field in label.iter()}
        for tag in ("input", "select", "textarea"):
            for field in tree.iter(XHTML + tag):
                heard = field.get("aria-label") or field.get("aria-labelledby")
                named = field.get("id") in labelled or field in inside or heard
                assert named or field.get("type") in ("hidden", "submit", "button"), (address, field.attrib)


def test_headings_skip_no_level(read_pages):
    for address, tree in trees(read_pages).items():
        levels = [int(each.tag[-1]) for each in tree.iter() if re.fullmatch(r".*\}h[1-6]", str(each.tag))]
        assert not [(before, after) for before, after in pairwise(levels) if after > before + 1], (address, levels)


def test_no_page_holds_anything_inline_that_the_policy_forbids(read_pages):
    for address, tree in trees(read_pages).items():
        for element in tree.iter():
            handlers = [name for name in element.attrib if str(name).startswith("on") or name == "style"]
            assert not handlers, (address, element.tag, handlers)
            if element.tag == f"{XHTML}script":
                assert element.get("src"), address
            assert element.tag != f"{XHTML}style", address


def test_no_template_takes_text_for_markup():
    paths = template_paths()

    assert paths
    assert not [path for path in paths if "|safe" in re.sub(r"\s", "", path.read_text(encoding="utf-8"))]
