"""Scans of certificates: what is taken, who may download it, and that backups bring it back."""

import io
import re
from contextlib import closing

import pytest
from PIL import Image

from helpers.action_pages import clients_of, parsed, register_of_sites
from helpers.actions import CERTIFICATE, SITE
from helpers.sending import picture
from rba_audit.errors import EvidenceError
from rba_audit.followup.certificate_scans import LARGEST_SCAN_BYTES, read_scan
from rba_audit.register import open_register
from rba_audit.register.backup import back_up
from rba_audit.register.integrity import check_register
from rba_audit.register.photo_restore import restore_photos
from rba_audit.register.restoration import restore_backup

PDF = b"%PDF-1.7\n1 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
OTHER = PDF.replace(b"alert(1)", b"alert(2)")
ID = "0b0c9f7e-3c7b-4e0f-9d0e-000000000001"


@pytest.fixture
def register(tmp_path):
    (tmp_path / "register").mkdir()
    register = register_of_sites(tmp_path / "register", {SITE: "Taman"})
    yield register
    register.close()


@pytest.fixture
def desk(register, standard):
    return clients_of(register, standard)


def record(client, scan=None, **more):
    fields = {**CERTIFICATE, "id": ID, **more}
    if scan is not None:
        fields["scan"] = (io.BytesIO(scan), "scan.html")
    return client.post("/certificates", data=fields, content_type="multipart/form-data")


def send(client, data, seq=0):
    fields = {"seq": str(seq), "scan": (io.BytesIO(data), "x.pdf")}
    return client.post(f"/certificates/{ID}/scan", data=fields, content_type="multipart/form-data")


def scan_at(client, seq=1):
    return client.get(f"/certificates/{ID}/scans/{seq}")


def test_a_pdf_is_kept_as_it_is_and_only_ever_saved(desk):
    assert record(desk("tono"), PDF).status_code == 303
    answer = scan_at(desk("rina"))

    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=certificate-taman-sari-")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert ">PDF</a>" in parsed(desk("rina").get("/certificates"))


@pytest.mark.parametrize("seq", [0, 2, 99_999, 100_000, 2**63, 10**40])
def test_a_scan_that_is_not_there_is_not_found(desk, seq):
    record(desk("tono"), PDF)

    assert scan_at(desk("tono"), seq).status_code == 404


def test_a_picture_is_drawn_anew(desk):
    record(desk("tono"))
    assert send(desk("tono"), picture(1)).status_code == 303
    answer = scan_at(desk("tono"))

    assert answer.mimetype == "image/jpeg"
    assert answer.data != picture(1)
    with Image.open(io.BytesIO(answer.data)) as opened:
        assert opened.format == "JPEG"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose the file with the scan."),
        (b"<html><script>alert(1)</script>", "A scan is a PDF, or a picture"),
        (b" %PDF-1.4\n%%EOF", "A scan is a PDF, or a picture"),
        (b"%PDF-1.4\n" + b"x" * 5000, "The PDF is not whole"),
        (b"GIF89a" + b"x" * 100, "A scan is a PDF, or a picture"),
        (picture(1)[:500], "damaged"),
    ],
)
def test_what_is_no_scan_is_refused_by_its_content(desk, register, data, sentence):
    record(desk("tono"))
    answer = send(desk("tono"), data)

    assert answer.status_code == 400
    assert sentence in parsed(answer)
    assert register.certificate_scans.by_certificate() == {}
    if data:
        assert record(desk("tono"), data, id=ID.replace("1", "2"), number="SK 2").status_code == 400
        assert len(register.certificates.all()) == 1, "a certificate is not recorded without the scan it came with"


def test_a_scan_has_at_most_as_many_bytes_as_a_photo():
    assert LARGEST_SCAN_BYTES == 12_000_000
    with pytest.raises(EvidenceError, match=r"12[.,]0 MB|12 MB"):
        read_scan(PDF + b" " * LARGEST_SCAN_BYTES)
    assert read_scan(PDF + b" " * 1_000).kind == "pdf"


def test_a_replaced_scan_stays_and_a_stale_form_replaces_nothing(desk, register):
    record(desk("tono"), PDF)
    assert send(desk("tono"), PDF, seq=1).status_code == 303, "the same form again"
    assert send(desk("tono"), OTHER, seq=0).status_code == 409
    assert send(desk("tono"), OTHER, seq=1).status_code == 303

    assert [scan.seq for scan in register.certificate_scans.by_certificate()[ID]] == [2, 1]
    assert (scan_at(desk("tono"), 1).data, scan_at(desk("tono"), 2).data) == (PDF, OTHER)
    assert "1 replaced" in parsed(desk("tono").get("/certificates"))
    assert scan_at(desk("tono"), 3).status_code == 404


@pytest.mark.parametrize(("who", "reads", "writes"), [("budi", 403, 403), ("rina", 200, 403), ("ade", 200, 303)])
def test_who_may_read_and_write_scans(desk, who, reads, writes):
    record(desk("tono"), PDF)
    assert scan_at(desk(who)).status_code == reads
    assert send(desk(who), OTHER, seq=1).status_code == writes


def test_a_scan_survives_backup_and_restore_and_is_checked(desk, register, tmp_path):
    record(desk("tono"), PDF)
    send(desk("tono"), picture(1), seq=1)
    back_up(register._database, tmp_path / "backup")
    register.photos.sweep()
    assert check_register(register._database).faults == []
    assert check_register(register._database).photos == 2

    target = tmp_path / "restored"
    restore_backup(tmp_path / "backup", f"sqlite:///{target}/register.db")
    with closing(open_register(f"sqlite:///{target}/register.db")) as restored:
        assert restored.certificate_scans.read(ID, 1)[1] == PDF
        assert check_register(restored._database).faults == []

    file = next((tmp_path / "register" / "photos").rglob("*.pdf"))
    file.write_bytes(OTHER)
    assert [str(file) in str(fault) for fault in check_register(register._database).faults] == [True]
    assert scan_at(desk("tono")).status_code == 404
    file.unlink()
    assert ".pdf" in str(check_register(register._database).faults[0])
    assert restore_photos(register.photos, tmp_path / "backup").left == ()
    assert scan_at(desk("tono")).data == PDF


def test_no_field_of_the_form_has_a_class_that_hides_it_on_a_phone(desk):
    form = parsed(desk("tono").get("/certificates")).partition('class="card stack certificate-form"')[2]
    assert 'name="site"' in form
    assert not re.search(r'class="[^"]*\b(wide|narrow)\b', form.partition("</form>")[0])
