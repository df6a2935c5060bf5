"""What every download is called: in the reader's language, with the site it is about, its day and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from flask import Response

from rba_audit.days import today
from rba_audit.messages import Message, say
from rba_audit.reports import file_name

NAMES: Final[dict[str, Message]] = {
    "actions": say("actions"),
    "agreement": say("agreement"),
    "children": say("children"),
    "coverage": say("coverage"),
    "exports": say("exports"),
    "non_standard": say("non-standard"),
    "not_known": say("not-known"),
    "personal_data": say("personal-data"),
    "plan": say("plan"),
    "sites": say("sites"),
    "surveillance": say("surveillance"),
}
"""What files are called, by what they hold."""


def name_of(holds: str, kind: str, *, site: str = "", day: date | None = None, filter: Iterable[str] = ()) -> str:
    """Return the name of a file, such as `anak-taman-sari-2026-11-30.csv`.

    Args:
        holds: What is in it; one of `NAMES`.
        kind: How the name ends.
        site: The id of the site it is about; empty where it is about many.
        day: The day it is of; today unless given.
        filter: What was asked for, each as "heading: value".
    """
    return file_name(str(NAMES[holds]), kind, day=day or today(), site=site, filter=filter)


def download(response: Response, name: str) -> Response:
    """Let a browser keep a response under a name, instead of showing it."""
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
