"""An answer, a reason or a word that is not used is told once, with how often it stands in the file."""

import pytest

from helpers.grounds import box, part, point, site, sites
from rba_audit.auditing import audit, notes_on_file, remarks_on_answers
from rba_audit.messages import using_language
from rba_audit.standard import default_edition, load_published

STANDARD = load_published(default_edition())


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def told(*features):
    findings = audit(sites(*features), STANDARD)
    return [str(each) for each in (*notes_on_file(findings.source, STANDARD), *remarks_on_answers(findings))]


def park(**properties):
    return site(box(-20, -20, 20, 20), typology="rth", scale="kecamatan", **properties)


def test_not_applicable_is_told_where_it_is_no_answer_and_only_there():
    assert any(
        "LOK-03 is answered with “not applicable” (1×)" in each for each in told(park(**{"LOK-03": "not_applicable"}))
    )
    allowed = next(each for each in STANDARD.requirements if each.may_be_not_applicable)
    given = {allowed.questions[0].id: "tidak_berlaku"}
    assert not [each for each in told(park(**given)) if "not applicable" in each]


@pytest.mark.parametrize("answer", [{}, {"LOK-03": ""}, {"LOK-03": None}])
def test_a_reason_beside_no_answer_is_told(answer):
    reason = {"LOK-03.reason": "measured on foot"}

    assert any("“LOK-03.reason” (1×) stands beside no answer" in each for each in told(park(**answer, **reason)))
    assert not [each for each in told(park(**{"LOK-03": 900}, **reason)) if "beside no answer" in each]


def test_an_answer_on_a_part_is_told():
    toilet = part("toilet", point(0, 0), "wc", **{"KSH-03.clean": "yes"})

    assert any("KSH-03.clean is answered on parts (1×)" in each for each in told(park(), toilet))
