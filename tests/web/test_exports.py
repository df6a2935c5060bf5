"""Every file that leaves is noted: who, when, what and how much; and what cannot be noted does not leave."""

import csv
import io
import json
import re
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from helpers.registers import ReadOnlyClient
from helpers.reviews import ADE, BUDI, PLANNER, RINA
from helpers.whole_register import whole_register
from rba_audit.cli import main
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.web.http.downloads import name_of
from rba_audit.web.http.export_log import PAGE_ENDPOINTS, PAGE_TYPES

FILES = {
    "planners.sites_file": 5,
    "planners.non_standard_file": 5,
    "planners.not_known_file": 5,
    "planners.api_sites": 1,
    "agencies.package": 1,
    "agencies.file": 2,
    "coverage.file": 3,
    "city.file": 2,
    "plans.city_file": 3,
    "plans.site_file": 3,
    "nominations.file": 2,
    "followups.actions_file": 2,
    "followups.surveillance_calendar": 1,
    "followups.action_photo": 1,
    "papers.site": 1,
    "papers.city": 1,
    "papers.mayor": 1,
    "followups.certificate_scan": 1,
    "documents.file": 1,
    "reviewers.agreement_file": 1,
    "forum.of_site_file": 1,
    "api.get_document": 1,
    "pictures.of_visit": 1,
    "dangers.photo": 1,
    "rehearsals.item_file": 1,
    "rehearsals.result_file": 1,
    "personal.own_file": 1,
    "personal.file": 1,
    "exports.file": 1,
    "imports.table": 2,
    "imports.file": 1,
    "layers.file": 1,
    "kha.blank_table": 1,
    "kha.people_file": 2,
    "kha.person_file": 1,
    "folder.file": 4,
}
"""Every endpoint that answers with a file here, and how many kinds of it there are."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory, standard):
    made = whole_register(tmp_path_factory.mktemp("exports"), standard)
    made.app.test_client_class = ReadOnlyClient
    yield made
    made.register.close()


def test_every_download_has_a_name_and_headings_in_the_readers_language(whole):
    own, other = whole.client(ADE), whole.client(ADE)
    own.set_cookie("lang", "id")
    alike = {}
    for endpoint, address in whole.addresses():
        if endpoint not in FILES:
            continue
        answers = [client.get(address) for client in (own, other)]
        if answers[0].status_code != 200 or answers[0].mimetype == "image/jpeg" or endpoint == "api.get_document":
            continue
        names = [answer.headers["Content-Disposition"].partition("filename=")[2] for answer in answers]
        first = [answer.get_data().partition(b"\n")[0] for answer in answers]
        assert all(re.search(r"\d{4}-\d\d-\d\d", name) for name in names), names
        if names[0] == names[1] or (address.endswith(".csv") and first[0] == first[1]):
            alike[address] = names[0], first[0]

    assert alike == {}


def test_a_file_about_a_site_names_it_with_letters_that_every_disk_takes():
    with using_language("id"):
        name = name_of("plan", "csv", site="RW 5/Taman: é?", day=date(2026, 11, 30), filter=["Kecamatan: Curug"])
    assert name == "rencana-RW-5-Taman-e-2026-11-30-curug.csv"


def test_every_route_that_answers_with_a_file_is_noted_and_no_other_is(whole):
    client, noted, failed = whole.client(ADE), {}, []
    for endpoint, address in whole.addresses():
        before = len(whole.register.exports.between())
        answer = client.get(address)
        answer.get_data()
        answer.close()
        if answer.status_code >= 400:
            failed.append(address)
        new = len(whole.register.exports.between()) - before
        shown = answer.mimetype in PAGE_TYPES and "attachment" not in answer.headers.get("Content-Disposition", "")
        is_page = answer.status_code != 200 or shown or endpoint in PAGE_ENDPOINTS
        assert new == (0 if is_page else 1), (address, answer.mimetype)
        if new:
            noted[endpoint] = noted.get(endpoint, 0) + 1

    # A new route with a file is noted without a line of its own; here it has to be looked at once.
    assert noted == FILES
    # No plan of the city without a budget that is enough, no joining or read-only link, nothing cleared, no map
    # layers, no reports in the making: all else answers.
    assert {address.split("?")[0].partition("/v-")[0] for address in failed} <= {
        "/join/x", "/shared/x", "/upload/x", "/static", "/api/ground/tiles", *(f"{jobs}/{BUDI.id}{end}" for jobs in ("/papers/sites", "/packs") for end in ("", "/file")), f"/photos/{whole.values['visit_id']}/{whole.photo}/as-shown",
        f"/sites/{whole.values['site_id']}/photos/{whole.photo}",
    }  # fmt: skip


def test_each_line_says_who_what_and_how_much(whole):
    since = datetime.now(UTC)
    rows = list(csv.reader(io.StringIO(whole.client(PLANNER).get("/sites.csv?q=taman").get_data(as_text=True))))
    whole.client().get("/sites.geojson?kecamatan=Curug").get_data()
    whole.client(RINA).get(f"/photos/{whole.values['visit_id']}/{whole.photo}").get_data()
    photo, public, own = whole.register.exports.between(since)

    assert (own.person_id, own.role, own.kind, own.rows) == (
        PLANNER.id,
        "planner",
        "planners.sites_file",
        len(rows) - 1,
    )
    assert "taman" in own.filter
    assert (public.person_id, public.role, "Curug" in public.filter) == ("", "public", True)
    assert (photo.person_id, photo.photos, photo.kind) == (RINA.id, 1, "pictures.of_visit")
    assert whole.register.exports.between(since, since) == []


def test_what_a_browser_has_already_and_what_is_refused_is_no_export(whole):
    client, address = whole.client(RINA), f"/photos/{whole.values['visit_id']}/{whole.photo}"
    tag = client.get(address).headers["ETag"]
    before = len(whole.register.exports.between())

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.head("/sites.csv").status_code == 200
    assert whole.client(BUDI).get("/sites.csv").status_code in (200, 403)
    assert client.get("/photos/nothing").status_code == 404
    assert len(whole.register.exports.between()) <= before + 1


def test_the_administrator_looks_through_a_span_of_time_and_takes_it_as_csv(whole):
    whole.client(PLANNER).get("/non-standard.csv").get_data()
    client, day = whole.client(ADE), (datetime.now(UTC) + timedelta(hours=7)).date()
    page = client.get(f"/admin/exports?since={day}&until={day}").get_data(as_text=True)
    file = client.get(f"/admin/exports.csv?since={day - timedelta(days=1)}").get_data(as_text=True)

    assert "list of sites that are not standard" in page
    assert "Tono" in page
    assert any(row["Person"] == "Tono" for row in csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert "Nothing was handed out" in client.get("/admin/exports?until=2020-01-01").get_data(as_text=True)
    assert client.get("/admin/exports?since=kemarin").status_code == 400


def test_a_file_that_cannot_be_noted_is_not_handed_out(tmp_path, standard):
    with closing(whole_register(tmp_path, standard).register) as register:
        from rba_audit.web import create_app

        app = create_app(register, standard)
        with register._database.writing() as connection:
            connection.execute(text("ALTER TABLE export_log RENAME TO gone"))
        answer = app.test_client().get("/sites.csv")

        assert answer.status_code == 503
        assert "alun-alun" not in answer.get_data(as_text=True).casefold()
        assert app.test_client().get("/sites").status_code == 200


def test_the_command_line_is_noted_as_well(tmp_path, standard, capsys):
    whole_register(tmp_path, standard).register.close()
    url = f"sqlite:///{tmp_path}/register.db"
    with using_language("en"):
        assert main(["register", "export", str(tmp_path / "sites.geojson"), "--register", url, "--lang", "en"]) == 0
        assert (
            main(["people", "export", "budi", "-o", str(tmp_path / "budi.zip"), "--register", url, "--lang", "en"]) == 0
        )
        capsys.readouterr()
        assert main(["register", "exports", "--register", url, "--lang", "en"]) == 0
        listed = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert main(["register", "exports", "--out", str(tmp_path / "log.csv"), "--register", url, "--lang", "en"]) == 0
        assert main(["register", "exports", "--since", "x", "--register", url]) == 1
    register = open_register(url)
    kinds = [(each.kind, each.role) for each in register.exports.between()]
    register.close()

    assert [(row["File"], row["Filter"]) for row in listed] == [("people export", "budi"), ("register export", "")]
    assert kinds == [(kind, "command line") for kind in ("register exports", "people export", "register export")]
    with zipfile.ZipFile(tmp_path / "budi.zip") as archive:
        assert json.loads(archive.read("person.json"))["visit"][0]["document"]["note"] == "Rata."
    assert (tmp_path / "budi.zip").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "query", ["?since=2026-11-30&until=2026-11-01", "?since=2026-11-30T14:00&until=2026-11-30T14:00", "?since=x"]
)
def test_a_span_that_cannot_be_is_refused_with_a_sentence_on_the_page_and_as_a_file(whole, query):
    answers = [whole.client(ADE).get(f"/admin/exports{kind}{query}") for kind in ("", ".csv")]

    assert [answer.status_code for answer in answers] == [400, 400]
    told = "is no day or moment" if query == "?since=x" else "before it begins"
    assert all(told in answer.get_data(as_text=True) for answer in answers)
    day = whole.client(ADE).get("/admin/exports?since=2026-11-30&until=2026-11-30")
    assert day.status_code == 200
