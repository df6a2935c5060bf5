"""Form for surveyors to propose a site that no list has; phones cache it and open it without a network.

The page itself holds no data of sites or users: a proposal is stored on the phone until it is sent.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from rba_audit.fieldwork.positions import allowed_m
from rba_audit.resources import static_dir
from rba_audit.standard import Question, Standard
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.site_editing.field_messages import new_place_words

pages = Blueprint("new_places", __name__)

_GROUND = "phone/ground_tiles.js"


@pages.get("/places/propose")
@open_to(SIGNED_IN)
def page() -> str:
    """Show the form of a new site: its name, its kind, and its position or outline."""
    someone = signed_in()
    standard = services().standard
    return render_template(
        "site_editing/field_form.html",
        page="queue",
        words=new_place_words(),
        person={"id": someone.id, "name": someone.name},
        surveys=someone.may("audit"),
        edition=standard.edition,
        kind=kind_question(standard),
        blank=blank_opening(standard),
        ground=_ground(),
    )


def kind_question(standard: Standard) -> Question | None:
    """Return the edition's fact for the kind of a site; None if it has none."""
    return standard.question("kind") if standard.has_question("kind") else None


def blank_opening(standard: Standard) -> dict[str, Any]:
    """Return the form context of a site of which nothing is known; the phone fills in name, position and kind.

    It has the members of `FormContext.document`.
    """
    kind = kind_question(standard)
    return {
        "site": "",
        "edition": standard.edition,
        "name": "",
        "kelurahan_code": "",
        "kelurahan": "",
        "point": None,
        "outline": None,
        "accuracy_m": None,
        "allowed_m": allowed_m(),
        "doubts": [],
        "standing": "",
        "kelurahan_outline": None,
        "kelurahan_accuracy_m": 0,
        "neighbours": [],
        "known": {kind.id: ""} if kind else {},
        "last": None,
        "on_file": {},
        "items": [],
        "same": {},
        "settled": [],
        "audited": False,
        "issues": None,
        "replaces": None,
        "measured": {},
    }


def _ground() -> str:
    """Return the URL of the script that draws cached basemap tiles under a sketch; empty if this installation lacks the file."""
    return url_for("static", filename=_GROUND) if (static_dir() / _GROUND).is_file() else ""
