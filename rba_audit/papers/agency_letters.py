"""Letters to agencies as PDF files: what to repair, where and by when, and an appendix with every line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from rba_audit.days import CITY
from rba_audit.messages import format_day, format_number, language, say
from rba_audit.papers.agency_lists import AgencyLine, AgencyList, coordinate_words, sum_of_costs
from rba_audit.papers.letter_frame import frame_values, letter_day, letter_frame
from rba_audit.papers.letter_wording import default_closing, default_number, default_opening, fill_placeholders
from rba_audit.papers.typesetting import typeset
from rba_audit.register.office import Office
from rba_audit.reports import Provenance
from rba_audit.standard import Standard
from rba_audit.status_style import gate_words

LETTER_TEMPLATE: Final = "letter.typ"
MOST_LINES: Final = 3000
"""The most lines of an appendix; the workbook holds all."""
_IN_THE_LETTER: Final = 10  # kinds of repair in the table of the letter itself
_SITES_NAMED: Final = 4


def agency_letter(
    agency: AgencyList, office: Office, standard: Standard, provenance: Provenance, at: datetime
) -> bytes:
    """Return the letter to an agency as a PDF file in the current language.

    Its date is the day of `at` in the city; `provenance` has the day, edition and filter of the lines.
    """
    return typeset(LETTER_TEMPLATE, letter_data(agency, office, standard, provenance, at), at=at.replace(microsecond=0))


def letter_data(
    agency: AgencyList, office: Office, standard: Standard, provenance: Provenance, at: datetime
) -> dict[str, Any]:
    """Return the data of the template: texts and lists of texts only."""
    totals = agency.totals
    today = at.astimezone(CITY).date()
    day = letter_day(today)
    values = {
        **frame_values(office, today),
        "agency": str(totals.name),
        "sites": format_number(totals.sites, 0),
        "count": format_number(totals.repairs, 0),
        "red": format_number(totals.red, 0),
        "must_fix": format_number(totals.must_fix, 0),
        "cost": str(totals.cost),
        "standard": str(standard.title),
    }
    groups = [
        list(lines) for _, lines in groupby(_by_requirement(agency.lines), key=lambda line: line.repair.requirement.id)
    ]
    return {
        "lang": language(),
        "title": str(say("Repairs of play spaces led by {agency}", agency=totals.name)),
        "office": office.name,
        "day": day,
        "page_words": str(say("Page")),
        **letter_frame(office, day),
        "facts": [
            [str(say("Number")), fill_placeholders(office.letter_number or default_number(), values)],
            [str(say("Attachment")), str(say("list of {count} repairs", count=totals.repairs))],
            [str(say("Subject")), str(say("Repairs of play spaces"))],
        ],
        "to": str(say("To {agency}", agency=totals.name)),
        "opening": _paragraphs(office.opening or default_opening(), values),
        "headings": [str(say("To be repaired")), str(say("Sites")), str(say("By when")), str(say("Estimated cost"))],
        "rows": [_letter_row(group, today) for group in groups[:_IN_THE_LETTER]],
        "more": _more(groups[_IN_THE_LETTER:]),
        **_totals(agency),
        "costs_note": str(standard.currency.origin or ""),
        "closing": _paragraphs(office.closing or default_closing(), values),
        "note": " · ".join(
            (
                str(say("Readiness estimate, not an official score")),
                f"{say('As of')} {format_day(provenance.day)}",
                f"{provenance.edition} — {provenance.title}",
                f"{say('Filter')}: {provenance.filter_words}",
            )
        ),
        **_appendix(groups, agency, today),
    }


def _paragraphs(text: str, values: dict[str, str]) -> list[str]:
    return [line for part in text.split("\n") if (line := fill_placeholders(part, values).strip())]


def _by_requirement(lines: Sequence[AgencyLine]) -> list[AgencyLine]:
    """Return the lines by requirement: those with the most urgent line first, then those with the most lines."""
    most_urgent: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for line in lines:
        requirement = line.repair.requirement.id
        most_urgent[requirement] = min(line.urgency, most_urgent.get(requirement, line.urgency))
        numbers[requirement] = numbers.get(requirement, 0) + 1
    return sorted(
        lines,
        key=lambda line: (
            most_urgent[line.repair.requirement.id],
            -numbers[line.repair.requirement.id],
            line.repair.requirement.id,
            line.urgency,
        ),
    )


def _letter_row(group: Sequence[AgencyLine], today: date) -> dict[str, Any]:
    first = group[0]
    names = [line.repair.row.name for line in group]
    where = "; ".join(names[:_SITES_NAMED])
    others = len(names) - _SITES_NAMED
    return {
        "title": str(first.repair.requirement.title),
        "remedy": first.repair.remedy,
        "tag": gate_words(first.item) if first.item else "",
        "strong": first.item in ("red", "must_fix"),
        "sites": str(say("{count} sites", count=len(group))) if len(group) > 1 else "",
        "where": str(say("{names}; {count} more in the appendix", names=where, count=others)) if others > 0 else where,
        "due": _due_words(group, today),
        "cost": str(sum_of_costs([line.cost for line in group], first.cost.currency)),
    }


def _unbroken_day(day: date) -> str:
    """Return a day whose parts stay on one line."""
    return format_day(day).replace(" ", "\u00a0")


def _due_day(day: date, today: date) -> str:
    return f"{_unbroken_day(day)}\u00a0({say('overdue')})" if day < today else _unbroken_day(day)


def _due_words(group: Sequence[AgencyLine], today: date) -> str:
    days = sorted(line.due for line in group if line.due)
    if not days:
        return str(say("not set"))
    words = " – ".join(dict.fromkeys(_due_day(day, today) for day in (days[0], days[-1])))
    without = len(group) - len(days)
    return f"{words}; {say('{count} not set', count=without)}" if without else words


def _more(groups: Sequence[Sequence[AgencyLine]]) -> str:
    if not groups:
        return ""
    lines = sum(map(len, groups))
    return str(
        say("And {count} repairs of {kinds} other kinds; they stand in the appendix.", count=lines, kinds=len(groups))
    )


def _totals(agency: AgencyList) -> dict[str, Any]:
    totals = agency.totals
    bands = [[str(band.band.words), format_number(band.repairs, 0), str(band.cost)] for band in totals.bands]
    not_known = say(
        "{count} requirements that this agency leads are not known yet; what they cost is not known and in no total.",
        count=totals.not_known,
    )
    return {
        "totals_headings": [str(say("Cost band")), str(say("Repairs")), str(say("Estimated cost"))],
        "totals": [*bands, [str(say("All")), format_number(totals.repairs, 0), str(totals.cost)]],
        "totals_words": str(
            say(
                "{count} repairs at {sites} sites, {red} of them mandatory and {must_fix} to be fixed first.",
                count=totals.repairs,
                sites=totals.sites,
                red=totals.red,
                must_fix=totals.must_fix,
            )
        ),
        "not_known": str(not_known) if totals.not_known else "",
    }


def _appendix(groups: Sequence[Sequence[AgencyLine]], agency: AgencyList, today: date) -> dict[str, Any]:
    left = MOST_LINES
    chapters = []
    for group in groups:
        if not left:
            break
        shown = group[:left]
        left -= len(shown)
        repair, alike = shown[0].repair, len({line.item for line in shown}) == 1
        chapters.append(
            {
                "title": f"{repair.requirement.title} ({repair.requirement.id})",
                "tag": _tag(shown[0]) if alike else "",
                "facts": [
                    [str(say("Wanted")), "; ".join(dict.fromkeys(line.repair.expected for line in shown))],
                    [str(say("Remedy")), repair.remedy],
                    [str(say("Cost at each site")), repair.cost],
                ],
                "rows": [{**_appendix_row(line, today), "tag": "" if alike else _tag(line)} for line in shown],
            }
        )
    cut = len(agency.lines) - MOST_LINES
    return {
        "appendix": str(say("Appendix: every repair, by kind")),
        "appendix_headings": [
            str(heading)
            for heading in (say("Site"), say("Kelurahan, kecamatan"), say("Coordinates"), say("Found"), say("By when"))
        ],
        "chapters": chapters,
        "cut": str(say("{count} more repairs stand in the workbook of this agency.", count=cut)) if cut > 0 else "",
    }


def _tag(line: AgencyLine) -> str:
    return gate_words(line.item) if line.item in ("red", "must_fix") else ""


def _appendix_row(line: AgencyLine, today: date) -> dict[str, str]:
    return {
        "site": line.repair.row.name,
        "area": line.area or str(say("not stated")),
        "coordinates": coordinate_words(line.position) or str(say("not known")),
        "found": line.repair.observed,
        "due": _due_day(line.due, today) if line.due else str(say("not set")),
    }
