"""The page of agencies and its files: what each agency is to repair, with the filters of the lists' addresses."""

import csv
import io
import re
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from helpers.registers import filled_register
from helpers.sending import TONO, WHO, app_for, enrol
from rba_audit.auditing import audit_with_visits
from rba_audit.followup import make_actions
from rba_audit.messages import BilingualText, format_number, using_language
from rba_audit.papers.agency_lists import agency_totals
from rba_audit.register.office import Office
from rba_audit.reports import repairs, site_rows

PLANNER = {WHO: "tono"}


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    with closing(filled_register(tmp_path_factory.mktemp("agencies"))) as register:
        enrol(register)
        yield register


@pytest.fixture(scope="module")
def findings(register, standard):
    return audit_with_visits(register, standard).findings


@pytest.fixture(scope="module")
def client(register, standard):
    client = app_for(register, standard).test_client()
    client.set_cookie("lang", "en")
    return client


def numbers(html):
    """Return the row of each agency: its name, and the text of its cells."""
    rows = re.findall(r"<tr><th scope=\"row\">([^<]*)(?:<(?!/th).*?)?</th>(.*?)</tr>", html, re.DOTALL)
    return {
        name: [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", cells, re.DOTALL)]
        for name, cells in rows
    }


def test_the_page_shows_the_totals_of_each_agency_and_of_all(client, findings):
    shown = numbers(client.get("/agencies", headers=PLANNER).text)

    with using_language("en"):
        totals = agency_totals(findings, site_rows(findings))
        for agency in totals:
            counts = (agency.sites, agency.repairs, agency.red, agency.must_fix)
            assert shown[str(agency.name).replace("&", "&amp;")][:6] == [
                *(format_number(count, 0) for count in counts), str(agency.cost), format_number(agency.not_known, 0)
            ]  # fmt: skip
    assert shown["All"][1] == format_number(sum(1 for _ in repairs(findings, site_rows(findings))), 0)
    assert len(shown) == len(totals) + 1


def test_each_number_of_sites_leads_to_the_list_of_the_agency_and_filters_go_along(client, findings):
    first = agency_totals(findings, site_rows(findings))[0].id

    html = client.get("/agencies?kecamatan=Curug", headers=PLANNER).text

    assert "Kecamatan: Curug" in html
    assert f'href="/sites?agency={first}&amp;kecamatan=Curug"' in html
    assert f'href="/non-standard?agency={first}&amp;kecamatan=Curug"' in html
    assert f'href="/agencies/{first}.pdf?kecamatan=Curug"' in html
    assert 'href="/agencies.zip?kecamatan=Curug"' in html


def test_the_package_holds_every_repair_of_the_selected_sites_once(client, findings):
    for query, kept in (("", lambda _: True), ("?kecamatan=Curug", lambda row: row.kecamatan == "Curug")):
        answer = client.get(f"/agencies.zip{query}", headers=PLANNER)
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
        found = []
        for name in archive.namelist():
            if name.startswith("repairs-"):
                sheet = openpyxl.load_workbook(io.BytesIO(archive.read(name)), read_only=True).worksheets[0]
                found += [(row[0], row[3].split()[0]) for row in list(sheet.values)[1:]]
        rows = [row for row in site_rows(findings) if kept(row)]
        assert sorted(found) == sorted((repair.row.id, repair.requirement.id) for repair in repairs(findings, rows))
        assert sum(name.endswith(".pdf") for name in archive.namelist()) == len(agency_totals(findings, rows))


def test_a_letter_has_the_office_and_the_day_of_its_action(client, register, findings, standard):
    register.office.save(Office(name="Dinas Taman Uji"), "ade", register.office.current().seq)
    repair = next(repairs(findings, site_rows(findings, ["non_standard"])))
    made = make_actions(register, audit_with_visits(register, standard), [repair.row.id], TONO, date(2026, 11, 2))
    action = next(each for each in made if each.request.requirement == repair.requirement.id)

    letter = client.get(f"/agencies/{repair.requirement.remedy.lead}.pdf", headers=PLANNER)
    book = client.get(f"/agencies/{repair.requirement.remedy.lead}.xlsx", headers=PLANNER)
    rows = list(openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0].values)

    assert letter.data.startswith(b"%PDF-")
    assert f"letter-{repair.requirement.remedy.lead}-" in letter.headers["Content-Disposition"]
    row = next(row for row in rows if (row[0], row[3].split()[0]) == (repair.row.id, repair.requirement.id))
    assert row[8].date() == action.due


def test_an_agency_that_is_none_or_has_nothing_to_repair_is_refused_with_a_sentence(client, standard):
    agency = next(iter(standard.agencies))

    for path in ("/agencies/nobody.pdf", "/agencies/nobody.xlsx", f"/agencies/{agency}.pdf?q=nothing+like+it"):
        answer = client.get(path, headers=PLANNER)
        assert answer.status_code == 404
        assert "nothing to repair at these sites" in answer.text
    assert "No requirement is found" in client.get("/agencies?q=nothing+like+it", headers=PLANNER).text


def test_the_page_is_in_the_menu_and_linked_from_the_list_of_what_is_not_standard(client):
    assert 'href="/agencies"' in client.get("/sites", headers=PLANNER).text
    html = client.get("/non-standard?kecamatan=Curug", headers=PLANNER).text
    assert 'href="/agencies?kecamatan=Curug"' in html


@pytest.mark.parametrize("query", ["", "kecamatan=Curug", "item=red"])
def test_the_number_of_sites_of_an_agency_is_the_length_of_the_list_behind_it(client, query):
    html = client.get(f"/agencies?{query}", headers=PLANNER).text
    links = re.findall(r'href="(/sites\?agency=[^"]*)">([^<]*)</a>', html)

    assert links
    for address, count in links:
        rows = client.get(address.replace("&amp;", "&").replace("/sites?", "/sites.csv?"), headers=PLANNER).text
        assert len(list(csv.DictReader(io.StringIO(rows)))) == int(count), address


def test_a_value_that_is_not_known_here_is_said(client):
    assert "narrows nothing: item=x" in client.get("/agencies?item=x", headers=PLANNER).text


def test_an_agency_of_an_edition_may_have_any_id(register, standard):
    odd = "dinas/pu"
    led = tuple(replace(each, remedy=replace(each.remedy, lead=odd)) for each in standard.requirements)
    own = replace(standard, agencies={odd: BilingualText("Dinas PU", "Public works")}, requirements=led)
    client = app_for(register, own).test_client()

    assert f'href="/agencies/{odd}.xlsx"' in client.get("/agencies", headers=PLANNER).text
    assert [client.get(f"/agencies/{odd}.{kind}", headers=PLANNER).status_code for kind in ("pdf", "xlsx")] == [
        200,
        200,
    ]
