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
        "begun": say(
            "Begun and not finished: {count}. That is not in the file; only who began it can finish it, signed in."
        ).template,
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
        "other_author": say(
            "This belongs to {name}; sign in as {name} to send it. If {name} cannot, save it as a file and hand it over below."
        ).template,
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
        "photos": say("{sent} of {count} photos sent").template,
        "since": say("Finished {when}").template,
        "noted": say("Noted {when}").template,
        "tried": say("Last tried {when}; it is tried again by itself.").template,
        "receipt": say("Receipt {code}, {when}").template,
        "late": say("Not sent for {days} days. Go where there is signal, or save it as a file.").template,
        "none": str(say("Nothing is waiting to be sent.")),
        "tally": say("To be sent: {count}").template,
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
        "deleted": say("Deleted: {name}. It can be brought back for a day.").template,
        "deleted_at": say("deleted {when}").template,
        "draft": str(say("Draft")),
        "ask_delete": say(
            "“{name}” was not sent. It can be brought back for a day; then its answers and photos are gone."
        ).template,
        "storage": say(
            "The storage of this phone fails ({fault}). Nothing of it is lost; load the page again, and free some room."
        ).template,
        "failed": say("This phone could not do that ({fault}). Try again.").template,
    }


def _lists() -> dict[str, str]:
    return {
        "answers": say("{count} answers").template,
        "pictures": say("{count} photos").template,
        "changed": say("last changed {when}").template,
        "owner": say("belongs to {name}").template,
        "last_day": say("last visit {day}").template,
        "never": str(say("no visit yet")),
        "ready": str(say("Ready without signal")),
        "not_ready": str(say("Needs signal to open")),
        "found": say("{count} of {total} places").template,
        "no_place": str(say("No place is called that.")),
        "more": say("{count} more; search by name").template,
        "handed_over": say("handed over by {name}").template,
        "no_form": str(say("Your role does not include the form any more; ask an administrator if it should.")),
        "night": str(say("A night visit is still to be made")),
        "no_area": str(say("This site is not in your area any more; ask an administrator if you should correct it.")),
        "whole": str(say("the whole visit")),
        "fix": str(say("Correct it")),
        "fix_waits": str(say("The correction is finished and waits to be sent.")),
        "fix_goes_on": str(say("Go on with the correction")),
        "version": say("version {number}").template,
        "misses": say("the server misses {count} photos").template,
        "lost": str(
            say("they were lost there; if this phone still has them they are sent again, else ask your reviewer")
        ),
        "kept_photos": say(
            "{count} sent photos ({size} MB) stay on this phone for seven days while there is room; should the server lose one, it is sent again from here."
        ).template,
        "dropped_photos": say("{count} sent photos were removed early to make room for your work.").template,
        "ground": say("Streets and water around {done} of {count} places are kept on this phone: {size} MB.").template,
        "ground_full": str(say("There is room for no more of them.")),
        "preparing": say("Getting places ready: {done} of {count}").template,
        "prepared": say("Ready without signal: {done} of {count} places").template,
        "prepared_older": say(
            "Ready without signal: {done} of {count} places, under {edition}. The server judges by {now} now; renew them with “Load it” above when you have signal."
        ).template,
        "old_list": say("As of {when}.").template,
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
        "ghosts": say("{count} empty drafts without a place").template,
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
        "saved": say("Saved as {name}. It stays in the list until the server has it.").template,
        "taking": say("Sending {file}: {percent} %").template,
        "photo": str(say("Photo")),
        "written_by": say("by {name}").template,
        "code": say("receipt {code}").template,
        "result": {
            "new": str(say("taken")),
            "known": str(say("the server had it already")),
            "refused": str(say("not taken")),
            "left_out": str(say("left out: nothing that a phone saves")),
        },
        "taken": say("Of {count} records in the file, {accepted} are on the server now.").template,
        "not_taken": say("The file could not be handed over: {told}").template,
        "no_network": str(say("there is no connection; the file stays as it is")),
    }
