"""Each filter of a list of sites selects what its definition says, over random outcomes and audit visits."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from helpers.effort import over_seeds
from rba_audit.auditing import audit
from rba_audit.findings import STATUSES
from rba_audit.findings.conclusions import conclude
from rba_audit.messages import using_language
from rba_audit.reports import AuditVisit, site_rows
from rba_audit.sites import sites_from_features
from rba_audit.standard import OUTCOMES, load_published
from rba_audit.web.pages.lists.context import DUE_WORDS, ListContext
from rba_audit.web.pages.lists.filters import FILTERS
from rba_audit.web.pages.lists.order import GROUPS, ORDERS
from rba_audit.web.pages.lists.query import ROWS_ON_A_PAGE, read_site_query, select_sites

STANDARD = load_published("rbra-2024")
TODAY = date(2026, 11, 30)
PEOPLE = {"p1": "Ayu", "p2": "Budi", "p3": "Citra"}
KELURAHAN = ["36.73.01.1001", "36.73.01.1002", "36.73.02.1001", "36.74.01.1001", ""]


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def random_findings(chance, count):
    features = [
        {
            "type": "Feature",
            "id": f"s{number:02}",
            "geometry": None,
            "properties": {
                "name": chance.choice(["Taman", "Alun-Alun", "RTH"]) + f" {number % 7}",
                "kind": chance.choice(["alun_alun", "rth", ""]),
                "kecamatan": chance.choice(["Curug", "Serang", ""]),
                "kelurahan_code": chance.choice(KELURAHAN),
            },
        }
        for number in range(count)
    ]
    found = audit(sites_from_features(features, "a test"), STANDARD)
    # Mostly conforming, so that every status occurs.
    numbers = np.random.default_rng(chance.randrange(10**6))
    weights = np.array([chance.choice([0.05, 3]) if name == "undetermined" else 1.0 for name in OUTCOMES])
    weights[OUTCOMES.index("conforms")] = chance.choice([1, 20])
    matrix = numbers.choice(len(OUTCOMES), size=found.matrix.shape, p=weights / weights.sum()).astype(np.int8)
    audited = numbers.random(count) < 0.8
    return replace(found, matrix=matrix, conclusions=conclude(STANDARD, matrix, audited, extension=False))


def random_context(chance, ids):
    audits = {
        id: AuditVisit(TODAY - timedelta(days=chance.choice([0, 89, 90, 91, 400])), *chance.choice([*PEOPLE.items()]))
        for id in ids
        if chance.random() < 0.7
    }
    due = {name: frozenset(chance.sample(ids, len(ids) // 3)) for name in DUE_WORDS}
    return (
        ListContext(
            today=TODAY,
            doubted=frozenset(chance.sample(ids, len(ids) // 4)),
            audits=audits,
            auditors=PEOPLE,
            due={name: lambda sites=sites: sites for name, sites in due.items()},
        ),
        due,
    )


def outcomes_of(findings, row):
    """Return (requirement, outcome) of a site, read from the table of findings."""
    return [
        (requirement, OUTCOMES[findings.matrix[index, findings.source.ids.index(row.id)]])
        for index, requirement in enumerate(STANDARD.requirements)
    ]


def definition(name, value, findings, row, context, due):  # noqa: C901  # one case for each filter
    """Say anew whether a site is one that a filter asks for."""
    facts = findings.source.site(row.id).facts
    failing = ("does_not_conform", "partial")
    match name:
        case "q":
            return value.lower() in row.name.lower() or value.lower() in row.id
        case "status":
            return STATUSES[findings.conclusions.status[row.position]] == value
        case "kind":
            return facts["kind"] == ("" if value == "-" else value)
        case "kecamatan":
            return facts["kecamatan"] == ("" if value == "-" else value)
        case "position":
            return row.id in context.doubted
        case "rank":
            verdict = findings.verdict(row.position)
            sure = verdict["status"] != "not_audited" and verdict["rank_low"] == verdict["rank_high"]
            return not sure if value == "?" else sure and verdict["rank_low"] == (None if value == "-" else value)
        case "agency":
            return any(
                outcome in failing and requirement.remedy.lead == value and requirement.tier == "core"
                for requirement, outcome in outcomes_of(findings, row)
            )
        case "requirement":
            return any(
                requirement.id == value and outcome in failing for requirement, outcome in outcomes_of(findings, row)
            )
        case "unmet":
            return any(
                requirement.id == value and outcome == "does_not_conform"
                for requirement, outcome in outcomes_of(findings, row)
            )
        case "item":
            return bool(findings.verdict(row.position)[value])
        case "older" if value == "never":
            return row.id not in context.audits
        case "older":
            return row.id in context.audits and TODAY - context.audits[row.id].day > timedelta(days=int(value))
        case "auditor":
            return row.id in context.audits and context.audits[row.id].auditor_id == value
        case "area":
            return f"{facts['kelurahan_code']}.".startswith(f"{value}.")
        case "due":
            return row.id in due[value]
    raise AssertionError(name)


def values_of(chance, name):
    return {
        "q": ["taman", "S0", "zzz"],
        "status": STATUSES,
        "kind": ["alun_alun", "-"],
        "kecamatan": ["Curug", "-"],
        "position": ["doubted"],
        "rank": [*(rung.name for rung in STANDARD.ladder.rungs), "-", "?"],
        "agency": list(STANDARD.agencies),
        "requirement": [chance.choice(STANDARD.requirements).id],
        "unmet": [chance.choice(STANDARD.requirements).id],
        "item": ["red", "must_fix", "before_audit"],
        "older": ["0", "89", "90", "91", "never"],
        "auditor": list(PEOPLE),
        "area": ["36.73", "36.73.01", "36.73.01.1001", "36"],
        "due": list(DUE_WORDS),
    }[name]


def selected(findings, context, **parameters):
    return select_sites(
        findings, site_rows(findings), read_site_query(parameters), statuses=STATUSES, order="name", context=context
    )


NAMES = ["q", *(site_filter.name for site_filter in FILTERS)]


@over_seeds(4, 60)
def test_each_filter_selects_what_its_definition_says(seed):
    chance = random.Random(seed)
    findings = random_findings(chance, 40)
    rows = site_rows(findings)
    context, due = random_context(chance, list(findings.source.ids))
    for name in NAMES:
        for value in values_of(chance, name):
            selection = selected(findings, context, **{name: value})
            wanted = {row.id for row in rows if definition(name, value, findings, row, context, due)}

            assert {row.id for row in selection.rows} == wanted, (name, value)
            # A rung, kind or area that no site of the register has is not known there; then nothing is narrowed.
            assert not selection.query.unknown, (name, value)
            assert len(selection.words) == 1


@over_seeds(3, 40)
def test_filters_are_joined_by_and_and_order_and_group_lose_no_site(seed):
    chance = random.Random(seed)
    findings = random_findings(chance, 60)
    rows = site_rows(findings)
    context, due = random_context(chance, list(findings.source.ids))
    parameters = {name: chance.choice(list(values_of(chance, name))) for name in chance.sample(NAMES, 2)}
    wanted = {
        row.id
        for row in rows
        if all(definition(name, value, findings, row, context, due) for name, value in parameters.items())
    }
    for order in (sign + name for name in ORDERS for sign in ("", "-")):
        for group in ("", *GROUPS):
            selection = selected(findings, context, **parameters, sort=order, group=group)

            assert {row.id for row in selection.rows} == wanted
            assert len({row.id for row in selection.rows}) == len(selection.rows)
            assert selection.query.query() == {
                **parameters, "sort": order, **({"group": group} if group else {})
            }  # fmt: skip
            assert sum(len(section.rows) for section in selection.sections) <= ROWS_ON_A_PAGE
            if group not in ("", "agency") and selection.pages == 1:
                assert [section.count for section in selection.sections] == [
                    len(section.rows) for section in selection.sections
                ]
                assert sum(section.count for section in selection.sections) == len(wanted)


@over_seeds(2, 20)
def test_a_group_of_an_agency_holds_the_sites_that_its_filter_selects(seed):
    chance = random.Random(seed)
    findings = random_findings(chance, 12)
    for words, count in (
        (section.words, section.count) for section in selected(findings, ListContext(), group="agency").sections
    ):
        agency = next((id for id, name in STANDARD.agencies.items() if str(name) == words), "")
        if agency:
            assert count == len(selected(findings, ListContext(), agency=agency).rows)


@pytest.mark.parametrize(
    "unknown",
    [
        {"kecamatan": "Nirwana"},
        {"agency": "nobody"},
        {"requirement": "XXX-99"},
        {"unmet": "lok-01"},
        {"rank": "Juara"},
        {"item": "blue"},
        {"older": "-1"},
        {"older": "1e3"},
        {"older": "٣"},
        {"auditor": "p9"},
        {"area": "36.7"},
        {"due": "rent"},
        {"group": "colour"},
        {"sort": "colour"},
        {"status": "red"},
        {"position": "x"},
    ],
    ids=str,
)
def test_a_value_that_is_not_known_narrows_nothing_and_is_said(unknown):
    chance = random.Random(1)
    findings = random_findings(chance, 10)
    context, _ = random_context(chance, list(findings.source.ids))
    selection = selected(findings, context, **unknown)

    ((name, value),) = unknown.items()
    assert len(selection.rows) == 10
    assert selection.words == ()
    assert name not in selection.query.query(order="")
    assert f"{name}={value}" in selection.unknown_words


def test_unknown_values_come_last_in_both_directions():
    findings = random_findings(random.Random(3), 30)
    context, _ = random_context(random.Random(3), list(findings.source.ids))
    for order in ("date", "-date"):
        dated = [row.id in context.audits for row in selected(findings, context, sort=order).rows]
        assert dated == sorted(dated, reverse=True)
