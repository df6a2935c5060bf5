"""Documents of the KLA folder for tests: recorded, accepted, with a file that is a real PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from rba_audit.register.kla.document_records import DocumentBody, StoredFile

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # noon in the city


def small_pdf(text="Isi"):
    """Return the bytes of a PDF of one page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (table, len(data))


def pdf_file(text="Isi", name="berkas.pdf"):
    """Return a file of a document and its bytes, as `Documents.add` takes them."""
    data = small_pdf(text)
    return StoredFile(sha256(data).hexdigest(), "pdf", len(data), name, 1), data


def recorded(register, kind, *, at=NOON, by="putri", document_id=None, seen=0, file=None, request_id="", **body):
    """Record a version of a document, which waits for a decision; `body` are further fields of `DocumentBody`."""
    return register.kla.documents.add(
        document_id or str(uuid4()),
        DocumentBody(kind, **body),
        file or pdf_file(kind),
        person_id=by,
        at=at,
        request_id=request_id,
        seen=seen,
    )


def decided(register, version, state="accepted", *, at=NOON, by="rina", note=""):
    """Decide about a version, and return it with the decision."""
    register.kla.documents.decide(version.document_id, version.seq, state, person_id=by, at=at, note=note)
    return register.kla.documents.versions(version.document_id)[version.seq - 1]


def accepted(register, kind, **more):
    """Record a document and accept it at the same moment."""
    return decided(register, recorded(register, kind, **more), at=more.get("at", NOON))
