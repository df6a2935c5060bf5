"""The link by which an agency sends one document: what it shows, what it takes and for how long, and that it does nothing else."""

import io
import re
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from helpers.kla_documents import decided, small_pdf
from helpers.registers import filled_register, sample_features
from helpers.sending import RINA, SITE, TONO, app_for, enrol
from rba_audit import accounts
from rba_audit.accounts.upload_links import WantedDocument
from rba_audit.days import now_utc, today
from rba_audit.kla import uploads
from rba_audit.kla.document_files import LARGEST_DOCUMENT_BYTES
from rba_audit.kla.uploads import LONGEST_UPLOAD_TEXT
from rba_audit.register.kla.document_records import THROUGH_A_LINK
from rba_audit.register.kla.requests import end_all_requests
from rba_audit.standard.policies import shipped_policies
from rba_audit.web.http.body_limits import OF_ANYONE, UploadLimits

KLA = shipped_policies().kla
KIND = next(kind for kind in KLA.documents.kinds if kind.per == "site" and kind.needs_signer)
DAYS = KLA.calendar.request_days.value
ONE_DAY = timedelta(days=1)


@pytest.fixture
def register(tmp_path):
    with closing(filled_register(tmp_path, sample_features((SITE,)))) as register:
        enrol(register)
        yield register


@pytest.fixture
def app(register, standard):
    return app_for(register, standard)


@pytest.fixture
def stranger(app):
    return app.test_client()


def asked(register, days_ago=0):
    wanted = WantedDocument(KIND.name, SITE, "bpkad", today() + 60 * ONE_DAY)
    ((request, token),) = accounts.make_requests(register, [wanted], DAYS, TONO, now_utc() - days_ago * ONE_DAY)
    return request, token


def sent(client, token, text="Isi", name="berkas.pdf", data=None, **fields):
    file = (io.BytesIO(small_pdf(text) if data is None else data), name)
    return client.post(f"/upload/{token}", data={"file": file, **fields}, headers={"Sec-Fetch-Site": "same-origin"})


def seen(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def test_the_page_says_exactly_what_is_asked_and_leads_nowhere(register, stranger):
    request, token = asked(register)

    page = stranger.get(f"/upload/{token}?lang=en")

    site = register.site(SITE)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in page.headers
    assert all(word in seen(page) for word in (KIND.words.en, site.name, site.kelurahan, str(request.due.year)))
    assert re.findall(r'<a [^>]*href="([^"]*)"', page.text) == ["?lang=id"]
    assert "<script" not in page.text
    assert 'name="referrer" content="same-origin"' in page.text
    assert token not in page.text
    assert "Kirim" in stranger.get(f"/upload/{token}").text


def test_previews_and_many_readers_change_nothing(register, app):
    _, token = asked(register)
    for number in range(10):
        reader = app.test_client()
        assert reader.get(f"/upload/{token}", environ_base={"REMOTE_ADDR": f"203.0.113.{number}"}).status_code == 200

    assert app.test_client().head(f"/upload/{token}").status_code == 200
    assert register.kla.documents.all() == []
    assert register.kla.requests.all()[0].openings == 10
    assert sent(app.test_client(), token).status_code == 303


def test_a_sent_file_waits_as_it_was_sent_with_what_it_states(register, stranger):
    request, token = asked(register)

    answer = sent(
        stranger,
        token,
        name="../../SK <b>.pdf",
        number=" 7 /2026 ",
        dated="2026-01-05",
        signer="Ir. Budi",
        valid_until="",
    )

    (version,) = register.kla.documents.all()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/upload/{token}")
    assert (version.state, version.person_id, version.request_id) == ("waiting", THROUGH_A_LINK, request.id)
    assert (version.body.kind, version.body.sites, version.body.agency) == (KIND.name, (SITE,), "bpkad")
    assert (version.body.number, version.body.signer, str(version.body.dated)) == ("7 /2026", "Ir. Budi", "2026-01-05")
    assert (version.body.requirements, version.body.answers, version.body.valid_until) == ((), {}, None)
    assert register.kla.documents.read_file(version.file) == small_pdf()
    page = stranger.get(f"/upload/{token}?lang=en")
    assert "A file was received on" in seen(page)
    assert not any(word in page.text for word in ("SK &lt;b", "7 /2026", "Ir. Budi", "2026-01-05"))


def test_a_newer_file_is_a_new_version_until_one_was_accepted(register, stranger):
    _, token = asked(register)
    sent(stranger, token, "satu")
    sent(stranger, token, "dua")
    sent(stranger, token, "dua")
    first, second = register.kla.documents.all()
    assert first.document_id == second.document_id

    decided(register, second, "refused", at=now_utc(), by=RINA.id, note="halaman 2 hilang")
    page = stranger.get(f"/upload/{token}?lang=en")
    assert "cannot use it" in seen(page)
    assert "halaman 2" not in page.text
    sent(stranger, token, "tiga")
    third = register.kla.documents.all()[-1]
    decided(register, third, at=now_utc(), by=RINA.id)

    assert "has accepted this document" in seen(stranger.get(f"/upload/{token}?lang=en"))
    assert sent(stranger, token, "empat").status_code == 409
    decided(register, third, "withdrawn", at=now_utc(), by=RINA.id)
    assert sent(stranger, token, "empat").status_code == 409
    assert len(register.kla.documents.all()) == 3


def test_two_who_send_at_once_send_versions_of_one_document(register, app):
    _, token = asked(register)
    gate, statuses = Barrier(3), []

    def send(text):
        client = app.test_client()
        gate.wait()
        statuses.append(sent(client, token, text).status_code)

    threads = [Thread(target=send, args=(text,)) for text in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    versions = register.kla.documents.all()
    assert statuses == [303] * 3
    assert [version.seq for version in versions] == [1, 2, 3]
    assert len({version.document_id for version in versions}) == 1


def test_a_link_takes_so_many_files_and_no_more(register, stranger, monkeypatch):
    assert uploads.MOST_UPLOADS == 20
    monkeypatch.setattr(uploads, "MOST_UPLOADS", 3)
    _, token = asked(register)
    for number in range(3):
        assert sent(stranger, token, str(number)).status_code == 303

    assert sent(stranger, token, "more").status_code == 400
    assert len(register.kla.documents.all()) == 3


def test_unknown_ended_and_expired_links_get_the_same_answer(register, stranger):
    _, expired = asked(register, days_ago=DAYS + 1)
    request, ended = asked(register)
    register.kla.requests.end(request.id, TONO.id, now_utc())

    paths = [f"/upload/{token}" for token in ("x", "ö" * 300, "%00", expired, ended)]
    answers = [stranger.get(path) for path in paths] + [sent(stranger, path.removeprefix("/upload/")) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({str(sorted((k, v) for k, v in answer.headers if k != "X-Request-ID")) for answer in answers}) == 1
    assert register.kla.documents.all() == []


def test_a_restored_register_has_no_open_link(register, stranger):
    _, token = asked(register)
    with register._database.writing() as connection:
        end_all_requests(connection, now_utc())
    assert stranger.get(f"/upload/{token}").status_code == 404


def test_a_link_is_valid_through_its_last_day(register, stranger):
    assert stranger.get(f"/upload/{asked(register, days_ago=DAYS)[1]}").status_code == 200
    assert stranger.get(f"/upload/{asked(register, days_ago=DAYS + 1)[1]}").status_code == 404


def test_marks_that_programs_add_to_a_link_do_no_harm(register, stranger):
    _, token = asked(register)
    assert stranger.get(f"/upload/{token[:16]}\u200b{token[16:]}.").status_code == 200


def test_the_token_opens_nothing_else(register, stranger):
    _, token = asked(register)
    sent(stranger, token)
    (version,) = register.kla.documents.all()

    stranger.set_cookie("rba", token)
    for path in ("/folder", "/folder.csv", "/documents", f"/documents/{version.document_id}", "/"):
        assert stranger.get(path).status_code in (303, 404)
    assert stranger.get(f"/shared/{token}").status_code == 404
    assert stranger.post("/folder/letter", data={"token": token}).status_code == 401
    assert stranger.put(f"/upload/{token}").status_code == 405


def test_a_page_of_another_site_sends_nothing(register, stranger):
    _, token = asked(register)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        file = (io.BytesIO(small_pdf()), "a.pdf")
        assert stranger.post(f"/upload/{token}", data={"file": file}, headers=headers).status_code == 403
    assert register.kla.documents.all() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"dated": "2999-01-01"},
        {"dated": "x"},
        {"dated": "2026-02-01", "valid_until": "2026-01-31"},
        {"number": "x" * (LONGEST_UPLOAD_TEXT + 1)},
        {"signer": "\x1b[31m"},
        {"data": b"", "name": ""},
        {"data": b""},
        {"data": b"MZ" + bytes(200)},
        {"data": b"<html><script>alert(1)</script>", "name": "a.pdf"},
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_sentence(register, stranger, fields):
    _, token = asked(register)
    answer = sent(stranger, token, **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert register.kla.documents.all() == []


def test_texts_at_their_limit_are_taken(register, stranger):
    _, token = asked(register)
    text = "x" * LONGEST_UPLOAD_TEXT
    assert sent(stranger, token, number=text, signer=text, valid_until="9999-12-31").status_code == 303


def test_a_large_body_is_taken_with_an_open_link_only_and_a_larger_one_never(register, app, stranger):
    request, token = asked(register)
    limits = UploadLimits(app)
    path = f"/upload/{token}"

    assert LARGEST_DOCUMENT_BYTES < limits.of("POST", path) < LARGEST_DOCUMENT_BYTES + 1_000_000
    assert limits.has_open_link("POST", path)
    assert not limits.has_open_link("POST", "/upload/x")
    assert not limits.has_open_link("POST", "/sign-in")
    assert not limits.has_open_link("POST", "/no/such/page")
    assert limits.of("POST", "/no/such/page") == OF_ANYONE
    large = stranger.post(path, data=b"", environ_overrides={"CONTENT_LENGTH": "100000000"})
    assert large.status_code == 413
    register.kla.requests.end(request.id, TONO.id, now_utc())
    assert not limits.has_open_link("POST", path)


def test_guesses_from_one_address_are_limited_and_others_still_send(register, stranger, monkeypatch):
    monkeypatch.setattr(accounts.upload_links, "GUESSES", 5)
    _, token = asked(register)
    for _ in range(5):
        assert stranger.get("/upload/guess").status_code == 404

    refused = stranger.get(f"/upload/{token}")
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert stranger.get(f"/upload/{token}", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
