"""Where photos of a visit come from: what a file says, what a form notes, and what a reviewer reads."""

import json
import random
from datetime import UTC, date, datetime

import pytest

from helpers.origins import gps_of, origins, picture
from helpers.visits import document_of
from rba_audit.fieldwork import origin_words
from rba_audit.fieldwork.device_clock import clock_remarks
from rba_audit.fieldwork.documents import read_visit
from rba_audit.fieldwork.submission_errors import SubmissionError
from rba_audit.messages import using_language
from rba_audit.photographs.exif import PhotoMetadata, origin_of
from rba_audit.register import Photo, visit_of
from rba_audit.sites import site_of

DAY = date(2026, 11, 28)
SITE = site_of("a", {"geometry": {"type": "Point", "coordinates": [106.1503, -6.1103]}, "properties": {}})
HERE = {"lon": 106.1503, "lat": -6.1103, "accuracy_m": 9}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_original_time_and_the_place_of_a_file_are_read(kind):
    made = picture(kind, "2026:11:28 10:12:13", "+07:00", gps_of(106.1503, -6.1103))
    assert origin_of(made) == PhotoMetadata("2026-11-28T10:12:13+07:00", {"lon": 106.1503, "lat": -6.1103})
    assert origin_of(picture(kind)) == PhotoMetadata(), "when the file was changed says nothing"


@pytest.mark.parametrize(
    ("time", "offset", "told"),
    [
        ("2026:11:28 10:12:13", None, "2026-11-28T10:12:13"),
        ("2026:11:28 10:12:13", "WIB", "2026-11-28T10:12:13"),
        ("2023:02:29 10:12:13", "+07:00", ""),
        ("    :  :     :  :  ", "+07:00", ""),
    ],
)
def test_a_time_is_taken_as_it_is_and_never_made_up(time, offset, told):
    assert origin_of(picture("JPEG", time, offset)).taken_at == told


@pytest.mark.parametrize(
    "gps",
    [
        gps_of(0, 0),
        {2: (6.0, 6.0, 37.0), 4: (106.0, 9.0, 1.0)},
        {1: "S", 2: (96.0, 0.0, 0.0), 3: "E", 4: (106.0, 0.0, 0.0)},
        {1: "S", 2: (6.0, 6.0, 37.0), 3: "E"},
    ],
)
def test_what_is_no_place_is_left_out(gps):
    assert origin_of(picture("JPEG", gps=gps)).position is None


def test_files_that_are_cut_off_or_are_no_pictures_say_nothing_and_never_fail():
    assert origin_of(b"") == origin_of(b"GIF89a") == origin_of(b"\xff\xd8\xff\xe1\xff\xffExif\0\0MM") == PhotoMetadata()
    assert origins(random.Random(2), 100)


def told_of(photo, site=SITE):
    with using_language("en"):
        found = origin_words(photo, DAY, site)
        return [str(found.source), str(found.when), str(found.where), *map(str, found.doubts)]


def test_a_reviewer_reads_source_time_and_place_and_what_does_not_fit():
    camera = Photo("a" * 64, taken_at="2026-11-28T03:12:00Z", position=HERE, source="camera")
    assert told_of(camera) == ["From the camera", "taken on 28 Nov 2026, 10.12 WIB", "0 m from the site"]

    old = Photo("a" * 64, taken_at="2024-03-05T23:30:00", position={"lon": 106.17, "lat": -6.1103}, source="gallery")
    source, when, where, *doubts = told_of(old)
    assert (source, when) == ("From the gallery", "taken on 5 Mar 2024, 23.30 by the clock of the camera")
    assert where == "2,181 m from the site"
    assert doubts == ["Taken on another day: 5 Mar 2024.", "Taken 2,181 m from the site."]

    nothing = told_of(Photo("a" * 64, source="gallery"))
    assert nothing[1:] == [
        "no time in its file",
        "no place in its file",
        "Its file says neither when nor where it was taken.",
    ]

    before = told_of(Photo("a" * 64, taken_at="2026-11-28T03:12:00Z", position=HERE))
    assert before[0] == "Not noted whether from the camera or the gallery"
    assert len(told_of(Photo("a" * 64, taken_at="9999-12-31T23:59:59-12:00", source="gallery"))) == 4


def document(**photo):
    return {
        "format": 1,
        "id": "00000000-0000-4000-8000-000000000001",
        "site": "taman-sari",
        "edition": "rbra-2024",
        "stage": "auditor",
        "author": "sari",
        "auditor": "Sari",
        "day": DAY.isoformat(),
        "answers": {},
        "photos": [{"sha256": "a" * 64, **photo}],
    }


def test_a_document_carries_the_source_and_an_older_one_stays_readable():
    told = {"source": "gallery", "taken_at": "2019-01-02T03:04:05", "position": {"lon": 106.2, "lat": -6.1}}
    read = visit_of(json.dumps(read_visit(json.dumps(document(**told)).encode())))
    assert (read.photos[0].source, read.photos[0].taken_at, read.photos[0].position) == tuple(told.values())
    assert visit_of(document_of(read)).photos == read.photos
    before = visit_of(json.dumps(document(taken_at="2026-11-28T03:12:00Z")))
    assert before.photos[0].source == ""
    assert b"source" not in document_of(before), "the same bytes as before"
    with pytest.raises(SubmissionError):
        read_visit(json.dumps(document(source="office")).encode())


def test_an_old_picture_is_no_word_of_the_clock_of_the_phone():
    received = datetime(2026, 11, 28, 5, tzinfo=UTC)
    assert not clock_remarks(document(source="gallery", taken_at="2012-01-02T03:04:05"), received)
    assert clock_remarks(document(source="camera", taken_at="2012-01-02T03:04:05Z"), received)
