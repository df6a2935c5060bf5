"""Type of a document's file by its signature and structure: PDF, JPEG, PNG, XLSX or DOCX.

Nothing is decoded or decompressed: only markers, chunks and the directory of a ZIP file are read. A file that is also one of another
type (a polyglot) is refused, because two programs would show two documents.
"""

from __future__ import annotations

import re
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.kla.office_types import ZIP_START, is_zip, office_type
from rba_audit.kla.picture_types import JPEG_START, PNG_START, BrokenPictureError, jpeg_metadata, png_metadata
from rba_audit.messages import say
from rba_audit.register.kla.document_records import FileType
from rba_audit.register.photo_files import PDF_START

_OLE_START: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of an old Office file, and of a new one with a password. Source: MS-CFB 2.2."""
_HEAD: Final = 1024
"""Bytes in which readers of PDF look for its start, and browsers for markup. Source: ISO 32000-1 Annex H, note 13."""
_BLANKS: Final = b"\0\t\n\f\r "
_PDF_END: Final = b"%%EOF"
_PDF_TAIL: Final = 2048
_PDF_VERSION: Final = re.compile(rb"%PDF-[12]\.\d")
_PDF_ACTION: Final = re.compile(rb"/(?:JavaScript|Launch)(?![A-Za-z0-9])")
_MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|svg|body|head|iframe|object|embed)[\s/>]", re.IGNORECASE)


def file_type(data: bytes) -> FileType:
    """Return the type of a file.

    Raises:
        EvidenceError: it is of no type that can be stored, is cut short, has data before or behind it, is also a file of another
            type, or contains scripts or macros.
    """
    if data.startswith(PDF_START):
        _check_pdf(data)
        return "pdf"
    if data.startswith((JPEG_START, PNG_START)):
        _check_picture(data)
        return "jpeg" if data.startswith(JPEG_START) else "png"
    if data.startswith(ZIP_START):
        _refuse_second_type(data)
        return office_type(data)
    if data.startswith(_OLE_START):
        raise EvidenceError(
            say("This is a file of an old Office, or one with a password; save it as PDF, XLSX or DOCX without one.")
        )
    if PDF_START in data[:_HEAD]:
        raise EvidenceError(say("Something stands before the start of this PDF; save it as a PDF again."))
    raise EvidenceError(say("A document is a PDF, a JPEG or PNG picture, an XLSX or a DOCX; save it as one of these."))


def _check_pdf(data: bytes) -> None:
    if not _PDF_VERSION.match(data):
        raise EvidenceError(say("This file is damaged or not whole; save or send it again."))
    end = data.rfind(_PDF_END)
    behind = data[end + len(_PDF_END) :] if end >= 0 else b""
    if end < 0:
        raise EvidenceError(say("The PDF is not whole: its end is missing; save or send it again."))
    _refuse_second_type(data)
    if len(behind) > _PDF_TAIL or behind.strip(_BLANKS):
        raise EvidenceError(say("Something stands behind the end of this file; save it again with another program."))
    if _PDF_ACTION.search(data):
        raise EvidenceError(say("This PDF contains a script or starts a program; print it as a PDF, and send that."))


def _check_picture(data: bytes) -> None:
    _refuse_second_type(data)
    try:
        metadata = jpeg_metadata(data) if data.startswith(JPEG_START) else png_metadata(data)
    except BrokenPictureError as error:
        raise EvidenceError(
            say("This picture is damaged, or something stands behind its end; save or send it again.")
        ) from error
    if any(_MARKUP.search(part) for part in metadata):
        raise EvidenceError(_two_types())


def _refuse_second_type(data: bytes) -> None:
    head = data[:_HEAD]
    start = len(PDF_START) if data.startswith(PDF_START) else 0
    if PDF_START in head[start:] or _MARKUP.search(head) or (not data.startswith(ZIP_START) and is_zip(data)):
        raise EvidenceError(_two_types())


def _two_types() -> str:
    return str(say("This file is two kinds of file at once; save it again as a PDF, and send that."))
