"""Messages for administrators about unsent work that a person's phone may hold; the server cannot know how much."""

from __future__ import annotations

from rba_audit.days import CITY
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.person_records import Member


def unsent_work_words(register: Register, member: Member) -> list[Message]:
    """Return messages about possible unsent work; none for a person who never sent anything and cannot have begun a form."""
    someone = member.person
    times = (register.visits.last_sent(someone.id), register.dangers.last_sent(someone.id))
    sent = max(filter(None, times), default=None)
    if someone.erased or not (sent or (someone.may("audit") and member.joined)):
        return []
    messages = [
        say("Work that was not sent may wait on the phone of {name}; nothing here can tell.", name=someone.name),
        say(
            "Last seen: {seen}. Last sent: {sent}.",
            seen=member.last_seen.astimezone(CITY).date() if member.last_seen else "–",
            sent=sent.astimezone(CITY).date() if sent else "–",
        ),
    ]
    missing = sum(bool(register.photos.missing(visit)) for visit in register.visits.by_author(someone.id))
    if missing:
        messages.append(say("Visits of theirs whose photos have not all arrived: {count}.", count=missing))
    return messages
