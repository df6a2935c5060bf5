"""The demonstration: visits that wait for review, of which some are read differently."""

from datetime import UTC, datetime

from rba_audit.demonstration import ensure_demo_visits, open_demo_register
from rba_audit.register.person_records import Person
from rba_audit.standard import default_edition, load_published

SURVEYORS = [("a", "Ayu"), ("b", "Bayu")]


def test_every_surveyor_of_the_demonstration_sees_the_same_kind_of_place(tmp_path):
    standard = load_published(default_edition())
    register = open_demo_register(f"sqlite:///{tmp_path / 'demo.db'}")
    for id, name in SURVEYORS:
        someone = Person(id, id, name, "surveyor", ("*",), True)
        register.people.add(someone, None, datetime(2026, 11, 1, tzinfo=UTC), None)
    ensure_demo_visits(register, standard, SURVEYORS)

    visits = [visit for visit, _ in register.visits.newest()]
    assert {visit.auditor for visit in visits} == {"Ayu", "Bayu"}
    differing = 0
    for visit in visits:
        properties = register.site(visit.site_id).feature["properties"]
        for fact in standard.facts:
            assert visit.answers.get(fact.id, properties[fact.id]) == properties[fact.id]
        differing += sum(visit.answers[each] != properties[each] for each in visit.answers)
    assert differing > 0
