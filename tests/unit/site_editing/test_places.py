"""Rules of places: what may happen to one, which may be the same, how one is split, and what is kept of a proposal."""

import json
import math

import pytest
import shapely
from shapely.geometry import mapping
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpers.registers import filled_register
from helpers.reviews import ADE, AT, BUDI
from helpers.sending import as_bytes, place
from rba_audit.accounts import erase_account
from rba_audit.errors import Conflict, EvidenceError, NotInRegister, Unavailable
from rba_audit.layers import ContextFeature
from rba_audit.messages import using_language
from rba_audit.register.integrity import check_register
from rba_audit.register.site_event_records import SiteChange
from rba_audit.site_editing import (
    changes_since,
    feature_of_proposal,
    likely_duplicates,
    merge_sites,
    plan_split,
    read_geometry,
    replace_document,
    with_kelurahan,
)
from rba_audit.site_editing.duplicates import name_similarity
from rba_audit.site_editing.histories import version_changes
from rba_audit.site_states import (
    HAPPENING_WORDS,
    HAPPENINGS,
    SITE_STATUSES,
    STANDING_WORDS,
    IllegalSiteEvent,
    possible_events,
    state_after,
    state_of_events,
)
from rba_audit.sites import sites_from_features

NEW = place()["site"]
SITE, OTHER, THIRD = "taman-sari", "alun-alun-barat", "alun-alun-timur"


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path)
    for person in (ADE, BUDI):
        register.people.add(person, None, AT, None)
    yield register
    register.close()


def receive(register, **more):
    told = place(**more)
    return register.site_events.take(as_bytes(told), feature_of_proposal(told, ())[0])


def seen(register, *ids):
    return {id: register.site_events.snapshot(id).seen for id in ids}


# --- what may happen -------------------------------------------------------------------------------------------------


def test_everything_has_its_words_and_whatever_is_possible_is_taken():
    assert (set(STANDING_WORDS), set(HAPPENING_WORDS)) == (set(SITE_STATUSES), set(HAPPENINGS))
    seen_states, open_states = (
        set(),
        [state_of_events([]), state_of_events([("proposed", "")]), state_of_events([("added", "")])],
    )
    while open_states:
        state = open_states.pop()
        key = state.standing, state.before, state.proposed, bool(state.into)
        if key in seen_states:
            continue
        seen_states.add(key)
        for what in HAPPENINGS:
            if what in possible_events(state):
                open_states.append(state_after(state, what, "x"))
            elif state.seq:
                with pytest.raises(IllegalSiteEvent):
                    state_after(state, what, "x")
    assert {standing for standing, *_rest in seen_states} == set(SITE_STATUSES)


def test_what_happens_to_a_place_after_it_was_merged_does_not_say_where_it_went(register):
    merge_sites(register, SITE, OTHER, ADE.id, "x", seen(register, SITE, OTHER))
    merge_sites(register, THIRD, "hutan-kota-serang", ADE.id, "x", seen(register, THIRD))
    register.site_events.record(
        [SiteChange(OTHER, "merged", "hutan-kota-serang"), SiteChange("hutan-kota-serang", "took_in", OTHER)],
        ADE.id,
        "x",
        seen(register, OTHER),
    )
    register.site_events.record([SiteChange(OTHER, "gave_back", THIRD)], ADE.id, "x", {})
    homes = register.site_events.merge_targets()

    assert {homes.target_of(id) for id in (SITE, OTHER, THIRD)} == {"hutan-kota-serang"}
    assert set(homes.members("hutan-kota-serang")) == {"hutan-kota-serang", SITE, OTHER, THIRD}
    assert homes.members(OTHER) == [OTHER]  # it is no home itself, as long as it is merged


def test_rows_of_events_and_proposals_are_kept_as_they_are(register):
    receive(register)
    for statement in ("UPDATE place_event SET reason = 'x'", "DELETE FROM place_proposal", "DELETE FROM place_event"):
        with pytest.raises((DBAPIError, Unavailable)), register._database.writing() as connection:
            connection.execute(text(statement))


def test_all_of_it_is_written_or_nothing(register):
    before = register.version()
    for steps in (
        [SiteChange(SITE, "retired"), SiteChange(OTHER, "back")],
        [SiteChange(SITE, "merged", SITE)],
        [SiteChange(SITE, "merged")],
        [SiteChange(SITE, "retired"), SiteChange("nirgends", "retired")],
        [SiteChange(SITE, "changed", document=register.site(SITE).feature), SiteChange("nirgends", "retired")],
    ):
        with pytest.raises((EvidenceError, NotInRegister)):
            register.site_events.record(steps, ADE.id, "x", {})
    assert register.version() == before
    assert register.site_events.all_events() == []
    assert len(register.site_versions(SITE)) == 1


def test_a_form_that_was_sent_twice_is_written_once_and_a_stale_one_never(register):
    had = seen(register, SITE)
    assert register.site_events.record([SiteChange(SITE, "retired")], ADE.id, "x", had)
    assert not register.site_events.record([SiteChange(SITE, "retired")], ADE.id, "x", had)
    for person, reason in ((BUDI.id, "x"), (ADE.id, "y")):
        with pytest.raises(Conflict) as fault:
            register.site_events.record([SiteChange(SITE, "retired")], person, reason, had)
        assert [event.what for event in fault.value.kept] == ["retired"]
    with using_language("en"):
        told = str(changes_since(register, SITE, had[SITE], lambda _id: "Ade"))
    assert "meanwhile this happened here: Retired by Ade." in told
    assert len(register.site_events.events(SITE)) == 1


def test_a_change_of_words_and_parts_together_is_one_form(register):
    document = {**register.site(SITE).feature, "geometry": None}
    part = {"type": "Feature", "properties": {"part": "gate"}, "geometry": None}
    had = seen(register, SITE)[SITE]
    given = (document, [*register.parts_of(SITE), {**part, "id": "baru"}], ADE.id, "x", had)

    assert replace_document(register, SITE, *given)
    assert [event.what for event in register.site_events.events(SITE)] == ["changed", "parts"]
    with pytest.raises(EvidenceError):  # nothing differs any more
        replace_document(register, SITE, *given)


@pytest.mark.parametrize("id", ["", " ", None, 5, 1.5])
def test_a_part_with_an_odd_id_can_be_changed_and_taken_away_again(register, id):
    part = {"type": "Feature", "id": id, "properties": {"part": "gate"}, "geometry": None}
    document = register.site(SITE).feature
    for parts in (
        [part],
        [{**each, "properties": {"part": "tree"}} for each in ([part] if id in (5, 1.5) else [])],
        [],
    ):
        given = (document, parts, ADE.id, "x", seen(register, SITE)[SITE])
        try:
            replace_document(register, SITE, *given)
        except EvidenceError:
            assert not register.parts_of(SITE)  # nothing differs
        assert len(register.parts_of(SITE)) == len(parts)


# --- proposals -------------------------------------------------------------------------------------------------------


def test_a_proposal_says_nothing_of_who_walked_in_the_place_it_becomes(register):
    kept, new = receive(register)
    text_of_site = json.dumps(register.site(NEW).feature)

    assert new
    assert kept.told["walk"]
    assert not any(word in text_of_site for word in ("budi", "balai RW", "2026-11-20", "walk"))
    assert register.site_events.proposer(NEW) == "budi"
    assert [each.id for each in register.site_events.proposals("budi")] == [kept.id]
    with pytest.raises(Conflict):
        receive(register, name="Lain")


def test_of_who_is_erased_the_walk_is_gone_and_the_outline_stays(register, tmp_path):
    receive(register)
    outline = register.site(NEW).feature["geometry"]
    assert check_register(register._database).faults == []

    erase_account(register, BUDI.id, reason="x", by=ADE)

    kept = register.site_events.proposal_of(NEW)
    assert (kept.told["walk"], kept.author) == ([], BUDI.id)
    assert register.site(NEW).feature["geometry"] == outline
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("register.db*") if path.is_file())
    assert b"2026-11-20T02:10:0" not in everything
    assert check_register(register._database).faults == []
    assert "place_proposal" in register.personal_data.records_of(BUDI.id)


def test_who_was_erased_before_their_proposal_came_leaves_no_walk_either(register, tmp_path):
    erase_account(register, BUDI.id, reason="x", by=ADE)

    kept, new = receive(register)
    again, renewed = receive(register)

    assert (new, renewed, kept.told["walk"], again) == (True, False, [], kept)
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("register.db*") if path.is_file())
    assert b"2026-11-20T02:10:0" not in everything
    assert check_register(register._database).faults == []


def test_a_place_lies_in_the_kelurahan_that_the_boundaries_say():
    area = shapely.box(106.15, -6.13, 106.17, -6.11)
    context = (ContextFeature("boundary", "Kota Baru", "36.73.01.1004", {}, "36.73.01.1004", area),)
    properties = feature_of_proposal(place(), context)[0]["properties"]
    elsewhere = with_kelurahan({**at("a", 107, -6, "A"), "properties": {"kelurahan_code": "1"}}, context)

    assert (properties["kelurahan_code"], properties["kelurahan"]) == ("36.73.01.1004", "Kota Baru")
    assert elsewhere["properties"] == {"kelurahan_code": "1"}


# --- likely ones -----------------------------------------------------------------------------------------------------


def at(id, lon, lat, name):
    geometry = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": id, "properties": {"name": name}, "geometry": geometry}


def test_known_places_are_told_that_are_near_or_called_alike():
    sites = sites_from_features(
        [
            at("near", 106.1501, -6.12, "Lapangan Voli"),
            at("alike", 106.17, -6.12, "Taman Melati"),
            at("far", 106.9, -6.12, "Taman Melati"),
            at("nowhere", None, None, "taman  melati"),
            at("other", 106.17, -6.12, "Alun-alun"),
        ],
        "x",
    )
    found = likely_duplicates(sites, shapely.Point(106.15, -6.12), "Melati Taman", near=("far",))

    assert {each.id for each in found} == {"near", "alike", "nowhere", "far"}
    assert found[0].id == "near"
    assert found[0].distance_m == pytest.approx(11.07, abs=0.05)
    assert math.isnan(next(each.distance_m for each in found if each.id == "nowhere"))
    assert {each.id for each in likely_duplicates(sites, None, "Taman Melati")} == {"alike", "far", "nowhere"}
    assert likely_duplicates(sites, shapely.Point(106.15, -6.12), "x", but=("near",)) == []
    assert likely_duplicates(sites_from_features([], "x"), None, "x") == []
    assert (name_similarity("", "x"), name_similarity("RTH Sukawana", "rth sukawana")) == (0.0, 1.0)


# --- drawn and split -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "x",
        "5",
        '{"type": "Point"}',
        '{"type": "Point", "coordinates": [106, "a"]}',
        '{"type": "Polygon", "coordinates": [[[106, -6], [106.1, -6], [106, -6]]]}',
        '{"type": "GeometryCollection", "geometries": []}',
        '{"type": "Point", "type": "Point", "coordinates": [1, 2]}',
    ],
)
def test_what_is_no_geometry_of_a_place_is_refused(written):
    with pytest.raises(EvidenceError):
        read_geometry(written)


def test_a_split_takes_from_an_area_and_leaves_a_point_alone(register):
    whole = shapely.box(106.16, -6.12, 106.162, -6.118)
    register.import_features(
        [
            {
                "type": "Feature",
                "id": "luas",
                "properties": {"name": "Luas"},
                "geometry": json.loads(json.dumps(mapping(whole))),
            },
            at("titik", 106.16, -6.12, "Titik"),
        ]
    )
    piece = json.loads(json.dumps(mapping(shapely.box(106.16, -6.12, 106.161, -6.118))))
    found = plan_split(register, "luas", piece)

    assert (found.piece, found.cut) == (piece, False)
    assert found.piece_m2 + found.rest_m2 == pytest.approx(2 * found.piece_m2, rel=1e-6)
    assert plan_split(register, "titik", piece).rest == register.site("titik").feature["geometry"]
    for wrong in (None, {"type": "Point", "coordinates": [107, -6]}, json.loads(json.dumps(mapping(whole)))):
        with pytest.raises(EvidenceError):
            plan_split(register, "luas", wrong)


def test_what_changed_is_told_in_words():
    before = at("a", 106.15, -6.12, "Satu")
    after_it = {**at("a", 106.151, -6.12, "Dua"), "properties": {"name": "Dua", "kind": "rth"}}
    with using_language("en"):
        told = [str(each) for each in version_changes(before, after_it)]
        outline = {**before, "geometry": mapping(shapely.box(106.149, -6.121, 106.151, -6.119))}
        drawn = [str(each) for each in version_changes(before, outline)]
        gone = [str(each) for each in version_changes(before, {**before, "geometry": None})]

    assert told == ["Name: Satu → Dua", "Moved by 111 m, to -6.12000, 106.15100", "kind: – → rth"]
    assert [each.split(":")[0] for each in drawn] == ["Outline drawn"]
    assert gone == ["Not located any more"]
