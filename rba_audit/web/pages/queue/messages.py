"""Messages of the scripts of the queue page; the scripts fill the placeholders.

Scripts contain no text of their own: their messages are here or in the template.
"""

from __future__ import annotations

from rba_audit.findings import STATUSES
from rba_audit.messages import say
from rba_audit.review_states import REVIEW_STATE_WORDS
from rba_audit.status_style import status_words
from rba_audit.web.pages.queue.handover_messages import half_done_words


def queue_words() -> dict[str, object]:
    """Return the messages of the queue page by the names that the script uses, in the current language."""
    return {
        "status": {status: status_words(status) for status in STATUSES},
        "state": {state: str(words) for state, words in REVIEW_STATE_WORDS.items()},
        "problem": _problems(),
        **_outbox(),
        **_lists(),
        **_parcels(),
        **half_done_words(),
    }


def waiting_words() -> dict[str, object]:
    """Return the messages of the page that saves the outbox as a file without an account, in the current language."""
    wanted = ("visit", "check", "danger", "place", "since", "tally", "none", "failed")
    return {
        **{name: text for name, text in _outbox().items() if name in wanted},
        **{name: text for name, text in _parcels().items() if name in ("file", "saved", "written_by")},
        "pictures": _lists()["pictures"],
        "begun": str(
            say(
                "Begun and not finished: {count}. That is not in the file; only who began it can finish it, signed in.",
                count="{count}",
            )
        ),
    }


def _problems() -> dict[str, str]:
    """Return the messages for failed sending that the phone detects itself; the server's errors bring their own message."""
    return {
        "network": str(say("There was no connection.")),
        "busy": str(say("The server is busy.")),
        "server": str(say("The server had a fault of its own.")),
        "hash": str(say("What arrived was not what was sent; it is sent again.")),
        "incomplete": str(say("The server still misses a photo; it is sent again.")),
        "asked_again": str(say("The server lost a photo of this; it is sent again.")),
        "place_first": str(say("It waits for its place, which goes first.")),
        "photo_gone": str(
            say("The server still wants a photo that is not on this phone any more; open the visit and take it again.")
        ),
        "other_author": str(
            say(
                "This belongs to {name}; sign in as {name} to send it. If {name} cannot, save it as a file and hand it over below.",
                name="{name}",
            )
        ),
    }


def _outbox() -> dict[str, str]:
    return {
        "waiting": str(say("Waiting")),
        "sending": str(say("Not sent yet; being tried now …")),
        "sent": str(say("Sent")),
        "refused": str(say("Refused")),
        "signed_out": str(say("Waiting for you to sign in")),
        "nothing_lost": str(
            say(
                "Nothing is lost: sign in and it is sent. If you cannot sign in any more, save it as a file and give it to a "
                "colleague or an administrator."
            )
        ),
        "visit": str(say("Full visit")),
        "check": str(say("Check")),
        "danger": str(say("Danger")),
        "place": str(say("New place")),
        "photos": str(say("{sent} of {count} photos sent", sent="{sent}", count="{count}")),
        "since": str(say("Finished {when}", when="{when}")),
        "noted": str(say("Noted {when}", when="{when}")),
        "tried": str(say("Last tried {when}; it is tried again by itself.", when="{when}")),
        "receipt": str(say("Receipt {code}, {when}", code="{code}", when="{when}")),
        "late": str(say("Not sent for {days} days. Go where there is signal, or save it as a file.", days="{days}")),
        "none": str(say("Nothing is waiting to be sent.")),
        "tally": str(say("To be sent: {count}", count="{count}")),
        "come_in": str(
            say(
                "You are signed out. Sign in to send and to renew your list; nothing is lost. If you cannot sign in any more, "
                "save the queue as a ZIP file and give it to a colleague or an administrator."
            )
        ),
        "someone": str(say("another person")),
        "here": str(say("On this phone")),
        "there": str(say("On the server")),
        "absent": str(say("nothing")),
        "deleted": str(say("Deleted: {name}. It can be brought back for a day.", name="{name}")),
        "deleted_at": str(say("deleted {when}", when="{when}")),
        "draft": str(say("Draft")),
        "ask_delete": str(
            say(
                "“{name}” was not sent. It can be brought back for a day; then its answers and photos are gone.",
                name="{name}",
            )
        ),
        "storage": str(
            say(
                "The storage of this phone fails ({fault}). Nothing of it is lost; load the page again, and free some room.",
                fault="{fault}",
            )
        ),
        "failed": str(say("This phone could not do that ({fault}). Try again.", fault="{fault}")),
    }


def _lists() -> dict[str, str]:
    return {
        "answers": str(say("{count} answers", count="{count}")),
        "pictures": str(say("{count} photos", count="{count}")),
        "changed": str(say("last changed {when}", when="{when}")),
        "owner": str(say("belongs to {name}", name="{name}")),
        "last_day": str(say("last visit {day}", day="{day}")),
        "never": str(say("no visit yet")),
        "ready": str(say("Ready without signal")),
        "not_ready": str(say("Needs signal to open")),
        "found": str(say("{count} of {total} places", count="{count}", total="{total}")),
        "no_place": str(say("No place is called that.")),
        "more": str(say("{count} more; search by name", count="{count}")),
        "handed_over": str(say("handed over by {name}", name="{name}")),
        "no_form": str(say("Your role does not include the form any more; ask an administrator if it should.")),
        "night": str(say("A night visit is still to be made")),
        "no_area": str(say("This site is not in your area any more; ask an administrator if you should correct it.")),
        "whole": str(say("the whole visit")),
        "fix": str(say("Correct it")),
        "fix_waits": str(say("The correction is finished and waits to be sent.")),
        "fix_goes_on": str(say("Go on with the correction")),
        "version": str(say("version {number}", number="{number}")),
        "misses": str(say("the server misses {count} photos", count="{count}")),
        "lost": str(
            say("they were lost there; if this phone still has them they are sent again, else ask your reviewer")
        ),
        "kept_photos": str(
            say(
                "{count} sent photos ({size} MB) stay on this phone for seven days while there is room; should the server lose one, it is sent again from here.",
                count="{count}",
                size="{size}",
            )
        ),
        "dropped_photos": str(
            say("{count} sent photos were removed early to make room for your work.", count="{count}")
        ),
        "ground": str(
            say(
                "Streets and water around {done} of {count} places are kept on this phone: {size} MB.",
                done="{done}",
                count="{count}",
                size="{size}",
            )
        ),
        "ground_full": str(say("There is room for no more of them.")),
        "preparing": str(say("Getting places ready: {done} of {count}", done="{done}", count="{count}")),
        "prepared": str(say("Ready without signal: {done} of {count} places", done="{done}", count="{count}")),
        "prepared_older": str(
            say(
                "Ready without signal: {done} of {count} places, under {edition}. The server judges by {now} now; renew them with “Load it” above when you have signal.",
                done="{done}",
                count="{count}",
                edition="{edition}",
                now="{now}",
            )
        ),
        "old_list": str(say("As of {when}.", when="{when}")),
        "no_list": str(
            say("Your places are not on this phone yet. Open this page once where there is signal, signed in.")
        ),
        "asking": str(say("Asking for your places …")),
        "no_answer": str(say("The server gave no list of your places; it is asked again by itself.")),
        "not_whole": str(
            say(
                "A part of these pages did not load, so nothing opens without signal yet. It is tried again by itself; keep this page open."
            )
        ),
        "ghost": str(say("Draft without a place")),
        "ghost_why": str(say("An earlier version of this page kept it without its place.")),
        "ghost_to": str(say("It belongs to")),
        "choose_place": str(say("choose the place")),
        "ghosts": str(say("{count} empty drafts without a place", count="{count}")),
        "ghosts_why": str(say("An earlier version of this page made them by mistake; nothing was answered in them.")),
        "persisted": str(say("This phone keeps your work safely until it is sent.")),
        "not_persisted": str(
            say(
                "This browser may clear old data when the phone is full. Put this page on the home screen and send soon."
            )
        ),
    }


def _parcels() -> dict[str, object]:
    return {
        "file": "rba-audit",
        "saved": str(say("Saved as {name}. It stays in the list until the server has it.", name="{name}")),
        "taking": str(say("Sending {file}: {percent} %", file="{file}", percent="{percent}")),
        "photo": str(say("Photo")),
        "written_by": str(say("by {name}", name="{name}")),
        "code": str(say("receipt {code}", code="{code}")),
        "result": {
            "new": str(say("taken")),
            "known": str(say("the server had it already")),
            "refused": str(say("not taken")),
            "left_out": str(say("left out: nothing that a phone saves")),
        },
        "taken": str(
            say(
                "Of {count} records in the file, {accepted} are on the server now.",
                count="{count}",
                accepted="{accepted}",
            )
        ),
        "not_taken": str(say("The file could not be handed over: {told}", told="{told}")),
        "no_network": str(say("there is no connection; the file stays as it is")),
    }
