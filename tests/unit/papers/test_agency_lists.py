"""Repairs by agency: each is in exactly one agency's list, and the totals are the sums over all repairs."""

from collections import Counter
from datetime import date

import pytest

from helpers.agency_registers import random_findings
from rba_audit.findings import UNDETERMINED
from rba_audit.findings.conclusions import counted
from rba_audit.papers.agency_lists import agency_lists, agency_totals, coordinate_words, sites_to_repair
from rba_audit.reports import repairs, site_rows


def key(repair):
    return repair.row.id, repair.requirement.id


@pytest.mark.parametrize(
    ("seed", "sites", "agencies"), [(1, 0, 1), (2, 1, 12), (3, 70, 12), (4, 69, 11), (5, 12, 1), (6, 33, 5)]
)
def test_every_repair_is_in_exactly_one_list_and_totals_are_the_sums_over_all_repairs(standard, seed, sites, agencies):
    findings = random_findings(standard, seed, sites=sites, agencies=agencies)
    rows = site_rows(findings)
    every = list(repairs(findings, rows))
    due = {key(repair): date(2026, 12, 1 + number % 28) for number, repair in enumerate(every) if number % 2}

    lists = agency_lists(findings, rows, due)
    lines = [line for agency in lists for line in agency.lines]

    assert Counter(key(line.repair) for line in lines) == Counter(map(key, every))
    assert all(line.repair.requirement.remedy.lead == agency.totals.id for agency in lists for line in agency.lines)
    assert [agency.totals for agency in lists] == agency_totals(findings, rows)
    assert sites_to_repair(findings, rows) == len({repair.row.id for repair in every})
    counts = counted(findings.standard, findings.extension)
    for totals, own in ((agency.totals, agency.lines) for agency in lists):
        bands = [findings.standard.cost_bands[line.repair.requirement.remedy.cost] for line in own]
        assert totals.repairs == len(own) > 0
        assert totals.sites == len({line.repair.row.id for line in own})
        assert totals.red == sum(line.repair.requirement in line.repair.row.red for line in own)
        assert totals.must_fix == sum(line.repair.requirement in line.repair.row.must_fix for line in own)
        assert (totals.cost.low, totals.cost.high) == (sum(b.low for b in bands), sum(b.high for b in bands))
        assert {band.band.name: band.repairs for band in totals.bands} == Counter(band.name for band in bands)
        assert totals.not_known == sum(
            int((findings.matrix[index] == UNDETERMINED).sum())
            for index, requirement in enumerate(findings.standard.requirements)
            if counts[index] and requirement.remedy.lead == totals.id
        )
    assert sum(agency.totals.repairs for agency in lists) == len(every)
    assert {key(line.repair): line.due for line in lines if line.due} == due


def test_the_most_urgent_lines_come_first_and_one_agency_can_be_asked_for(standard):
    findings = random_findings(standard, 7, sites=20, agencies=3)
    rows = site_rows(findings)
    first = agency_lists(findings, rows, {})[0]

    assert [line.urgency for line in first.lines] == sorted(line.urgency for line in first.lines)
    assert agency_lists(findings, rows, {}, [first.totals.id]) == [first]
    assert agency_lists(findings, rows, {}, ["nobody"]) == []


def test_a_register_without_answers_has_no_repair_and_no_cost(standard):
    findings = random_findings(standard, 8, sites=3, agencies=2, share=0)

    assert agency_totals(findings, site_rows(findings)) == []
    assert agency_lists(findings, site_rows(findings), {}) == []


def test_coordinates_are_written_as_maps_read_them():
    assert coordinate_words((-6.1, 106.15)) == "-6.100000, 106.150000"
    assert coordinate_words(None) == ""
