"""Published and made-up cases of the gate: what each place is called, and which items it is told first."""

import pytest

from helpers.public_data import SHARED
from rba_audit.auditing import audit
from rba_audit.sites import read_sites
from rba_audit.standard import load_standard

pytestmark = pytest.mark.public_data
CASES = SHARED / "cases"


def verdicts(sites, standard):
    findings = audit(read_sites(sites), standard)
    return {name: findings.verdict(site) for site, name in enumerate(findings.source.ids)}


def test_bare_wires_keep_a_perfect_park_from_being_standard_and_leave_its_rank():
    found = verdicts(CASES / "measured" / "gate.geojson", load_standard("rbra-2018"))

    assert {name: verdict["status"] for name, verdict in found.items()} == {
        "sempurna": "standard",
        "janggan": "standard",
        "kabel": "nearly_standard",
    }
    assert (found["kabel"]["rank_low"], found["kabel"]["red"], found["kabel"]["must_fix"]) == ("RBRA", [], ["SLM-08"])
    assert (found["sempurna"]["must_fix"], found["sempurna"]["before_audit"]) == ([], [])


def test_what_auditors_asked_of_taman_janggan_is_listed():
    found = verdicts(CASES / "measured" / "gate.geojson", load_standard("rbra-2018"))["janggan"]

    assert found["before_audit"] == ["MAN-07", "MUD-01", "AMN-01", "AMN-03", "CHY-01"] == found["fails"]


def test_on_a_ladder_of_one_rung_no_rank_is_not_nearly_standard():
    folder = CASES / "edition-one-rung"
    found = verdicts(folder / "sites.geojson", load_standard(folder / "cpsc-2010"))

    assert {name: verdict["status"] for name, verdict in found.items()} == {
        "p1": "non_standard",
        "p2": "standard",
        "p3": "non_standard",
    }
    assert (found["p3"]["score_high"], len(found["p3"]["red"])) == (0, 3)
