"""A whole site with its parts: what is taken away leaves findings open, and never makes one pass."""

from __future__ import annotations

import pytest

from helpers.grounds import box, extent, line, part, point, site, sites, thing
from rba_audit import audit
from rba_audit.standard import OUTCOMES, default_edition, load_published

STANDARD = load_published(default_edition())
GREEN = {"typology": "rth", "scale": "rt"}
ZONE = part("play_zone", box(-10, 10, 10, 20), "zone")
PARTS = (
    ZONE,
    part("gate", point(0, -30), "gate"),
    part("path", line((0, -30), (0, 10)), "path", step_free="yes", guiding="yes", width_m=2),
    part("camera", point(-5, 15), "cctv-1", reach_m=16, works="yes"),
    part("camera", point(5, 15), "cctv-2", reach_m=16, works="yes"),
    part("lamp", point(0, 0), "lamp", reach_m=30.1, works="yes"),
    part("tree", point(0, 15), "trembesi", crown_m=12),
    part("shelter", box(-30, -30, -28, -28), "kiosk", walls="yes"),
    part("planting", box(-30, -30, 30, 18), "lawn"),
    part("fence", line((-30, -30), (-30, 30)), "fence", see_through="no"),
    part("toilet", box(20, -30, 25, -25), "wc"),
    part("guard_post", point(20, 0), "post"),
)
CONTEXT = (extent("building", "street"), thing("building", box(40, 40, 50, 50)))
KINDS = sorted({each["properties"]["part"] for each in PARTS})
INSIDE = ("MUD-01", "MUD-02", "VEG-05", "VEG-06", "AMN-05")


def outcomes(parts, context=CONTEXT, **properties):
    findings = audit(sites(site(box(-30, -30, 30, 30), **GREEN, **properties), *parts), STANDARD, context=context)
    return {each.id: OUTCOMES[found] for each, found in zip(STANDARD.requirements, findings.matrix[:, 0], strict=True)}


WHOLE = outcomes(PARTS)


def test_a_site_with_all_its_parts_is_judged_inside():
    assert {each: WHOLE[each] for each in INSIDE} == dict.fromkeys(INSIDE, "conforms")


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_parts_of_one_kind_no_finding_turns_into_a_pass(kind):
    kept = outcomes(each for each in PARTS if each["properties"]["part"] != kind)

    assert [each for each, found in kept.items() if found == "conforms" and WHOLE[each] != "conforms"] == []


@pytest.mark.parametrize("layer", ["building", "street"])
def test_without_a_layer_no_finding_turns_into_a_pass(layer):
    others = {"building", "street"} - {layer}
    kept = outcomes(PARTS, (extent(*others), *(each for each in CONTEXT[1:] if each.layer != layer)))

    assert [each for each, found in kept.items() if found == "conforms" and WHOLE[each] != "conforms"] == []


@pytest.mark.parametrize(
    ("kind", "open_"),
    [
        ("gate", ["MUD-01", "MUD-02"]),
        ("path", ["MUD-01", "MUD-02"]),
        ("play_zone", ["AMN-05", "MUD-01", "MUD-02", "VEG-06"]),
        ("tree", ["VEG-06"]),
        ("planting", ["VEG-05"]),
        ("fence", ["AMN-05"]),
        ("toilet", ["AMN-05"]),
        ("guard_post", ["AMN-05"]),
    ],
)
def test_what_is_not_mapped_leaves_open_what_it_would_have_answered(kind, open_):
    kept = outcomes(each for each in PARTS if each["properties"]["part"] != kind)

    assert sorted(each for each in INSIDE if kept[each] == "undetermined") == open_
