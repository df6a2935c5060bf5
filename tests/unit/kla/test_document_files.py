"""Files of documents are known by their content; what is cut, mixed, encrypted or harmful is refused with a sentence."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.document_samples import hostile_files, jpeg_with, office, picture, stating, whole_files
from helpers.kla_documents import small_pdf
from rba_audit.errors import EvidenceError
from rba_audit.kla import page_counts
from rba_audit.kla.document_files import LARGEST_DOCUMENT_BYTES, LONGEST_NAME, clean_name, read_document_file
from rba_audit.kla.file_types import file_type
from rba_audit.kla.office_types import LARGEST_UNPACKED_BYTES
from rba_audit.kla.page_counts import count_pages

WHOLE = whole_files()
HOSTILE = hostile_files()


@pytest.mark.parametrize("type", WHOLE)
def test_a_whole_file_is_known_by_its_content_and_stored_as_it_was_sent(type):
    stored, data = read_document_file(WHOLE[type], "../lain/nama.exe")
    assert (stored.type, stored.bytes, stored.name) == (type, len(WHOLE[type]), "nama.exe")
    assert data == WHOLE[type]
    assert stored.sha256 == sha256(WHOLE[type]).hexdigest()
    assert stored.pages == {"pdf": 1, "jpeg": 1, "png": 1}.get(type)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence(what):
    with pytest.raises(EvidenceError) as refused:
        file_type(HOSTILE[what])
    assert str(refused.value).endswith(".")


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_file_that_was_cut_is_refused(type, data):
    whole = WHOLE[type].rstrip(b"\n")  # the end of a line behind a PDF may be missing
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(EvidenceError):
        read_document_file(whole[:cut], "a")


@given(st.sampled_from(sorted(WHOLE)), st.sampled_from(sorted(WHOLE)), st.binary(max_size=40))
def test_two_files_in_one_are_refused_but_for_two_pictures_of_a_phone(first, second, between):
    if (first, second) == ("jpeg", "jpeg") and not between.strip(b"\0"):
        return
    if (first, second) == ("pdf", "pdf"):
        return  # a PDF that was changed has several ends
    with pytest.raises(EvidenceError):
        file_type(WHOLE[first] + between + WHOLE[second])


@given(st.binary(max_size=400), st.sampled_from([data[:8] for data in WHOLE.values()]))
def test_any_bytes_are_a_type_or_a_sentence(data, start):
    for sent in (data, start + data):
        with suppress(EvidenceError):
            assert file_type(sent) in WHOLE


def test_what_cameras_of_phones_append_to_a_jpeg_is_no_second_file():
    one = picture()
    entry = bytes(4) + (4).to_bytes(4, "little") + (4).to_bytes(4, "little")
    trailer = b"data" + b"SEFH" + (106).to_bytes(4, "little") + (1).to_bytes(4, "little") + entry
    trailer += (24).to_bytes(4, "little") + b"SEFT"
    assert file_type(one + picture(colour="red")) == "jpeg"
    assert file_type(one + bytes(9) + picture(colour="red") + bytes(3)) == "jpeg"
    assert file_type(one + trailer) == "jpeg"
    assert file_type(one * 9) == "jpeg"
    with pytest.raises(EvidenceError):
        file_type(one * 10)
    assert file_type(jpeg_with(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>", 0xE1)) == "jpeg"


def test_no_part_of_an_office_file_is_decompressed_and_its_limit_is_what_it_states():
    data = office("xlsx", [("xl/a.xml", bytes(99))])
    others = len("<Types/>") + len("<x/>")
    assert file_type(stating(data, LARGEST_UNPACKED_BYTES - others)) == "xlsx"
    with pytest.raises(EvidenceError, match="too large when it is opened"):
        file_type(stating(data, LARGEST_UNPACKED_BYTES - others + 1))


def test_a_file_of_just_the_limit_is_taken_and_a_byte_more_is_refused():
    pdf = small_pdf()
    at, rest = pdf.index(b"xref"), LARGEST_DOCUMENT_BYTES - len(pdf)
    full = pdf[:at] + b"%" + b"x" * (rest - 2) + b"\n" + pdf[at:]
    assert len(full) == LARGEST_DOCUMENT_BYTES
    assert read_document_file(full, "a.pdf")[0].bytes == LARGEST_DOCUMENT_BYTES
    with pytest.raises(EvidenceError, match="at most 20 MB"):
        read_document_file(full + b"\n", "a.pdf")
    with pytest.raises(EvidenceError, match="empty"):
        read_document_file(b"", "a.pdf")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("SK RBRA 2026.pdf", "SK RBRA 2026.pdf"),
        ("C:\\Users\\Ayu\\sk.pdf", "sk.pdf"),
        ("../../etc/passwd", "passwd"),
        ("fdp.\u202egpj.exe", "fdp. gpj.exe"),
        ("a\0b\nc\td\x1b[31m", "a b c d [31m"),
        ("  \u2067 ", ""),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("x" * 300, "x" * LONGEST_NAME),
    ],
)
def test_a_name_is_shown_without_folders_or_what_cannot_be_seen(sent, shown):
    assert clean_name(sent) == shown


def test_pages_that_cannot_be_counted_are_unknown_and_never_an_error(monkeypatch):
    def too_slow(*_args, **_named):
        raise subprocess.TimeoutExpired("python", 1)

    assert count_pages("pdf", b"%PDF-1.4 nothing %%EOF") is None
    assert count_pages("xlsx", office()) is None
    monkeypatch.setattr(page_counts.subprocess, "run", too_slow)
    assert count_pages("pdf", small_pdf()) is None


@pytest.mark.parametrize("text", [b"", b"0", b"-3", b"1e9", b"9" * 40, b"\xd9\xa3", b"3\n4"])
def test_a_worker_that_writes_no_number_of_pages_is_not_believed(monkeypatch, text):
    done = subprocess.CompletedProcess([], 0, stdout=text)
    monkeypatch.setattr(page_counts.subprocess, "run", lambda *_args, **_named: done)
    assert count_pages("pdf", small_pdf()) is None


def test_the_worker_has_an_empty_environment_and_does_not_see_this_folder(monkeypatch):
    called = {}

    def run(command, **named):
        called.update(named, command=command)
        return subprocess.CompletedProcess(command, 0, stdout=b"12")

    monkeypatch.setenv("RBA_SECRET", "x")
    monkeypatch.setattr(page_counts.subprocess, "run", run)
    assert count_pages("pdf", small_pdf()) == 12
    assert called["command"][1] == "-I"
    assert "RBA_SECRET" not in called["env"]
    assert called["timeout"] <= 5
