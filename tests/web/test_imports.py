"""The pages of imports: a file, its columns, the preview with its choices, taking it once, undoing it, and whose draft it is."""

import io
import json
import re
from contextlib import closing

import pytest

from helpers.park_lists import park_workbook
from helpers.registers import empty_register, session_for, signed_in_client
from rba_audit.layers import read_context
from rba_audit.messages import using_language
from rba_audit.resources import sample_areas
from rba_audit.web import create_app
from rba_audit.web.http import drafts
from rba_audit.web.pages.imports import draft_reading
from rba_audit.web.pages.imports.blank_table import blank_table
from rba_audit.web.pages.imports.columns_form import COLUMNS_ON_A_PAGE
from rba_audit.web.pages.imports.preview import ROWS_ON_A_PAGE


@pytest.fixture
def app(tmp_path, standard):
    with closing(empty_register(tmp_path, people=True)) as register:
        app = create_app(register, standard, read_context([sample_areas()]))
        app.register_of_test = register
        yield app


@pytest.fixture
def planner(app):
    return client_of(app, "planner")


def client_of(app, role):
    client = signed_in_client(app, role)
    client.set_cookie("lang", "en")
    return client


def send(client, data, name):
    return client.post("/imports", data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def feature(id, lon, lat=-6.1, **properties):
    return {
        "type": "Feature",
        "id": id,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"name": id.title(), **properties},
    }


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def plain(response):
    main = response.text[response.text.index("<main") : response.text.index("</main")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def boxes(html):
    """Return the ids of the rows with a box, and of those whose box is ticked."""
    shown = re.findall(r'name="shown" value="([^"]*)"', html)
    return shown, re.findall(r'name="take" value="([^"]*)" checked', html)


def take(client, address, ticked=None):
    html = client.get(f"{address}?step=preview").text
    shown, standing = boxes(html)
    seen = re.search(r'name="seen" value="(\w+)"', html).group(1)
    data = {"seen": seen, "shown": shown, "take": standing if ticked is None else ticked}
    return client.post(f"{address}/take", data=data)


def test_a_list_with_odd_columns_goes_from_the_file_to_the_register_in_two_steps_and_back_in_one(
    app, planner, standard
):
    register = app.register_of_test
    address = send(planner, park_workbook(standard, 12), "Daftar taman.xlsx").headers["Location"]
    shown = planner.get(address)
    assert shown.status_code == 200, "the program is sure, so the preview comes at once"
    assert "Take 12 places" in plain(shown)
    assert "Kecamatan:" in plain(shown)
    assert register.count() == 0
    columns = planner.get(f"{address}/columns")
    assert "Guessed" in plain(columns)
    assert '<option value="latitude" selected' in columns.text

    assert take(planner, address).headers["Location"] == address

    sites = register.sites()
    assert {site.name for site in sites} == {f"Taman Contoh {number:02}" for number in range(1, 13)}
    assert all(site.facts.get("kecamatan") for site in sites)
    assert sites[0].facts["Luas (m2)"], "what the program does not read stays"
    result = planner.get(address)
    assert "Taken: Daftar taman.xlsx" in plain(result)
    assert "Taman Contoh 12" in plain(result)
    assert take_again(planner, address) == 303
    assert register.count() == 12
    listed = plain(planner.get("/imports"))
    assert "Daftar taman.xlsx" in listed
    assert "Putra" in listed

    planner.post(f"{address}/undo")
    assert register.sites() == []
    assert "undone" in plain(planner.get("/imports"))


def take_again(client, address):
    return client.post(f"{address}/take", data={"seen": "x"}).status_code


def test_the_original_comes_back_byte_for_byte_and_its_download_is_noted(app, planner):
    data = geojson(feature("a", 106.15))
    address = send(planner, data, "../../taman <b>.geojson").headers["Location"]
    take(planner, address)
    answer = planner.get(f"{address}/file")
    assert answer.get_data() == data
    assert answer.headers["Content-Disposition"].endswith(".geojson")
    (noted,) = [each for each in app.register_of_test.exports.between() if each.kind == "imports.file"]
    assert noted.filter == "taman <b>.geojson"
    assert "taman &lt;b&gt;.geojson" in planner.get("/imports").text


def test_an_unsure_file_leads_to_its_columns_and_a_choice_there_counts(app, planner):
    rows = "Objek ke;Sisi A;Sisi B;Pagar\n" + "".join(f"Taman {at};-6,1{at};106,1{at};kokoh\n" for at in range(1, 6))
    address = send(planner, rows.encode(), "daftar.csv").headers["Location"]
    assert planner.get(address).headers["Location"] == f"{address}/columns"
    page = planner.get(f"{address}/columns")
    assert "Please look at the columns" in plain(page)
    assert "Objek ke" in plain(page)
    index = {name: at for at, name in enumerate(["Objek ke", "Sisi A", "Sisi B", "Pagar"])}
    chosen = {
        f"column-{index['Objek ke']}": "name",
        f"column-{index['Sisi A']}": "latitude",
        f"column-{index['Sisi B']}": "longitude",
    }

    wrong = planner.post(f"{address}/columns", data={**chosen, "crs": "EPSG:none", "button": "preview"})
    assert wrong.status_code == 400
    assert "EPSG:none" in plain(wrong)
    assert '<option value="latitude" selected' in wrong.text, "what was chosen is not lost"

    planner.post(f"{address}/columns", data={**chosen, "crs": "", "button": "preview"})
    assert "Take 5 places" in plain(planner.get(f"{address}?step=preview"))
    take(planner, address)
    assert sorted(site.name for site in app.register_of_test.sites()) == [f"Taman {at}" for at in range(1, 6)]
    again = send(planner, rows.replace("Taman 5", "Taman 55").encode(), "daftar2.csv").headers["Location"]
    assert "as in the last import" in plain(planner.get(f"{again}/columns")), "the same headings need no second answer"


def test_values_that_are_no_answer_are_asked_about_in_the_words_of_the_edition(app, planner, standard):
    question = next(
        each
        for each in standard.questions
        if each.requirement and {"yes", "no"} <= {word.name for word in each.choices}
    )
    rows = (
        f"Nama;Lintang;Bujur;{question.id}\n"
        + "".join(f"Taman {at};-6,1{at};106,1{at};mantap\n" for at in range(1, 4))
        + "Taman 9;-6,19;106,19;ya\n"
    )
    address = send(planner, rows.encode(), "daftar.csv").headers["Location"]
    page = planner.get(f"{address}/columns")
    assert "“mantap” (3×)" in plain(page)
    planner.post(f"{address}/columns", data={"unread-3": "mantap", "value-3": "yes", "button": "preview"})
    take(planner, address)
    assert {site.facts[question.id] for site in app.register_of_test.sites()} == {"yes", "ya"}, (
        "what is an answer stays"
    )


def test_doubtful_rows_stay_out_unless_taken_one_by_one_or_together(app, planner):
    register = app.register_of_test
    register.import_features([feature("a", 106.15), feature("b", 106.16), feature("gone", 106.17)])
    moved = [feature("a", 106.25, name="Other"), feature("b", 106.26, name="Another"), feature("c", 106.27)]
    address = send(planner, geojson(*moved), "baru.geojson").headers["Location"]
    page = planner.get(f"{address}?step=preview")
    assert "2 doubtful rows are left out unless you choose them." in plain(page)
    assert "1 place of the register is not in this file; it stays" in plain(page)
    assert boxes(page.text) == (["a", "b", "c"], ["c"])
    assert "Take 1 place" in plain(page)
    only = planner.get(f"{address}?step=preview&kind=doubtful")
    assert boxes(only.text) == (["a", "b"], [])

    planner.post(f"{address}/choices", data={"kind": "doubtful", "all": "doubtful:take", "shown": ["a", "b"]})
    assert "Take 3 places" in plain(planner.get(f"{address}?step=preview"))
    planner.post(f"{address}/choices", data={"shown": ["a", "b", "c"], "take": ["b", "c"]})
    assert boxes(planner.get(f"{address}?step=preview").text)[1] == ["b", "c"]
    take(planner, address)

    names = {site.id: site.name for site in register.sites()}
    assert names == {"a": "A", "b": "Another", "gone": "Gone", "c": "C"}


def test_a_change_meanwhile_shows_the_new_preview_and_takes_nothing(app, planner):
    register = app.register_of_test
    address = send(planner, geojson(feature("a", 106.15)), "a.geojson").headers["Location"]
    html = planner.get(f"{address}?step=preview").text
    seen = re.search(r'name="seen" value="(\w+)"', html).group(1)
    register.import_features([feature("a", 106.9, name="Somebody else's")])
    answer = planner.post(f"{address}/take", data={"seen": seen, "shown": ["a"], "take": ["a"]}, follow_redirects=True)
    assert "changed meanwhile" in plain(answer)
    assert "1 doubtful row is left out" in plain(answer)
    assert [site.name for site in register.sites()] == ["Somebody else's"]


def test_a_draft_is_its_owners_alone_and_goes_with_age_and_number(app, planner, monkeypatch):
    data = geojson(feature("a", 106.15))
    address = send(planner, data, "a.geojson").headers["Location"]
    other = client_of(app, "administrator")
    for answer in (other.get(address), other.get(f"{address}/columns"), other.post(f"{address}/take")):
        assert answer.status_code == 404
    assert "a.geojson" not in other.get("/imports").text
    surveyor = app.test_client()
    surveyor.set_cookie("rba", session_for(app, "surveyor"))
    assert send(surveyor, data, "a.geojson").status_code == 403
    for number in range(drafts.MOST_OF_PERSON):
        send(planner, data, f"{number}.geojson")
    assert planner.get(address).status_code == 404, "the oldest went"
    newest = send(planner, data, "last.geojson").headers["Location"]
    folder = app.extensions["judged"].import_drafts.find(newest.rpartition("/")[2], planner_id(app)).folder
    planner.post(f"{newest}/discard")
    assert not folder.exists()
    monkeypatch.setattr(drafts, "LIFETIME", drafts.LIFETIME * 0)
    assert "Not taken yet" not in plain(planner.get("/imports"))


def planner_id(app):
    return next(person.id for person in app.register_of_test.people.all() if person.role == "planner")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "Choose a file first."),
        (b"", "kosong.csv", "Choose a file that holds something."),
        (b"%PDF-1.7 daftar", "daftar.pdf", "daftar.pdf"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_on_the_page(planner, data, name, words):
    answer = send(planner, data, name)
    assert answer.status_code == 400
    assert words in plain(answer)
    assert "Not taken yet" not in plain(answer)


def test_no_page_holds_more_rows_or_columns_than_its_limit(planner):
    many = [feature(f"p{at}", 106.1 + at / 1000, -6.1 - at / 1000) for at in range(ROWS_ON_A_PAGE + 1)]
    address = send(planner, geojson(*many), "many.geojson").headers["Location"]
    first, second = (boxes(planner.get(f"{address}?step=preview&page={page}").text)[0] for page in (1, 2))
    assert (len(first), len(second)) == (ROWS_ON_A_PAGE, 1)
    assert boxes(planner.get(f"{address}?step=preview&page=999&kind=nothing").text)[0] == second
    planner.post(f"{address}/choices", data={"page": "1", "shown": first, "take": first[1:]})
    assert f"Take {ROWS_ON_A_PAGE} places" in plain(planner.get(f"{address}?step=preview")), (
        "a choice on another page stays"
    )
    wide = ";".join(["Nama", "Lintang", "Bujur", *(f"k{at}" for at in range(COLUMNS_ON_A_PAGE))])
    address = send(
        planner, f"{wide}\nTaman;-6,1;106,1;{';'.join('x' * COLUMNS_ON_A_PAGE)}\n".encode(), "wide.csv"
    ).headers["Location"]
    html = planner.get(f"{address}/columns").text
    assert html.count('<select id="column-') == COLUMNS_ON_A_PAGE
    moved = planner.post(f"{address}/columns", data={"button": "page-2"})
    assert moved.headers["Location"].endswith("columns?page=2")
    assert planner.get(moved.headers["Location"]).text.count('<select id="column-') == 3


def test_a_large_file_is_read_in_a_job_whose_page_says_how_far_it_is(planner, monkeypatch):
    monkeypatch.setattr(draft_reading, "_AT_ONCE_BYTES", 10)
    address = send(planner, geojson(feature("a", 106.15)), "a.geojson").headers["Location"]
    while planner.get(f"{address}/state").json["state"] == "working":
        pass
    assert "Take 1 place" in plain(planner.get(address, follow_redirects=True))
    broken = send(planner, b"%PDF-1.7 a list as a picture", "list.pdf").headers["Location"]
    while planner.get(f"{broken}/state").json["state"] == "working":
        pass
    assert "list.pdf: " in plain(planner.get(broken, follow_redirects=True))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_columns_of_the_empty_table_are_recognised(app, planner, kind, language):
    with using_language(language):
        table = blank_table(kind)
    assert planner.get(f"/imports/table.{kind}").status_code == 200
    if kind == "csv":
        row = ["t1", "Taman", "taman", "-6.11", "106.15", "Jl. A", "Serang", "Serang", "DLH"]
        address = send(planner, table + ",".join(row).encode() + b"\r\n", "isi.csv").headers["Location"]
        take(planner, address)
        (site,) = app.register_of_test.sites()
        assert (site.id, site.name, site.facts["manager"], site.facts["address"]) == ("t1", "Taman", "DLH", "Jl. A")


def test_an_empty_register_leads_to_the_import_and_names_no_terminal(planner):
    for address in ("/", "/sites"):
        html = planner.get(address).text
        assert 'href="/imports"' in html[html.index("<main") :]
        assert "register import" not in html
