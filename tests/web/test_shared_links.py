"""Read-only links: one page without an account, until a day; nothing else opens, and nothing personal stands on it."""

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from helpers.registers import empty_register, filled_register
from helpers.sending import ADE, BUDI, RINA, TONO, WHO, app_for, enrol
from rba_audit import accounts
from rba_audit.register.shared_links import SharedLink

PLANNER, ADMINISTRATOR = {WHO: TONO.id}, {WHO: ADE.id}
RECIPIENT = "Kepala Dinas <b>Siti</b>"
MADE = {"recipient": RECIPIENT, "days": "30"}


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path)) as register:
        enrol(register)
        yield register


@pytest.fixture
def app(register, standard):
    return app_for(register, standard)


@pytest.fixture
def client(app):
    client = app.test_client()
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def stranger(app):
    return app.test_client()


def make(client, headers=PLANNER, **changed):
    """Make a link and return its path."""
    page = client.post("/links", data={**MADE, **changed}, headers=headers)
    assert page.status_code == 200
    return re.search(r'value="https?://[^/"]+(/shared/[^"]+)"', page.text)[1]


def test_a_planner_makes_a_link_that_opens_one_page_without_an_account(client, stranger):
    path = make(client)

    page = stranger.get(path)

    assert page.status_code == 200
    assert "Keadaan lokasi bermain" in page.text
    assert "Per tanggal" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert stranger.get(f"{path}?lang=en").text.count("State of the play spaces") == 2


def test_the_page_leads_to_nothing_but_itself_and_runs_no_script(client, stranger):
    page = stranger.get(make(client)).text

    assert re.findall(r'<a [^>]*href="([^"]*)"', page) == ["?lang=en"]
    assert "<script" not in page
    assert "<form" not in page
    assert re.search(r'href="[^"]*/print.css" media="print"', page)


def test_the_token_opens_nothing_else(client, stranger):
    token = make(client).removeprefix("/shared/")

    stranger.set_cookie("rba", token)
    assert stranger.get("/").status_code == 303
    assert stranger.get("/links").status_code == 303
    assert stranger.get(f"/join/{token}").status_code == 410
    assert stranger.get(f"/?token={token}").status_code == 303
    assert stranger.post(f"/shared/{token}").status_code == 405


def test_the_token_has_256_bits_and_only_its_hash_is_in_the_file(client, register, tmp_path):
    tokens = {make(client).removeprefix("/shared/") for _ in range(5)}

    data = b"".join(path.read_bytes() for path in tmp_path.glob("register.db*"))
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)
    assert not any(token.encode() in data for token in tokens)
    assert not any(
        token in line for token in tokens for line in client.get("/links", headers=PLANNER).text.splitlines()
    )
    assert len({link.id for link in register.shared_links.all()}) == 5


@pytest.mark.parametrize("wrong", ["x", "a" * 43, "ö", "a" * 3000, "%00"])
def test_unknown_ended_and_expired_links_get_the_same_answer(client, stranger, register, wrong):
    ended = make(client)
    client.post(f"/links/{register.shared_links.all()[0].id}/end", headers=ADMINISTRATOR)
    past = datetime.now(UTC) - timedelta(days=3)
    expired, token = accounts.make_link(register, "Bupati", 1, TONO, past)

    answers = [stranger.get(path) for path in (f"/shared/{wrong}", ended, f"/shared/{token}")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.text for answer in answers}) == 1
    assert len({str(sorted((k, v) for k, v in answer.headers if k != "X-Request-ID")) for answer in answers}) == 1
    assert "Bupati" not in answers[2].text
    assert next(link for link in register.shared_links.all() if link.id == expired.id).openings == 0


def test_a_link_is_valid_through_its_last_day(register):
    at = datetime(2026, 3, 1, 3, tzinfo=UTC)
    link, token = accounts.make_link(register, "Camat", 1, TONO, at)
    last = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)  # 23.59 in the city

    assert isinstance(accounts.open_link(register, token, "a", last), SharedLink)
    assert accounts.open_link(register, token, "a", last + timedelta(minutes=1)) == accounts.NoSuchLink()
    assert register.shared_links.all()[0].openings == 1
    assert link.valid_until.isoformat() == "2026-03-02"


@pytest.mark.parametrize("days", ["0", "366", "-1", "x", "", "1.5", "²", "9" * 99])
def test_a_link_is_valid_for_a_day_to_a_year(client, register, days):
    assert client.post("/links", data={**MADE, "days": days}, headers=PLANNER).status_code == 400
    assert register.shared_links.all() == []


@pytest.mark.parametrize("days", ["1", "365"])
def test_a_day_and_a_year_are_taken(client, days):
    make(client, days=days)


@pytest.mark.parametrize("recipient", ["", "  ", "x" * 121, "\x00", "\u202e\u200b", "Kepala\x1b[31m"])
def test_a_link_names_its_recipient(client, register, recipient):
    assert client.post("/links", data={**MADE, "recipient": recipient}, headers=PLANNER).status_code == 400
    assert register.shared_links.all() == []


def test_guesses_from_one_address_are_limited_and_others_still_read(client, stranger):
    path = make(client)
    for _ in range(accounts.shared_links.GUESSES):
        assert stranger.get("/shared/guess").status_code == 404

    refused = stranger.get(path)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert stranger.get(path, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


def test_who_reads_often_is_not_limited(client, stranger):
    path = make(client)

    assert {stranger.get(path).status_code for _ in range(accounts.shared_links.GUESSES + 2)} == {200}


def test_the_list_says_when_by_whom_how_often_and_in_which_state(client, stranger, register):
    stranger.get(make(client))
    page = client.get("/links", headers=PLANNER).text

    assert "Kepala Dinas &lt;b&gt;Siti&lt;/b&gt;" in page
    assert "Tono" in page
    assert re.search(r"<td data-label=\"Opened\"><span>1 time<br>", page)
    client.post(f"/links/{register.shared_links.all()[0].id}/end", headers=ADMINISTRATOR)
    page = client.get("/links", headers=PLANNER).text
    assert "ended" in page
    assert "Ade Kurnia" in page
    assert 'href="/links"' in client.get("/", headers=PLANNER).text
    assert 'href="/links"' not in client.get("/", headers={WHO: RINA.id}).text


def test_making_ending_and_opening_are_logged(client, stranger, register):
    path = make(client)
    stranger.get(path)
    stranger.get(path)
    id = register.shared_links.all()[0].id
    for _ in range(2):
        client.post(f"/links/{id}/end", headers=ADMINISTRATOR)

    events = [(event.what, event.actor, event.detail) for event in register.people.events(10)]
    assert sorted(events)[-2:] == [("shared_link_ended", ADE.id, id), ("shared_link_made", TONO.id, id)]
    opened = [export for export in register.exports.between(None, None) if export.kind == "links.shared"]
    assert [(export.role, export.filter) for export in opened] == [("public", f"{RECIPIENT} ({id})")]
    assert register.shared_links.all()[0].openings == 2


def test_no_person_and_no_note_stands_on_the_page(client, stranger):
    page = stranger.get(make(client)).text

    assert not [person.name for person in (BUDI, RINA, TONO, ADE) if person.name in page]
    assert "Siti" not in page
    assert not re.search(r"/sites/|/visits/|/photos?/", page)


def test_what_is_not_known_is_no_zero(client, stranger):
    page = stranger.get(make(client) + "?lang=en").text
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())

    assert "Overdue action Unknown. No action was made yet." in words
    assert "Certificate expired or expiring Unknown. No certificate is recorded yet." in words
    assert "Surveillance due Unknown. Without a date:" in words, "nobody was there, so nothing can be due"
    assert re.search(r"Not known yet: \d+ sites, of which \d+ not audited", words)
    assert "no action made yet" in words


def test_an_empty_register_says_so(tmp_path, standard):
    with closing(empty_register(tmp_path)) as register:
        enrol(register)
        _, token = accounts.make_link(register, "Wali Kota", 30, TONO)

        page = app_for(register, standard).test_client().get(f"/shared/{token}").text

    assert "Belum ada lokasi dalam register." in page
    assert '<span class="figure">0</span>' not in page


def test_a_damaged_link_opens_nothing_and_leaves_the_others(client, stranger, register):
    broken, whole = make(client), make(client)
    id = register.shared_links.all()[1].id
    with register._database.writing() as connection:
        from rba_audit.register.shared_links import shared_link
        from rba_audit.register.triggers import allow_changes

        with allow_changes(connection, shared_link):
            connection.exec_driver_sql("UPDATE shared_link SET valid_until = 'soon' WHERE id = ?", (id,))

    assert sorted(stranger.get(path).status_code for path in (broken, whole)) == [200, 404]
    assert len(register.shared_links.all()) == 1
    assert {row.table for row in register.damaged()} == {"shared_link"}
