"""Wording of letters: texts of the office with named placeholders such as `{agency}`, and the shipped texts for empty ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rba_audit.messages import Message, say

PLACEHOLDERS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "agency": say("the agency that the letter goes to"),
        "office": say("the name of the office"),
        "city": say("the city of the office"),
        "date": say("the day of the letter"),
        "month": say("its month as a Roman number"),
        "year": say("its year"),
        "sites": say("how many sites have something to repair"),
        "count": say("how many repairs there are"),
        "red": say("how many of them are mandatory"),
        "must_fix": say("how many of them must be fixed first"),
        "cost": say("the estimated cost of all repairs"),
        "standard": say("the title of the standard"),
    }
)
"""The names that a text may contain in braces, and what stands there in a letter."""
_PLACEHOLDER: Final = re.compile(r"\{([^{}\n]*)\}")
_SAME: Final = {name: f"{{{name}}}" for name in PLACEHOLDERS}


def unknown_placeholder(text: str) -> str:
    """Return the first name in braces that is no placeholder; empty if there is none."""
    names = (match[1] for match in _PLACEHOLDER.finditer(text))
    return next((name or " " for name in names if name not in PLACEHOLDERS), "")


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders replaced; a value is never searched for placeholders, unknown names stay."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def default_opening() -> str:
    """Return the text above the table where the office has none, with placeholders, in the current language."""
    return (
        str(
            say(
                "The play spaces of the city were assessed against {standard}. At {sites} sites there are {count} requirements not met, or only partly met, for whose repair {agency} is responsible; {red} of these repairs are mandatory and {must_fix} must be made first.",
                **_SAME,
            )
        )
        + "\n"
        + str(say("Please plan and carry out the repairs below, the mandatory ones first."))
    )


def default_closing() -> str:
    """Return the text below the table where the office has none, with placeholders, in the current language."""
    return str(
        say(
            "Please tell {office} when a repair is done, so that the site can be looked at again. Thank you for your cooperation.",
            **_SAME,
        )
    )


def default_number() -> str:
    """Return the pattern of the number where the office has none: a gap to write it in."""
    return "…………/…………/{month}/{year}"
