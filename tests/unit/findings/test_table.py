"""Every cell of the findings table, and every repair, says what the trace of that requirement at that site says."""

import random

import pytest

from helpers.answering import possible_answers
from helpers.effort import cases
from rba_audit import audit
from rba_audit.messages import using_language
from rba_audit.reports import list_rows, repairs
from rba_audit.sites import sites_from_features
from rba_audit.standard import edition_names, load_published

pytestmark = pytest.mark.slow

STANDARDS = {name: load_published(name) for name in edition_names()}
TEXTS = ("observed", "expected", "reason", "evidence_source")


def random_answer(question, values, chance):
    """An answer of any kind: a known one, one just or far outside its range, or one that cannot be read."""
    if question.kind == "number" and chance.random() < 0.25:
        high, step = float(question.high), 1 / question.scale
        return chance.choice(
            [high + step / 2, high + step * 0.75, high + step, f"{high + step:.6f}1", 1e12, -0.5, "-0,5"]
        )
    return chance.choice(["kira-kira", "?", *values]) if chance.random() < 0.1 else chance.choice(values)


def random_sites(edition, seed, count):
    standard, chance = STANDARDS[edition], random.Random(seed)
    features = []
    for number in range(count):
        answers = {
            name: random_answer(standard.question(name), values, chance)
            for name, values in possible_answers(standard).items()
            if chance.random() < 0.9
        }
        features.append(
            {
                "type": "Feature",
                "id": f"s{number}",
                "geometry": {"type": "Point", "coordinates": [106.1 + number / 1000, -6.1]},
                "properties": {"name": f"S{number}", **answers},
            }
        )
    return features


def findings_of(edition, features):
    sites = sites_from_features(features, "random")
    assert len(sites) == len(features)
    return audit(sites, STANDARDS[edition])


def cells(findings):
    table = findings.table()
    return {
        (row.site_id, row.requirement): tuple(getattr(row, column) for column in TEXTS)
        for row in table.itertuples(index=False)
    }


@pytest.mark.parametrize("edition", edition_names())
@pytest.mark.parametrize("language", ["id", "en"])
def test_each_cell_of_the_table_is_what_the_trace_says_in_any_order_of_sites(edition, language):
    for seed in range(cases(1, 20)):
        features = random_sites(edition, seed, 24)
        with using_language(language):
            findings = findings_of(edition, features)
            told = cells(findings)
            for site in findings.source.ids:
                for trace in findings.explain(site):
                    wanted = tuple(getattr(trace, column) for column in TEXTS)
                    assert told[site, trace.requirement.id] == wanted, (seed, site, trace.requirement.id)

            assert cells(findings_of(edition, features[::-1])) == told


def test_each_repair_says_what_the_trace_says():
    edition = edition_names()[-1]
    findings = findings_of(edition, random_sites(edition, 7, 24))

    traces = {(site, trace.requirement.id): trace for site in findings.source.ids for trace in findings.explain(site)}
    for repair in repairs(findings, list_rows(findings, "non_standard")):
        trace = traces[repair.row.id, repair.requirement.id]
        assert (repair.observed, repair.expected) == (trace.observed, trace.expected)


def test_a_value_outside_its_range_is_shown_as_it_was_written():
    standard = STANDARDS[edition_names()[-1]]
    question = next(
        each for each in standard.questions if each.requirement and each.kind == "number" and each.decimals == 0
    )
    features = random_sites(edition_names()[-1], 1, 2)
    for feature, value in zip(features, (float(question.high) + 0.5, float(question.high) + 1), strict=True):
        feature["properties"][question.id] = value
    findings = findings_of(edition_names()[-1], features)

    with using_language("en"):
        texts = [
            observation.text
            for site in findings.source.ids
            for trace in findings.explain(site)
            for observation in trace.observations
            if observation.question.id == question.id
        ]
        remarks = [str(each.why) for each in findings.evidence.remarks if each.question == question.id]

    assert f"{float(question.high) + 0.5:,.1f} {question.unit} (not plausible)" in texts
    assert f"{float(question.high) + 1:,.0f} {question.unit} (not plausible)" in texts
    assert remarks[0].endswith(f"is outside the plausible range {float(question.low):,.0f}–{float(question.high):,.0f}")
