"""The page on which a surveyor proposes a place that is on no map; a phone keeps it and opens it without signal.

The page holds no place and no person's work: what is written there stays on the phone until it is sent.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from rba_audit.fieldwork.positions import allowed_m
from rba_audit.resources import static_dir
from rba_audit.standard import Question, Standard
from rba_audit.web.http.access import SIGNED_IN, open_to, signed_in
from rba_audit.web.http.services import services
from rba_audit.web.pages.places.field_messages import new_place_words

pages = Blueprint("new_places", __name__)

_GROUND = "phone/ground_tiles.js"


@pages.get("/places/propose")
@open_to(SIGNED_IN)
def page() -> str:
    """A new place: its name, its kind, where it lies or how far it reaches."""
    someone = signed_in()
    standard = services().standard
    return render_template(
        "places/field_form.html",
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
    """Return the fact of an edition that says what kind of place a site is; None where it asks for none."""
    return standard.question("kind") if standard.has_question("kind") else None


def blank_opening(standard: Standard) -> dict[str, Any]:
    """Return what a form begins with at a place of which nothing is known; a phone fills in name, position and kind.

    It has the members that `FormContext.document` has, `number_words` included.
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
    """Return where the script is that draws the kept ground under a sketch; empty where this installation has none."""
    return url_for("static", filename=_GROUND) if (static_dir() / _GROUND).is_file() else ""
