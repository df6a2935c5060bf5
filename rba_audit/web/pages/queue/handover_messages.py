"""Messages of the queue page about unfinished visits handed to a colleague; the script fills the placeholders."""

from __future__ import annotations

from rba_audit.messages import say


def half_done_words() -> dict[str, object]:
    """Return the messages by the names that the script uses, in the current language."""
    return {
        "half_file": str(say("unfinished")),
        "half_given": str(
            say(
                "Give the file {name} to your colleague, who takes it on their phone under “Files from another phone”. Yours stays here, marked as handed over.",
                name="{name}",
            )
        ),
        "half_given_at": str(say("Handed over {when}; your colleague goes on with it", when="{when}")),
        "half_sent": str(
            say("{name} has sent this already, so it cannot be taken back; you may delete yours.", name="{name}")
        ),
        "half_sent_by": str(say("sent by {name}", name="{name}")),
        "half_back": str(say("Taken back: it is yours to finish. Tell your colleague to delete theirs.")),
        "half_back_unsure": str(
            say(
                "Taken back. Without signal nobody knows whether your colleague has sent it: whoever sends second is told, and nothing counts twice."
            )
        ),
        "half_taken": str(
            say(
                "{name}: begun by {giver}, and yours to finish now. It is in the list of drafts.",
                name="{name}",
                giver="{giver}",
            )
        ),
        "half_begun_by": str(say("begun by a colleague")),
        "half_here": str(say("{name} of {giver} is on this phone already.", name="{name}", giver="{giver}")),
        "half_own": str(say("You handed this over yourself: take it back in the list of drafts.")),
        "half_broken": str(
            say("The file of unfinished work is damaged or of another version; ask your colleague to save it again.")
        ),
    }
