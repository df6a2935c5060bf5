"""Evidence packs on their page: made with progress, downloaded once ready, logged, and noted for those who got them."""

import io
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest

from helpers.kla_documents import accepted, pdf_file
from helpers.reviews import ADE, BUDI, PLANNER, RINA, SITE
from helpers.whole_register import whole_register
from rba_audit.days import today
from rba_audit.register.photo_files import file_of

HOSTILE = '<b>Provinsi</b> "x"'


@pytest.fixture
def whole(tmp_path, standard):
    made = whole_register(tmp_path, standard, sites=(SITE,))
    yield made
    made.register.close()


def finished(client, year="2026"):
    """Make a pack, and return the address of its page and its last state."""
    page = client.post("/packs", data={"year": year}).headers["Location"]
    while (state := client.get(page, query_string={"state": 1}).get_json())["state"] == "working":
        pass
    return page, state


def test_a_pack_is_made_with_progress_downloaded_logged_and_noted_for_its_recipient(whole):
    client = whole.client(PLANNER)
    assert "No pack was made yet." in client.get("/packs?year=2026").text
    page, state = finished(client)
    before = whole.register.exports.between()
    with client.get(f"{page}/file") as answer:
        data = answer.get_data()
        name = answer.headers["Content-Disposition"]
    hash = sha256(data).hexdigest()
    [made] = whole.register.kla.packs.all()
    logged = whole.register.exports.between()

    assert state["state"] == "ready"
    assert state["done"] == state["all"]
    assert (made.year, made.sha256, made.bytes, made.person_id) == (2026, hash, len(data), PLANNER.id)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == made.files
    assert "evidence-pack-2026-" in name
    assert len(logged) == len(before) + 1
    assert (logged[0].kind, logged[0].person_id, logged[0].rows) == ("packs.file", PLANNER.id, made.files)
    assert hash in logged[0].filter

    assert "Nobody is noted as having got it." in client.get("/packs").text
    address = f"/packs/made/{made.seq}/recipients"
    assert client.post(address, data={"recipient": " ", "day": "2026-11-01"}).status_code == 400
    late = (today() + timedelta(1)).isoformat()
    assert "has not come yet" in client.post(address, data={"recipient": "x", "day": late}).text
    assert client.post(address, data={"recipient": "x", "day": "soon"}).status_code == 400
    assert client.post(address, data={"recipient": HOSTILE, "day": "2026-11-01"}).status_code == 303
    assert client.post("/packs/made/99/recipients", data={"recipient": "x", "day": "2026-11-01"}).status_code == 404
    text = client.get("/packs").text
    assert "&lt;b&gt;Provinsi&lt;/b&gt;" in text
    assert "<b>Provinsi" not in text
    assert hash in text
    assert "cannot be called back" in text
    [recipient] = whole.register.kla.packs.all()[0].recipients
    assert (recipient.recipient, recipient.person_id, recipient.day.isoformat()) == (HOSTILE, PLANNER.id, "2026-11-01")


def test_only_who_may_make_packs_does_and_nobody_gets_the_pack_of_another(whole):
    page, _ = finished(whole.client(PLANNER))
    for someone, code in ((RINA, 403), (BUDI, 403), (ADE, 404)):
        client = whole.client(someone)
        assert client.get(page).status_code == code
        assert client.get(f"{page}/file").status_code == code
        assert client.get("/packs").status_code == (200 if someone is ADE else 403)
        assert ("/packs" in client.get("/help").text) == (someone is ADE)
    assert whole.client().get(page).status_code != 200
    assert whole.client(PLANNER).post("/packs", data={"year": "x"}).status_code == 404
    assert whole.client(PLANNER).post("/packs", data={"year": "1"}).status_code == 404


def test_a_pack_that_was_stopped_or_lacks_a_file_is_not_there_and_says_why(whole):
    client = whole.client(PLANNER)
    version = accepted(whole.register, "sk_sites", number="9/2026", signer="a", by=ADE.id, file=pdf_file("9/2026"))
    file_of(whole.register.kla.documents.folder, version.file.sha256, ".pdf").unlink()
    page, state = finished(client)

    assert state["state"] == "failed"
    assert "9/2026" in client.get(page).text
    assert "is lost on the server" in client.get(page).text
    assert client.get(f"{page}/file").status_code == 404
    assert client.post(f"{page}/end").status_code == 303
    assert client.get(page).status_code == 404
    assert whole.register.kla.packs.all() == []


def test_a_recipient_is_found_by_an_erasure_and_the_log_of_packs_stays(whole):
    packs = whole.register.kla.packs
    packs.add_recipient(packs.add_pack(2026, today(), "a" * 64, 9, 1, 2, PLANNER.id), "Ibu Sari Dewi", today(), ADE.id)

    [mention] = whole.register.personal_data.mentions("Sari Dewi")
    assert (mention.table, mention.field) == ("pack_recipient", "recipient")
    assert {"pack", "pack_recipient"} <= {
        *whole.register.personal_data.records_of(PLANNER.id),
        *whole.register.personal_data.records_of(ADE.id),
    }
