"""A row of the register that cannot be read is left out and named; no page falls because of it, whoever reads it."""

import json
import random
import re
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, text

from helpers.effort import over_seeds
from helpers.registers import filled_register, signed_in_client
from helpers.sending import danger, uuid, visit
from rba_audit.days import usable_day
from rba_audit.errors import Conflict
from rba_audit.followup.certificate_scans import read_scan, save_scan
from rba_audit.register.damaged_rows import DamagedRow
from rba_audit.register.tables import metadata
from rba_audit.standard import load_published
from rba_audit.web import create_app

AT = "2026-11-20T03:00:00.000000+00:00"
SHA = "{:064x}".format
MOMENTS = {"at", "recorded_at", "received_at", "began_at", "seen_at", "expires_at"}
DAYS = {"letter_day", "day", "due", "issued", "valid_until"}
DOCUMENTS = {"document", "notes", "answers", "words", "area"}
BAD_MOMENTS = (
    "",
    "kemarin",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "2026-11-20T03:00:00",
    "2026-13-40",
    "\ud7ff",
)
BAD_DOCUMENTS = (
    "",
    "{",
    "null",
    "7",
    "[]",
    "[7]",
    '{"a": [7]}',
    "[" * 100_000,
    '{"id": 1, "site": [], "position": {"lon": "x"}, "photos": [7]}',
)


def rows(number, site, author):
    """Return a row of every table, all about one visit."""
    id, sha = uuid(number), SHA(number)
    common = {"site": site, "author": author, "position": {"lon": 106.1, "lat": -6.1, "accuracy_m": 5}}
    sent = visit(number, **common, photos=[{"sha256": sha}], items=[{"id": "a", "kind": "swing", "answers": {}}])
    report = danger(number, **common, photo={"sha256": sha})
    words = json.dumps({name: ["id", "en"] for name in ("title", "remedy", "lead", "cost")})
    person = {"login": f"orang{number}", "name": f"Orang {number}", "role": "planner", "area": '["*"]', "active": 1}
    event = {"state": "open", "due": "2026-12-01", "owner": "", "person_id": author, "day": "2026-11-20", "at": AT}
    return {
        "visit": {
            **{name: sent[name] for name in ("id", "edition", "stage", "author", "auditor", "day")},
            "site_id": site,
            "root": id,
            "version": 1,
            "document": json.dumps(sent),
            "sha256": sha,
            "recorded_at": AT,
        },
        "visit_photo": {"visit_id": id, "seq": 0, "sha256": sha, "question": "", "item": ""},
        "review_move": {
            "root": id,
            "seq": 1,
            "from_state": "received",
            "to_state": "approved",
            "visit_id": id,
            "person_id": author,
            "at": AT,
            "note": "baik",
            "notes": "{}",
        },
        "danger": {
            "id": id,
            "site_id": site,
            "author": author,
            "photo": sha,
            "sha256": sha,
            "document": json.dumps(report),
            "recorded_at": AT,
        },
        "danger_seen": {"danger_id": id, "seq": 1, "person_id": author, "at": AT, "note": "ditutup"},
        "photo": {
            "sha256": sha,
            "kept_sha256": sha,
            "bytes": 1,
            "width": 1,
            "height": 1,
            "received_at": AT,
            "sent_by": author,
        },
        "brought": {"id": id, "kind": "visit", "person_id": author, "at": AT},
        "action": {
            "id": id,
            "site_id": site,
            "requirement": "MUD-01",
            "round": number,
            "edition": "rbra-2024",
            "outcome": "does_not_conform",
            "risk": "high",
            "lead": "dlh",
            "words": words,
            "visit_id": id,
        },
        "action_event": {"action_id": id, "seq": 1, "what": "made", "note": "", **event},
        "nomination_event": {
            "seq": number,
            "year": 2026,
            "site_id": site,
            "active": 1,
            "reason": "siap",
            "person_id": author,
            "at": AT,
        },
        "nomination_step": {
            "id": id,
            "seq": number,
            "year": 2026,
            "site_id": site,
            "step": "minutes",
            "item": "",
            "day": "2026-11-20",
            "deadline": "2026-11-21",
            "result": "with_fixes",
            "score": "",
            "note": "",
            "document_id": "",
            "person_id": author,
            "at": AT,
        },
        "kla_score": {
            "seq": number,
            "year": 2026,
            "kind": "self",
            "subject": "11",
            "value": "30",
            "person_id": author,
            "at": AT,
        },
        "kla_result": {
            "seq": number,
            "year": 2024,
            "band": "pratama",
            "total": "550",
            "source": "SK",
            "person_id": author,
            "at": AT,
        },
        "certificate": {
            "id": id,
            "site_id": site,
            "number": f"N{number}",
            "edition": "rbra-2024",
            "rank": "pratama",
            "issuer": "KPPPA",
            "issued": "2026-01-01",
            "valid_until": "2028-01-01",
            "person_id": author,
            "at": AT,
        },
        "certificate_withdrawal": {
            "certificate_id": id,
            "day": "2026-11-20",
            "reason": "salah",
            "person_id": author,
            "at": AT,
        },
        "certificate_scan": {
            "certificate_id": id,
            "seq": 1,
            "kind": "pdf",
            "sha256": sha,
            "kept_sha256": sha,
            "bytes": 1,
            "person_id": author,
            "at": AT,
        },
        "bulk_change": {"id": id, "undoes": None, "person_id": author, "at": AT},
        "bulk_change_action": {"bulk_id": id, "action_id": id, "first_seq": 1, "last_seq": 1},
        "document_version": {
            "document_id": id,
            "seq": 1,
            "document": json.dumps(
                dict.fromkeys(("kind", "title", "number", "signer", "agency", "link", "note"), "")
                | {"dated": None, "valid_until": None, "sites": [site], "requirements": [], "answers": {}}
            ),
            "file_sha256": sha,
            "file_type": "pdf",
            "file_bytes": 9,
            "file_name": "a",
            "person_id": author,
            "request_id": "",
            "at": AT,
        },
        "document_decision": {
            "document_id": id,
            "seq": 1,
            "number": 1,
            "state": "accepted",
            "person_id": author,
            "at": AT,
            "note": "",
        },
        "office": {"seq": number, "document": json.dumps({"name": "Dinas"}), "person_id": author, "at": AT},
        "shared_link": {
            "id": id,
            "token": sha,
            "recipient": "Kepala Dinas",
            "valid_until": "2027-01-01",
            "person_id": author,
            "at": AT,
        },
        "shared_link_opening": {"link_id": id, "count": 1, "at": AT},
        "shared_link_end": {"link_id": id, "person_id": author, "at": AT},
        "agency_note": {
            "id": id,
            "agency": "dlh",
            "root": id,
            "version": 1,
            "letter": "600/1",
            "letter_day": "2026-11-20",
            "note": "setuju",
            "person_id": author,
            "day": "2026-11-20",
            "at": AT,
        },
        "child_sheet": {
            "id": id,
            "site_id": site,
            "day": "2026-11-20",
            "revision": 1,
            "answers": '{"suka": "suka"}',
            "feeling": "senang",
            "age": "",
            "sha256": sha,
            "batch": number,
        },
        "person": {"id": f"p{number}", "password": None, "created_at": AT, **person},
        "session": {"id": id, "token": sha, "person": f"p{number}", "began_at": AT, "seen_at": AT, "agent": ""},
        "saved_view": {
            "id": id,
            "person_id": f"p{number}",
            "name": "Curug",
            "list": "sites",
            "query": "kecamatan=Curug",
            "at": AT,
        },
        "join_link": {"token": sha, "person": f"p{number}", "expires_at": "2027-01-01T00:00:00.000000+00:00"},
        "account_event": {"at": AT, "actor": None, "person": author, "what": "added", "detail": ""},
        "sign_in_attempt": {"whose": sha, "at": AT},
    }


def planted(register, seed):
    """Plant a whole row in every table, and one with a damaged moment, day or document beside it; say what was damaged."""
    chance = random.Random(seed)
    site, other = (feature["id"] for feature in register.features()[:2])
    author = next(person.id for person in register.people.all() if person.role == "surveyor")
    damaged = {}
    with register._database.writing() as connection:
        for name, row in rows(1, site, author).items():
            connection.execute(insert(metadata.tables[name]).values(row))
        for name, row in rows(2, other, author).items():
            fragile = [column for column in row if column in MOMENTS | DAYS | DOCUMENTS]
            if fragile:
                column = chance.choice(fragile)
                row[column] = chance.choice(BAD_DOCUMENTS if column in DOCUMENTS else BAD_MOMENTS)
                damaged[name] = f"{column}={row[column]!r:.40}"
            connection.execute(insert(metadata.tables[name]).values(row))
        connection.execute(text("DROP TRIGGER site_version_no_update"))
        third = register.features()[2]["id"]
        bad = chance.choice(("{", "[]", "null", "7", ""))
        connection.execute(
            text("UPDATE site_version SET document = :bad WHERE site_id = :id"), {"bad": bad, "id": third}
        )
    return damaged, (site, other, third)


def addresses(app, sites):
    """Yield every page that can be read, about the whole and the damaged thing."""
    ids = {"site_id": sites, "id": ("p1", "p2"), "sha256": (SHA(1), SHA(2)), "item_id": ("a",), "link": ("x",)}
    ids |= {"code": ("en",), "edition": ("rbra-2024",), "version": ("x",), "filename": ("style.css",)}
    ids |= {
        "seq": (1,),
        "before": ("rbra-2022",),
        "after": ("rbra-2024",),
        "kind": ("csv",),
        "file_format": ("csv", "geojson"),
        "paper": ("pdf", "xlsx"),
        "year": (2026,),
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        choices = max((len(ids.get(name, (1, 2))) for name in rule.arguments), default=1)
        for at in range(choices):
            values = {}
            for name in rule.arguments:
                known = ids.get(name, (uuid(1), uuid(2)))
                values[name] = known[min(at, len(known) - 1)]
            with app.test_request_context():
                yield app.url_map.bind("localhost").build(rule.endpoint, values)


def status_of(client, address):
    with client.get(address) as answer:
        return answer.status_code


@over_seeds(1, 40)
def test_no_page_falls_because_of_a_damaged_row(seed):
    with tempfile.TemporaryDirectory() as folder, closing(filled_register(folder, people=True)) as register:
        damaged, sites = planted(register, seed)
        app = create_app(register, load_published("rbra-2024"), demo=True)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        fallen = []
        for role in ("surveyor", "reviewer", "planner", "administrator"):
            client = signed_in_client(app, role)
            # A picture that was only planted has no file.
            wanted = (address for address in addresses(app, sites) if "photo" not in address)
            fallen += [(role, address) for address in wanted if status_of(client, address) >= 500]
        assert fallen == [], damaged
        told = client.get("/dangers").text
        assert "cannot be read and" in told
        assert DamagedRow("site_version", sites[2]) in register.damaged()


@pytest.mark.parametrize("damage", [{"document": "{"}, {"recorded_at": "9999-12-31T23:59:59-23:59"}], ids=str)
def test_a_damaged_danger_is_still_shown_and_can_be_seen_to(tmp_path, standard, damage):
    """It would else stay open for ever, with a red line on every page that leads to nothing."""
    with closing(filled_register(tmp_path, people=True)) as register:
        site = register.features()[0]["id"]
        author = next(person.id for person in register.people.all() if person.role == "surveyor")
        with register._database.writing() as connection:
            connection.execute(insert(metadata.tables["danger"]).values(rows(2, site, author)["danger"] | damage))
        client = signed_in_client(create_app(register, standard, demo=True), "reviewer")
        page = client.get("/dangers").text

        assert f"danger-{uuid(2)}" in page
        assert f"danger {uuid(2)}" in page
        assert client.post(f"/dangers/{uuid(2)}/seen", data={"note": "ditutup"}).status_code == 303
        assert register.dangers.open_count() == 0


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1970-01-01T00:00:00Z"])
def test_a_danger_from_a_phone_with_a_wrong_clock_is_taken_told_and_shown(tmp_path, standard, moment):
    with closing(filled_register(tmp_path, people=True)) as register:
        app = create_app(register, standard, demo=True)
        client = signed_in_client(app, "administrator")
        author = next(person.id for person in register.people.all() if person.role == "surveyor")
        sent = danger(7, site=register.features()[0]["id"], author=author, at=moment)

        answer = client.put(f"/api/dangers/{uuid(7)}", json=sent)
        page = client.get("/dangers")

        assert answer.status_code == 201
        assert answer.json["remarks"] == [
            f"The clock of the phone said {moment}, which cannot be; the time at which this came counts. Set the clock."
        ]
        assert json.loads(register.dangers.document(uuid(7)))["at"] == moment
        assert (page.status_code, moment in page.text) == (200, True)
        assert client.put(f"/api/dangers/{uuid(8)}", json=danger(8, at="kemarin")).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2017-12-31"])
def test_a_visit_of_a_day_that_cannot_be_counts_on_the_day_it_came_and_stays_as_it_was_sent(tmp_path, standard, day):
    with closing(filled_register(tmp_path, people=True)) as register:
        app = create_app(register, standard, demo=True)
        client = signed_in_client(app, "administrator")
        author = next(person.id for person in register.people.all() if person.role == "surveyor")
        common = {"site": register.features()[0]["id"], "author": author}
        before = visit(5, **common, day="2026-11-02")
        wrong = visit(
            6,
            **common,
            day=day,
            position={"lon": 106.15, "lat": -6.12, "at": "0001-01-01T00:00:00+23:59", "reason": "x"},
        )

        assert client.put(f"/api/visits/{uuid(5)}", json=before).status_code == 201
        answer = client.put(f"/api/visits/{uuid(6)}", json=wrong)
        again = client.put(f"/api/visits/{uuid(6)}", json=wrong)

        assert (answer.status_code, again.status_code) == (201, 200)
        assert len([told for told in answer.json["remarks"] if "cannot be" in told]) == 2
        assert len([told for told in again.json["remarks"] if "cannot be" in told]) == 2
        kept = register.visits.get(uuid(6))
        assert kept.day == usable_day(date.fromisoformat(day), kept.recorded_at) != date.fromisoformat(day)
        assert json.loads(register.visits.document(uuid(6)))["day"] == day
        assert [each.id for each in register.visits.for_site(common["site"])] == [uuid(6), uuid(5)]
        assert day in client.get(f"/review/{uuid(6)}").text


@pytest.mark.parametrize(
    "query",
    ["endpoint=x", "_method=POST&q=a", "_external=1&_scheme=javascript&_anchor=x", "list_name=x", "q=" + "%FF" * 9],
)
def test_a_saved_view_with_a_damaged_query_leads_to_its_list(tmp_path, standard, query):
    with closing(filled_register(tmp_path, people=True)) as register:
        client = signed_in_client(create_app(register, standard, demo=True), "planner")
        reader = next(person for person in register.people.all() if person.role == "planner")
        register.saved_views.save(reader.id, "Curug", "sites", {"kecamatan": "Curug"})
        with register._database.writing() as connection:
            connection.execute(text("UPDATE saved_view SET query = :query"), {"query": query})
        page = client.get("/sites")

        assert page.status_code == 200
        [address] = re.findall(r'href="([^"]*)"[^>]*>Curug<', page.text)
        assert address.partition("?")[0] == "/sites"
        assert not re.search("javascript|list_name|method", address)


def test_a_scan_beside_a_damaged_one_can_still_be_recorded(tmp_path):
    """The damaged one is shown to nobody, so that no form can name it as seen."""
    with closing(filled_register(tmp_path, people=True)) as register:
        planted(register, 1)
        planner = next(person for person in register.people.all() if person.role == "planner")
        wanted = uuid(1)
        with register._database.writing() as connection:
            row = rows(1, "", planner.id)["certificate_scan"] | {"seq": 2, "at": "kemarin"}
            connection.execute(insert(metadata.tables["certificate_scan"]).values(row))
        for seen, number in ((1, 3), (3, 4)):
            file = read_scan(b"%PDF-1.4\n" + bytes(str(number), "ascii") + b"\n%%EOF\n")
            assert save_scan(register, wanted, file, planner, seen=seen).seq == number
        assert [scan.seq for scan in register.certificate_scans.by_certificate()[wanted]] == [4, 3, 1]


def test_a_note_beside_a_damaged_version_of_it_can_still_be_corrected(tmp_path):
    with closing(filled_register(tmp_path, people=True)) as register:
        planted(register, 1)
        planner = next(person for person in register.people.all() if person.role == "planner")
        with register._database.writing() as connection:
            row = rows(1, "", planner.id)["agency_note"] | {
                "id": uuid(32),
                "root": uuid(1),
                "version": 2,
                "at": "kemarin",
            }
            connection.execute(insert(metadata.tables["agency_note"]).values(row))
        shown = register.agency_notes.versions("dlh")[-1]
        for number in (3, 4):
            id, seen = uuid(30 + number), register.agency_notes.versions("dlh")[-1].version
            new = replace(shown, id=id, root=uuid(1), version=seen + 1, note=f"koreksi {number}")
            assert register.agency_notes.add(new).version == number
        with pytest.raises(Conflict):
            register.agency_notes.add(replace(shown, id=uuid(39), root=uuid(1), version=4))


@pytest.mark.parametrize("document", [{"name": "\ud800"}, {"name": 7}, {"unknown": "x"}, [], None], ids=str)
def test_a_damaged_office_is_on_no_page_and_stops_none(tmp_path, standard, document):
    with closing(filled_register(tmp_path, people=True)) as register:
        client = signed_in_client(create_app(register, standard, demo=True), "administrator")
        with register._database.writing() as connection:
            row = rows(1, "", "p1")["office"] | {"document": json.dumps(document)}
            connection.execute(insert(metadata.tables["office"]).values(row))

        assert [status_of(client, address) for address in ("/", "/links", "/mayor.pdf", "/agencies.zip")] == [200] * 4
        assert client.post("/admin/office", data={"name": "Dinas", "seq": "1"}).status_code == 303
        assert register.office.get().name == "Dinas"
