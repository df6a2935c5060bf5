"""Differences between two editions of the standard, for moving a draft to another edition."""

from __future__ import annotations

from rba_audit.standard.edition_changes import compare_editions, questions_asked_again
from rba_audit.web.api.routes import Routes
from rba_audit.web.http.access import SIGNED_IN, open_to
from rba_audit.web.pages.standards import get_edition

routes = Routes()


@routes.get("/api/editions/<before>/<after>/changes", "equipment.edition_changes")
@open_to(SIGNED_IN)
def edition_changes(before: str, after: str) -> dict[str, object]:
    """Return the requirements that the second edition adds, drops and changes; `again` has the questions to answer anew."""
    old, new = get_edition(before), get_edition(after)
    changes = compare_editions(old, new)
    return {
        "added": [{"id": requirement.id, "title": str(requirement.title)} for requirement in changes.added],
        "dropped": [{"id": requirement.id, "title": str(requirement.title)} for requirement in changes.dropped],
        "changed": [
            {
                "id": change.requirement.id,
                "title": str(change.requirement.title),
                "what": [str(what) for what in change.what],
            }
            for change in changes.changed
        ],
        "again": list(questions_asked_again(old, new)),
    }
