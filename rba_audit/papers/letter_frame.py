"""Head and signature of a letter of the office, and the values of placeholders that every letter has."""

from __future__ import annotations

from datetime import date
from typing import Final

from babel.dates import format_date

from rba_audit.messages import language, say
from rba_audit.register.office import Office

GAP: Final = "…………………………………"
"""A gap to write in by hand."""
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def letter_day(day: date) -> str:
    """Return the day of a letter in words."""
    return format_date(day, "d MMMM y", locale=language())


def letter_frame(office: Office, day: str) -> dict[str, object]:
    """Return what the templates need for the head and the signature of a letter; `day` is its day in words."""
    return {
        "government": office.government,
        "name": office.name or str(say("(the name of the office is not set)")),
        "address": office.address.split("\n"),
        "place_and_day": ", ".join(filter(None, (office.city, day))),
        "signer": [office.signer_title, office.signer_name, office.signer_number],
        "signer_gap": GAP,
        "signature": str(say("Empty field for an electronic signature")),
        "no_signature": str(
            say(
                "Not a BSrE signature (bukan TTE BSrE): this paper bears no electronic signature until its signer adds one with their own means."
            )
        ),
    }


def frame_values(office: Office, day: date) -> dict[str, str]:
    """Return the values of the placeholders about the office and the day of a letter."""
    return {
        "office": office.name or str(say("us")),
        "city": office.city,
        "date": letter_day(day),
        "month": _ROMAN[day.month - 1],
        "year": str(day.year),
    }
