"""Surveillance dates: a site is due some months after its last approved visit or certificate, whichever is newer.

A site with neither has no due date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

import numpy as np

from rba_audit.days import months_later
from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, Findings
from rba_audit.findings.conclusions import counted, named_by
from rba_audit.messages import Message, say
from rba_audit.register import Register, Visit
from rba_audit.register.action_records import Action
from rba_audit.register.certificates import Certificate
from rba_audit.review_states import COUNTED
from rba_audit.standard.policies import FollowupPolicy, shipped_policies

DueState = Literal["overdue", "soon", "later"]


@dataclass(frozen=True, slots=True)
class NextLook:
    """The next surveillance of a site.

    Attributes:
        due: The day by which the site should be visited again.
        state: Whether that day is past (`overdue`), near (`soon`) or later.
        visit: The last approved visit, full or a check.
        same_day: Whether the site has another approved visit on the same day, so that the day alone is ambiguous.
        certificate: The certificate that was issued last and is not withdrawn.
    """

    site_id: str
    name: str
    kelurahan: str
    kecamatan: str
    due: date
    state: DueState
    visit: Visit | None
    certificate: Certificate | None
    same_day: bool = False


def requirements_to_check(findings: Findings, standing: Iterable[Action]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the requirements that a check should cover, by site id; sites without any are left out.

    They are unmet or undetermined, and either have an active action or are named by the gate of the standard (mandatory,
    must-fix or before-audit). `standing` are the active actions: to be done or confirmed.
    """
    standard = findings.standard
    gate = named_by(standard, [standard.gate, *standard.must_fix, *standard.before_audit])
    wanted = np.zeros(findings.matrix.shape, dtype=np.bool_)
    wanted[gate & counted(standard, findings.extension)] = True
    row = {requirement.id: index for index, requirement in enumerate(standard.requirements)}
    column = {site_id: index for index, site_id in enumerate(findings.source.ids)}
    for action in standing:
        cell = row.get(action.request.requirement), column.get(action.request.site_id)
        if None not in cell:
            wanted[cell] = True
    wanted &= np.isin(findings.matrix, [int(DOES_NOT_CONFORM), int(PARTIAL), int(UNDETERMINED)])
    return {
        site_id: tuple(standard.requirements[index].id for index in np.flatnonzero(wanted[:, site_index]).tolist())
        for site_id, site_index in column.items()
        if wanted[:, site_index].any()
    }


def next_looks(
    register: Register, findings: Findings, today: date, *, policy: FollowupPolicy | None = None
) -> list[NextLook]:
    """Return the next surveillance of each site with an approved visit or a certificate, by due date."""
    policy = policy or shipped_policies().followup
    visits: dict[str, Visit] = {}
    same_day = set()
    for visit, _state in register.visits.newest(COUNTED):
        if visits.setdefault(visit.site_id, visit) is not visit and visits[visit.site_id].day == visit.day:
            same_day.add(visit.site_id)
    certificates: dict[str, Certificate] = {}
    for certificate in register.certificates.all():
        if certificate.withdrawn is None:
            certificates.setdefault(certificate.site_id, certificate)
    looks = [
        _look(
            findings,
            site_index,
            visits.get(site_id),
            certificates.get(site_id),
            today,
            policy,
            same_day=site_id in same_day,
        )
        for site_index, site_id in enumerate(findings.source.ids)
        if site_id in visits or site_id in certificates
    ]
    return sorted(looks, key=lambda look: (look.due, look.name.casefold(), look.site_id))


def _look(
    findings: Findings,
    site_index: int,
    visit: Visit | None,
    certificate: Certificate | None,
    today: date,
    policy: FollowupPolicy,
    *,
    same_day: bool,
) -> NextLook:
    days = [day for day in (visit and visit.day, certificate and certificate.issued) if day]
    due = months_later(max(days), policy.months.value)
    ahead = (due - today).days
    state: DueState = "overdue" if ahead < 0 else "soon" if ahead <= policy.soon_days.value else "later"
    site = findings.source[site_index]
    return NextLook(
        site_id=site.id,
        name=site.name,
        kelurahan=site.kelurahan,
        kecamatan=site.kecamatan,
        due=due,
        state=state,
        visit=visit,
        certificate=certificate,
        same_day=same_day,
    )


# --- as a calendar --------------------------------------------------------------------------------------------------

_LONGEST_LINE: Final = 75  # bytes, without the line break; RFC 5545 section 3.1


# RFC 5545 requires at least one component: the city's time zone is one even if no site is due.
_TIME_ZONE: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Jakarta",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:WIB",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar(looks: list[NextLook], now: datetime, *, policy: FollowupPolicy | None = None) -> str:
    """Return the due dates and the ends of certificates as an iCalendar file of whole-day events.

    The alarm of a certificate is as many days ahead as the warning on the page of certificates. `now` is the time stamp of
    the file.

    Source: RFC 5545.
    """
    expiry_days = (policy or shipped_policies().followup).expiry_days.value
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//RBA Audit//Surveillance//ID",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{calendar_text(str(say('Surveillance of play spaces')))}",
        *_TIME_ZONE,
    ]
    for look in looks:
        due = say("Surveillance due: {site}", site=look.name)
        lines += _event(look, f"{look.site_id}-surveillance", look.due, due, stamp, _description(look))
        if look.certificate:
            ends = say("Certificate ends: {site}", site=look.name)
            description = _certificate_words(look.certificate)
            warning = [
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                f"TRIGGER:-P{expiry_days}D",
                f"DESCRIPTION:{calendar_text(str(ends))}",
                "END:VALARM",
            ]
            uid = f"{look.certificate.id}-certificate"
            lines += _event(look, uid, look.certificate.valid_until, ends, stamp, description, warning)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded_line(line)}\r\n" for line in lines)


def _event(
    look: NextLook, uid: str, day: date, summary: Message, stamp: str, description: str, more: Sequence[str] = ()
) -> list[str]:
    location = ", ".join(filter(None, [look.name, look.kelurahan, look.kecamatan]))
    return [
        "BEGIN:VEVENT",
        f"UID:{calendar_text(uid)}@rba-audit",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{calendar_text(str(summary))}",
        f"LOCATION:{calendar_text(location)}",
        f"DESCRIPTION:{calendar_text(description)}",
        "TRANSP:TRANSPARENT",
        *more,
        "END:VEVENT",
    ]


def _certificate_words(certificate: Certificate) -> str:
    return str(say("Certificate {number}, valid until {day}", number=certificate.number, day=certificate.valid_until))


def _description(look: NextLook) -> str:
    lines = []
    if look.visit:
        day, name = look.visit.day, look.visit.auditor
        check = say("Last approved visit: {day}, a check, {name}", day=day, name=name)
        full = say("Last approved visit: {day}, a full visit, {name}", day=day, name=name)
        lines.append(str(check if look.visit.scope == "check" else full))
    if look.certificate:
        lines.append(_certificate_words(look.certificate))
    return "\n".join(lines)


def calendar_text(text: str) -> str:
    r"""Return a text escaped for iCalendar: no character can end its line or its list.

    >>> calendar_text("a;b,c\\d\nBEGIN")
    'a\\;b\\,c\\\\d\\nBEGIN'
    """
    plain = "".join(letter if letter == "\n" or letter.isprintable() else " " for letter in text.replace("\r\n", "\n"))
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain.replace("\n", "\\n")


def folded_line(line: str) -> str:
    """Return a line folded at 75 bytes as RFC 5545 section 3.1 requires; no UTF-8 character is split."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    return "\r\n".join([*pieces, piece])
