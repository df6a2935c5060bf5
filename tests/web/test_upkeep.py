"""An administrator is told when the last backup was and how much room there is, and is warned in time."""

from datetime import UTC, datetime, timedelta

from rba_audit.messages import using_language
from rba_audit.register.backup_log import BackupNote
from rba_audit.web.pages.people.system_status import LOW_BYTES, upkeep

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def told(register, *, free=10**11, after=timedelta()):
    with using_language("en"):
        return [(line.warns, str(line.text)) for line in upkeep(register, free=free, now=NOON + after)]


def test_a_register_that_was_never_backed_up_warns(app):
    assert told(app.extensions["judged"].register)[0] == (
        True,
        "No backup was ever made: rba-audit register backup FOLDER makes one.",
    )


def test_a_backup_warns_after_seven_days_and_when_photos_are_missing_in_it(app):
    register = app.extensions["judged"].register
    register.backups.add(BackupNote(NOON, "/mnt/stick/rba", "000001-20261124T050000Z", 4, 0))
    fresh, still, late = (told(register, after=timedelta(days=days))[0] for days in (0, 7, 8))
    assert fresh == (False, "Last backup: 24 Nov 2026, 12.00 WIB, in /mnt/stick/rba")
    assert still[0] is False
    assert late == (True, "The last backup is 8 days old (24 Nov 2026, 12.00 WIB). Make one now.")
    register.backups.add(BackupNote(NOON, "/mnt/stick/rba", "000002-20261124T050000Z", 4, 2))
    assert told(register)[0][0] is True
    assert "lacks 2 photos" in told(register)[0][1]


def test_a_disk_that_is_nearly_full_warns(app):
    register = app.extensions["judged"].register
    assert told(register, free=LOW_BYTES)[1] == (False, "Free on the disk of the register: 2 GB")
    assert told(register, free=LOW_BYTES - 1_000_000_000)[1][0] is True


def test_the_page_of_people_says_both(client):
    page = client.get("/admin").text
    assert "No backup was ever made" in page
    assert "on the disk of the register" in page


def test_phones_are_told_of_the_last_restore(client):
    assert client.get("/api/work").json["restored"] is None
