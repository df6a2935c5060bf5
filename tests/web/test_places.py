"""Places from the field and in the office: proposed, decided about, changed, merged, split, retired; nothing lost, nothing public too early."""

import io
import json
import re
import zipfile
from html import unescape

import pytest

from helpers.imports import imported
from helpers.registers import filled_register, sample_features
from helpers.sending import (
    ADE,
    BUDI,
    EKA,
    OTHER_SITE,
    RINA,
    SITE,
    SITI,
    TONO,
    WHO,
    app_for,
    as_bytes,
    danger,
    enrol,
    place,
    place_id,
    uuid,
    visit,
)
from rba_audit.accounts import set_public_view
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.followup import make_actions, withdrawn_actions
from rba_audit.register.site_event_records import SiteChange
from rba_audit.review import move_visit

PLACE = f"/api/places/{place_id()}"
NEW = place()["site"]
FOREST = "hutan-kota-serang"


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path, sample_features({SITE, OTHER_SITE, FOREST}))
    enrol(register)
    yield register
    register.close()


@pytest.fixture
def app(register, standard):
    return app_for(register, standard)


@pytest.fixture
def client(app):
    client = app.test_client()
    client.set_cookie("lang", "en")
    return client


def put(client, path, body, by=BUDI):
    return client.put(path, data=body if isinstance(body, bytes) else as_bytes(body), headers={WHO: by.id})


def get(client, path, by=TONO, follow=False):
    headers = {} if by is None else {WHO: by.id}
    answer = client.get(path, headers=headers, follow_redirects=follow)
    answer.words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))
    return answer


def post(client, path, by=TONO, **form):
    answer = client.post(path, data=form, headers={WHO: by.id})
    answer.words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))
    return answer


def seen(client, path):
    """What the first form of a page has seen."""
    return re.search(r'name="seen" value="([^"]+)"', get(client, path).text)[1]


def seen_of(register, site_id):
    now = register.site_events.snapshot(site_id).seen
    return f"{now.seq}.{now.version}"


def decided(client, register, site_id, what, by=TONO, **more):
    given = {"do": what, "seen": seen_of(register, site_id), "reason": "Sudah dicek.", **more}
    return post(client, f"/places/proposed/{site_id}", by, **given)


def changed(client, register, site_id, what, by=TONO, **more):
    given = {"do": what, "seen": seen_of(register, site_id), "reason": "Sudah dicek.", **more}
    return post(client, f"/sites/{site_id}/change", by, **given)


def approve(register, number):
    move_visit(register, RINA, uuid(number), to="approved", seq=0, note="", notes={})


# --- what phones are answered ----------------------------------------------------------------------------------------


def test_a_proposal_is_kept_once_and_answered_alike(client, register):
    first, again = put(client, PLACE, place()), put(client, PLACE, place())

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == {**again.json, "remarks": first.json["remarks"]}
    assert {key: first.json[key] for key in ("place", "site", "state")} == {
        "place": place_id(),
        "site": NEW,
        "state": "proposed",
    }
    assert register.site(NEW).feature["properties"] == {
        "name": "Lapangan Kecil",
        "kind": "rth",
        "position_accuracy_m": 6.5,
    }
    other = put(client, PLACE, place(name="Lain"))
    assert (other.status_code, other.json["error"], other.json["receipt"]["site"]) == (409, "differs", NEW)
    assert get(client, "/api/work", BUDI).json["places"] == [
        {"place": place_id(), "site": NEW, "name": "Lapangan Kecil", "state": "proposed", "into": None, "reason": ""}
    ]
    assert get(client, "/api/work", SITI).json["places"] == []


NO_PROPOSALS = (
    ({"site": "usulan-000000000000"}, 422),
    ({"site": SITE}, 422),
    ({"id": place_id(3)}, 422),
    ({"author": "siti"}, 409),
    ({"name": "  "}, 422),
    ({"name": "x" * 501}, 422),
    ({"geometry": None}, 422),
    ({"geometry": {"type": "LineString", "coordinates": [[106, -6], [106, -7]]}}, 422),
    ({"geometry": {"type": "Point", "coordinates": [206, -6]}}, 422),
    ({"geometry": {"type": "Polygon", "coordinates": [[[106, -6], [106.1, -6], [106.1, -6.1]]]}}, 422),
    ({"geometry": {"type": "Polygon", "coordinates": [[[106, -6], [106.1, -6], [106.1, -6.1], [106, -6.2]]]}}, 422),
    ({"geometry": {"type": "Polygon", "coordinates": [[[106, -6]] * 5001]}}, 422),
    ({"walk": [[106, -6, 5, "2026-11-20T02:10:00Z"]] * 5001}, 422),
    ({"walk": [[106, -6, -5, "2026-11-20T02:10:00Z"]]}, 422),
    ({"walk": [[106, -6, 5]]}, 422),
    ({"accuracy_m": "5"}, 422),
    ({"near": [5]}, 422),
)


def test_what_is_no_proposal_is_refused_in_a_sentence(client, register):
    for altered, status in NO_PROPOSALS:
        answer = put(client, PLACE, place(**altered))
        assert (answer.status_code, bool(answer.json["told"])) == (status, True), altered
    assert register.site_events.proposals() == []


def test_an_outline_that_crosses_itself_is_kept_as_it_was_sent_and_told(client, register):
    bow = [[106.16, -6.12], [106.162, -6.122], [106.162, -6.12], [106.16, -6.121], [106.16, -6.12]]
    geometry = {"type": "Polygon", "coordinates": [bow]}

    answer = put(client, PLACE, place(geometry=geometry))

    assert answer.status_code == 201
    assert "not valid" in answer.json["remarks"][0]
    assert register.site(NEW).feature["geometry"] == geometry
    assert "not valid" in get(client, "/places/proposed").words


def test_only_who_surveys_may_propose_and_an_administrator_for_others(client):
    assert put(client, PLACE, place(author="tono"), TONO).status_code == 403
    assert put(client, PLACE, place(), ADE).status_code == 201


def test_its_proposer_audits_it_at_once_and_nobody_else(client, register):
    one = place(author="eka")
    before = put(client, f"/api/visits/{uuid(1)}", visit(1, site=NEW, author="eka"), EKA)
    put(client, PLACE, one, EKA)

    taken = put(client, f"/api/visits/{uuid(1)}", visit(1, site=NEW, author="eka"), EKA)
    others = put(client, f"/api/visits/{uuid(2)}", visit(2, site=NEW, author="siti"), SITI)
    alarm = put(client, f"/api/dangers/{uuid(900)}", danger(site=NEW, author="eka"), EKA)

    assert (before.status_code, taken.status_code, others.status_code, alarm.status_code) == (422, 201, 422, 201)
    assert taken.json["site"] == NEW
    assert [get(client, f"/sites/{NEW}/audit", by).status_code for by in (EKA, SITI)] == [200, 404]
    assert [get(client, f"/api/sites/{NEW}/opening", by).status_code for by in (EKA, SITI)] == [200, 404]
    assert [get(client, f"/sites/{NEW}", by).status_code for by in (EKA, SITI, RINA, TONO)] == [200, 404, 200, 200]
    set_public_view(register, on=True, by=ADE)  # what everybody may read of other places is open to surveyors too
    for path in (f"/sites/{NEW}", f"/sites/{NEW}/stages", f"/sites/{NEW}/equipment"):
        assert [get(client, path, by).status_code for by in (EKA, SITI, None)] == [200, 404, 404], path
    assert register.visits.for_site(NEW)[0].author == "eka"


def test_in_a_parcel_a_place_comes_before_what_lies_in_it(client, register):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parcel:
        parcel.writestr(f"dangers/{uuid(900)}.json", as_bytes(danger(site=NEW)))
        parcel.writestr(f"visits/{uuid(1)}.json", as_bytes(visit(1, site=NEW)))
        parcel.writestr(f"places/{place_id()}.json", as_bytes(place()))

    answer = client.post("/api/parcels", data=file.getvalue(), headers={WHO: SITI.id}).json["entries"]

    assert [(each["kind"], each["result"]) for each in answer] == [
        ("danger", "new"),
        ("visit", "new"),
        ("place", "new"),
    ]
    assert answer[2]["receipt"]["site"] == NEW
    assert register.deliveries.delivered_by(place_id()).person_id == SITI.id
    own = client.post("/api/parcels", data=file.getvalue(), headers={WHO: BUDI.id}).json["entries"]
    assert [each["result"] for each in own] == ["known"] * 3


# --- what is in lists ------------------------------------------------------------------------------------------------


def everywhere(client, by=TONO):
    """Return which of the pages and files that list places name the new one, in text or by its id."""
    pages = ("/", "/map.js", "/sites", "/sites.csv", "/sites.geojson", "/not-known", "/coverage", "/plan", "/actions")
    pages += ("/surveillance", "/forum")
    return {path for path in pages if any(word in get(client, path, by).text for word in (NEW, "Lapangan Kecil"))}


def test_a_proposal_is_in_no_list_until_it_is_accepted_and_then_in_all(client, register):
    count = register.count()
    put(client, PLACE, place())
    put(client, f"/api/visits/{uuid(1)}", visit(1, site=NEW, answers={"LOK-02": "other_zone", "LOK-03": 5}))
    review = get(client, f"/review/{uuid(1)}", RINA)
    approve(register, 1)

    assert review.status_code == 200
    assert (register.count(), everywhere(client)) == (count, set())
    assert 'data-count="1" href="/places/proposed"' in get(client, "/").text
    page = get(client, f"/sites/{NEW}").words
    assert "Proposed, and not decided yet" in page
    assert "Score" in page  # it is judged all the same
    assert register.actions.all([NEW]) == ()

    done = decided(client, register, NEW, "accept", reason="")

    assert (done.status_code, register.count()) == (303, count + 1)
    assert everywhere(client) >= {"/map.js", "/sites", "/sites.csv", "/sites.geojson", "/actions", "/surveillance"}
    assert register.actions.all([NEW]) != ()
    assert get(client, "/api/work", BUDI).json["places"][0]["state"] == "accepted"


def test_the_public_is_told_nothing_of_proposals_and_little_of_what_became_of_others(client, register):
    put(client, PLACE, place())
    set_public_view(register, on=True, by=ADE)

    assert get(client, f"/sites/{NEW}", None).status_code == 404
    assert everywhere(client, None) == set()
    assert get(client, f"/sites/{NEW}", SITI).status_code == 404
    for path in ("/places/proposed", f"/sites/{SITE}/history", f"/sites/{SITE}/change", "/places/new"):
        assert get(client, path, None).status_code in (302, 303, 401, 403)

    changed(client, register, SITE, "retire", reason="Rahasia kantor.")
    gone = get(client, f"/sites/{SITE}", None)
    assert "Retired" in gone.words
    changed(client, register, OTHER_SITE, "merge", into="other", other=FOREST, reason="Rahasia kantor.")
    merged = get(client, f"/sites/{OTHER_SITE}", None)
    assert "is the same as Hutan kota" in merged.words
    assert "Rahasia" not in gone.text + merged.text
    assert "Tono" not in gone.text + merged.text
    assert all(SITE not in get(client, path, None).text for path in ("/sites", "/sites.csv", "/map.js"))


# --- decisions -------------------------------------------------------------------------------------------------------


def test_two_surveyors_who_add_the_same_place_are_one_place_after_the_merge_with_both_visits(client, register):
    put(client, PLACE, place())
    put(client, f"/api/places/{place_id(701)}", place(701, author="siti", name="Lapangan kecil RW 5"), SITI)
    other = place(701)["site"]
    put(client, f"/api/visits/{uuid(1)}", visit(1, site=NEW))
    put(client, f"/api/visits/{uuid(2)}", visit(2, site=other, author="siti", auditor="Siti"), SITI)
    decided(client, register, NEW, "accept")

    page = get(client, "/places/proposed")
    assert "0 m away" in page.words
    assert "Lapangan Kecil" in page.words
    done = decided(client, register, other, "merge", into=NEW)

    assert done.status_code == 303
    assert {each.id for each in register.visits.for_site(NEW)} == {uuid(1), uuid(2)}
    assert {each["id"] for each in register.features()} & {NEW, other} == {NEW}
    assert get(client, "/api/work", SITI).json["places"][0] == {
        "place": place_id(701),
        "site": other,
        "name": "Lapangan kecil RW 5",
        "state": "merged",
        "into": NEW,
        "reason": "Sudah dicek.",
    }
    # What the phone still has for the old id is taken, and belongs to the place too; so does a correction.
    put(client, f"/api/visits/{uuid(3)}", visit(3, site=other, author="siti", replaces=uuid(2)), SITI)
    assert {each.id for each in register.visits.for_site(NEW)} == {uuid(1), uuid(3)}
    assert [each.version for each in register.visits.chain(uuid(2))] == [1, 2]
    page = get(client, f"/sites/{other}")
    assert "Lapangan Kecil" in page.words
    assert get(client, f"/sites/{other}/audit?check=PRL-15", RINA).location == f"/sites/{NEW}/audit?check=PRL-15"
    assert "Lapangan kecil RW 5" in get(client, f"/sites/{NEW}").words
    for number in (1, 3):
        approve(register, number)
    assert "2 approved" in get(client, f"/sites/{NEW}").words or register.visits.by_site()[NEW]

    undone = decided(client, register, other, "unmerge")

    assert undone.status_code == 303
    assert [each.id for each in register.visits.for_site(other)] == [uuid(3)]
    assert [each.id for each in register.visits.for_site(NEW)] == [uuid(1)]


def test_a_correction_goes_back_with_its_visit_when_a_merge_is_undone(client, register):
    put(client, PLACE, place())
    decided(client, register, NEW, "accept")
    put(client, f"/api/visits/{uuid(1)}", visit(1, site=NEW))
    move_visit(register, RINA, uuid(1), to="has_issues", seq=0, note="Lihat lagi.", notes={})
    changed(client, register, NEW, "merge", into="other", other=SITE)
    # The form of the place that it was merged into corrects it.
    assert get(client, f"/api/sites/{SITE}/opening", BUDI).json["replaces"] == uuid(1)
    second = put(client, f"/api/visits/{uuid(2)}", visit(2, site=SITE, replaces=uuid(1)))
    assert (second.status_code, [each.id for each in register.visits.for_site(SITE)]) == (201, [uuid(2)])

    changed(client, register, NEW, "unmerge")

    assert [[each.id for each in register.visits.for_site(site)] for site in (NEW, SITE)] == [[uuid(2)], []]
    third = put(client, f"/api/visits/{uuid(3)}", visit(3, site=NEW, replaces=uuid(2)))
    fourth = put(client, f"/api/visits/{uuid(4)}", visit(4, site=SITE, replaces=uuid(2)))
    assert (third.status_code, fourth.status_code, fourth.json["error"]) == (201, 409, "not_current")
    elsewhere = put(client, f"/api/visits/{uuid(5)}", visit(5, site=SITE, replaces=uuid(3)))
    assert (elsewhere.status_code, elsewhere.json["error"]) == (409, "other_visit")
    assert [[each.id for each in register.visits.for_site(site)] for site in (NEW, SITE)] == [[uuid(3)], []]


def test_a_decision_needs_a_reason_can_be_undone_and_meets_nobody_elses(client, register):
    put(client, PLACE, place())
    stale = seen_of(register, NEW)

    assert decided(client, register, NEW, "decline", reason=" ").status_code == 400
    assert decided(client, register, NEW, "decline", RINA).status_code == 403
    assert decided(client, register, NEW, "dance").status_code == 400
    assert decided(client, register, NEW, "merge", into="other", other="Tidak ada").status_code == 400
    assert decided(client, register, NEW, "merge", into=NEW).status_code == 400
    assert decided(client, register, NEW, "decline", reason="Lahan pribadi.").status_code == 303
    assert get(client, "/api/work", BUDI).json["places"][0]["reason"] == "Lahan pribadi."

    late = decided(client, register, NEW, "accept", seen=stale)

    assert late.status_code == 409
    assert "Proposal declined by Tono" in late.words
    assert decided(client, register, NEW, "decline", seen=stale, reason="Lahan pribadi.").status_code == 303  # twice
    assert decided(client, register, NEW, "reopen").status_code == 303
    assert register.site_events.status(NEW) == "proposed"
    assert decided(client, register, NEW, "accept").status_code == 303
    assert decided(client, register, NEW, "reopen").status_code == 303
    assert [event.what for event in register.site_events.events(NEW)] == [
        "proposed",
        "declined",
        "reopened",
        "accepted",
        "reopened",
    ]


# --- in the office ---------------------------------------------------------------------------------------------------


def test_a_place_added_in_the_office_is_asked_about_where_it_may_be_known(client, register):
    known = register.site(SITE).feature
    asked = post(
        client, "/places/new", name="Taman  Sari", kind="rth", geometry=json.dumps(known["geometry"]), parts=""
    )

    assert asked.status_code == 400
    assert "Is it one of these?" in asked.words
    assert register.count() == 3
    part = {
        "type": "Feature",
        "properties": {"part": "gate"},
        "geometry": {"type": "Point", "coordinates": [106.2, -6.2]},
    }
    geometry = {"type": "Point", "coordinates": [106.2, -6.2]}
    done = post(
        client,
        "/places/new",
        name="Taman Sari",
        kind="rth",
        geometry=json.dumps(geometry),
        parts=json.dumps([part]),
        sure="new",
    )
    assert done.status_code == 303
    added = next(
        each for each in register.features() if each["properties"].get("name") == "Taman Sari" and each["id"] != SITE
    )
    assert added["id"].startswith("taman-sari-")
    assert added["geometry"] == geometry
    assert len(register.parts_of(added["id"])) == 1
    for geometry in ("{", "[]", '{"type": "LineString", "coordinates": []}', '{"type":"Point","coordinates":[999,0]}'):
        refused = post(client, "/places/new", name="Baru", geometry=geometry)
        assert refused.status_code == 400
        assert 'role="alert"' in refused.text
        assert f">{geometry}</textarea>" in unescape(refused.text)  # what was typed is still there


def test_a_name_that_is_too_long_or_no_text_and_a_kind_that_is_none_are_refused_and_not_cut(client):
    for given in ({"name": "N" * 201}, {"name": "\x00"}, {"name": "Baru", "kind": "<b>"}):
        assert post(client, "/places/new", **given).status_code == 400


def test_a_rename_a_move_and_parts_make_versions_that_can_be_restored(client, register):
    before = register.site(SITE).feature
    there = {"type": "Point", "coordinates": [106.1700, -6.1200]}
    old_parts = register.parts_of(SITE)
    parts = [*old_parts, {"type": "Feature", "properties": {"part": "bench"}, "geometry": there}]

    assert changed(client, register, SITE, "change", name="Taman Sari").status_code in (303, 400)
    done = changed(
        client, register, SITE, "change", name="Taman Sari Baru", geometry=json.dumps(there), parts=json.dumps(parts)
    )

    assert done.status_code == 303
    now = register.site(SITE).feature
    assert (now["properties"]["name"], now["geometry"]) == ("Taman Sari Baru", there)
    assert {key for key in before["properties"] if key != "name"} <= set(now["properties"])
    assert len(register.parts_of(SITE)) == len(old_parts) + 1
    past = get(client, f"/sites/{SITE}/history")
    assert "→ Taman Sari Baru" in past.words
    assert "Moved by" in past.words
    assert "Tono" in past.words
    refused = changed(client, register, SITE, "change", name="Taman Sari Baru", reason="")
    assert refused.status_code == 400

    given = {"version": 1, "parts": "1", "reason": "Salah titik."}
    back = post(client, f"/sites/{SITE}/history", seen=seen_of(register, SITE), **given)
    assert back.status_code == 303
    assert register.site(SITE).feature == before
    assert len(register.site_versions(SITE)) == len({1, 2, 3})
    assert register.parts_of(SITE) == old_parts
    fewer = changed(client, register, OTHER_SITE, "change", parts="[]")
    assert (fewer.status_code, register.parts_of(OTHER_SITE)) == (303, [])
    assert ": taken away" in get(client, f"/sites/{OTHER_SITE}/history").words
    given_back = {"before": 1, "reason": "Keliru.", "seen": seen_of(register, OTHER_SITE)}
    assert post(client, f"/sites/{OTHER_SITE}/history", **given_back).status_code == 303
    assert len(register.parts_of(OTHER_SITE)) > 20
    stale = post(client, f"/sites/{SITE}/history", seen="0.1", **given)
    assert stale.status_code == 409
    assert "Taman Sari Baru" in stale.words


def test_a_stale_change_says_what_happened_meanwhile_and_writes_nothing(client, register):
    stale = seen_of(register, SITE)
    changed(client, register, SITE, "change", name="Taman Satu")

    late = changed(client, register, SITE, "change", name="Taman Dua", seen=stale)

    assert late.status_code == 409
    assert "meanwhile this happened here: Changed by Tono; Name: " in late.words
    assert "→ Taman Satu" in late.words
    assert 'value="Taman Dua"' in late.text
    assert register.site(SITE).feature["properties"]["name"] == "Taman Satu"


def square(lon, lat, side):
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_split_shows_what_would_move_and_leaves_the_visits(client, register):
    part = {"type": "Feature", "id": "ayunan", "geometry": {"type": "Point", "coordinates": [106.1601, -6.1199]}}
    far = {"type": "Feature", "id": "pohon", "geometry": {"type": "Point", "coordinates": [106.1609, -6.1191]}}
    big = {"type": "Feature", "id": "besar", "properties": {"name": "Besar"}, "geometry": square(106.16, -6.12, 0.001)}
    register.import_features(
        [
            big,
            {**part, "properties": {"part_of": "besar", "part": "equipment"}},
            {**far, "properties": {"part_of": "besar", "part": "tree"}},
        ]
    )
    put(client, f"/api/visits/{uuid(1)}", visit(1, site="besar"))
    piece = square(106.1595, -6.1205, 0.001)  # reaches over two edges

    shown = changed(client, register, "besar", "split", piece=json.dumps(piece), piece_name="Kecil")

    assert shown.status_code == 200
    assert "it was cut there" in shown.words
    assert re.findall(r'name="part" value="(\w+)"( checked)?', shown.text) == [("ayunan", " checked"), ("pohon", "")]
    assert register.site("besar").feature == big
    drawn = unescape(re.search(r'name="piece" value="([^"]+)"', shown.text)[1])
    done = changed(client, register, "besar", "split_sure", piece=drawn, piece_name="Kecil", part="ayunan")
    assert done.status_code == 303
    new = next(each for each in register.features() if each["properties"].get("name") == "Kecil")
    assert [each["id"] for each in register.parts_of(new["id"])] == ["ayunan"]
    assert [each["id"] for each in register.parts_of("besar")] == ["pohon"]
    assert [each.id for each in register.visits.for_site("besar")] == [uuid(1)]
    assert register.visits.for_site(new["id"]) == []
    assert "Split off from another place" in get(client, f"/sites/{new['id']}/history").words
    for wrong in (square(107, -6, 0.001), square(106, -7, 2)):
        assert changed(client, register, "besar", "split", piece=json.dumps(wrong), piece_name="X").status_code == 400


def test_a_retired_place_leaves_every_list_and_comes_back_with_all_it_had(client, register):
    put(client, f"/api/visits/{uuid(1)}", visit(1))
    assert changed(client, register, SITE, "retire", reason="").status_code == 400
    assert changed(client, register, SITE, "retire").status_code == 303

    assert SITE not in {each["id"] for each in register.features()}
    page = get(client, f"/sites/{SITE}")
    assert "Retired" in page.words
    assert "Sudah dicek." in page.words
    assert get(client, f"/sites/{SITE}/change").status_code == 200
    assert "This place is retired" in get(client, f"/sites/{SITE}/audit", by=BUDI).words  # without script as well
    assert "retired" in get(client, f"/api/sites/{SITE}/opening", by=BUDI).json["standing"]
    late = put(client, f"/api/visits/{uuid(2)}", visit(2))  # a phone that had not heard
    assert late.status_code == 201
    assert changed(client, register, SITE, "bring_back").status_code == 303
    assert {each.id for each in register.visits.for_site(SITE)} == {uuid(1), uuid(2)}
    assert SITE in {each["id"] for each in register.features()}


def test_actions_of_two_places_that_are_one_are_not_made_twice(client, register):
    answers = {"LOK-02": "other_zone", "LOK-03": 5}
    for number, site in ((1, SITE), (2, OTHER_SITE)):
        put(client, f"/api/visits/{uuid(number)}", visit(number, site=site, answers=answers))
        approve(register, number)
    from rba_audit.standard import load_standard

    make_actions(register, audit_with_visits(register, load_standard()), None, TONO, today())
    both = len(register.actions.all([SITE])), len(register.actions.all([OTHER_SITE]))

    changed(client, register, OTHER_SITE, "merge", into="other", other=SITE)

    after = register.actions.all([SITE])
    assert len(after) == sum(both)
    assert {each.request.site_id for each in after} == {SITE}
    again = make_actions(register, audit_with_visits(register, load_standard()), None, TONO, today())
    assert [each for each in again if each.request.site_id == SITE] == []
    changed(client, register, OTHER_SITE, "unmerge")
    assert (len(register.actions.all([SITE])), len(register.actions.all([OTHER_SITE]))) == both


def test_an_action_that_was_made_at_a_merged_place_is_withdrawn_where_its_visit_goes_back(client, register, standard):
    put(client, f"/api/visits/{uuid(2)}", visit(2, site=OTHER_SITE, answers={"LOK-02": "other_zone", "LOK-03": 5}))
    approve(register, 2)
    changed(client, register, OTHER_SITE, "merge", into="other", other=SITE)
    make_actions(register, audit_with_visits(register, standard), [SITE], TONO, today())

    def standing():
        every = register.actions.all()
        gone = withdrawn_actions(register, audit_with_visits(register, standard), every)
        return [each.request.site_id for each in every if each.request.visit_id == uuid(2) and each.id not in gone]

    assert set(standing()) == {SITE}
    changed(client, register, OTHER_SITE, "unmerge")  # and makes those of the place itself
    assert set(standing()) == {OTHER_SITE}
    made = len(register.actions.all())
    make_actions(register, audit_with_visits(register, standard), None, TONO, today())
    assert len(register.actions.all([OTHER_SITE])) < made
    assert set(standing()) == {OTHER_SITE}
    left = next(each for each in register.actions.all([SITE]) if each.request.visit_id == uuid(2))
    assert "belongs to another place again" in get(client, f"/actions/{left.id}").words


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_does_not_undo_what_the_office_decided(register):
    files = {each["id"]: each for each in register.features() if each["id"] in (SITE, OTHER_SITE)}
    named = {**files[OTHER_SITE], "properties": {**files[OTHER_SITE]["properties"], "name": "Kantor"}}
    register.site_events.record(
        [SiteChange(SITE, "retired")], TONO.id, "x", {SITE: register.site_events.snapshot(SITE).seen}
    )
    seen = {OTHER_SITE: register.site_events.snapshot(OTHER_SITE).seen}
    register.site_events.record([SiteChange(OTHER_SITE, "changed", document=named)], TONO.id, "x", seen)

    counts = imported(register, *files.values()).counts

    assert (counts.new, counts.changed, counts.same, counts.left) == (0, 0, 0, 2)
    assert register.site(OTHER_SITE).feature["properties"]["name"] == "Kantor"
    assert register.site_events.status(SITE) == "retired"
    insisted = imported(register, *files.values(), kinds={"doubtful": "take"}).counts
    assert (insisted.changed, insisted.left) == (1, 1)
    assert imported(register, files[OTHER_SITE]).counts.same == 1
