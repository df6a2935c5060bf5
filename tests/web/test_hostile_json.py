"""Whatever a program sends as JSON, to whichever endpoint: it is taken or refused in words, and never breaks anything."""

import pytest

from helpers.effort import cases
from helpers.hostile import RAW, hostile
from helpers.registers import filled_register, signed_in_client
from helpers.sending import danger, place, place_id, uuid, visit
from rba_audit.web import create_app

PHOTO = "0" * 64


@pytest.fixture(scope="module")
def app(tmp_path_factory, standard):
    register = filled_register(tmp_path_factory.mktemp("hostile"), people=True)
    app = create_app(register, standard, demo=True)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    register.close()


@pytest.fixture(scope="module")
def client(app):
    return signed_in_client(app, "administrator")


@pytest.fixture(scope="module")
def kept(app, client):
    """A site, and a visit and a danger that are kept and name a photo."""
    register = app.extensions["judged"].register
    site = register.features()[0]["id"]
    author = next(person.id for person in register.people.all() if person.role == "surveyor")
    common = {"site": site, "author": author}
    visit_id, danger_id = uuid(1), uuid(2)
    photo = {"sha256": PHOTO}
    assert client.put(f"/api/visits/{visit_id}", json=visit(1, **common, photos=[photo])).status_code == 201
    assert client.put(f"/api/dangers/{danger_id}", json=danger(2, **common, photo=photo)).status_code == 201
    position = {"lon": 106.15, "lat": -6.12, "accuracy_m": 5, "at": "2026-11-20T02:20:00Z", "how": "gps"}
    return {
        "visit": visit(
            3,
            **common,
            position=position,
            notes={"LOK-02": "jelas"},
            items=[{"id": "a", "kind": "swing", "name": "Ayunan", "answers": {}}],
            photos=[{"sha256": PHOTO, "question": "LOK-02", "taken_at": "2026-11-20T02:20:00Z", "bytes": 10}],
        ),
        "danger": danger(4, **common, position=position, photo=photo),
        "place": place(5, author=author),
        "move": {"to": "rejected", "seq": 99, "note": "tidak jelas", "notes": {"LOK-02": "foto"}},
        "child": {
            "format": 1,
            "id": "5f0c6a52-7d62-4a5e-9a3e-1f2d3c4b5a69",
            "site": site,
            "revision": 1,
            "day": "2026-11-20",
            "agreed": True,
            "answers": {},
            "feeling": "senang",
            "age": "",
        },
    }


def endpoints(app):
    """Return method and rule of every place below /api/ that takes something."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    return sorted((method, rule.rule) for rule in rules for method in rule.methods & {"PUT", "POST", "PATCH", "DELETE"})


DOCUMENTS = {
    "/api/visits/<uuid:visit_id>": "visit",
    "/api/dangers/<uuid:danger_id>": "danger",
    "/api/places/<uuid:place_id>": "place",
    "/api/visits/<uuid:visit_id>/moves": "move",
    "/api/children/<uuid>": "child",
}
"""Endpoints that take a document, and which; the others take bytes and get the same ones."""


def test_no_endpoint_breaks_whatever_it_is_sent(app, client, kept):
    """Each body that is refused is refused in a sentence."""
    broken = []
    for method, rule in endpoints(app):
        name = DOCUMENTS.get(rule, "visit")
        for seed in range(cases(60, 500)):
            body = hostile(kept[name], seed)
            ids = {
                "<uuid:visit_id>": uuid(3),
                "<uuid:danger_id>": uuid(4),
                "<uuid:place_id>": place_id(5),
                "<uuid>": kept["child"]["id"],
            }
            if name == "move" or "photos" in rule:
                ids |= {"<uuid:visit_id>": uuid(1), "<uuid:danger_id>": uuid(2)}
            path = rule.replace("<sha256>", PHOTO)
            for part, value in ids.items():
                path = path.replace(part, value)
            answer = client.open(path, method=method, data=body, content_type="application/json")
            told = answer.is_json and (answer.status_code < 400 or answer.json.get("told"))
            if answer.status_code >= 500 or not told:
                broken.append((method, rule, seed, answer.status_code))
    assert broken == []


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("body", RAW, ids=range(len(RAW)))
@pytest.mark.parametrize("rule", sorted(DOCUMENTS))
def test_bytes_that_are_no_document_are_refused_everywhere(client, rule, body):
    path = rule.replace("<uuid:visit_id>", uuid(1)).replace("<uuid:danger_id>", uuid(2))
    path = path.replace("<uuid:place_id>", uuid(3)).replace("<uuid>", uuid(9))

    answer = client.open(path, method="POST" if "moves" in path else "PUT", data=body)

    assert 400 <= answer.status_code < 500
    assert answer.json["told"]


@pytest.mark.parametrize(
    "changed",
    [
        {"revision": 2**63},
        {"revision": 10**30},
        {"revision": -1},
        {"revision": True},
        {"format": True},
        {"format": 1.0},
        {"site": "\ud800"},
        {"day": "0000-00-00"},
        {"day": "kemarin"},
    ],
    ids=str,
)
def test_a_childs_sheet_with_a_member_of_another_kind_is_refused(client, kept, changed):
    answer = client.put(f"/api/children/{kept['child']['id']}", json={**kept["child"], **changed})

    assert (answer.status_code, answer.json["error"]) == (422, "refused")


@pytest.mark.parametrize(
    "changed", [{"note": "\ud800"}, {"note": "\0"}, {"notes": {"\ud800": "a"}}, {"seq": 1e0}], ids=str
)
def test_a_decision_with_what_no_store_can_hold_is_refused(client, kept, changed):
    answer = client.post(f"/api/visits/{uuid(1)}/moves", json={**kept["move"], **changed})

    assert 400 <= answer.status_code < 500
    assert answer.json["error"] == "refused"


def test_the_documents_that_are_broken_here_are_whole_before(client, kept):
    """Else every refusal above would prove nothing."""
    sent = {
        "visit": client.put(f"/api/visits/{uuid(3)}", json=kept["visit"]),
        "danger": client.put(f"/api/dangers/{uuid(4)}", json=kept["danger"]),
        "child": client.put(f"/api/children/{kept['child']['id']}", json=kept["child"]),
        "move": client.post(f"/api/visits/{uuid(1)}/moves", json={**kept["move"], "seq": 0}),
    }

    # What was broken only a little was taken before, and says something else.
    assert {name: answer.status_code in (200, 201, 409) for name, answer in sent.items()} == dict.fromkeys(sent, True)
