"""Files of documents for tests: small whole ones of each type, and hostile ones made from them."""

from __future__ import annotations

import io
import struct
import zipfile
from zlib import crc32

from PIL import Image

from helpers.kla_documents import small_pdf

_PARTS = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}


def picture(format="JPEG", colour="white"):
    """Return the bytes of a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(file, format)
    return file.getvalue()


def office(type="xlsx", more=(), *, method=zipfile.ZIP_DEFLATED, comment=b""):
    """Return a ZIP file with the parts of an XLSX or DOCX that are looked for; `more` are further names with their bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(_PARTS[type], "<x/>")
        for name, content in more:
            archive.writestr(name, content)
        archive.comment = comment
    return file.getvalue()


def whole_files():
    """Return a whole file of each type, by the type."""
    return {
        "pdf": small_pdf(),
        "jpeg": picture(),
        "png": picture("PNG"),
        "xlsx": office("xlsx"),
        "docx": office("docx"),
    }


def png_with(name, content):
    """Return a PNG with another chunk before its end."""
    data = picture("PNG")
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))
    return data[:-12] + chunk + data[-12:]


def jpeg_with(content, marker=0xFE):
    """Return a JPEG with another segment behind its start."""
    data = picture()
    return data[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content + data[2:]


def overlapped():
    """Return a DOCX with two entries that share their bytes, as a ZIP bomb without nesting has them."""
    data = office("docx", [("word/a.xml", b"0" * 100_000), ("word/b.xml", b"0" * 100_000)])
    start = data.index(b"PK\x01\x02")
    entries = [at for at in range(start, len(data)) if data.startswith(b"PK\x01\x02", at)]
    place = data[entries[2] + 42 : entries[2] + 46]
    return data[: entries[3] + 42] + place + data[entries[3] + 46 :]


def stating(data, unpacked):
    """Return a ZIP file whose last entry states another size for what it unpacks to, as a ZIP bomb does."""
    at = data.rindex(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<I", unpacked) + data[at + 4 :]


def hostile_files():
    """Return files that must be refused, by what they are."""
    pdf, jpeg, png, xlsx, docx = whole_files().values()
    flags = xlsx.index(b"PK\x01\x02") + 8
    return {
        "a PDF and a ZIP": pdf + xlsx,
        "a PDF with a ZIP before its end": pdf.replace(b"xref", docx + b"\nxref", 1),
        "a PDF behind junk": b"junk\n" + pdf,
        "a PDF behind markup": b"<html><body>" + pdf,
        "a PDF with markup at its start": pdf.replace(b"\n", b"\n<script>alert(1)</script>\n", 1),
        "a PDF with a script": pdf.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"),
        "a PDF that starts a program": pdf.replace(b"/Catalog", b"/Catalog /OpenAction << /S /Launch >>"),
        "a PDF with something behind it": pdf + b"<script>",
        "a PDF of an unknown version": pdf.replace(b"%PDF-1.4", b"%PDF-\xff\xff\xff"),
        "a cut PDF": pdf[: len(pdf) // 2],
        "a JPEG and a ZIP": jpeg + docx,
        "a JPEG and a PDF": jpeg + pdf,
        "a JPEG with a PDF in a comment": jpeg_with(pdf),
        "a JPEG with markup in a comment": jpeg_with(b"x" * 2000 + b"<script>alert(1)</script>"),
        "a JPEG with a ZIP in a comment": jpeg_with(xlsx),
        "a JPEG with a wrong trailer": jpeg + b"SEFH" + bytes(20) + b"SEFT",
        "a JPEG without a picture": b"\xff\xd8\xff\xd9",
        "a cut JPEG": jpeg[:-2],
        "a PNG and a ZIP": png + xlsx,
        "a PNG with markup in a text": png_with(b"tEXt", b"Comment\0" + b"x" * 2000 + b"<svg onload=x>"),
        "a PNG with a ZIP in a chunk": png_with(b"zzZz", docx),
        "a PNG with a wrong checksum": png[:-1] + b"\0",
        "a cut PNG": png[:-12],
        "an XLSX with data behind it": xlsx + b"\0",
        "an XLSX behind a PDF": b"%PDF-1.4\n" + xlsx,
        "an XLSX with a comment": office(comment=b"<html>"),
        "an XLSX and a DOCX": office("xlsx", [("word/document.xml", "<x/>")]),
        "a ZIP of other files": office("docx").replace(b"word/", b"odt0/"),
        "an XLSX with macros": office("xlsx", [("xl/vbaProject.bin", b"x")]),
        "a DOCX with macros under another name": office("docx", [("word/VBAPROJECT.BIN", b"x")]),
        "a DOCX with a program": office("docx", [("word/embeddings/setup.exe", b"MZ")]),
        "a DOCX with an embedded object": office("docx", [("word/embeddings/oleObject1.bin", b"x")]),
        "a name that leads out": office("docx", [("../../etc/passwd", b"x")]),
        "a name of a root": office("docx", [("/etc/passwd", b"x")]),
        "an encrypted entry": xlsx[:flags] + b"\1" + xlsx[flags + 1 :],
        "two entries in the same place": overlapped(),
        "a ZIP bomb": stating(office("xlsx", [("xl/a.xml", bytes(99))]), 4_000_000_000),
        "a ZIP with hidden data": _hidden(office("docx", method=zipfile.ZIP_STORED)),
        "an empty ZIP": b"PK\x05\x06" + bytes(18),
        "an old Office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "a page": b"<!doctype html><script>alert(1)</script>",
        "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "a program": b"MZ" + bytes(600),
        "a GIF": b"GIF89a" + bytes(30),
        "text": b"Surat keputusan",
    }


def _hidden(data):
    """Return a ZIP file with bytes before its directory that belong to no entry."""
    at = data.index(b"PK\x01\x02")
    moved = bytearray(data[:at] + b"hidden" * 10 + data[at:])
    (directory,) = struct.unpack_from("<I", moved, len(moved) - 6)
    struct.pack_into("<I", moved, len(moved) - 6, directory + 60)
    return bytes(moved)
