"""A person's data on the pages: handed out to them and to the administrator, and erased after it was asked once more."""

import io
import json
import zipfile
from contextlib import closing

import pytest

from helpers.reviews import ADE, BUDI, RINA, SITE, SITI, sent, uuid
from helpers.whole_register import whole_register
from rba_audit.cli import main
from rba_audit.messages import using_language
from rba_audit.register import open_register
from rba_audit.resources import privacy_notice


@pytest.fixture
def whole(tmp_path, standard):
    made = whole_register(tmp_path, standard)
    yield made
    made.register.close()


def data_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return json.loads(archive.read("person.json"))


def test_everybody_has_their_own_data_and_the_administrator_anybodys(whole):
    own = whole.client(BUDI).get("/account/data.zip")
    handed = whole.client(ADE).get(f"/admin/people/{BUDI.id}/data.zip")

    assert own.headers["Cache-Control"] == "no-store"
    assert own.headers["Content-Disposition"].startswith("attachment; filename=personal-data-")
    for found in map(data_of, (own, handed)):
        assert found["person"][0]["name"] == "Budi Santoso"
        assert found["visit"][0]["document"]["note"] == "Rata."
    assert whole.client(RINA).get(f"/admin/people/{BUDI.id}/data.zip").status_code == 403
    assert whole.client(ADE).get("/admin/people/nobody/data.zip").status_code == 404


def test_erasing_asks_for_the_login_and_tells_where_the_name_still_stands(whole):
    sent(whole.register, 2, by=SITI, note="Bersama Budi Santoso")
    client, address = whole.client(ADE), f"/admin/people/{BUDI.id}/erase"
    before = client.get(address).get_data(as_text=True)
    mistyped = client.post(address, data={"login": "siti", "reason": "x"})
    named = client.post(address, data={"login": "budi", "reason": "Budi Santoso minta"})
    assert whole.register.people.get(BUDI.id).name == "Budi Santoso"
    done = client.post(address, data={"login": "Budi ", "reason": "minta"}).get_data(as_text=True)

    assert "Bersama Budi Santoso" in before
    assert (mistyped.status_code, named.status_code) == (400, 400)
    assert "Bersama Budi Santoso" in done
    assert "Erased person 1" in done
    assert client.post(address, data={"login": "#1"}).status_code == 400
    assert "erased already" in client.get(f"/admin/people/{BUDI.id}").get_data(as_text=True)
    assert "erased on request" in client.get("/admin").get_data(as_text=True)
    shown = client.get(f"/sites/{SITE}").get_data(as_text=True)
    assert "Erased person 1" in shown
    assert "Budi" not in client.get(f"/review/{uuid(1)}").get_data(as_text=True)


def test_nobody_erases_themselves_on_their_page(whole):
    answer = whole.client(ADE).post(f"/admin/people/{ADE.id}/erase", data={"login": "ade"})

    assert answer.status_code == 400
    assert f"/admin/people/{ADE.id}/erase" not in whole.client(ADE).get(f"/admin/people/{ADE.id}").get_data(
        as_text=True
    )


def test_the_command_asks_once_more_and_lists_what_is_left(whole, tmp_path, monkeypatch, capsys):
    sent(whole.register, 2, by=SITI, note="Bersama Budi Santoso")
    url = f"sqlite:///{tmp_path}/register.db"
    with using_language("en"):
        monkeypatch.setattr("sys.stdin", io.StringIO("bud\n"))
        refused = main(["people", "erase", "budi", "--register", url, "--lang", "en"])
        monkeypatch.setattr("sys.stdin", io.StringIO("budi\n"))
        done = main(["people", "erase", "budi", "--reason", "minta", "--register", url, "--lang", "en"])
        yes = main(["people", "erase", "siti", "--yes", "--register", url, "--lang", "en"])
        folder = main(["people", "export", "rina", "-o", str(tmp_path / "rina"), "--register", url, "--lang", "en"])
    said = capsys.readouterr()

    assert (refused, done, yes, folder) == (1, 0, 0, 0)
    assert "Type the login budi" in said.err
    assert "document.note\tBersama Budi Santoso" in said.out
    assert "Erased person 1" in said.out
    assert {path.name for path in (tmp_path / "rina").iterdir()} >= {"person.json", "review_move.csv"}


@pytest.mark.parametrize(("language", "words"), [("id", "UU PDP"), ("en", "Indonesian Law 27 of 2022")])
def test_everybody_reads_the_notice_in_their_language_from_every_page(whole, language, words):
    client = whole.client()
    client.set_cookie("lang", language)
    page = client.get("/privacy").get_data(as_text=True)

    assert words in page
    assert "3 × 24" in page
    assert "**" not in page.partition("<main")[2]
    for where in ("/", "/sign-in", f"/sites/{SITE}"):
        assert 'href="/privacy"' in client.get(where).get_data(as_text=True)


def test_both_languages_of_the_notice_say_as_much():
    indonesian, english = (part.split("\n") for part in privacy_notice().read_text(encoding="utf-8").split("\n## ")[1:])

    for sign in ("### ", "- "):
        assert sum(line.startswith(sign) for line in indonesian) == sum(line.startswith(sign) for line in english)


def test_the_data_of_two_persons_never_come_into_one_folder(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/register.db"
    for login in ("rina", "dewi"):
        assert main(["people", "invite", login.title(), "--login", login, "--role", "planner", "--register", url]) == 0
    for place in ("folder", "file.zip"):
        export = ["people", "export", "rina", "-o", str(tmp_path / place), "--register", url, "--lang", "en"]
        assert main(export) == 0
        assert main([*export[:2], "dewi", *export[3:]]) == 1
        assert "something is there already" in capsys.readouterr().err
    with closing(open_register(url)) as register:
        assert len(register.exports.between()) == 2  # what was refused did not leave
