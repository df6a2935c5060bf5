"""Build the document of a visit that was entered in the form without JavaScript, in the format that a phone sends.

The moments of a phone (`begun_at`, `frozen_at`) are absent: they were not measured, and the same form sent twice must give
the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from rba_audit.register import Scope, Stage
from rba_audit.register.records import VISIT_FORMAT

_SHOWN: Final = ("id", "edition", "scope", "stage", "author", "auditor", "day", "answers", "notes", "note")
"""Members of a document that the form shows; a correction takes all others from the version that it corrects."""
_NOT_TAKEN_OVER: Final = ("begun_at", "frozen_at", "scope")
"""Members that a correction never takes over: the times of the version before, and the scope (absent for a full visit)."""


def form_document(
    *,
    id: str,
    site: str,
    edition: str,
    author: str,
    auditor: str,
    day: date,
    stage: Stage,
    scope: Scope = "full",
    answers: Mapping[str, Any],
    notes: Mapping[str, str],
    note: str,
    replaces: str = "",
) -> dict[str, Any]:
    """Return the document of a visit; position, items and photos need JavaScript and are empty.

    Args:
        id: A UUID made when the form was opened, so that a form sent twice is one visit.
        site: The id of the site.
        edition: The edition whose questions were asked.
        author: The id of the user who is signed in.
        auditor: The name that was entered.
        day: The day of the visit.
        stage: The kind of visit.
        scope: Whether the visit covers the whole site.
        answers: Answers by question id.
        notes: Notes by question id.
        note: The note on the visit as a whole.
        replaces: The id of the version that this one corrects; empty for a first version.

    Raises:
        ValueError: the id is not a UUID.
    """
    return {
        "format": VISIT_FORMAT,
        "id": str(UUID(id)),
        "site": site,
        "edition": edition,
        **({} if scope == "full" else {"scope": scope}),
        "stage": stage,
        "author": author,
        "auditor": auditor.strip(),
        "day": day.isoformat(),
        "replaces": replaces or None,
        "answers": dict(answers),
        "notes": dict(notes),
        "note": note.strip(),
        "position": None,
        "items": [],
        "photos": [],
    }


def correction_document(before: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of the next version of `before`: members that the form shows from `document`, all others from `before`."""
    taken_over = {key: value for key, value in before.items() if key not in _NOT_TAKEN_OVER}
    shown = {key: document[key] for key in _SHOWN if key in document}
    return {**taken_over, **shown, "replaces": before["id"]}
