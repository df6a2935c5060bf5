"""Messages of the form on the origin of photos, and on a position far from the site.

As in `form_words`, the page fills in the braces.
"""

from __future__ import annotations

from rba_audit.messages import say


def source_words() -> dict[str, object]:
    """Return the texts by the keys that the scripts use, in the current language."""
    return {**_origins(), **_far()}


def _origins() -> dict[str, object]:
    return {
        "from_camera": str(say("Camera")),
        "from_gallery": str(say("Gallery")),
        "photo_taken": say("taken {when}").template,
        "photo_no_time": str(say("no time in its file")),
        "photo_place": str(say("with its place")),
        "photo_no_place": str(say("no place in its file")),
    }


def _far() -> dict[str, object]:
    return {
        "far": say("You are {metres} m from {site}. Is this the right place?").template,
        "fix_one": say("GPS accuracy ±{metres} m").template,
        "far_yes": say("Yes, this is {site}").template,
        "far_near": str(say("Other places near here:")),
        "far_change": say("{site}, {metres} m: change to it").template,
        "far_later": str(say("Ask again at sending")),
        "far_moves": say(
            "What was answered here, {count}, goes with you to {site}, with photos and notes. Facts that were only known of {here} stay there."
        ).template,
        "back_one": str(say("Back")),
        "far_go": say("Change to {site}").template,
        "far_corrects": say("This corrects a visit of {site} that was sent, so it stays there.").template,
        "far_no_others": str(say("No other place of your list is near.")),
    }
