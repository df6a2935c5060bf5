"""Messages on a phone about an unsent danger report, and about the phone's storage and clock.

The scripts of the page fill in the braces.
"""

from __future__ import annotations

from rba_audit.messages import say
from rba_audit.web.pages.dangers.telephones import emergency_services


def danger_words() -> dict[str, object]:
    """Return the texts by the keys that the scripts use, and the public numbers, in the current language."""
    return {
        "sent": {
            "no": str(say("NOT sent yet.")),
            "words": say("The office has had the report since {when}; its photo is NOT there yet.").template,
            "all": say("The office has had the report since {when}.").template,
        },
        "about": say("Danger at {name}.").template,
        "why": {
            "network": str(say("There is no signal. It is tried again by itself; you may go on working.")),
            "busy": str(say("The server is busy. It is tried again by itself; you may go on working.")),
            "server": str(say("The server has a fault. It is tried again by itself; you may go on working.")),
            "trying": str(say("Being tried now; wait for the receipt.")),
            "waiting": str(say("It is tried by itself as soon as there is signal.")),
            "signed_out": str(say("Nobody is signed in. Sign in, so that it can go out.")),
            "other": say("It belongs to {name}, who has to sign in, or hand it over as a file.").template,
            "refused": str(say("The server does not take it as it is. Call; “My work” says why.")),
        },
        "call": str(say("Call now")),
        "no_contacts": str(say("No number of your city is on this phone; an administrator sets them.")),
        "someone": str(say("another person")),
        "sign_in": str(say("Sign in")),
        "understood": str(say("Understood")),
        "services": emergency_services(),
    }


def health_words() -> dict[str, str]:
    """Return the warnings about a phone that may lose work: its storage and its clock."""
    return {
        "no_storage": str(
            say(
                "This browser keeps nothing here: what you answer is lost when the page closes. Leave the private window, or use another browser."
            )
        ),
        "full": say(
            "This phone is almost full: {megabytes} MB are left for photos. Delete something else on the phone, or send what waits first."
        ).template,
        "private": str(
            say(
                "This looks like a private window: what is not sent is gone when it closes. Open this page in an ordinary window."
            )
        ),
        "ahead": say(
            "The clock of this phone is {minutes} minutes fast. Set it: days and times of your work would be wrong."
        ).template,
        "behind": say(
            "The clock of this phone is {minutes} minutes slow. Set it: days and times of your work would be wrong."
        ).template,
    }
