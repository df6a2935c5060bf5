"""Reach is what a plain count gives, and nothing that is not recorded is taken for a nought."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rba_audit.kla.kha_reach import STATES, by_agency, by_institution, by_sector, by_site, state_on
from rba_audit.messages import using_language
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson
from rba_audit.sites import site_of
from rba_audit.standard import edition_names, load_published
from rba_audit.standard.policies import shipped_policies

POLICY = shipped_policies().kla.kha
SECTORS = [sector.name for sector in POLICY.sectors]
DAY = date(2026, 11, 30)
WARNING = POLICY.warning_days.value
SITES = [site_of(id, {"id": id, "properties": {"name": id.title()}}) for id in ("a", "b", "c")]
DAYS = st.one_of(st.none(), st.integers(-400, 800).map(lambda days: DAY + timedelta(days)))
CERTIFICATES = st.builds(KhaCertificate, st.just("1"), st.none(), DAYS)
PEOPLE = st.lists(
    st.builds(
        KhaPerson,
        st.sampled_from(["Siti", "Budi", "Nur"]),
        st.sampled_from(["", "DLH", "dlh", "Dinas Lingkungan Hidup Kota Serang", "Bank", "Puskesmas Curug"]),
        st.sampled_from(["", "gone", *SECTORS]),
        st.lists(st.sampled_from(["a", "b", "gone"]), max_size=2, unique=True).map(tuple),
        st.lists(CERTIFICATES, max_size=3).map(tuple),
    ),
    max_size=30,
)


def plain_state(person):
    """Return the state of a person, worked out certificate by certificate."""
    if not person.certificates:
        return "none"
    ranks = []
    for each in person.certificates:
        if each.valid_until is None:
            ranks.append("unstated")
        elif each.valid_until < DAY:
            ranks.append("expired")
        else:
            ranks.append("valid" if (each.valid_until - DAY).days > WARNING else "ending")
    return min(ranks, key=STATES.index)


def plain_count(people):
    states = [plain_state(person) for person in people]
    return {state: states.count(state) for state in STATES}


@settings(max_examples=40)
@given(PEOPLE)
def test_reach_equals_a_plain_count(standard, people):
    for row in by_sector(people, POLICY, DAY):
        theirs = [each for each in people if (each.sector if each.sector in SECTORS else "") == row.name]
        assert dict(row.counts) == plain_count(theirs)
        assert row.people == len(theirs)
    assert sum(row.people for row in by_sector(people, POLICY, DAY)) == len(people)
    for row in by_institution(people, POLICY, DAY):
        assert dict(row.counts) == plain_count([p for p in people if p.institution.casefold() == row.name.casefold()])
    agencies = {row.name: row for row in by_agency(people, POLICY, standard, DAY)}
    assert dict(agencies["dlh"].counts) == plain_count(
        [each for each in people if each.institution.casefold() in ("dlh", "dinas lingkungan hidup kota serang")]
    )
    assert set(agencies) == set(standard.agencies)
    for row in by_site(people, POLICY, SITES, DAY):
        staff = [each for each in people if row.site.id in each.sites]
        assert dict(row.counts) == plain_count(staff)
        assert (row.state == "unknown") == (not staff)
        best = min((plain_state(each) for each in staff), key=STATES.index, default=None)
        assert row.state == {None: "unknown", "none": "nobody"}.get(best, best)


def test_every_sector_is_listed_and_those_with_nobody_too():
    with using_language("en"):
        rows = by_sector([], POLICY, DAY)

    assert [row.name for row in rows] == SECTORS
    assert {row.people for row in rows} == {0}
    assert {"opd", "kecamatan", "police", "bapas", "puskesmas", "hospital", "worship", "business", "children"} <= set(
        SECTORS
    )


def test_a_certificate_counts_until_its_last_day_and_is_said_to_end_before():
    def on(day):
        return state_on(KhaPerson("Siti", "", "", (), (KhaCertificate("1", None, DAY),)), day, WARNING)

    assert on(DAY - timedelta(WARNING + 1)) == "valid"
    assert on(DAY - timedelta(WARNING)) == "ending"
    assert on(DAY) == "ending"
    assert on(DAY + timedelta(1)) == "expired"


def test_every_article_that_a_requirement_names_has_a_sentence_in_both_languages():
    for name in edition_names():
        numbers = {number for each in load_published(name).requirements for number in each.kha}
        for language in ("id", "en"):
            with using_language(language):
                assert [number for number, says in POLICY.articles_named(numbers) if not says.endswith(".")] == []
    assert [number for number, _ in POLICY.articles_named(["31", "3.3", "29.1e", "3", "29", "3"])] == [
        "3",
        "3.3",
        "29",
        "29.1e",
        "31",
    ]
