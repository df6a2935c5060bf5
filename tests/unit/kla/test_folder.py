"""The folder of a round: what is missing from it, in which state the rest is, and from when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rba_audit.kla.calendar import with_settings
from rba_audit.kla.folder import FOLDER_STATES, folder_items, last_valid_day, without_site
from rba_audit.register.kla.document_records import DocumentBody, DocumentDecision, DocumentVersion
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.register.kla.rounds import RoundDates
from rba_audit.standard.policies import shipped_policies

KLA = shipped_policies().kla
ROUND = with_settings(KLA.calendar, RoundDates(2026))
SITES = ("alun-a", "alun-b", "taman-c")
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
CITY_KIND = next(kind for kind in KLA.documents.kinds if kind.per == "city" and kind.needs_signer)
SITE_KIND = next(kind for kind in KLA.documents.kinds if kind.per == "site" and kind.needs_signer)
SHORT_KIND = next(kind for kind in KLA.documents.kinds if kind.valid_months is not None)


def version(kind, *sites, id="d", seq=1, states=("accepted",), at=NOON, **body):
    body = {"signer": "Wali Kota", "dated": DAY, **body}
    decisions = tuple(DocumentDecision(state, "rina", at, "") for state in states)
    return DocumentVersion(id, seq, DocumentBody(kind.name, sites=sites, **body), None, "putri", "", at, decisions)


def complete():
    """A document for each kind, and of each site where one is needed per site."""
    return [
        version(kind, *sites, id=f"{kind.name} {sites}")
        for kind in KLA.documents.kinds
        for sites in ([()] if kind.per == "city" else [(site,) for site in SITES])
    ]


def items(documents, requests=(), day=DAY, sites=SITES):
    return folder_items(KLA, ROUND, sites, documents, requests, day)


def item(kind, documents, requests=(), day=DAY, site=""):
    return next(each for each in items(documents, requests, day) if each.key == (kind.name, site))


def state(kind, documents, **more):
    return item(kind, documents, **more).state


FOLDER = complete()


def test_a_complete_folder_lacks_nothing():
    assert {each.state for each in items(FOLDER)} == {"present"}
    assert len(items(FOLDER)) == len(FOLDER)


@given(st.sets(st.sampled_from(range(len(FOLDER)))))
def test_exactly_the_documents_taken_out_are_named_with_holder_and_deadline(removed):
    left = [document for number, document in enumerate(FOLDER) if number not in removed]

    lacking = {(each.kind.name, each.site_id, each.agency, each.due) for each in items(left) if each.state != "present"}

    assert lacking == {
        (kind.name, next(iter(document.body.sites), ""), kind.agency, ROUND.dates[kind.due_step][1])
        for document in (FOLDER[number] for number in removed)
        for kind in [KLA.kind(document.body.kind)]
    }
    assert all(each.state == "missing" for each in items(left) if each.state != "present")


@given(st.sampled_from(range(len(FOLDER))), st.integers(-400, 400))
def test_a_document_that_expires_changes_its_own_item_only_and_from_that_day(number, days):
    last = DAY + days * ONE_DAY
    document = FOLDER[number]
    ending = [*FOLDER]
    ending[number] = replace(document, body=replace(document.body, valid_until=last))
    key = document.body.kind, next(iter(document.body.sites), "")

    for day in (last, last + ONE_DAY):
        before = {each.key: each for each in items(FOLDER, day=day)}
        after = {each.key: each for each in items(ending, day=day)}
        assert {k for k in before if replace(after[k], document=None) != replace(before[k], document=None)} <= {key}
        assert (after[key].state == "expired") is (day > last)
        assert after[key].state in ("expired", "expiring", "present")


def test_a_document_is_valid_for_the_months_of_its_kind_unless_it_states_its_end():
    months = version(SHORT_KIND, dated=date(2026, 1, 31))
    assert last_valid_day(SHORT_KIND, months) == date(2026 + SHORT_KIND.valid_months // 12, 1, 31)
    assert last_valid_day(SHORT_KIND, version(SHORT_KIND, valid_until=DAY)) == DAY
    assert last_valid_day(CITY_KIND, version(CITY_KIND)) is None
    undated = version(SHORT_KIND, dated=None)
    assert last_valid_day(SHORT_KIND, undated) == date(2026 + SHORT_KIND.valid_months // 12, 3, 2)
    assert last_valid_day(SHORT_KIND, version(SHORT_KIND, dated=date.max)) == date.max


def test_each_state_has_its_case():
    due = ROUND.deadline(CITY_KIND)
    cases = {
        "missing": [version(CITY_KIND, states=("accepted", "withdrawn"))],
        "expired": [version(CITY_KIND, valid_until=DAY - ONE_DAY)],
        "refused": [version(CITY_KIND, states=("refused",))],
        "unsigned": [version(CITY_KIND, signer=" ")],
        "expiring": [version(CITY_KIND, valid_until=due - ONE_DAY)],
        "waiting": [version(CITY_KIND, states=())],
        "present": [version(CITY_KIND, valid_until=due)],
    }
    assert {name: state(CITY_KIND, documents) for name, documents in cases.items()} == {name: name for name in cases}
    assert set(cases) == set(FOLDER_STATES)


def test_the_newest_accepted_version_counts_and_a_better_one_may_wait():
    old = version(CITY_KIND, valid_until=DAY - ONE_DAY)
    sent = version(CITY_KIND, seq=2, states=())
    assert state(CITY_KIND, [old, sent]) == "waiting"
    assert item(CITY_KIND, [old, sent]).document == old
    assert (
        state(CITY_KIND, [old, replace(sent, decisions=version(CITY_KIND, states=("refused",)).decisions)]) == "expired"
    )
    good = version(CITY_KIND)
    assert (state(CITY_KIND, [good, sent]), item(CITY_KIND, [good, sent]).waiting) == ("present", sent)
    unsigned = version(CITY_KIND, seq=2, signer="")
    assert state(CITY_KIND, [good, unsigned]) == "unsigned"
    assert state(CITY_KIND, [good, replace(unsigned, document_id="other", seq=1)]) == "present"


def test_a_document_serves_each_site_that_it_names_and_without_one_none():
    both = version(SITE_KIND, *SITES[:2])
    assert [state(SITE_KIND, [both], site=site) for site in SITES] == ["present", "present", "missing"]
    stray = version(SITE_KIND)
    assert {state(SITE_KIND, [stray], site=site) for site in SITES} == {"missing"}
    assert without_site(KLA, [both, stray, version(CITY_KIND, id="c")]) == [stray]
    assert state(CITY_KIND, [version(CITY_KIND, "alun-a")]) == "present"


def test_something_is_urgent_near_its_deadline_and_overdue_after_it():
    due, near = ROUND.deadline(CITY_KIND), KLA.calendar.urgent_days.value
    flags = {
        day: (item(CITY_KIND, [], day=day).urgent, item(CITY_KIND, [], day=day).overdue)
        for day in (due - (near + 1) * ONE_DAY, due - near * ONE_DAY, due, due + ONE_DAY)
    }
    assert list(flags.values()) == [(False, False), (True, False), (True, False), (False, True)]
    late = item(CITY_KIND, [version(CITY_KIND)], day=due + ONE_DAY)
    assert (late.urgent, late.overdue) == (False, False)


def asked(id, days=0, **more):
    made = NOON - days * ONE_DAY
    more = {"site_id": "", "agency": "dishub", "due": ROUND.deadline(CITY_KIND), **more}
    return DocumentRequest(id, CITY_KIND.name, valid_until=DAY, note="", person_id="putri", at=made, **more)


def test_the_first_request_of_the_round_says_since_when_it_was_asked():
    first = asked("a", 9, ended_by="putri", ended_at=NOON)
    again = asked("b", 2)
    found = item(CITY_KIND, [], [again, first])
    assert (found.asked_at, found.request, found.agency) == (first.at, again, "dishub")
    assert item(CITY_KIND, [], [first]).asked_at is None
    assert item(CITY_KIND, [], [asked("c", ended_by="", ended_at=NOON)]).asked_at == NOON
    assert item(CITY_KIND, [], [asked("d", due=date(2025, 3, 31))]).asked_at is None
    assert item(CITY_KIND, [version(CITY_KIND, agency="dlh")], [again]).agency == "dlh"


def test_the_list_goes_by_deadline_then_state():
    found = items([version(CITY_KIND), version(SITE_KIND, *SITES, id="s", states=())])
    assert list(found) == sorted(found, key=lambda each: (each.due, FOLDER_STATES.index(each.state)))
    assert items([], sites=()) == tuple(each for each in items([]) if not each.site_id)
