"""Messages of the form while a visit that was sent back is corrected; the page fills in the braces."""

from __future__ import annotations

from rba_audit.messages import say


def correcting_words() -> dict[str, object]:
    """Return the texts by the keys that `static/phone/correcting.js` uses, in the current language."""
    return {
        "begins": str(
            say(
                "Taken over from what you sent: answers {answers}, items of equipment {items}, photos {photos}.",
                answers="{answers}",
                items="{items}",
                photos="{photos}",
            )
        ),
        "joined": str(
            say(
                "Added to your draft from what you sent: answers {answers}. Where both say something, your draft stands.",
                answers="{answers}",
            )
        ),
        "put_back": str(say("What was left out is back. Look it over, then send.")),
        "photos_gone": str(
            say(
                "Photos that are neither on the server nor on this phone: {lost}. Take them again if you can.",
                lost="{lost}",
            )
        ),
        "join_why": str(
            say(
                "This draft was begun without what you sent ({count} answers). Sent like this, the new version has only what is in the draft.",
                count="{count}",
            )
        ),
        "join": str(say("Add what I sent")),
        "join_not": str(say("Go on without it")),
        "left": str(
            say(
                "Version {version} has this, and the new version has it no more: {count}",
                version="{version}",
                count="{count}",
            )
        ),
        "left_back": str(say("Put it back")),
        "left_leave": str(say("Send without it")),
        "left_not": str(say("Go on answering")),
        "visit_note": str(say("Note of the visit")),
        "position": str(say("Position")),
        "item_named": str(say("Equipment: {name}", name="{name}")),
        "photo": str(say("Photo")),
    }
