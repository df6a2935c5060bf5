"""Messages of the form while a visit that was sent back is corrected; the page fills in the braces."""

from __future__ import annotations

from rba_audit.messages import say


def correcting_words() -> dict[str, object]:
    """Return the texts by the keys that `static/phone/correcting.js` uses, in the current language."""
    return {
        "begins": say(
            "Taken over from what you sent: answers {answers}, items of equipment {items}, photos {photos}."
        ).template,
        "joined": say(
            "Added to your draft from what you sent: answers {answers}. Where both say something, your draft stands."
        ).template,
        "put_back": str(say("What was left out is back. Look it over, then send.")),
        "photos_gone": say(
            "Photos that are neither on the server nor on this phone: {lost}. Take them again if you can."
        ).template,
        "join_why": say(
            "This draft was begun without what you sent ({count} answers). Sent like this, the new version has only what is in the draft."
        ).template,
        "join": str(say("Add what I sent")),
        "join_not": str(say("Go on without it")),
        "left": say("Version {version} has this, and the new version has it no more: {count}").template,
        "left_back": str(say("Put it back")),
        "left_leave": str(say("Send without it")),
        "left_not": str(say("Go on answering")),
        "visit_note": str(say("Note of the visit")),
        "position": str(say("Position")),
        "item_named": say("Equipment: {name}").template,
        "photo": str(say("Photo")),
    }
