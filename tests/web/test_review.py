"""The reviewer's pages and the two comparisons, through the web."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from helpers.registers import filled_register
from helpers.reviews import ADE, AT, BUDI, PLANNER, RINA, SITE, SITI, sent, uuid
from helpers.visits import document_of
from rba_audit.accounts import begin_session
from rba_audit.register.records import Photo
from rba_audit.review import move_visit
from rba_audit.web import create_app
from rba_audit.web.pages.review import routes as reviewers


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    for person in (BUDI, SITI, RINA, ADE, PLANNER):
        register.people.add(person, None, AT, None)
    yield register
    register.close()


@pytest.fixture
def as_(register, standard):
    app = create_app(register, standard)
    if "reviewers.queue" not in app.view_functions:
        app.register_blueprint(reviewers.pages)

    def client(person, language="en"):
        client = app.test_client()
        client.set_cookie("lang", language)
        if person is not None:
            client.set_cookie("rba", begin_session(register, person))
        return client

    return client


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


def move(client, number, **body):
    return client.post(f"/api/visits/{uuid(number)}/moves", json=body)


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/review", f"/review/{uuid(1)}"])
def test_only_reviewers_and_administrators_see_the_queue(register, as_, address):
    sent(register, 1)

    assert [as_(person).get(address).status_code for person in (RINA, ADE)] == [200, 200]
    assert [as_(person).get(address).status_code for person in (BUDI, PLANNER)] == [403, 403]
    assert as_(None).get(address).status_code in (303, 401)


def test_only_reviewers_and_administrators_decide(register, as_):
    sent(register, 1)

    assert [move(as_(person), 1, to="approved", seq=0).status_code for person in (BUDI, PLANNER, None)] == [
        403,
        403,
        401,
    ]
    assert register.reviews.status(uuid(1)).state == "received"


def test_planners_see_the_agreement_and_surveyors_do_not(as_):
    assert [as_(person).get("/agreement").status_code for person in (PLANNER, RINA, ADE, BUDI)] == [200, 200, 200, 403]


# --- the queue -------------------------------------------------------------------------------------------------------


def test_an_empty_queue_says_what_will_come(as_):
    assert "As soon as a surveyor sends a visit" in page(as_(RINA).get("/review"))


def test_the_queue_lists_the_longest_waiting_first_and_narrows(register, as_):
    sent(register, 1, at=AT + timedelta(hours=1))
    sent(register, 2, site="alun-alun-barat", photos=(Photo("ab" * 32),))

    told = page(as_(RINA).get("/review"))
    assert told.index("Alun-Alun Barat") < told.index(">Taman Sari<")
    assert "photos missing" in told

    narrow = page(as_(RINA).get("/review?q=sari"))
    assert "Alun-Alun Barat" not in narrow.split("<tbody>")[1]
    assert "No visit answers this search" in page(as_(RINA).get("/review?q=nowhere"))
    assert "No visit answers this search" in page(as_(RINA).get("/review?state=approved"))


def test_a_long_queue_is_cut_into_pages(register, as_):
    for number in range(1, 53):
        sent(register, number, at=AT + timedelta(minutes=number))

    assert page(as_(RINA).get("/review")).count("entry-link") == 50
    assert page(as_(RINA).get("/review?page=2")).count("entry-link") == 2
    assert page(as_(RINA).get("/review?page=99")).count("entry-link") == 2


# --- one visit -------------------------------------------------------------------------------------------------------


def test_the_page_of_a_visit_has_what_a_reviewer_needs(register, as_):
    sent(
        register,
        1,
        photos=(Photo("ab" * 32, "LOK-03"),),
        notes={"LOK-03": "Paced out."},
        note="It rained.",
        position={"lon": 106.15835, "lat": -6.11275, "accuracy_m": 12.0, "how": "pin", "reason": "No fix."},
    )

    told = page(as_(RINA).get(f"/review/{uuid(1)}"))

    for words in ("Paced out.", "It rained.", "800 m²", "set by hand on the map", "No fix.", "photo not here yet"):
        assert words in told
    assert "1 photo of this visit is missing." in told
    assert "it has not arrived yet" in told
    assert 'name="note.LOK-03"' in told
    assert "Macro" not in told
    assert f'name="without.{"ab" * 32}"' in told


def test_a_reviewer_approves_without_a_lost_photo_and_everybody_sees_why(register, as_):
    from rba_audit.photographs import clean_photo

    data = _jpeg()
    digest = sha256(data).hexdigest()
    register.photos.keep(digest, clean_photo(data), "budi")
    sent(register, 1, by=BUDI, photos=(Photo(digest, "LOK-03"),))
    for path in register.photos.folder.rglob("*.jpg"):
        path.unlink()
    address = f"/review/{uuid(1)}"

    assert "photo lost on the server" in page(as_(RINA).get(address))
    without = {f"without.{digest}": "Seen on <the> next photo."}
    waits = as_(RINA).post(address, data={"to": "approved", "seq": "0", f"without.{digest}": " "})
    assert waits.status_code == 409
    assert register.reviews.status(uuid(1)).state == "received"
    assert as_(RINA).post(address, data={"to": "approved", "seq": "0", **without}).status_code == 303
    told = page(as_(RINA).get(address))

    assert f"without the photo {digest[:8]}: Seen on &lt;the&gt; next photo." in told
    assert "1 photo of this visit is missing." in told


def test_a_program_gives_the_reason_too(register, as_):
    sent(register, 1, photos=(Photo("ab" * 32, "LOK-03"),))

    assert move(as_(RINA), 1, to="approved", seq=0, without=["ab"]).status_code == 422
    assert move(as_(RINA), 1, to="approved", seq=0, without={"ab" * 32: 5}).status_code == 422
    assert move(as_(RINA), 1, to="approved", seq=0, without={"ab" * 32: "Stolen phone."}).status_code == 200


def test_a_photo_that_has_arrived_is_shown_by_its_hash(register, as_):
    from rba_audit.photographs import clean_photo

    data = _jpeg()
    digest = sha256(data).hexdigest()
    register.photos.keep(digest, clean_photo(data), "budi")
    sent(register, 1, photos=(Photo(digest, "LOK-03"),))

    told = page(as_(RINA).get(f"/review/{uuid(1)}"))

    assert f'src="/photos/{uuid(1)}/{digest}?size=small"' in told
    assert "not arrived" not in told


def _jpeg():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue()


def test_a_visit_nobody_sent_is_not_found(as_):
    assert as_(RINA).get(f"/review/{uuid(9)}").status_code == 404
    assert as_(RINA).get("/review/anything").status_code == 404


def test_approving_goes_on_to_the_next_visit_and_the_last_one_back_to_the_queue(register, as_):
    sent(register, 1)
    sent(register, 2, at=AT + timedelta(hours=1))
    client = as_(RINA)

    first = client.post(f"/review/{uuid(1)}", data={"to": "approved", "seq": "0"})
    second = client.post(f"/review/{uuid(2)}", data={"to": "approved", "seq": "0"})

    assert (first.status_code, first.location) == (303, f"/review/{uuid(2)}")
    assert (second.status_code, second.location) == (303, "/review")
    told = page(client.get("/review"))
    assert "Taman Sari: the visit is approved and counts now." in told
    assert "Nothing else waits for you." in told


def test_notes_beside_questions_are_kept_with_the_move(register, as_):
    sent(register, 1)

    as_(RINA).post(
        f"/review/{uuid(1)}", data={"to": "has_issues", "seq": "0", "note.LOK-03": "Again.", "note.LOK-02": ""}
    )

    (made,) = register.reviews.history(uuid(1))
    assert (made.to, dict(made.notes)) == ("has_issues", {"LOK-03": "Again."})


def test_a_missing_reason_is_asked_for_and_what_was_written_stays(register, as_):
    sent(register, 1)

    told = page(
        as_(RINA).post(f"/review/{uuid(1)}", data={"to": "rejected", "seq": "0", "note.LOK-03": "Odd & small."}), 400
    )

    assert "The reason is missing" in told
    assert "Odd &amp; small.</textarea>" in told


def test_the_correction_shows_what_was_asked_and_what_changed(register, as_):
    sent(register, 1)
    move_visit(register, RINA, uuid(1), to="has_issues", seq=0, note="Measure.", notes={"LOK-03": "With a tape."})
    sent(register, 2, replaces=uuid(1), answers={"LOK-02": "park", "LOK-03": 950})

    told = page(as_(RINA).get(f"/review/{uuid(2)}"))

    assert "What was to be corrected" in told
    assert "With a tape." in told
    assert "version before: <span>800 m²</span>" in told
    assert "950 m²" in told
    assert "This version was corrected later." in page(as_(RINA).get(f"/review/{uuid(1)}"))


def test_one_s_own_visit_shows_no_button(register, as_):
    sent(register, 1, by=RINA)

    told = page(as_(RINA).get(f"/review/{uuid(1)}"))

    assert "You sent this visit yourself" in told
    assert 'name="to"' not in told
    assert as_(RINA).post(f"/review/{uuid(1)}", data={"to": "approved", "seq": "0"}).status_code == 409


def test_a_decided_visit_is_reopened_with_a_reason_only(register, as_):
    sent(register, 1)
    move_visit(register, ADE, uuid(1), to="approved", seq=0, note="", notes={})
    client = as_(RINA)
    seen = {"to": "received", "seq": "1", "accepted": "1"}

    assert client.post(f"/review/{uuid(1)}", data=seen).status_code == 400
    done = client.post(f"/review/{uuid(1)}", data={**seen, "note": "A photo is of another park."})

    assert done.location == f"/review/{uuid(1)}"
    assert "A photo is of another park." in page(client.get(done.location))


def test_a_stale_decision_shows_what_happened_and_keeps_what_was_wanted(register, as_):
    sent(register, 1)
    move_visit(register, ADE, uuid(1), to="has_issues", seq=0, note="Which gate?", notes={})
    sent(register, 2, replaces=uuid(1), answers={"LOK-02": "park", "LOK-03": 950}, at=datetime.now(UTC))

    told = page(
        as_(RINA).post(
            f"/review/{uuid(1)}", data={"to": "rejected", "seq": "0", "note": "Wrong", "note.LOK-03": "Odd."}
        ),
        409,
    )

    for words in ("Ade Kurnia", "Which gate?", "sent a correction", "Reject", "Wrong", "Odd.", "800 m²", "950 m²"):
        assert words in told
    assert told.count("<strong>sent</strong>") == 0
    assert f'action="/review/{uuid(2)}"' in told
    again = page(as_(RINA).post(f"/review/{uuid(2)}", data={"note": "Wrong", "note.LOK-03": "Odd."}))
    assert "Odd.</textarea>" in again
    assert len(register.reviews.history(uuid(1))) == 2


# --- for programs ----------------------------------------------------------------------------------------------------


def test_a_program_moves_a_visit_and_is_told_where_it_stands(register, as_):
    sent(register, 1)

    answer = move(as_(RINA), 1, to="has_issues", seq=0, notes={"LOK-03": "Again."})

    assert answer.status_code == 200
    assert {key: answer.json[key] for key in ("visit", "root", "state", "seq")} == {
        "visit": uuid(1),
        "root": uuid(1),
        "state": "has_issues",
        "seq": 1,
    }


@pytest.mark.parametrize(
    ("by", "body", "code"),
    [
        (RINA, {"to": "fixed", "seq": 0}, "illegal"),
        (RINA, {"to": "received", "seq": 0, "note": "x"}, "illegal"),
        (RINA, {"to": "approved", "seq": 7}, "stale"),
        (RINA, {"to": "approved", "seq": 0}, "incomplete"),
        (ADE, {"to": "rejected", "seq": 0, "note": "x"}, "own_visit"),
    ],
)
def test_a_move_that_is_not_made_says_why_in_one_word_and_a_sentence(register, as_, by, body, code):
    sent(register, 1, by=ADE, photos=(Photo("ab" * 32, "LOK-03"),))

    answer = move(as_(by), 1, **body)

    assert answer.status_code == 409
    assert (answer.json["error"], answer.json["state"], answer.json["seq"]) == (code, "received", 0)
    assert answer.json["told"]
    assert answer.json["missing"] == [{"sha256": "ab" * 32, "question": "LOK-03", "item": ""}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"to": "approved"}',
        b'{"to": "approved", "seq": "0"}',
        b'{"to": "approved", "seq": true}',
        b'{"to": 1, "seq": 0}',
        b'{"to": "approved", "seq": 0, "notes": {"LOK-03": 1}}',
        b'{"to": "burnt", "seq": 0}',
        b'{"to": "rejected", "seq": 0}',
    ],
)
def test_a_move_that_is_not_understood_is_refused_and_changes_nothing(register, as_, body):
    sent(register, 1)

    answer = as_(RINA).post(f"/api/visits/{uuid(1)}/moves", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["error"]) == (422, "refused")
    assert register.reviews.history(uuid(1)) == ()


# --- the switch ------------------------------------------------------------------------------------------------------


def test_the_switch_is_the_reader_s_own_and_goes_back_where_they_were(as_):
    client = as_(PLANNER)

    on = client.post("/visits-shown", data={"shown": "all", "next": "/sites?q=a"})
    assert (on.status_code, on.location) == (303, "/sites?q=a")
    assert client.get_cookie("visits").value == "all"

    client.post("/visits-shown", data={"shown": "approved", "next": "//elsewhere.example"})
    assert client.get_cookie("visits") is None
    assert client.post("/visits-shown", data={"next": "//elsewhere.example"}).location == "/"


def test_surveyors_and_the_public_have_no_switch(as_):
    assert as_(BUDI).post("/visits-shown", data={"shown": "all"}).status_code == 403
    assert as_(None).post("/visits-shown", data={"shown": "all"}).status_code == 401


# --- two stages ------------------------------------------------------------------------------------------------------


def test_two_stages_without_both_visits_say_what_is_missing(as_):
    told = page(as_(PLANNER).get(f"/sites/{SITE}/stages"))

    assert "a site needs a self-assessment and an auditor’s visit" in told
    assert as_(PLANNER).get("/sites/nowhere/stages").status_code == 404


def test_two_stages_show_the_differences_with_the_answers_in_words(register, as_):
    sent(register, 1, stage="self", answers={"LOK-02": "park"})
    sent(register, 2, by=SITI, answers={"LOK-02": "other_zone"})
    client = as_(PLANNER)
    assert "Only approved visits count here." in page(client.get(f"/sites/{SITE}/stages"))
    client.post("/visits-shown", data={"shown": "all", "next": "/"})

    assert "Visits that are not approved yet are counted as well." in page(client.get(f"/sites/{SITE}/stages"))
    told = page(client.get(f"/sites/{SITE}/stages"))

    first = told.split("<tbody>")[1].split("</tbody>")[0]
    assert "LOK-02" in first
    assert "Another zone" in first
    assert first.count("<tr>") == 1


def test_the_public_is_told_what_was_found_and_not_who_found_it(register, as_):
    sent(register, 1, stage="self", answers={"LOK-02": "park"})
    move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={})
    assert as_(None).get(f"/sites/{SITE}/stages").status_code in (303, 401)
    register.people.set_public_view(True, AT, None)
    as_(None).post("/visits-shown", data={"shown": "all"})

    told = page(as_(None).get(f"/sites/{SITE}/stages"))

    assert "Budi Santoso" not in told
    assert "Count visits not approved yet as well" not in told
    assert "Budi Santoso" in page(as_(PLANNER).get(f"/sites/{SITE}/stages"))


# --- double audits ---------------------------------------------------------------------------------------------------


def test_without_a_double_audit_the_page_explains_how_to_plan_one(as_):
    assert "How to plan one:" in page(as_(PLANNER).get("/agreement"))


def double_audited(register, pairs=12):
    zones = ["park", "other_zone", "park"]
    for number in range(pairs):
        day = date(2024, 1, 1) + timedelta(days=60 * number)
        sent(register, 100 + number, by=BUDI, day=day, answers={"LOK-02": zones[number % 3], "LOK-01.dispute": "no"})
        sent(register, 200 + number, by=SITI, day=day, answers={"LOK-02": zones[number % 2]})


def test_requirements_read_differently_are_listed_with_their_words_in_the_readers_language(register, as_):
    double_audited(register)

    told = page(as_(PLANNER).get("/agreement"))

    assert told.index('id="differently"') < told.index("LOK-02") < told.index('id="all"')
    assert "Which zone does" in told
    assert "Zona apa yang tertulis" not in told
    # 12 pairs: park/park 4, park/other 4, other/park 2, other/other 2. Observed 1/2, by chance 1/2: kappa is 0.
    assert "0 ± " in told.replace("0.00 ± ", "0 ± ")
    assert "Landis" in told


def test_the_agreement_is_a_file_too(register, as_, standard):
    double_audited(register)

    answer = as_(PLANNER).get("/agreement.csv")
    rows = {row["Requirement"]: row for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}

    assert answer.mimetype == "text/csv"
    assert len(rows) == len(standard.requirements)
    zone = rows["LOK-02"]
    told = ("Pairs", "Share with the same outcome", "Kappa", "Read differently")
    assert [zone[name] for name in told] == ["12", "0.5", "0.0", "yes"]
    assert zone["Pairs, no visit twice"] == "12"
    assert zone["What the figures rest on"] == "Double audits: 12; visits in them: 24; sites: 1."
    assert rows["LOK-03"]["Kappa"] == ""


def test_pairs_that_share_a_visit_are_told_and_a_figure_is_given_without_them(register, as_):
    double_audited(register, 3)
    # Budi again, two days later: with Siti's visit of that day this is a second pair.
    sent(register, 300, by=BUDI, day=date(2024, 1, 3), answers={"LOK-02": "park"})

    told = page(as_(PLANNER).get("/agreement"))
    text = as_(PLANNER).get("/agreement.csv").text
    zone = next(row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))) if row["Requirement"] == "LOK-02")

    basis = (
        "Double audits: 4; visits in them: 7; sites: 1. Of these, 2 share a visit with another and are not independent of it. "
        "The ± treats all as independent, so it is too small; the figures with no visit twice rest on 3 double audits."
    )
    assert zone["What the figures rest on"] == basis
    assert all(sentence in told for sentence in basis.split(". "))
    assert "No visit twice" in told
    assert (zone["Pairs"], zone["Pairs, no visit twice"]) == ("4", "3")


def test_a_requirement_without_variation_has_no_kappa_and_says_so(register, as_):
    for number in range(2):
        day = date(2024, 1, 1) + timedelta(days=60 * number)
        for by, base in ((BUDI, 100), (SITI, 200)):
            sent(register, base + number, by=by, day=day, answers={"LOK-02": "park"})

    assert "undefined: no variation" in page(as_(PLANNER).get("/agreement"))


# --- two edits of one version ----------------------------------------------------------------------------------------


def test_two_edits_of_one_version_are_shown_side_by_side(register, as_):
    sent(register, 1)
    kept = sent(register, 2, replaces=uuid(1), answers={"LOK-02": "park", "LOK-03": 950})
    late = json.loads(document_of(kept)) | {
        "id": uuid(3),
        "answers": {"LOK-02": "park", "LOK-03": 900},
        "notes": {"LOK-03": "Tape."},
        "begun_at": "2026-11-01T02:00:00Z",
        "frozen_at": "2026-11-01T03:00:00Z",
    }

    told = page(as_(BUDI).post("/visits/difference", data={"kept": kept.id, "document": json.dumps(late)}))

    rows = told.split("<tbody>")[1]
    assert "950 m²" in rows
    assert "900 m²" in rows
    assert "Tape." in rows
    assert "LOK-02" not in rows


def test_another_surveyor_s_visit_is_not_shown_by_asking_for_a_difference(register, as_):
    kept = sent(register, 1, by=SITI)
    document = json.loads(document_of(kept)) | {"begun_at": "2026-11-01T02:00:00Z", "frozen_at": "2026-11-01T03:00:00Z"}

    answer = as_(BUDI).post("/visits/difference", data={"kept": kept.id, "document": json.dumps(document)})

    assert answer.status_code == 404


def test_a_difference_with_something_that_is_no_visit_is_refused(register, as_):
    kept = sent(register, 1)

    assert as_(BUDI).post("/visits/difference", data={"kept": kept.id, "document": "[]"}).status_code == 400


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_speaks_both_languages(register, as_, language):
    sent(register, 1)
    double_audited(register)

    for address in ("/review", f"/review/{uuid(1)}", f"/sites/{SITE}/stages", "/agreement"):
        assert f'<html lang="{language}">' in page(as_(RINA, language).get(address))


def test_a_correction_comes_in_and_a_second_one_of_the_same_version_is_told_apart(register, as_):
    surveyor, reviewer = as_(BUDI), as_(RINA)

    def put(number, replaces, area):
        document = {
            "format": 1,
            "id": uuid(number),
            "site": SITE,
            "edition": "rbra-2024",
            "stage": "auditor",
            "author": "budi",
            "auditor": "Budi Santoso",
            "day": "2026-11-01",
            "begun_at": "2026-11-01T02:00:00Z",
            "frozen_at": "2026-11-01T03:00:00Z",
            "replaces": replaces and uuid(replaces),
            "answers": {"LOK-03": area},
            "notes": {},
            "note": "",
            "position": None,
            "items": [],
            "photos": [],
        }
        return json.dumps(document), surveyor.put(
            f"/api/visits/{uuid(number)}", data=json.dumps(document), content_type="application/json"
        )

    assert put(1, None, 800)[1].json["state"] == "received"
    assert move(reviewer, 1, to="has_issues", seq=0, notes={"LOK-03": "With a tape."}).status_code == 200
    assert put(2, 1, 950)[1].json["state"] == "fixed"
    sent_late, refused = put(3, 1, 900)

    assert (refused.status_code, refused.json["error"]) == (409, "not_current")
    told = page(
        surveyor.post("/visits/difference", data={"kept": refused.json["kept"]["id"], "document": sent_late})
    ).split("<tbody>")[1]
    assert "950 m²" in told
    assert "900 m²" in told
    assert move(reviewer, 2, to="approved", seq=2).json["state"] == "approved"
    assert put(4, 2, 990)[1].json["error"] == "closed"
    assert [version.id for version in register.visits.chain(uuid(1))] == [uuid(1), uuid(2)]
