"""No photo reaches the public unless another person cleared it: by every way through the states, and on every page and file."""

import json
import random
from contextlib import closing

import pytest

from helpers.effort import cases
from helpers.registers import filled_register
from helpers.reviews import ADE, AT, BUDI, PLANNER, RINA, SITE, SITI, sent, uuid
from helpers.whole_register import CHILD, NOISE, PEOPLE, VISIT, colours_in, jpeg, kept, looks_like, whole_register
from rba_audit import resources
from rba_audit.cli import main
from rba_audit.errors import Conflict, EvidenceError, Forbidden, NotInRegister, Unavailable
from rba_audit.messages import using_language
from rba_audit.register.clearances import Consent
from rba_audit.register.records import Photo
from rba_audit.review import decide_clearance, move_visit, photos_to_clear, public_jpeg, public_photos, public_picture

CONSENT = Consent("Ibu Wati", "2026-10-01", "halaman publik")
BOX = [[0, 0, 160, 120]]


@pytest.fixture
def whole(tmp_path, standard):
    made = whole_register(tmp_path, standard)
    yield made
    made.register.close()


def address(photo):
    return f"/sites/{SITE}/photos/{photo}"


# --- who may, and what it needs --------------------------------------------------------------------------------------


def test_nothing_is_shown_until_another_person_decides_and_nothing_after_they_withdraw(whole):
    public = whole.client()
    assert public.get(address(whole.photo)).status_code == 404
    assert whole.photo not in public.get(f"/sites/{SITE}").get_data(as_text=True)

    decide_clearance(whole.register, RINA, whole.photo, "no_children", seq=0)
    shown = public.get(address(whole.photo))
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert address(whole.photo) in public.get(f"/sites/{SITE}").get_data(as_text=True)
    assert len(public.get(address(whole.photo) + "?size=small").get_data()) > 100

    decide_clearance(whole.register, PLANNER, whole.photo, "withdrawn", seq=1)
    again = public.get(address(whole.photo), headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 404
    assert whole.photo not in public.get(f"/sites/{SITE}").get_data(as_text=True)


@pytest.mark.parametrize("decision", ["no_children", "covered", "consent"])
def test_whoever_may_have_taken_a_photo_never_clears_it(whole, decision):
    photo = kept(whole.register, jpeg((1, 2, 3)), PLANNER.id)
    sent(whole.register, 20, by=ADE, photos=(Photo(photo),))
    for person in (PLANNER, ADE):
        with pytest.raises(Conflict) as refused:
            decide_clearance(whole.register, person, photo, decision, seq=0, rectangles=BOX, consent=CONSENT)
        assert refused.value.code == "own"
    # To take one's own photo away is always right.
    assert decide_clearance(whole.register, PLANNER, photo, "withdrawn", seq=0).public is False


def test_a_photo_goes_out_of_sight_when_the_one_who_cleared_it_turns_out_to_have_taken_it(whole):
    decide_clearance(whole.register, ADE, whole.photo, "no_children", seq=0)
    assert public_photos(whole.register, SITE)
    sent(whole.register, 21, by=ADE, photos=(Photo(whole.photo),))

    assert public_photos(whole.register, SITE) == []
    with pytest.raises(NotInRegister):
        public_jpeg(whole.register, whole.photo)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"decision": "free"}, EvidenceError),
        ({"decision": "covered"}, EvidenceError),
        ({"decision": "covered", "rectangles": [[0, 0, 0, 9]]}, EvidenceError),
        ({"decision": "covered", "rectangles": [[900, 900, 5, 5]]}, EvidenceError),
        ({"decision": "covered", "rectangles": [[0, 0, True, 9]]}, EvidenceError),
        ({"decision": "covered", "rectangles": [[0, 0, 1.5, 9]]}, EvidenceError),
        ({"decision": "covered", "rectangles": [[0, 0, 9]]}, EvidenceError),
        ({"decision": "covered", "rectangles": BOX * 201}, EvidenceError),
        ({"decision": "consent"}, EvidenceError),
        ({"decision": "consent", "consent": Consent("", "2026-10-01", "x")}, EvidenceError),
        ({"decision": "consent", "consent": Consent("Wati", "kemarin", "x")}, EvidenceError),
        ({"decision": "no_children", "seq": 3}, Conflict),
    ],
)
def test_a_decision_that_lacks_something_is_refused_and_nothing_is_shown(whole, given, fault):
    with pytest.raises(fault):
        decide_clearance(whole.register, RINA, whole.photo, **{"seq": 0, **given})

    assert whole.register.clearances.history(whole.photo) == []


def test_surveyors_and_photos_that_have_not_arrived_are_refused(whole):
    with pytest.raises(Forbidden):
        decide_clearance(whole.register, SITI, whole.photo, "no_children", seq=0)
    with pytest.raises(NotInRegister):
        decide_clearance(whole.register, RINA, "ab" * 32, "no_children", seq=0)


def test_a_damaged_file_is_not_shown(whole):
    decide_clearance(whole.register, RINA, whole.photo, "no_children", seq=0)
    stored = next(whole.register.photos.folder.glob(f"*/{whole.register.photos.find(whole.photo).kept_sha256}.jpg"))
    stored.write_bytes(jpeg((9, 9, 9)))

    with pytest.raises(Unavailable):
        public_jpeg(whole.register, whole.photo)


# --- the states ------------------------------------------------------------------------------------------------------


def test_no_way_through_the_states_shows_a_photo_without_another_persons_clearance(tmp_path):
    """A model beside the register: public is what an approved visit names and another person's last word cleared."""
    for seed in range(cases(2, 120)):
        chance = random.Random(seed)
        with closing(filled_register(_folder(tmp_path, seed))) as register:
            for person in PEOPLE:
                register.people.add(person, None, AT, None)
            _walk(register, chance)


def _folder(root, seed):
    folder = root / str(seed)
    folder.mkdir()
    return folder


def _walk(register, chance):
    photos = {
        kept(register, jpeg((60 * n, 90, 200 - 60 * n)), by.id): {by.id} for n, by in enumerate((BUDI, RINA, ADE))
    }
    named, approved, last = {}, set(), {}
    for number in range(1, 40):
        photo, person = chance.choice(list(photos)), chance.choice(PEOPLE)
        step = chance.choice(["send", "review", "clear", "clear", "clear"])
        if step == "send":
            sent(register, number, by=person, photos=(Photo(photo),))
            named[uuid(number)] = photo
            photos[photo].add(person.id)
        elif step == "review" and named:
            root = chance.choice(list(named))
            standing = register.reviews.status(root)
            to = "received" if standing.state == "approved" else "approved"
            try:
                move_visit(register, person, root, to=to, seq=standing.seq, note="x", notes={})
            except EvidenceError:
                continue
            except Forbidden:
                continue
            (approved.add if to == "approved" else approved.discard)(root)
        else:
            decision = chance.choice(["no_children", "covered", "consent", "withdrawn"])
            seq = last[photo][2] if photo in last else 0
            boxes = chance.choice([[], BOX])
            try:
                decide_clearance(register, person, photo, decision, seq=seq, rectangles=boxes, consent=CONSENT)
            except (EvidenceError, Forbidden):
                continue
            assert person.role != "surveyor"
            last[photo] = (decision, person.id, seq + 1)
        expected = {
            photo
            for photo in {named[root] for root in approved}
            if photo in last and last[photo][0] != "withdrawn" and last[photo][1] not in photos[photo]
        }
        assert {each.sha256 for each in public_photos(register, SITE)} == expected
        for each in photos:
            if each in expected:
                assert public_picture(register, SITE, each)[0]
            else:
                with pytest.raises(NotInRegister):
                    public_picture(register, SITE, each)


# --- every output ----------------------------------------------------------------------------------------------------


def test_the_files_of_photos_are_read_in_two_places_alone():
    """One for those behind a role, one for everybody; whoever adds a third has to say here why it is safe."""
    package = resources._PACKAGE
    reading = {
        str(path.relative_to(package)) for path in package.rglob("*.py") if "photos.read(" in path.read_text("utf-8")
    }

    assert reading == {"web/pages/photos/routes.py", "review/photo_clearance.py"}


def outputs(whole, someone):
    """Return (address, status, bytes) of every page and file as one person gets them; None: the public."""
    client = whole.client(someone)
    for _, where in whole.addresses():
        answer = client.get(where, follow_redirects=False)
        data = answer.get_data()
        answer.close()
        yield where, answer.status_code, data


SEES = {PLANNER: {"/photos/", "/dangers/", "/actions/"}}
"""Who sees pictures behind their role, and where; the public nowhere."""


@pytest.mark.parametrize("someone", [None, SITI, PLANNER], ids=lambda each: each.name if each else "public")
def test_no_page_and_no_file_shows_a_photo_that_was_not_cleared(whole, someone):
    found = []
    for where, status, data in outputs(whole, someone):
        shown = any(looks_like(colour, other) for colour in colours_in(data) for other in (CHILD, NOISE))
        named = status == 200 and someone in (None, SITI) and whole.photo.encode() in data
        if (shown and not where.startswith(tuple(SEES.get(someone, ())) or ("-",))) or named:
            found.append(where)

    assert found == []


def test_once_cleared_it_is_on_its_one_way_and_on_no_other(whole):
    decide_clearance(whole.register, RINA, whole.photo, "no_children", seq=0)
    got = list(outputs(whole, None))
    shown = [where for where, _, data in got if any(looks_like(colour, CHILD) for colour in colours_in(data))]
    linked = [where for where, status, data in got if status == 200 and whole.photo.encode() in data]

    assert shown == [address(whole.photo)]
    assert linked == [f"/sites/{SITE}"]


def test_a_covered_photo_goes_out_covered_and_the_original_stays_behind_roles(whole):
    split = kept(whole.register, _two_halves(), BUDI.id)
    sent(whole.register, 30, by=BUDI, photos=(Photo(split),))
    move_visit(whole.register, RINA, uuid(30), to="approved", seq=0, note="", notes={})
    decide_clearance(whole.register, RINA, split, "covered", seq=0, rectangles=[[0, 0, 160, 240]])
    public = colours_in(whole.client().get(address(split)).get_data())
    office = colours_in(whole.client(PLANNER).get(f"/photos/{uuid(30)}/{split}").get_data())

    assert looks_like(office[0], (115, 110, 150))
    assert looks_like(public[0], (0, 100, 50))
    assert whole.client().get(f"/photos/{uuid(30)}/{split}").status_code == 303
    assert whole.client(SITI).get(f"/photos/{uuid(30)}/{split}").status_code == 404


def _two_halves():
    import io

    from PIL import Image

    picture = Image.new("RGB", (320, 240), (0, 200, 100))
    picture.paste(CHILD, (0, 0, 160, 240))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_with_the_public_view_off_not_even_a_cleared_photo_is_public(tmp_path, standard):
    made = whole_register(tmp_path, standard, public=False)
    with closing(made.register):
        decide_clearance(made.register, RINA, made.photo, "no_children", seq=0)

        assert made.client().get(address(made.photo)).status_code == 303
        assert made.client(PLANNER).get(address(made.photo)).status_code == 200


def test_no_file_of_the_command_line_holds_a_photo(whole, tmp_path):
    decide_clearance(whole.register, RINA, whole.photo, "no_children", seq=0)
    url, out = f"sqlite:///{tmp_path}/register.db", tmp_path / "out"
    out.mkdir()
    with using_language("en"):
        assert main(["register", "export", str(out / "sites.geojson"), "--register", url]) == 0
        assert main(["audit", str(out / "sites.geojson"), "--out", str(out / "audit")]) == 0
        assert main(["people", "export", "budi", "-o", str(out / "person.zip"), "--register", url]) == 0
    files = [path for path in out.rglob("*") if path.is_file()]

    assert len(files) > 6
    assert [path.name for path in files for colour in colours_in(path.read_bytes()) if looks_like(colour, CHILD)] == []


# --- the pages -------------------------------------------------------------------------------------------------------


def test_a_reviewer_decides_on_the_page_and_sees_what_the_public_sees(whole):
    page = f"/photos/{VISIT}/{whole.photo}/clearance"
    client = whole.client(RINA)
    assert "not decided, so not shown" in client.get(page).get_data(as_text=True)
    assert "Nothing is covered yet" in client.post(page, data={"decision": "covered", "seq": 0}).get_data(as_text=True)
    assert client.post(page, data={"decision": "covered", "seq": 0, "rectangles": "{"}).status_code == 400
    done = client.post(page, data={"decision": "covered", "seq": 0, "rectangles": json.dumps(BOX)})
    stale = client.post(page, data={"decision": "no_children", "seq": 0})
    after = client.get(page).get_data(as_text=True)

    assert (done.status_code, stale.status_code) == (303, 409)
    assert "Rina Wulandari" in after
    assert client.get(f"/photos/{VISIT}/{whole.photo}/as-shown").status_code == 200
    assert "faces covered" in client.get("/photos").get_data(as_text=True)
    assert whole.client(SITI).get(page).status_code == 403
    assert [each.clearance.decision for each in photos_to_clear(whole.register)] == ["covered"]


def test_one_who_took_it_is_told_and_can_only_take_it_away(whole):
    photo = kept(whole.register, jpeg((4, 5, 6)), RINA.id)
    sent(whole.register, 40, by=RINA, photos=(Photo(photo),))
    page = whole.client(RINA).get(f"/photos/{uuid(40)}/{photo}/clearance").get_data(as_text=True)

    assert "another person has to decide" in page
    assert 'value="no_children"' not in page
    assert whole.client(RINA).get(f"/photos/{uuid(40)}/{whole.photo}/clearance").status_code == 404
