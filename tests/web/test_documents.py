"""Pages of documents: record, versions, decisions by two persons, files to save, and what is refused."""

import io
from datetime import timedelta
from uuid import uuid4

import html5lib
import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from helpers.document_samples import office, picture
from helpers.kla_documents import NOON, accepted, recorded, small_pdf
from helpers.registers import filled_register
from helpers.sending import WHO, app_for, enrol
from rba_audit.days import today
from rba_audit.kla.document_files import LARGEST_DOCUMENT_BYTES
from rba_audit.kla.documents import proposed_requirements
from rba_audit.standard.policies import shipped_policies

SITE, OTHER = "taman-a", "taman-b"
NAME = "SK <b>lokasi</b>"


@pytest.fixture
def register(tmp_path):
    features = [
        {"type": "Feature", "id": site, "properties": {"name": f"Taman {site[-1]}"}, "geometry": None}
        for site in (SITE, OTHER)
    ]
    register = filled_register(tmp_path, features)
    enrol(register)
    yield register
    register.close()


@pytest.fixture
def desk(register, standard):
    """A function that gives a client for somebody."""
    app = app_for(register, standard)

    def of(who):
        client = app.test_client()
        client.set_cookie("lang", "en")
        client.environ_base["HTTP_" + WHO.upper().replace("-", "_")] = who
        return client

    return of


@pytest.fixture(scope="module")
def proving(standard):
    """A kind of document that proves a requirement of the edition, and that requirement."""
    kinds = shipped_policies().kla.documents.kinds
    return next(
        (kind, standard.requirement(ids[0])) for kind in kinds if (ids := proposed_requirements(kind, standard))
    )


def parsed(answer, status=200):
    html = answer.get_data(as_text=True)
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert (answer.status_code, parser.errors) == (status, [])
    return html


def form(data=None, name="sk.pdf", **fields):
    sent = {"id": str(uuid4()), "kind": "sk_sites", "title": NAME, "seen": "0", **fields}
    return {**sent, "file": FileStorage(io.BytesIO(small_pdf() if data is None else data), name)}


def post(client, path, fields):
    boundary, body = encode_multipart(fields)  # in memory, so that no temporary file stays open
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def decide(client, version, state, note="", seen=0):
    path = f"/documents/{version.document_id}/versions/{version.seq}/decision"
    return client.post(path, data={"state": state, "note": note, "seen": seen})


def test_from_an_empty_list_a_document_is_recorded_accepted_replaced_and_withdrawn(desk, register):
    tono, rina = desk("tono"), desk("rina")
    assert "No document is recorded yet." in parsed(tono.get("/documents"))
    assert "kind=sk_sites" in parsed(tono.get("/documents/new"))
    assert "Record a document" in parsed(tono.get("/documents/new?kind=sk_sites"))

    fields = form(number="600/1", dated="2026-01-05", signer="Wali Kota", link="https://a.example/sk?a=1&b=2")
    answer = post(tono, "/documents", fields)
    assert answer.status_code == 303
    (version,) = register.kla.documents.all()
    assert (version.body.title, version.file.pages, version.state) == (NAME, 1, "waiting")
    page = parsed(tono.get(answer.location))
    assert "SK &lt;b&gt;lokasi&lt;/b&gt;" in page
    assert NAME not in page
    assert 'rel="noopener noreferrer external">https://a.example/sk?a=1&amp;b=2' in page
    assert "waits for a decision" in parsed(rina.get("/documents"))

    assert decide(rina, version, "refused").status_code == 400
    assert decide(rina, version, "accepted", "baik").status_code == 303
    first = register.kla.documents.versions(version.document_id)[0]
    assert (first.state, first.decided.note) == ("accepted", "baik")

    path = f"/documents/{version.document_id}"
    filled = parsed(tono.get(f"{path}/new-version"))
    assert 'value="600/1"' in filled
    assert "Without a new file the one before stays" in filled
    changed = {"kind": "sk_sites", "title": "SK 2", "id": version.document_id, "seen": "1"}
    assert post(tono, f"{path}/versions", changed).status_code == 303
    page = parsed(rina.get(path))
    assert "Version 1 counts" in page
    newest = register.kla.documents.versions(version.document_id)[-1]
    assert newest.file == version.file
    assert decide(rina, newest, "accepted").status_code == 303
    assert "Version 2 counts" in parsed(rina.get(path))
    assert decide(rina, newest, "withdrawn", "salah", 1).status_code == 303
    assert "No version counts." in parsed(rina.get(path))
    assert decide(rina, newest, "accepted", "benar", 2).status_code == 303  # a decision is undone by another one
    assert "Version 2 counts" in parsed(rina.get(path))


def test_who_recorded_what_proves_requirements_cannot_accept_it(desk, register, proving):
    kind, requirement = proving
    tono, rina = desk("tono"), desk("rina")
    page = parsed(tono.get(f"/documents/new?kind={kind.name}&site={SITE}"))
    for question in requirement.questions:
        assert f'id="q-{question.id}"' in page
    assert f'value="{SITE}" checked' in page
    fields = form(kind=kind.name, site=SITE, requirement=requirement.id)
    assert post(tono, "/documents", fields).status_code == 303
    (version,) = register.kla.documents.all()
    assert version.body.requirements == (requirement.id,)

    assert "a second person accepts it" in parsed(decide(tono, version, "accepted"), 403)
    assert decide(tono, version, "refused", "salah").status_code == 303
    assert decide(tono, version, "accepted", "benar", 1).status_code == 403
    assert decide(rina, version, "accepted", "benar", 1).status_code == 303
    assert register.kla.documents.all()[0].decided.person_id == "rina"


def test_answers_name_their_requirement_and_need_a_site(desk, register, proving):
    kind, requirement = proving
    question = next(each for each in requirement.questions if each.choices)
    chosen = question.choices[0].name
    refused = post(desk("tono"), "/documents", form(kind=kind.name, **{question.id: chosen}))
    page = parsed(refused, 400)
    assert "Choose the sites at which its answers count." in page
    assert "Choose the file again" in page
    assert f'value="{chosen}" id="{question.id}" checked' in page
    assert "SK &lt;b&gt;lokasi&lt;/b&gt;" in page

    fields = form(kind=kind.name, site=[SITE, OTHER], **{question.id: chosen})
    assert post(desk("tono"), "/documents", fields).status_code == 303
    (version,) = register.kla.documents.all()
    assert version.body.answers == {question.id: chosen}
    assert version.body.requirements == (requirement.id,)
    again = parsed(desk("tono").get(f"/documents/{version.document_id}/new-version"))
    assert f'value="{chosen}" id="{question.id}" checked' in again


WRONG = [
    ({"title": " "}, "Write the title"),
    ({"title": "x" * 201}, "at most 200 characters"),
    ({"kind": "tidak-ada"}, "Choose the kind"),
    ({"agency": "nasa"}, "Choose the agency from the list."),
    ({"site": "<i>x</i>"}, "no site &lt;i&gt;x&lt;/i&gt; in the list"),
    ({"dated": "kemarin"}, "Choose the days from the calendar"),
    ({"dated": str(today() + timedelta(days=3))}, "lies in the future"),
    ({"dated": "2026-02-01", "valid_until": "2026-01-01"}, "ends before its date"),
    ({"valid_until": "9999-12-31"}, "too far away"),
    ({"requirement": "XX-99"}, "no document proves this requirement"),
    ({"link": "javascript:alert(1)"}, "Write the whole address"),
    ({"link": "https://user:pass@a.example/"}, "Write the whole address"),
    ({"link": "https://a.example/ x"}, "Write the whole address"),
    ({"link": "//a.example/x"}, "Write the whole address"),
    ({"link": "https://[x"}, "Write the whole address"),
    ({"link": "data:text/html,x"}, "Write the whole address"),
    ({"id": "1"}, "The form is not whole"),
    ({"note": "x" * 2001}, "too long"),
]


def test_what_cannot_be_recorded_comes_back_with_one_sentence_and_all_that_was_typed(desk, register):
    tono = desk("tono")
    for fields, words in WRONG:
        page = post(tono, "/documents", {"number": "600/7", **form(**fields)})
        assert page.status_code == 400, fields
        html = page.get_data(as_text=True)
        assert words in html, fields
        assert 'value="600/7"' in html
    assert register.kla.documents.all() == []


def test_a_document_has_a_file_or_an_address(desk, register):
    fields = {key: value for key, value in form().items() if key != "file"}
    assert "Choose the file of the document" in parsed(post(desk("tono"), "/documents", fields), 400)
    assert post(desk("tono"), "/documents", {**fields, "link": "https://a.example/"}).status_code == 303
    assert register.kla.documents.all()[0].file is None


def test_a_file_is_saved_with_our_own_type_and_name_and_runs_nothing(desk, register):
    tono = desk("tono")
    name, data = "../a/\u202ecod.exe" + "x" * 300, office("docx")
    assert post(tono, "/documents", form(data, name)).status_code == 303
    (version,) = register.kla.documents.all()
    assert "?" in parsed(tono.get(f"/documents/{version.document_id}"))
    path = f"/documents/{version.document_id}/versions/1/file"
    for who in ("tono", "rina"):
        answer = desk(who).get(path)
        headers = answer.headers
        assert answer.data == data
        assert headers["Content-Type"].startswith("application/vnd.openxmlformats")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        disposition = headers["Content-Disposition"]
        assert disposition.startswith("attachment; filename=document-")
        assert disposition.endswith(".docx")
        assert disposition.isascii()
    assert {export.kind for export in register.exports.between()} == {"documents.file"}
    assert desk("budi").get(path).status_code == 403
    assert tono.get(path.replace("/1/", "/2/")).status_code == 404


def test_a_lost_or_altered_file_is_said_and_never_sent(desk, register):
    version = recorded(register, "sk_sites", title="SK")
    (path,) = register.kla.documents.folder.glob(f"*/{version.file.sha256}*")
    path.write_bytes(b"%PDF-1.4 lain %%EOF")
    answer = desk("rina").get(f"/documents/{version.document_id}/versions/1/file")
    assert answer.status_code == 404
    assert b"lain" not in answer.data


def test_twenty_megabytes_are_the_limit_and_a_hundred_are_refused_by_their_length_alone(desk, register):
    tono = desk("tono")
    pdf = small_pdf()
    full = pdf + b"\n" * 100
    over = b"%PDF-1.4\n" + bytes(LARGEST_DOCUMENT_BYTES)
    assert post(tono, "/documents", form(full)).status_code == 303
    assert "at most 20 MB" in parsed(post(tono, "/documents", form(over)), 400)

    answer = tono.post(
        "/documents",
        input_stream=io.BytesIO(),
        environ_overrides={"CONTENT_LENGTH": "100000000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert len(register.kla.documents.all()) == 1


def test_a_form_sent_twice_is_one_document_and_a_stale_one_changes_nothing(desk, register):
    tono, rina = desk("tono"), desk("rina")
    fields = form(link="https://a.example/")
    del fields["file"]
    assert {post(tono, "/documents", fields).status_code for _ in range(2)} == {303}
    (version,) = register.kla.documents.all()
    path = f"/documents/{version.document_id}/versions"
    assert post(tono, path, {**fields, "seen": "1", "title": "Dua"}).status_code == 303
    stale = post(tono, path, {**fields, "seen": "1", "title": "Tiga"})
    page = parsed(stale, 409)
    assert 'value="Tiga"' in page
    assert "Look at the newest version" in page
    assert len(register.kla.documents.versions(version.document_id)) == 2

    newest = register.kla.documents.versions(version.document_id)[-1]
    assert decide(rina, newest, "refused", "kurang").status_code == 303
    assert decide(rina, newest, "accepted", "", 0).status_code == 409
    assert decide(rina, newest, "withdrawn", "x", 1).status_code == 409
    assert decide(rina, newest, "refused", "kurang", 0).status_code == 303  # the same decision, sent twice
    assert len(register.kla.documents.versions(version.document_id)[-1].decisions) == 1
    for wrong in ({"state": "waiting"}, {"seen": "-1"}, {"seen": "x" * 9}):
        answer = rina.post(f"{path}/2/decision", data={"state": "accepted", "seen": "1", "note": "", **wrong})
        assert answer.status_code == 400


def test_a_document_that_expired_says_so_and_its_end_is_proposed_from_its_kind(desk, register):
    kinds = shipped_policies().kla.documents.kinds
    kind = next(kind for kind in kinds if kind.valid_months == 12)
    assert post(desk("tono"), "/documents", form(kind=kind.name, dated="2026-01-31")).status_code == 303
    assert str(register.kla.documents.all()[0].body.valid_until) == "2027-01-31"
    day = today()
    for number, until in enumerate((day - timedelta(days=1), day, day + timedelta(days=400), None)):
        accepted(register, kind.name, title=f"Berkas {number}", valid_until=until, at=NOON)

    states = {
        state: parsed(desk("rina").get(f"/documents?state={state}")) for state in ("expired", "expiring", "accepted")
    }
    assert [name for number in range(4) if (name := f"Berkas {number}") in states["expired"]] == ["Berkas 0"]
    assert [name for number in range(4) if (name := f"Berkas {number}") in states["expiring"]] == ["Berkas 1"]
    assert "Berkas 2" in states["accepted"]
    assert "Berkas 3" in states["accepted"]
    (old,) = (version for version in register.kla.documents.all() if version.body.title == "Berkas 0")
    assert "What it proved is unknown again since then." in parsed(desk("rina").get(f"/documents/{old.document_id}"))


def test_filters_show_what_they_name_and_pass_over_what_nothing_has(desk, register):
    recorded(register, "sk_sites", title="Satu", agency="dp3akb")
    accepted(register, "land_proof", title="Dua", sites=(SITE,), agency="bpkad")
    rina = desk("rina")
    for query, shown in {
        "kind=land_proof": {"Dua"},
        f"site={SITE}": {"Dua"},
        f"site={OTHER}": {"Satu", "Dua"},
        "agency=dp3akb": {"Satu"},
        "state=waiting": {"Satu"},
        "state=x&kind=%3Cb%3E": {"Satu", "Dua"},
        "kind=land_proof&state=waiting": set(),
    }.items():
        page = parsed(rina.get(f"/documents?{query}"))
        assert {title for title in ("Satu", "Dua") if f">{title}</span>" in page} == shown, query


def test_roles_decide_who_reads_records_and_accepts(desk, register):
    version = recorded(register, "sk_sites", title="SK")
    page = f"/documents/{version.document_id}"
    for who, statuses in {"budi": (403, 403, 403), "rina": (200, 200, 403), "tono": (200, 200, 200)}.items():
        client = desk(who)
        found = tuple(client.get(path).status_code for path in ("/documents", page, "/documents/new"))
        assert found == statuses, who
        assert post(client, "/documents", form()).status_code == (303 if who == "tono" else 403)
    assert "Record a document" not in parsed(desk("rina").get("/documents"))
    assert decide(desk("budi"), version, "accepted").status_code == 403


def test_the_page_of_a_site_leads_those_who_may_to_the_form_of_its_requirement(desk, proving):
    path = f"/documents/new?site={SITE}&amp;requirement={proving[1].id}"
    assert path in parsed(desk("tono").get(f"/sites/{SITE}"))
    assert path not in parsed(desk("rina").get(f"/sites/{SITE}"))
    kinds = parsed(desk("tono").get(path.replace("&amp;", "&")))
    assert f"Usual proofs of {proving[1].id}" in kinds
    assert f"kind={proving[0].name}&amp;site={SITE}&amp;requirement={proving[1].id}" in kinds


def test_damaged_rows_and_kinds_that_are_gone_stop_no_page(desk, register):
    whole = accepted(
        register, "kind_of_old_rules", title="Lama", sites=("gone",), agency="gone", requirements=("XX-1",)
    )
    broken = recorded(register, "sk_sites", title="Rusak")
    with register._database.writing() as connection:
        connection.execute(text("DROP TRIGGER document_version_no_update"))
        connection.execute(
            text("UPDATE document_version SET document = '{' WHERE document_id = :id"), {"id": broken.document_id}
        )
    tono = desk("tono")
    assert "kind_of_old_rules" in parsed(tono.get("/documents"))
    assert "XX-1" in parsed(tono.get(f"/documents/{whole.document_id}"))
    assert parsed(tono.get(f"/documents/{whole.document_id}/new-version"))
    assert tono.get(f"/documents/{broken.document_id}").status_code == 404


def test_a_picture_of_a_phone_is_stored_as_sent(desk, register):
    data = picture() + picture(colour="red")
    assert post(desk("tono"), "/documents", form(data, "foto.jpg")).status_code == 303
    (version,) = register.kla.documents.all()
    assert (version.file.type, version.file.pages) == ("jpeg", 1)
    assert register.kla.documents.read_file(version.file) == data
