"""What an import would do is said row by row, and nothing that is another place comes in by itself."""

import json
from contextlib import closing

import pytest

from helpers.imports import imported, kinds_of, place, planned
from helpers.public_data import SHARED
from helpers.registers import empty_register
from rba_audit.layers import ContextFeature
from rba_audit.messages import using_language
from rba_audit.register.site_event_records import SiteChange
from rba_audit.sites.site import lenient_shape

CASES = SHARED / "cases" / "ids"


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


@pytest.fixture
def register(tmp_path):
    with closing(empty_register(tmp_path)) as register:
        yield register


def area(code, name, west=106.0, east=107.0, **properties):
    ring = [[west, -7], [east, -7], [east, -6], [west, -6], [west, -7]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return ContextFeature("boundary", name, code, feature, shape=lenient_shape(geometry))


def reasons(plan, id):
    return " | ".join(str(reason) for row in plan.rows if row.id == id for reason in row.reasons)


def test_rows_are_new_changed_field_by_field_or_the_same_and_what_is_absent_is_told(register):
    imported(register, place("a", 1), place("b", 2), place("c", 3))
    plan = planned(register, place("b", 2, east=0.0005, kind="taman", LUAS=12), place("a", 1), place("d", 4))

    assert kinds_of(plan) == {"b": "changed", "a": "same", "d": "new"}
    moved, *others = plan.rows[0].changes
    assert (moved.field, round(moved.moved_m)) == ("geometry", 55)
    assert [(each.field, each.before, each.after) for each in others] == [("kind", "rth", "taman"), ("LUAS", None, 12)]
    assert plan.absent == ("c",)
    assert "1 sites of the register are not in this file; they stay" in str(plan.notes[0])


def test_a_plan_changes_nothing_and_an_order_of_members_is_no_change(register):
    imported(register, place("a", 1))
    version, turned = register.version(), place("a", 1)
    turned["properties"] = dict(reversed(turned["properties"].items()))

    assert kinds_of(planned(register, turned, place("b", 2))) == {"a": "same", "b": "new"}
    assert (register.version(), register.count(), len(register.imports.all())) == (version, 1, 1)


def test_what_the_reader_refuses_is_refused_with_its_reason_and_the_rest_goes_in(register):
    broken = {"type": "Feature", "id": "x", "geometry": {"type": "Point"}, "properties": {}}
    plan = planned(register, broken, place("a", 1))

    assert kinds_of(plan) == {"a": "new", "x": "refused"}
    assert (plan.rows[1].can_take, bool(reasons(plan, "x")), bool(plan.rows[1].where)) == (False, True, True)
    assert imported(register, broken, place("a", 1)).counts.refused == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([("0", 1), ("1", 2)], [("0", 3), ("1", 4)]),  # another city
        ([("0", 1), ("1", 2), ("2", 3)], [("0", 2), ("1", 3), ("2", 1)]),  # the same file in another order
    ],
)
@pytest.mark.parametrize("name", ["Taman {}", "Taman", ""])
def test_a_second_file_with_row_numbers_as_ids_replaces_nothing_whatever_the_names(register, first, second, name):
    imported(register, *(place(id, number, name=name.format(number)) for id, number in first))
    before = register.features()
    plan = planned(register, *(place(id, number, name=name.format(number)) for id, number in second))
    record = imported(register, *(place(id, number, name=name.format(number)) for id, number in second))

    assert set(kinds_of(plan).values()) == {"doubtful"}
    assert "row numbers are no ids" in reasons(plan, "0")
    assert (record.counts.left, register.features() == before) == (len(second), True)


def test_a_place_of_one_name_that_was_moved_far_is_changed_and_says_how_far(register):
    imported(register, place("a", 1))
    plan = planned(register, place("a", 1, east=0.1))

    assert kinds_of(plan) == {"a": "changed"}
    assert plan.rows[0].changes[0].moved_m > 10_000


@pytest.mark.parametrize(
    ("copy", "doubtful"),
    [
        (place("n", 1, name="Lain"), True),  # exactly there
        (place("n", 1, east=0.0005), True),  # the same name 55 m away
        (place("n", 1, east=0.00001, name=""), True),  # without a name a metre away
        (place("n", 1, east=0.00001, name="Tamann 1"), True),  # nearly the same name a metre away
        (place("n", 1, east=0.00001, name="Kenanga"), False),  # another name next to it
        (place("n", 1, east=0.0005, name=""), False),
        (place("n", 1, east=0.002), False),  # the same name 221 m away
    ],
)
def test_one_place_twice_is_doubtful_and_named(register, copy, doubtful):
    imported(register, place("a", 1), place("b", 2))
    plan = planned(register, copy)

    assert kinds_of(plan) == {"n": "doubtful" if doubtful else "new"}
    assert plan.rows[0].other == ("a" if doubtful else "")


def test_two_rows_at_one_place_are_one_place_unless_they_have_two_names(register):
    plan = planned(register, place("a", 1), place("b", 1), place("c", 1, name=""), place("d", 1, name="Kenanga"))

    assert kinds_of(plan) == {"a": "new", "b": "doubtful", "c": "doubtful", "d": "new"}
    assert "exactly where “a” of the same file lies" in reasons(plan, "b")


def test_what_the_office_decided_stays_and_what_it_edited_is_a_question(register):
    imported(register, *(place(id, number) for number, id in enumerate("abcd")))
    edited = place("d", 3, note="kantor")
    steps = [SiteChange("a", "retired"), SiteChange("b", "merged", "c"), SiteChange("c", "took_in", "b")]
    register.site_events.record([*steps, SiteChange("d", "changed", document=edited)], "tono", "x", {})
    files = [place(id, number, LUAS=1) for number, id in enumerate("abcd")]
    plan = planned(register, *files)

    assert kinds_of(plan) == {"a": "doubtful", "b": "doubtful", "c": "changed", "d": "doubtful"}
    assert [row.can_take for row in plan.rows] == [False, False, True, True]
    assert "in the office it is “retired”" in reasons(plan, "a")
    assert "the office merged it into “c”" in reasons(plan, "b")
    imported(register, *files, kinds={"doubtful": "take"})
    assert [each["id"] for each in register.features()] == ["c", "d"]
    assert "note" not in register.site("d").facts
    assert kinds_of(planned(register, edited)) == {"d": "changed"}  # the file was insisted on: no question any more


def test_a_site_becomes_no_part_and_a_part_of_a_doubtful_site_goes_with_it(register):
    lamp = place("l", 1, part="lamp", part_of="a")
    imported(register, place("a", 1), lamp)
    turned = planned(register, place("l", 2), place("a", 2, part="lamp", part_of="l"))
    other = [place("a", 5), place("l2", 5, part="lamp", part_of="a")]

    assert kinds_of(turned) == {"l": "doubtful", "a": "doubtful"}
    assert not any(row.can_take for row in turned.rows)
    assert kinds_of(planned(register, *other)) == {"a": "doubtful", "l2": "doubtful"}
    assert imported(register, *other).counts.left == 2
    assert imported(register, *other, choices={"a": "take"}).counts.new == 1  # the part, which comes with it
    assert [each["id"] for each in register.parts_of("a")] == ["l", "l2"]


def test_kelurahan_and_kecamatan_come_from_the_position_where_the_file_does_not_state_them(register):
    context = [area("36.73.01.1004", "Serang"), area("36.73.01", "Kecamatan Serang")]
    plan = planned(register, place("a", 1), place("b", 2, kelurahan="Cipare"), context=context)

    wanted = {"kelurahan": "Serang", "kelurahan_code": "36.73.01.1004", "kecamatan": "Kecamatan Serang"}
    assert plan.rows[0].from_position == wanted
    assert plan.rows[0].document["properties"] == place("a", 1)["properties"] | wanted
    assert plan.rows[1].from_position is None
    assert plan.rows[1].document == place("b", 2, kelurahan="Cipare")
    assert "the file states Cipare, and its position lies in Serang (36.73.01.1004)" in reasons(plan, "b")


def test_a_later_file_without_boundaries_does_not_take_the_kelurahan_away(register):
    imported(register, place("a", 1), context=[area("36.73.01.1004", "Serang")])

    assert register.site("a").kelurahan == "Serang"
    assert kinds_of(planned(register, place("a", 1))) == {"a": "same"}
    again = planned(register, place("a", 1), context=[area("36.73.01.1004", "Serang")])
    assert kinds_of(again) == {"a": "same"}
    assert [each.field for each in planned(register, place("a", 1, LUAS=3)).rows[0].changes] == ["LUAS"]


@pytest.mark.public_data
def test_an_edited_place_is_not_doubled_silently(register):
    before, after = (
        json.loads((CASES / f"edited-in-qgis-{each}.geojson").read_text(encoding="utf-8"))["features"]
        for each in ("before", "after")
    )
    imported(register, *before)

    assert set(kinds_of(planned(register, *after)).values()) == {"doubtful"}
