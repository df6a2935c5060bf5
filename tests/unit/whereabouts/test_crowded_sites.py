"""Hundreds of sites in one spot are doubted without comparing each with each."""

from helpers.work import calls_of
from rba_audit.sites import sites_from_features
from rba_audit.whereabouts import position_doubts


def in_one_spot(count):
    made = [
        {
            "type": "Feature",
            "id": f"s{at}",
            "geometry": {"type": "Point", "coordinates": [106.15123 + 1e-7 * at, -6.11123]},
            "properties": {},
        }
        for at in range(count)
    ]
    return sites_from_features(made, "a test")


def test_each_of_them_is_doubted_and_the_work_grows_with_their_number():
    few, many = in_one_spot(400), in_one_spot(800)

    assert {each.site for each in position_doubts(many, []) if each.rule == "on_top"} == set(many.ids)
    assert calls_of(lambda: list(position_doubts(many, []))) < 2.3 * calls_of(lambda: list(position_doubts(few, [])))
