"""What a phone is answered, over HTTP: receipts, conflicts, refusals, limits, and who may do what."""

import io
import json
import zipfile

import pytest
from PIL import Image

from helpers.registers import filled_register
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
    hash_of,
    named,
    picture,
    uuid,
    visit,
)

NOBODY = type("Nobody", (), {"id": ""})
VISIT, DANGER = f"/api/visits/{uuid(1)}", f"/api/dangers/{uuid(900)}"


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    enrol(register)
    yield register
    register.close()


@pytest.fixture
def client(register, standard):
    client = app_for(register, standard).test_client()
    client.set_cookie("lang", "en")
    return client


def put(client, path, body, by=BUDI):
    return client.put(path, data=body if isinstance(body, bytes) else as_bytes(body), headers={WHO: by.id})


def get(client, path, by=BUDI, **headers):
    return client.get(path, headers={WHO: by.id, **headers})


def photo_path(data, path=VISIT):
    return f"{path}/photos/{hash_of(data)}"


# --- receipts ---


def test_the_receipt_says_what_is_kept_and_what_is_missing(client):
    data = picture(1)
    body = as_bytes(visit(photos=[named(data, "LOK-02")]))

    answer = put(client, VISIT, body)

    told = answer.json
    assert answer.status_code == 201
    assert told.pop("recorded_at")
    assert told == {
        "visit": uuid(1),
        "sha256": hash_of(body),
        "site": SITE,
        "root": uuid(1),
        "version": 1,
        "scope": "full",
        "state": "received",
        "complete": False,
        "missing": [{"sha256": hash_of(data), "question": "LOK-02", "item": ""}],
        "lost": [],
        "remarks": [],
    }


def test_the_same_bytes_again_get_the_same_receipt(client):
    first, again = put(client, VISIT, visit()), put(client, VISIT, visit())

    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert get(client, VISIT).json == {key: value for key, value in first.json.items() if key != "remarks"}


def test_the_document_comes_out_byte_for_byte(client):
    body = json.dumps(visit(), indent=1).encode()
    put(client, VISIT, body)

    assert get(client, f"{VISIT}/document").data == body


def test_a_photo_completes_its_visit(client):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))

    first, again = put(client, photo_path(data), data), put(client, photo_path(data), data)

    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert (first.json["complete"], first.json["missing"], first.json["width"]) == (True, [], 64)
    assert get(client, VISIT).json["complete"]


def test_nothing_an_api_answers_is_stored_on_the_way(client):
    answers = [
        put(client, VISIT, visit()),
        put(client, VISIT, b"{"),
        get(client, "/api/work"),
        get(client, VISIT, SITI),
    ]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 4


# --- contradictions ---


def test_other_bytes_under_a_known_id_are_shown_beside_what_is_kept(client):
    put(client, VISIT, visit())

    answer = put(client, VISIT, visit(answers={"LOK-02": "park", "LOK-03": 900}))

    assert (answer.status_code, answer.json["error"]) == (409, "differs")
    assert answer.json["differences"] == [{"path": "answers.LOK-03", "kept": 800, "sent": 900}]
    assert answer.json["kept"] == visit()
    assert answer.json["sent"]["answers"]["LOK-03"] == 900
    assert answer.json["receipt"]["visit"] == uuid(1)


def test_of_two_edits_of_one_version_the_second_is_shown_the_first(client):
    put(client, VISIT, visit())
    put(client, f"/api/visits/{uuid(2)}", visit(2, replaces=uuid(1), note="dua"))

    answer = put(client, f"/api/visits/{uuid(3)}", visit(3, replaces=uuid(1), note="tiga"))

    assert (answer.status_code, answer.json["error"]) == (409, "not_current")
    assert answer.json["differences"] == [{"path": "note", "kept": "dua", "sent": "tiga"}]
    assert answer.json["receipt"]["version"] == 2


def test_a_decided_visit_takes_no_correction(client, register):
    put(client, VISIT, visit())
    register.reviews.make(uuid(1), seq=0, to="approved", visit_id=uuid(1), person_id="rina", note="", notes={})

    answer = put(client, f"/api/visits/{uuid(2)}", visit(2, replaces=uuid(1)))

    assert (answer.status_code, answer.json["error"]) == (409, "closed")


def test_another_s_queue_is_refused_and_shows_nothing(client):
    put(client, VISIT, visit())

    answer = put(client, VISIT, visit(note="lain"), SITI)

    assert (answer.status_code, set(answer.json)) == (409, {"error", "told"})
    assert answer.json["error"] == "other_author"


@pytest.mark.parametrize("first", ["colleague", "giver"])
def test_what_was_handed_over_half_done_is_kept_once_and_whoever_sends_second_is_told(client, register, first):
    by_giver = visit(answers={"LOK-02": "park"})
    given = {"author": "budi", "at": "2026-11-20T02:40:00Z", "begun_at": "2026-11-20T02:10:00Z"}
    by_colleague = visit(author="siti", auditor="Siti Aminah", given_by=given)
    sends = [(by_giver, BUDI), (by_colleague, SITI)]
    if first == "colleague":
        sends.reverse()
        assert get(client, f"{VISIT}/colleague", by=BUDI).json == {"name": None}
    assert put(client, VISIT, sends[0][0], by=sends[0][1]).status_code == 201

    answer = put(client, VISIT, sends[1][0], by=sends[1][1])

    assert (answer.status_code, answer.json["error"]) == (409, "handed_over")
    assert answer.json.keys() == {"error", "told"}, "nothing of what the other one wrote"
    assert sends[0][1].name in answer.json["told"]
    assert [each.author for each in register.visits.for_site(SITE)] == [sends[0][1].id]
    if first == "colleague":
        assert get(client, f"{VISIT}/colleague", by=BUDI).json["name"] == "Siti Aminah"
        page = get(client, f"/review/{uuid(1)}", by=RINA).get_data(as_text=True)
        assert "Begun by Budi Santoso and handed over half-done on 20 Nov 2026." in page
    assert get(client, f"{VISIT}/colleague", by=SITI).json == {"name": None}
    stranger = visit(author="eka", given_by={"author": "rina"})
    assert put(client, VISIT, stranger, by=EKA).json["error"] == "other_author"


# --- refusals ---


def test_a_number_out_of_range_is_told_by_its_range_in_an_item_as_in_a_chapter(client):
    item = {"id": "i1", "kind": "slide", "name": "Perosotan 1", "answers": {"PRL-07.height": 110, "PRL-06.seats": 2.5}}

    answer = put(client, VISIT, visit(answers={"PRL-07.height": 110, "MAN-07": 3.5}, items=[item]))

    told = {(each["question"], each["told"].split(": ", 1)[1]) for each in answer.json["problems"]}
    high, broken = "110 m is outside the plausible range 0–15", "seats is no whole number; write one"
    assert any(question == "PRL-07.height" and words.startswith(high) for question, words in told)
    assert sum(high in words for _, words in told) == 2
    assert any(broken in words for _, words in told)
    assert any("3.5 kinds is no whole number" in words for _, words in told)


def test_a_refusal_names_question_and_reason(client):
    answer = put(client, VISIT, visit(answers={"LOK-03": -5}))

    assert (answer.status_code, answer.json["error"]) == (422, "refused")
    assert [problem["question"] for problem in answer.json["problems"]] == ["LOK-03"]
    assert answer.json["told"] == answer.json["problems"][0]["told"]


def test_a_refusal_is_told_in_the_reader_s_language(client):
    client.set_cookie("lang", "id")

    assert put(client, VISIT, visit(auditor="")).json["told"] != ""


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        (b"GIF89a....", 415, "not_a_photo"),
        (picture(1)[:200], 422, "damaged"),
        (b"", 422, "damaged"),
        (b"\xff\xd8\xff" + b"0" * 11_999_998, 413, "too_large"),
    ],
    ids=["a GIF", "cut", "empty", "12 MB and a byte"],
)
def test_what_is_no_photo_is_refused(client, data, status, error):
    put(client, VISIT, visit(photos=[{**named(data), "bytes": 1}]))

    answer = put(client, photo_path(data), data)

    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert not get(client, VISIT).json["complete"]


def test_a_body_far_over_the_limit_is_not_read(client):
    put(client, VISIT, visit(photos=[named(picture())]))

    assert put(client, photo_path(picture()), b"0" * 13_000_000).status_code == 413
    assert put(client, f"/api/visits/{uuid(2)}", b" " * 2_100_000).status_code == 413


def test_other_bytes_than_announced_are_a_conflict_that_names_the_hash_found(client):
    put(client, VISIT, visit(photos=[named(picture(1))]))

    answer = put(client, photo_path(picture(1)), picture(2))

    assert (answer.status_code, answer.json["error"], answer.json["sha256"]) == (409, "hash", hash_of(picture(2)))


def test_a_photo_of_no_visit_and_one_that_is_not_named_are_not_found(client):
    assert put(client, photo_path(picture()), picture()).status_code == 404
    put(client, VISIT, visit())
    assert put(client, photo_path(picture()), picture()).status_code == 404


@pytest.mark.parametrize("path", ["/api/visits/1", "/api/visits/..%2f..", "/api/visits/", "/api/nothing"])
def test_what_is_no_address_is_answered_in_json(client, path):
    answer = put(client, path, visit())

    assert answer.status_code == 404
    assert answer.json["error"] == "unknown"


def test_a_page_of_another_site_sends_nothing(client):
    answer = client.put(VISIT, data=as_bytes(visit()), headers={WHO: "budi", "Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, get(client, VISIT).status_code) == (403, 404)


def test_a_register_that_cannot_be_used_asks_to_try_again_later(client, register):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    register.photos.folder.write_bytes(b"")  # a file where the folder should be

    answer = put(client, photo_path(data), data)

    assert (answer.status_code, answer.json["error"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0


# --- who may do what ---

WRITES = {
    "visit": (VISIT, as_bytes(visit())),
    "danger": (DANGER, as_bytes(danger())),
    "photo": (photo_path(picture()), picture()),
    "photo of a danger": (photo_path(picture(), DANGER), picture()),
}


@pytest.mark.parametrize("name", WRITES)
def test_without_signing_in_nothing_is_taken_and_json_says_so(client, name):
    path, body = WRITES[name]

    answer = put(client, path, body, NOBODY)

    assert (answer.status_code, answer.json["error"]) == (401, "signed_out")


def test_planners_send_no_visits(client):
    assert put(client, VISIT, visit(author="tono"), TONO).status_code == 403


def test_reviewers_may_survey_too(client):
    assert put(client, VISIT, visit(author="rina"), RINA).status_code == 201


@pytest.mark.parametrize(
    ("by", "status"), [(BUDI, 200), (SITI, 404), (RINA, 200), (TONO, 200), (ADE, 200), (NOBODY, 401)]
)
@pytest.mark.parametrize("path", [VISIT, f"{VISIT}/document"])
def test_a_visit_is_read_by_its_author_and_those_who_work_with_all(client, by, status, path):
    put(client, VISIT, visit())

    assert get(client, path, by).status_code == status


@pytest.mark.parametrize(
    ("by", "status"), [(BUDI, 200), (SITI, 404), (RINA, 200), (TONO, 200), (ADE, 200), (NOBODY, 303)]
)
def test_a_picture_is_seen_by_those_who_may_see_its_visit(client, by, status):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)

    assert get(client, f"/photos/{uuid(1)}/{hash_of(data)}", by).status_code in (
        status,
        500 if by is NOBODY else status,
    )


def test_a_picture_is_found_only_through_its_visit(client):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)
    put(client, f"/api/visits/{uuid(2)}", visit(2, author="siti"), SITI)

    assert get(client, f"/photos/{uuid(2)}/{hash_of(data)}", SITI).status_code == 404


def test_a_picture_is_shown_and_never_run(client):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)

    answer = get(client, f"/photos/{uuid(1)}/{hash_of(data)}")

    assert b"Telepon" not in answer.data
    assert {
        name: answer.headers[name]
        for name in (
            "Content-Type",
            "X-Content-Type-Options",
            "Content-Disposition",
            "Content-Security-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="{hash_of(data)[:12]}.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }


def test_a_small_picture_is_smaller_and_asking_again_costs_nothing(client):
    data = picture(1, side=1000)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)
    path = f"/photos/{uuid(1)}/{hash_of(data)}?size=small"

    answer = get(client, path)

    assert Image.open(io.BytesIO(answer.data)).width == 320
    assert get(client, path, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_picture_that_has_not_arrived_is_not_found(client):
    put(client, VISIT, visit(photos=[named(picture())]))

    assert get(client, f"/photos/{uuid(1)}/{hash_of(picture())}").status_code == 404


# --- the day's work ---


def test_the_day_s_work_holds_the_sites_of_its_person_only(client):
    everything, little = get(client, "/api/work").json, get(client, "/api/work", EKA).json

    assert {site["id"] for site in little["sites"]} == {OTHER_SITE}
    assert len(everything["sites"]) > 1
    kinds = {"stages": ["self", "auditor"], "stage": ""}
    assert little["person"] == {"id": "eka", "name": "Eka", "role": "surveyor", **kinds}
    assert set(little["sites"][0]) == {
        "id",
        "name",
        "kelurahan",
        "kelurahan_code",
        "point",
        "status",
        "last_day",
        "night",
    }


def test_the_day_s_work_holds_one_s_own_visits_with_the_reviewer_s_notes(client, register):
    put(client, VISIT, visit())
    put(client, f"/api/visits/{uuid(2)}", visit(2, author="siti"), SITI)
    register.reviews.make(
        uuid(1), seq=0, to="has_issues", visit_id=uuid(1), person_id="rina", note="", notes={"LOK-03": "Ukur lagi."}
    )

    work = get(client, "/api/work").json

    assert [(told["visit"], told["state"]) for told in work["own"]] == [(uuid(1), "has_issues")]
    assert work["own"][0]["notes"] == [{"question": "LOK-03", "told": "Ukur lagi."}]
    assert next(site["last_day"] for site in work["sites"] if site["id"] == SITE) == "2026-11-20"


# --- photos that the disk loses ---


def file_of(register, data):
    kept = register.photos.find(hash_of(data))
    return register.photos.folder / kept.kept_sha256[:2] / f"{kept.kept_sha256}.jpg"


def seen_photo(data):
    return f"/photos/{uuid(1)}/{hash_of(data)}"


@pytest.mark.parametrize("size", ["", "?size=small"])
@pytest.mark.parametrize("harm", ["lost", "altered"])
def test_a_harmed_photo_is_words_in_its_place_and_never_other_bytes(client, register, harm, size):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)
    path = file_of(register, data)
    path.unlink() if harm == "lost" else path.write_bytes(b"<script>" + path.read_bytes()[8:])

    shown = get(client, seen_photo(data) + size, RINA)
    page = get(client, seen_photo(data) + size, RINA, Accept="text/html,*/*;q=0.8")

    assert (shown.status_code, shown.mimetype) == (404, "image/svg+xml")
    assert 'width="320" height="240"' in shown.text
    assert "<script>" not in shown.text
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert page.status_code == 404
    assert "is lost on the server" in page.text


def test_a_phone_is_told_what_was_lost_in_its_receipts_and_its_work_and_sends_it_again(client, register):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)
    put(client, DANGER, danger(photo={"sha256": hash_of(data), "bytes": len(data)}))
    put(client, photo_path(data, DANGER), data)
    assert get(client, "/api/work").json["dangers"] == []
    file_of(register, data).unlink()

    work = get(client, "/api/work").json
    receipt = get(client, VISIT).json
    assert [told["lost"] for told in (receipt, work["own"][0], work["dangers"][0])] == [[hash_of(data)]] * 3
    assert [told["complete"] for told in (receipt, work["own"][0], work["dangers"][0])] == [False] * 3
    assert work["dangers"][0]["danger"] == uuid(900)
    assert "it had arrived and is lost on the server" in get(client, "/dangers", RINA).text
    again = put(client, photo_path(data), data)

    assert (again.status_code, again.json["complete"]) == (201, True)
    assert get(client, "/api/work").json["dangers"] == []
    assert get(client, seen_photo(data), RINA).status_code == 200


def test_a_correction_takes_over_the_photos_that_are_here_and_no_lost_one(client, register):
    one, two = picture(1), picture(2)
    put(client, VISIT, visit(photos=[named(one), named(two)]))
    for data in (one, two):
        put(client, photo_path(data), data)
    register.reviews.make(
        uuid(1), seq=0, to="has_issues", visit_id=uuid(1), person_id="rina", note="Foto hilang.", notes={}
    )
    file_of(register, one).unlink()
    opening = get(client, f"/api/sites/{SITE}/opening?edition=rbra-2024").json
    new = picture(3)
    put(client, f"/api/visits/{uuid(2)}", visit(2, replaces=uuid(1), photos=[*opening["last"]["photos"], named(new)]))

    answer = put(client, photo_path(new, f"/api/visits/{uuid(2)}"), new)

    assert [photo["sha256"] for photo in opening["last"]["photos"]] == [hash_of(two)]
    assert answer.json["complete"]


# --- whose photo it is ---


def test_a_visit_that_names_another_s_photo_waits_for_the_bytes(client):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)
    mine = f"/api/visits/{uuid(2)}"
    claimed = put(client, mine, visit(2, author="siti", photos=[named(data)]), SITI)

    assert (claimed.json["complete"], claimed.json["missing"][0]["sha256"]) == (False, hash_of(data))
    assert [get(client, f"/photos/{uuid(2)}/{hash_of(data)}", by).status_code for by in (SITI, RINA)] == [404, 404]
    assert put(client, photo_path(data, mine), b"other", SITI).status_code == 409
    sent = put(client, photo_path(data, mine), data, SITI)
    again = put(client, photo_path(data, mine), data, SITI)

    assert [(answer.status_code, answer.json["complete"]) for answer in (sent, again)] == [(201, True), (200, True)]
    assert get(client, f"/photos/{uuid(2)}/{hash_of(data)}", SITI).status_code == 200


def test_a_danger_that_names_another_s_photo_shows_none(client):
    data = picture(1)
    put(client, VISIT, visit(photos=[named(data)]))
    put(client, photo_path(data), data)
    told = put(client, DANGER, danger(author="siti", photo={"sha256": hash_of(data), "bytes": len(data)}), SITI)

    assert not told.json["complete"]
    assert get(client, f"/dangers/{uuid(900)}/photo", RINA).status_code == 404


# --- parcels ---


def test_a_parcel_is_taken_and_answered_entry_by_entry(client):
    data = picture(1)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"photos/{hash_of(data)}.jpg", data)
        archive.writestr(f"visits/{uuid(1)}.json", as_bytes(visit(photos=[named(data)])))
        archive.writestr(f"visits/{uuid(2)}.json", b"{")

    answer = client.post("/api/parcels", data=file.getvalue(), headers={WHO: "budi"})

    assert [(entry["kind"], entry["result"]) for entry in answer.json["entries"]] == [
        ("photo", "new"),
        ("visit", "new"),
        ("visit", "refused"),
    ]
    receipt = answer.json["entries"][1]["receipt"]
    assert receipt == get(client, VISIT).json
    assert receipt["complete"]


def test_a_parcel_larger_than_a_page_may_be_is_read(client):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("other.bin", b"0" * 3_000_000)

    answer = client.post("/api/parcels", data=file.getvalue(), headers={WHO: "budi"})

    assert [entry["result"] for entry in answer.json["entries"]] == ["left_out"]


def test_what_is_no_parcel_is_refused(client):
    assert client.post("/api/parcels", data=b"hello", headers={WHO: "budi"}).status_code == 422


# --- dangers ---


def report(client, **changed):
    return put(client, DANGER, danger(**changed))


def test_a_danger_is_received_once(client):
    first, again = report(client), report(client)

    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert first.json["danger"] == uuid(900)


def test_a_danger_says_which_photo_it_waits_for(client):
    data = picture(1)
    assert report(client, photo={"sha256": hash_of(data), "bytes": len(data)}).json["missing"] != []

    assert put(client, photo_path(data, DANGER), data).json["complete"]
    assert get(client, f"/dangers/{uuid(900)}/photo", RINA).mimetype == "image/jpeg"


def test_other_words_under_a_known_danger_are_shown_beside_what_is_kept(client):
    report(client)

    answer = report(client, note="lain")

    assert (answer.status_code, answer.json["error"]) == (409, "differs")
    assert [each["path"] for each in answer.json["differences"]] == ["note"]


@pytest.mark.parametrize(("by", "status"), [(BUDI, 403), (RINA, 200), (TONO, 200), (ADE, 200)])
def test_dangers_are_seen_by_those_who_act_on_them(client, by, status):
    report(client)

    assert get(client, "/dangers", by).status_code == status


def test_a_danger_is_open_on_its_page_until_somebody_says_that_they_have_seen_it(client, register):
    report(client, note="<script>alert(1)</script> paku", position={"lon": 106.15, "lat": -6.12, "accuracy_m": 9})
    before = get(client, "/dangers", RINA).text

    answer = client.post(f"/dangers/{uuid(900)}/seen", data={"note": "Diikat."}, headers={WHO: "rina"})

    assert answer.status_code == 303
    after = get(client, "/dangers", RINA).text
    assert "&lt;script&gt;" in before
    assert "-6.12000, 106.15000 ± 9 m" in before
    assert "Budi Santoso" in before
    assert "No danger is open." not in before
    assert "No danger is open." in after
    assert "Rina Wulandari" in after
    assert "Diikat." in after
    assert register.dangers.open_count() == 0


def test_the_note_of_a_danger_is_cut_where_pages_begin(client, register):
    report(client)
    client.post(f"/dangers/{uuid(900)}/seen", data={"note": "a" * 9_000}, headers={WHO: "rina"})

    assert len(register.dangers.get(uuid(900)).seen[0].note) == 2_000


def test_a_danger_nobody_reported_cannot_be_seen(client):
    assert client.post(f"/dangers/{uuid(1)}/seen", headers={WHO: "rina"}).status_code == 404
