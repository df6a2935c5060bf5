"""Validate the file of a document as it was sent: its size, its type by its content, its name, and its number of pages."""

from __future__ import annotations

import unicodedata
from hashlib import sha256
from math import ceil
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.kla.file_types import file_type
from rba_audit.kla.page_counts import count_pages
from rba_audit.messages import format_number, say
from rba_audit.register.kla.document_records import StoredFile

LARGEST_DOCUMENT_BYTES: Final = 20_000_000
LONGEST_NAME: Final = 120
"""Characters of a file's name that are stored."""
_MEGA: Final = 1_000_000


def read_document_file(data: bytes, name: str) -> tuple[StoredFile, bytes]:
    """Return a file as `Documents.add` takes it: what is stored about it, and its bytes exactly as sent.

    Args:
        data: The bytes that were sent.
        name: The name that was sent with them; it decides nothing.

    Raises:
        EvidenceError: it is empty, too large, damaged, of no type that can be stored, or could do harm.
    """
    if not data:
        raise EvidenceError(say("The file is empty; choose another one."))
    if len(data) > LARGEST_DOCUMENT_BYTES:
        raise EvidenceError(
            say(
                "The file has {found} MB, and at most {limit} MB are taken; scan it with fewer dots per inch.",
                found=format_number(ceil(len(data) / _MEGA * 10) / 10, 1),
                limit=format_number(LARGEST_DOCUMENT_BYTES / _MEGA, 0),
            )
        )
    type = file_type(data)
    return StoredFile(sha256(data).hexdigest(), type, len(data), clean_name(name), count_pages(type, data)), data


def clean_name(name: str) -> str:
    """Return a file's name for display: its last part, without characters that cannot be seen or change the direction of text."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(letter if unicodedata.category(letter)[0] not in "CZ" else " " for letter in last)
    text = " ".join(visible.split())
    if len(text) <= LONGEST_NAME:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 5:
        return text[:LONGEST_NAME].rstrip()
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip()}.{ending}"
