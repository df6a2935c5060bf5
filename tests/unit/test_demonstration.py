"""The demonstration: visits that wait for review, of which some are read differently; and records of every kind."""

from datetime import UTC, datetime

from rba_audit.accounts import ensure_demo_people
from rba_audit.auditing import audit_with_visits
from rba_audit.days import today
from rba_audit.demonstration import ensure_demo_visits, open_demo_register
from rba_audit.demonstration_kla import add_document, complete_folder
from rba_audit.demonstration_records import add_demo_records
from rba_audit.followup.due import due_counts
from rba_audit.kla.calendar import round_of
from rba_audit.kla.folder import folder_items
from rba_audit.layers import read_context
from rba_audit.register.person_records import Person
from rba_audit.resources import sample_areas
from rba_audit.standard import default_edition, load_published
from rba_audit.standard.policies import shipped_policies

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


def test_the_demonstration_has_work_of_every_kind(tmp_path):
    standard, context = load_published(default_edition()), read_context([sample_areas()])
    register = open_demo_register(f"sqlite:///{tmp_path / 'demo.db'}")
    ensure_demo_people(register)
    people = {person.role: person for person in register.people.all()}
    add_demo_records(register, standard, context, shipped_policies())

    audited = audit_with_visits(register, standard, context=context, day=today())
    due = due_counts(register, audited, today())
    states = register.reviews.counts()
    actions = register.actions.all()
    asked = [sheet for site in register.sites() for batch in register.child_sheets.batches(site.id) for sheet in batch]

    assert all(due.records(kind) for kind in due.by_kind if kind != "visit")
    assert states["approved"] > 10
    assert states["has_issues"] == 1
    assert {action.state for action in actions} >= {"open", "done"}
    assert {bool(action.owner) for action in actions} == {True, False}
    assert register.dangers.open_count() == 1
    assert len(register.dangers.seen(9)) == 1
    assert register.site_events.waiting() == 1
    assert len(asked) > shipped_policies().forum.least_for_everybody.value
    assert people["planner"].id in {certificate.person_id for certificate in register.certificates.all()}
    policy = shipped_policies().kla
    nominated = [each.site_id for each in register.kla.nominations.of_year(round_of(register, policy, today()).year)]
    assert len(nominated) == 2
    assert {item.state for item in items_of(register, nominated)} >= {
        "missing",
        "expired",
        "unsigned",
        "waiting",
        "present",
    }
    assert len(register.kla.trainings.people()) > 3
    register.close()


def items_of(register, site_ids):
    policy = shipped_policies().kla
    kla_round = round_of(register, policy, today())
    return folder_items(policy, kla_round, site_ids, register.kla.documents.all(), register.kla.requests.all(), today())


def test_the_complete_folder_of_the_demonstration_lacks_nothing_and_whatever_is_taken_out_is_named(tmp_path):
    standard, policy = load_published(default_edition()), shipped_policies().kla
    register = open_demo_register(f"sqlite:///{tmp_path / 'demo.db'}")
    ensure_demo_people(register)
    people = {person.role: person for person in register.people.all()}
    sites = [site.id for site in register.sites()[:2]]
    complete = list(complete_folder(policy, sites))
    for document in complete[3:]:
        add_document(register, standard, document, people["planner"], people["reviewer"])

    lacking = [item for item in items_of(register, sites) if item.state not in ("present", "expiring")]
    assert {(item.kind.name, item.site_id) for item in lacking} == {
        (document.kind.name, document.site_id) for document in complete[:3]
    }
    assert all(item.agency == item.kind.agency and item.due for item in lacking)

    for document in complete[:3]:
        add_document(register, standard, document, people["planner"], people["reviewer"])
    assert {item.state for item in items_of(register, sites)} <= {"present", "expiring"}
    register.close()


def test_a_register_without_the_people_of_the_demonstration_gets_no_records(tmp_path):
    standard = load_published(default_edition())
    register = open_demo_register(f"sqlite:///{tmp_path / 'demo.db'}")
    add_demo_records(register, standard, (), shipped_policies())

    assert register.visits.newest() == []
    register.close()
