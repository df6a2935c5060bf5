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
        "photo_taken": str(say("taken {when}", when="{when}")),
        "photo_no_time": str(say("no time in its file")),
        "photo_place": str(say("with its place")),
        "photo_no_place": str(say("no place in its file")),
    }


def _far() -> dict[str, object]:
    return {
        "far": str(say("You are {metres} m from {site}. Is this the right place?", metres="{metres}", site="{site}")),
        "fix_one": str(say("GPS accuracy ±{metres} m", metres="{metres}")),
        "far_yes": str(say("Yes, this is {site}", site="{site}")),
        "far_near": str(say("Other places near here:")),
        "far_change": str(say("{site}, {metres} m: change to it", site="{site}", metres="{metres}")),
        "far_later": str(say("Ask again at sending")),
        "far_moves": str(
            say(
                "What was answered here, {count}, goes with you to {site}, with photos and notes. Facts that were only known of {here} stay there.",
                count="{count}",
                site="{site}",
                here="{here}",
            )
        ),
        "back_one": str(say("Back")),
        "far_go": str(say("Change to {site}", site="{site}")),
        "far_corrects": str(say("This corrects a visit of {site} that was sent, so it stays there.", site="{site}")),
        "far_no_others": str(say("No other place of your list is near.")),
    }
