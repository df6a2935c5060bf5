"""Messages of the queue page about unfinished visits handed to a colleague; the script fills the placeholders."""

from __future__ import annotations

from rba_audit.messages import say


def half_done_words() -> dict[str, object]:
    """Return the messages by the names that the script uses, in the current language."""
    return {
        "half_file": str(say("unfinished")),
        "half_given": say(
            "Give the file {name} to your colleague, who takes it on their phone under “Files from another phone”. Yours stays here, marked as handed over."
        ).template,
        "half_given_at": say("Handed over {when}; your colleague goes on with it").template,
        "half_sent": say("{name} has sent this already, so it cannot be taken back; you may delete yours.").template,
        "half_sent_by": say("sent by {name}").template,
        "half_back": str(say("Taken back: it is yours to finish. Tell your colleague to delete theirs.")),
        "half_back_unsure": str(
            say(
                "Taken back. Without signal nobody knows whether your colleague has sent it: whoever sends second is told, and nothing counts twice."
            )
        ),
        "half_taken": say("{name}: begun by {giver}, and yours to finish now. It is in the list of drafts.").template,
        "half_begun_by": str(say("begun by a colleague")),
        "half_here": say("{name} of {giver} is on this phone already.").template,
        "half_own": str(say("You handed this over yourself: take it back in the list of drafts.")),
        "half_broken": str(
            say("The file of unfinished work is damaged or of another version; ask your colleague to save it again.")
        ),
    }
