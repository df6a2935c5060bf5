"""What children say at places that were merged: each place has a last batch that grows, and none may be seen growing."""

from contextlib import closing

import pytest

from helpers.registers import filled_register, sample_features
from helpers.sheets import SITE, send
from rba_audit.auditing import audit_register
from rba_audit.forum import children_opinions, children_results
from rba_audit.register.site_event_records import SiteChange
from rba_audit.standard.policies import shipped_policies

EARLIER = "alun-alun-barat"
"""A place whose id comes before that of the other: its batches are read first."""
AUDIT = shipped_policies().forum


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path, sample_features({SITE, EARLIER}))) as opened:
        yield opened


def merged(register):
    seen = {id: register.site_events.snapshot(id).seen for id in (SITE, EARLIER)}
    steps = [SiteChange(EARLIER, "merged", SITE), SiteChange(SITE, "took_in", EARLIER)]
    register.site_events.record(steps, "tono", "sama", seen)


def told(register, standard):
    found = children_results(register, audit_register(register, standard), AUDIT, SITE)
    return found.children, children_opinions(register, AUDIT, SITE)


def test_no_group_grows_child_by_child_after_a_merge(register, standard):
    for _ in range(4 * AUDIT.least.value):
        send(register, answers={"bersih": "kotor"})
    send(register, answers={"bersih": "bersih"}, site=EARLIER)
    alone = told(register, standard)
    merged(register)
    seen = [told(register, standard)]
    for _ in range(AUDIT.least.value - 1):
        send(register, answers={"bersih": "bersih"}, site=EARLIER)  # a phone that has not heard of the merge
        seen.append(told(register, standard))

    counts = [children for children, _said in seen]
    assert counts == [alone[0], *[alone[0]] * (AUDIT.least.value - 2), alone[0] + AUDIT.least.value]
    assert [said for _children, said in seen[:-1]] == [alone[1]] * (AUDIT.least.value - 1)


def test_few_children_of_two_places_are_still_few(register, standard):
    for site in (SITE, EARLIER):
        for _ in range(AUDIT.least.value - 1):
            send(register, site=site)
    merged(register)

    assert told(register, standard) == (0, ())
