"""Messages of the scripts for new and proposed sites; the scripts fill the placeholders.

Scripts contain no text of their own: their messages are here or in the template.
"""

from __future__ import annotations

from rba_audit.messages import say


def new_place_words() -> dict[str, str]:
    """Return the messages of the form of a new site by the names that its scripts use, in the current language."""
    return {**_satellites(), **_walk(), **_outline(), **_page()}


def proposal_words() -> dict[str, object]:
    """Return the messages of the queue page about sites begun or proposed on this phone, by the names that the script uses."""
    return {
        "unnamed": str(say("Place without a name yet")),
        "begun": str(say("Begun, not proposed yet")),
        "fixes": say("{count} points of the walk").template,
        "waits_to_be_sent": str(say("Proposed, waits to be sent")),
        "not_taken": str(
            say("Proposed; the server has not taken it. It is listed under “To be sent” with the reason.")
        ),
        "proposed": str(say("Proposed, waits for a planner")),
        "decided": say("Decided by a planner: {count}").template,
        "decisions": {
            "accepted": str(say("Accepted: it is on the list now")),
            "merged": say("It was already known as {name}").template,
            "declined": str(say("Declined by a planner")),
        },
        "reason": say("Reason: {reason}").template,
        "visits_stay": say("Your visits stay yours, under {name}.").template,
        "another": str(say("another place")),
        "audit": str(say("Audit it")),
    }


def _satellites() -> dict[str, str]:
    return {
        "searching": str(say("Looking for satellites …")),
        "now": say("GPS accuracy now: ±{metres} m").template,
        "now_wide": say(
            "GPS accuracy now: ±{metres} m, too coarse. Go into the open, away from walls and trees, and wait; up to ±{most} m counts."
        ).template,
        "denied": str(
            say(
                "The phone does not give its position to this page. Allow it in the browser's settings for this site, or set the place on the map. A name alone is not enough to find it again."
            )
        ),
        "unavailable": str(
            say(
                "No position could be found. Go into the open and try again, or set the place on the map. A name alone is not enough to find it again."
            )
        ),
        "no_gps": str(
            say(
                "This phone cannot say where it is. Set the place on the map; a name alone is not enough to find it again."
            )
        ),
        "take": say("Use this point (±{metres} m)").template,
        "taken": say("Point taken: ±{metres} m, from {count} readings.").template,
        "pinned": str(say("Set on the map.")),
        "nothing_to_draw": str(
            say(
                "There is nothing to draw yet: wait for a position, or open My work once with signal for the places around."
            )
        ),
    }


def _walk() -> dict[str, str]:
    return {
        "start": str(say("Start walking")),
        "go_on": str(say("Go on walking")),
        "walk_again": str(say("Open it again and walk on")),
        "started": str(say("Recording. Walk along the edge of the place, all the way round.")),
        "paused": str(say("Paused. Nothing is recorded until you go on.")),
        "corner": str(say("Corner added.")),
        "no_corner": str(say("The position is too coarse for a corner now; wait a moment, then press again.")),
        "undone": say("The last {metres} m were taken back; they stay in the record.").template,
        "closed": str(say("The outline is closed.")),
        "continued": say(
            "Continued: {count} points of your walk are here. Go back to where you stopped, then press “Go on walking”."
        ).template,
        "awake": str(say("The screen stays on while you walk.")),
        "not_awake": str(
            say("This phone cannot keep its screen on: touch it now and then. While it is dark nothing is recorded.")
        ),
        "dark": str(
            say("The screen was off: what you walked meanwhile is missing. Walk that part again, or add its corners.")
        ),
        "count": say("{count} points").template,
        "wide": say(
            "{count} points were less accurate than ±{most} m: left out of the outline, kept in the record."
        ).template,
    }


def _outline() -> dict[str, str]:
    return {
        "figures": say(
            "About {area} m² (roughly {low} to {high} m²), {perimeter} m round (give or take {off} m)."
        ).template,
        "why": say(
            "The GPS was accurate to about ±{metres} m; that is why the size is not exact. {corners} corners."
        ).template,
        "closing": say("From the last point to the first it is {metres} m; that side is drawn straight.").template,
        "repeated": str(say("What you walked a second time at the end is drawn once.")),
        "loops": say("Small loops of a straying GPS were cut off: {count}.").template,
        "tiny": str(
            say(
                "The place is hardly larger than the GPS is off. The middle as a point says as much; choose what you trust."
            )
        ),
        "few": str(say("Too few points for an outline. Walk on, or add the corners one by one.")),
        "crosses": say(
            "The outline crosses itself (red mark: {count}). Take back the last metres and walk that part again; or send the middle as a point, your walk goes with it."
        ).template,
        "middle": say("The middle of your walk is sent as a point, ±{metres} m; the walk goes with it.").template,
        "thinned": say("The walk has {count} points; {sent} of them, evenly chosen, are sent.").template,
    }


def _page() -> dict[str, str]:
    return {
        "metres_away": say("{metres} m away").template,
        "kilometres_away": say("{kilometres} km away").template,
        "no_distance": str(say("distance not known")),
        "own": str(say("proposed by you")),
        "this_one": str(say("It is this one: audit it")),
        "no_name": str(say("Write what the place is called, or what people call it.")),
        "no_position": str(say("Say where it is: stand in it, walk round it, or set it on the map.")),
        "open_walk": str(say("The walk is not finished: press “Close the outline”, or choose another way.")),
        "too_wide": say(
            "±{metres} m is too coarse to find the place again. Wait in the open, or set it on the map."
        ).template,
        "no_person": str(say("This phone does not know yet who you are; sign in once with a connection.")),
        "not_kept": say("This device cannot keep it now ({fault}). Do not leave this page.").template,
        "failed": say("It could not be kept for sending ({fault}). Your answers are still here; try again.").template,
        "other_draft": say("You began this one {when}; it goes on here.").template,
        "another": str(say("Begin another place")),
        "elsewhere": str(say("This page is open in another tab; go on there, or close it and this one goes on.")),
    }
