"""What an agency owes, as a message, a calendar and a letter."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rba_audit.messages import using_language
from rba_audit.papers.document_letters import letter_data
from rba_audit.papers.owed_documents import OwedDocument, deadline_calendar, reminder_text
from rba_audit.register.office import Office

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY, DUE = date(2026, 11, 24), date(2027, 3, 31)
SK = OwedDocument("SK pengelola", "", "Taman Sari", "Cimuncang, Serang", "DP3AKB", DUE, "self_evaluation", "belum ada")
EVIL = "Taman; A,\\ B\r\nEND:VCALENDAR\x07\u202e " + "é" * 90


@pytest.fixture(autouse=True)
def english():
    with using_language("en"):
        yield


def parsed(text):
    """Return the properties of each event by name, as RFC 5545 §3.1 to §3.4 and §3.6.1 demand them; anything else fails."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    events, open_parts = [], []
    for line in text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n"):
        name, params, value = re.fullmatch(r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[^:;,\"]+)*):(.*)", line).groups()
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value)
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert name not in events[-1]
            events[-1][name] = value, params
        if name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
            assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), "a text is escaped"
    assert open_parts == []
    assert all({"UID", "DTSTAMP", "DTSTART"} <= event.keys() for event in events)
    return events


def test_the_calendar_has_one_event_for_each_agency_and_step():
    owed = [
        SK,
        replace(SK, site="Alun-alun"),
        replace(SK, agency="DLH"),
        replace(SK, step="award", due=date(2027, 7, 22)),
    ]
    events = parsed(deadline_calendar(2027, owed, NOW, warning_days=21))

    assert len(events) == len({event["UID"] for event in events}) == 3
    both = next(event for event in events if "2 documents of DP3AKB" in event["SUMMARY"][0])
    assert both["DTSTART"] == ("20270331", ";VALUE=DATE")
    assert both["DTEND"][0] == "20270401"
    assert "Alun-alun" in both["DESCRIPTION"][0]
    assert "TRIGGER:-P21D" in deadline_calendar(2027, owed, NOW, warning_days=21)


def test_an_event_keeps_its_id_when_its_day_and_documents_change():
    def ids(owed, **more):
        return [event["UID"] for event in parsed(deadline_calendar(2027, owed, NOW, warning_days=21, **more))]

    moved = [
        replace(SK, due=date(2027, 4, 2), state="kedaluwarsa"),
        replace(SK, site="Alun-alun", due=date(2027, 4, 2)),
    ]
    assert ids([SK]) == ids(moved)
    assert ids([SK]) != ids([SK], of="kelurahan=Cimuncang")
    assert ids([SK]) != ids([replace(SK, agency="DLH")])
    assert parsed(deadline_calendar(2027, [], NOW, warning_days=21)) == []


def test_a_hostile_name_stays_one_text_in_calendar_and_message():
    owed = [replace(SK, site=EVIL, agency=EVIL)]

    (event,) = parsed(deadline_calendar(2027, owed, NOW, warning_days=21))
    assert "Taman\\; A\\,\\\\ B" in event["DESCRIPTION"][0]
    message = reminder_text(2027, owed, EVIL, DAY)
    assert not any(letter in message for letter in "\r\x07\u202e")
    assert sum(line.startswith("END:") for line in message.splitlines()) == 0


def test_the_message_names_each_document_with_deadline_and_state():
    message = reminder_text(2027, [replace(SK, asked=date(2026, 11, 2)), replace(SK, agency="DLH")], "Dinas Anak", DAY)

    assert "To DP3AKB" in message
    assert "To DLH" in message
    assert "1. SK pengelola — Taman Sari (Cimuncang, Serang)" in message
    assert "by 31 Mar 2027 · belum ada · asked on 2 Nov 2026" in message
    assert message.endswith("Dinas Anak\n")
    assert "Nothing is owed" in reminder_text(2027, [], "", DAY)


def test_links_are_in_the_message_and_letter_that_are_made_with_them():
    linked = replace(SK, link="https://rba.example.go.id/upload/abc", link_until=date(2026, 12, 8))

    assert "https://rba.example.go.id/upload/abc\n" in reminder_text(2027, [linked], "", DAY)
    data = letter_data("DP3AKB", 2027, [linked, SK], Office(name="Dinas Anak"), NOW)
    assert [row["link"] for row in data["rows"]] == [linked.link, ""]
    assert "8 Dec 2026" in " ".join(data["closing"])
    assert "8 Dec 2026" not in " ".join(letter_data("DP3AKB", 2027, [SK], Office(), NOW)["closing"])
    assert "overdue" in letter_data("x", 2026, [replace(SK, due=date(2026, 3, 31))], Office(), NOW)["rows"][0]["due"]
