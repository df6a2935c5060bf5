"""Messages of the form while it is filled in; the page fills in the braces.

Scripts contain no text of their own: all their texts are here or in the template.
"""

from __future__ import annotations

from rba_audit.findings import STATUSES
from rba_audit.messages import Message, say
from rba_audit.status_style import status_words
from rba_audit.web.pages.form.correction_messages import correcting_words
from rba_audit.web.pages.form.one_question_messages import one_question_words
from rba_audit.web.pages.form.source_messages import source_words


def form_words() -> dict[str, object]:
    """Return the texts by the keys that the scripts use, in the current language."""
    return {
        "status": {status: status_words(status) for status in STATUSES},
        "range": str(say("estimate {low}–{high} of {max}", low="{low}", high="{high}", max="{max}")),
        "one": str(say("estimate {low} of {max}", low="{low}", max="{max}")),
        "red": str(say("mandatory not met: {count}", count="{count}")),
        "must_fix": str(say("must be fixed first: {count}", count="{count}")),
        "open": str(say("not known yet: {count}", count="{count}")),
        **_answers(),
        **_draft(),
        **_photos(),
        **_position(),
        **_before(),
        **_measured(),
        **_sending(),
        **_scope(),
        **one_question_words(),
        **correcting_words(),
        **source_words(),
    }


def _answers() -> dict[str, object]:
    return {
        "reads": str(say("= {value}", value="{value}")),
        "two_numbers": str(say("“{text}” can be read in two ways. Which one is meant?", text="{text}")),
        "no_number": str(
            say("'{text}' is not a number; write one number in the digits 0 to 9, like 1,2 or 1.2", text="{text}")
        ),
        "other_unit": str(
            say("Leave the unit out: the unit here is {unit}, found: “{text}”", text="{text}", unit="{unit}")
        ),
        "kept": str(say("Kept and not judged, because it is not asked: {questions}", questions="{questions}")),
        "above": str(say("More than “{whole}”, so it counts as not given.", whole="{whole}")),
        "not_whole": str(say("{value} is no whole number; write one", value="{value}")),
        "implausible": str(
            say(
                "{value} is not plausible: it should lie between {low} and {high}. Correct it, or clear it.",
                value="{value}",
                low="{low}",
                high="{high}",
            )
        ),
        "undo": str(say("Undo")),
    }


def _draft() -> dict[str, object]:
    return {
        "continued": str(say("Draft continued ({count} answers).", count="{count}")),
        "fresh": str(say("Begun anew; the other draft ({count} answers) is kept.", count="{count}")),
        "aside": str(say("Another draft of this site ({count} answers) is kept on this device.", count="{count}")),
        "back": str(say("Back to the other draft")),
        "anew": str(say("Begin anew")),
        "elsewhere": str(say("This form is open in another tab; go on there, or close it and this one goes on.")),
        "not_kept": str(
            say("This device cannot keep a draft now ({fault}). Send before you leave this page.", fault="{fault}")
        ),
        "not_read": str(
            say(
                "This phone cannot read what it keeps now ({fault}). Nothing of it is lost; load the page again.",
                fault="{fault}",
            )
        ),
        "again": str(say("Load again")),
        "older": str(say("This draft is under the edition {edition}; it can be sent as it is.", edition="{edition}")),
        "move": str(say("Move it to the new edition")),
        "moved": str(say("Moved from {edition}; the draft there is kept as it was.", edition="{edition}")),
        "changes": str(say("What is different under {edition}", edition="{edition}")),
        "added": str(say("Added")),
        "dropped": str(say("Dropped")),
        "changed": str(say("Changed")),
        "answered": str(say("answered in your draft")),
        "no_changes": str(say("The changes can only be looked up with a connection; try again then.")),
    }


def _photos() -> dict[str, object]:
    return {
        "preparing": str(say("Preparing photo {at} of {count} …", at="{at}", count="{count}")),
        "removed": str(say("Photo removed.")),
        "twice": str(say("This photo is here already; it is kept once.")),
        "unreadable": str(
            say(
                "{name} cannot be opened on this phone. Take it again as JPEG: in the camera's settings choose “most compatible”.",
                name="{name}",
            )
        ),
        "as_is": str(say("{name} cannot be made smaller here; it is kept as it is.", name="{name}")),
        "photo_of": str(say("Photo {at}, {size} kB, {time}", at="{at}", size="{size}", time="{time}")),
        "remove": str(say("Remove")),
        "no_room": str(say("The photo could not be kept: this phone has no room. Free some, then take it again.")),
    }


def _position() -> dict[str, object]:
    return {
        "searching": str(say("Looking for satellites …")),
        "fix": str(
            say(
                "Now ±{metres} m, best so far ±{best} m ({count} fixes).",
                metres="{metres}",
                best="{best}",
                count="{count}",
            )
        ),
        "taken_gps": str(say("Position taken from GPS: ±{metres} m", metres="{metres}")),
        "taken_pin": str(say("Position set on the map")),
        "pin_gps": str(say("{metres} m from the GPS position", metres="{metres}")),
        "accept": str(say("Take ±{metres} m", metres="{metres}")),
        "too_wide": str(
            say(
                "±{metres} m is too wide to say where this is. Wait in the open, set the pin on the map, or write why it has to do.",
                metres="{metres}",
            )
        ),
        "denied": str(
            say(
                "The phone does not give its position to this page. Allow it in the browser's settings for this site, or set the pin on the map."
            )
        ),
        "unavailable": str(
            say("No position could be found. Go into the open and try again, or set the pin on the map.")
        ),
        "from_site": str(say("{metres} m from the position on file", metres="{metres}")),
        "outside": str(
            say(
                "This point lies in {there}, but the site belongs to {here}. Correct it, or write why it is right.",
                there="{there}",
                here="{here}",
            )
        ),
        "outside_only": str(
            say(
                "This point lies outside {here}, to which the site belongs. Correct it, or write why it is right.",
                here="{here}",
            )
        ),
        "ground_none": str(say("No streets or water were given to be drawn here.")),
        "ground_unknown": str(
            say("Streets and water are not on this phone yet. Open “My work” once where there is signal.")
        ),
        "no_place": str(
            say("There is nothing to draw yet: the site has no position on file. Use your location first.")
        ),
    }


def _before() -> dict[str, object]:
    return {
        "last": str(say("Last visit, {day}: {answer}", day="{day}", answer="{answer}")),
        "last_check": str(say("Check, {day}: {answer}", day="{day}", answer="{answer}")),
        "on_file": str(say("On file: {answer}", answer="{answer}")),
        "same": str(say("Same as before")),
        "differs": str(say("differs from before")),
        "known": str(say("filled in from what is known")),
        "from_reviewer": str(say("Reviewer: {note}", note="{note}")),
        "whole": str(say("About the visit as a whole")),
        "not_ready": str(
            say(
                "This site was not opened on this phone before, so nothing is known of it here. What you answer is kept all the same."
            )
        ),
    }


def _measured() -> dict[str, object]:
    return {
        "measured": str(say("Measured:")),
        "measured_rule": str(measured_rule()),
        "unmeasured": str(say("Not measured: {why}", why="{why}")),
        "unmeasured_rule": str(say("Only what you answer counts here.")),
        "measured_differs": str(say("Your answer differs. Until you write why, what was measured counts.")),
        "measured_stands": str(say("Your answer counts in place of what was measured, for this reason.")),
        "measured_inside": str(say("Your answer lies within what was measured, and counts.")),
        "reason": str(say("Reason for your answer")),
    }


def measured_rule() -> Message:
    """Return the message on whether an answer or a measurement counts."""
    return say("It counts even if you leave this open. An answer of your own replaces it only with a reason.")


def _sending() -> dict[str, object]:
    return {
        "no_name": str(say("Write the name of the one who answers.")),
        "no_day": str(say("The day of the visit is missing.")),
        "future": str(say("This day has not come yet; correct it.")),
        "no_stage": str(say("Choose whether this is a self-assessment or an auditor's visit.")),
        "nothing": str(say("Nothing was answered yet; answer one question at least, then send.")),
        "note": str(say("Note")),
        "photos_first": str(say("Photos are still being prepared; wait a moment, then send again.")),
        "no_person": str(say("This phone does not know yet who you are; sign in once with a connection.")),
        "failed": str(
            say("It could not be kept for sending ({fault}). Your answers are still here; try again.", fault="{fault}")
        ),
        "missing": str(say("Not answered yet: {count}", count="{count}")),
        "nothing_missing": str(say("Every requirement that counts is answered.")),
        "unmet": str(say("Mandatory and not met: {count}", count="{count}")),
        "fix_first": str(say("Must be fixed first: {count}", count="{count}")),
        "asked_for": str(say("Asked by auditors and not met: {count}", count="{count}")),
        "danger_empty": str(say("Write what is dangerous, or take a photo.")),
        "danger_position": str(say("Your position is added (±{metres} m).", metres="{metres}")),
        "danger_found": str(say("{count} questions found", count="{count}")),
        "danger_more": str(
            say("{count} questions found, {more} not shown; write more of it", count="{count}", more="{more}")
        ),
        "danger_not_kept": str(
            say("This phone cannot keep it ({fault}). It is NOT sent. Call, and try again.", fault="{fault}")
        ),
        "danger_direct": str(say("The office has the report (receipt {code}).", code="{code}")),
        "no_question": str(say("No question in particular")),
    }


def _scope() -> dict[str, object]:
    return {
        "open_part": str(say("Show these questions ({count})", count="{count}")),
        "lost": str(say("Settled before and left open in this visit: {count}", count="{count}")),
        "lost_why": str(
            say(
                "As a full visit it takes the place of what was known: of these requirements nothing would be known any more."
            )
        ),
        "lost_more": str(say("and {count} more", count="{count}")),
        "send_check": str(say("Send as a check: what was known stays")),
        "send_full": str(say("Send as a full visit all the same")),
        "send_not": str(say("Go on answering")),
    }
