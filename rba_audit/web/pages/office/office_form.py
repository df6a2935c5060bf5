"""The WTForms form of the office: its letterhead, its signer and the wording of its letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import ValidationError

from rba_audit.messages import Message, say
from rba_audit.papers.letter_wording import PLACEHOLDERS, unknown_placeholder
from rba_audit.register.office import OFFICE_LIMITS, Office

OFFICE_LABELS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "government": say("Government"),
        "name": say("Name of the office"),
        "address": say("Address"),
        "city": say("City"),
        "letter_number": say("Pattern of the number of a letter"),
        "signer_title": say("Position of the signer"),
        "signer_name": say("Name of the signer"),
        "signer_number": say("Number of the signer (NIP)"),
        "opening": say("Text above the table"),
        "closing": say("Text below the table"),
    }
)
"""The label of each field."""


def _cleaned(text: str | None) -> str:
    """Return a text without control characters other than line feeds, and without blanks at its ends."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs")).strip()


def _length(_form: Form, field: Field) -> None:
    limit = OFFICE_LIMITS[field.name]
    if len(field.data) > limit:
        raise ValidationError(
            str(
                say("This text has {count} characters; shorten it to {limit}.", count=len(field.data), limit=limit),
            )
        )


def _placeholders(_form: Form, field: Field) -> None:
    name = unknown_placeholder(field.data)
    if name:
        raise ValidationError(
            str(
                say(
                    "{name} is no placeholder; use one of these: {names}.",
                    name=f"{{{name}}}",
                    names=", ".join(f"{{{known}}}" for known in PLACEHOLDERS),
                )
            )
        )


class OfficeForm(Form):
    """The fields of `Office`, by their names."""

    government = StringField(filters=[_cleaned], validators=[_length])
    name = StringField(filters=[_cleaned], validators=[_length])
    address = TextAreaField(filters=[_cleaned], validators=[_length])
    city = StringField(filters=[_cleaned], validators=[_length])
    letter_number = StringField(filters=[_cleaned], validators=[_length, _placeholders])
    signer_title = StringField(filters=[_cleaned], validators=[_length])
    signer_name = StringField(filters=[_cleaned], validators=[_length])
    signer_number = StringField(filters=[_cleaned], validators=[_length])
    opening = TextAreaField(filters=[_cleaned], validators=[_length, _placeholders])
    closing = TextAreaField(filters=[_cleaned], validators=[_length, _placeholders])

    def office(self) -> Office:
        """Return the office as entered.

        Raises:
            ValueError: A text is too long; `validate` says so first.
        """
        return Office(**{name: self[name].data for name in OFFICE_LIMITS})
