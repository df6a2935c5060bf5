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
        "range": say("estimate {low}–{high} of {max}").template,
        "one": say("estimate {low} of {max}").template,
        "red": say("mandatory not met: {count}").template,
        "must_fix": say("must be fixed first: {count}").template,
        "open": say("not known yet: {count}").template,
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
        "reads": say("= {value}").template,
        "two_numbers": say("“{text}” can be read in two ways. Which one is meant?").template,
        "no_number": say("'{text}' is not a number; write one number in the digits 0 to 9, like 1,2 or 1.2").template,
        "other_unit": say("Leave the unit out: the unit here is {unit}, found: “{text}”").template,
        "kept": say("Kept and not judged, because it is not asked: {questions}").template,
        "above": say("More than “{whole}”, so it counts as not given.").template,
        "not_whole": say("{value} is no whole number; write one").template,
        "implausible": say(
            "{value} is not plausible: it should lie between {low} and {high}. Correct it, or clear it."
        ).template,
        "undo": str(say("Undo")),
    }


def _draft() -> dict[str, object]:
    return {
        "continued": say("Draft continued ({count} answers).").template,
        "fresh": say("Begun anew; the other draft ({count} answers) is kept.").template,
        "aside": say("Another draft of this site ({count} answers) is kept on this device.").template,
        "back": str(say("Back to the other draft")),
        "anew": str(say("Begin anew")),
        "elsewhere": str(say("This form is open in another tab; go on there, or close it and this one goes on.")),
        "not_kept": say("This device cannot keep a draft now ({fault}). Send before you leave this page.").template,
        "not_read": say(
            "This phone cannot read what it keeps now ({fault}). Nothing of it is lost; load the page again."
        ).template,
        "again": str(say("Load again")),
        "older": say("This draft is under the edition {edition}; it can be sent as it is.").template,
        "move": str(say("Move it to the new edition")),
        "moved": say("Moved from {edition}; the draft there is kept as it was.").template,
        "changes": say("What is different under {edition}").template,
        "added": str(say("Added")),
        "dropped": str(say("Dropped")),
        "changed": str(say("Changed")),
        "answered": str(say("answered in your draft")),
        "no_changes": str(say("The changes can only be looked up with a connection; try again then.")),
    }


def _photos() -> dict[str, object]:
    return {
        "preparing": say("Preparing photo {at} of {count} …").template,
        "removed": str(say("Photo removed.")),
        "twice": str(say("This photo is here already; it is kept once.")),
        "unreadable": say(
            "{name} cannot be opened on this phone. Take it again as JPEG: in the camera's settings choose “most compatible”."
        ).template,
        "as_is": say("{name} cannot be made smaller here; it is kept as it is.").template,
        "photo_of": say("Photo {at}, {size} kB, {time}").template,
        "remove": str(say("Remove")),
        "no_room": str(say("The photo could not be kept: this phone has no room. Free some, then take it again.")),
    }


def _position() -> dict[str, object]:
    return {
        "searching": str(say("Looking for satellites …")),
        "fix": say("Now ±{metres} m, best so far ±{best} m ({count} fixes).").template,
        "taken_gps": say("Position taken from GPS: ±{metres} m").template,
        "taken_pin": str(say("Position set on the map")),
        "pin_gps": say("{metres} m from the GPS position").template,
        "accept": say("Take ±{metres} m").template,
        "too_wide": say(
            "±{metres} m is too wide to say where this is. Wait in the open, set the pin on the map, or write why it has to do."
        ).template,
        "denied": str(
            say(
                "The phone does not give its position to this page. Allow it in the browser's settings for this site, or set the pin on the map."
            )
        ),
        "unavailable": str(
            say("No position could be found. Go into the open and try again, or set the pin on the map.")
        ),
        "from_site": say("{metres} m from the position on file").template,
        "outside": say(
            "This point lies in {there}, but the site belongs to {here}. Correct it, or write why it is right."
        ).template,
        "outside_only": say(
            "This point lies outside {here}, to which the site belongs. Correct it, or write why it is right."
        ).template,
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
        "last": say("Last visit, {day}: {answer}").template,
        "last_check": say("Check, {day}: {answer}").template,
        "on_file": say("On file: {answer}").template,
        "same": str(say("Same as before")),
        "differs": str(say("differs from before")),
        "known": str(say("filled in from what is known")),
        "from_reviewer": say("Reviewer: {note}").template,
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
        "unmeasured": say("Not measured: {why}").template,
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
        "failed": say("It could not be kept for sending ({fault}). Your answers are still here; try again.").template,
        "missing": say("Not answered yet: {count}").template,
        "nothing_missing": str(say("Every requirement that counts is answered.")),
        "unmet": say("Mandatory and not met: {count}").template,
        "fix_first": say("Must be fixed first: {count}").template,
        "asked_for": say("Asked by auditors and not met: {count}").template,
        "danger_empty": str(say("Write what is dangerous, or take a photo.")),
        "danger_position": say("Your position is added (±{metres} m).").template,
        "danger_found": say("{count} questions found").template,
        "danger_more": say("{count} questions found, {more} not shown; write more of it").template,
        "danger_not_kept": say("This phone cannot keep it ({fault}). It is NOT sent. Call, and try again.").template,
        "danger_direct": say("The office has the report (receipt {code}).").template,
        "no_question": str(say("No question in particular")),
    }


def _scope() -> dict[str, object]:
    return {
        "open_part": say("Show these questions ({count})").template,
        "lost": say("Settled before and left open in this visit: {count}").template,
        "lost_why": str(
            say(
                "As a full visit it takes the place of what was known: of these requirements nothing would be known any more."
            )
        ),
        "lost_more": say("and {count} more").template,
        "send_check": str(say("Send as a check: what was known stays")),
        "send_full": str(say("Send as a full visit all the same")),
        "send_not": str(say("Go on answering")),
    }
