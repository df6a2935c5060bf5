"""The requests of a round as a list: each link with its state, and what came by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rba_audit.days import today
from rba_audit.kla.round_folder import RoundFolder
from rba_audit.messages import Message, say
from rba_audit.register.kla.requests import RequestState, accepted_requests
from rba_audit.web.http.formatting import format_day, format_moment
from rba_audit.web.http.services import services
from rba_audit.web.pages.folder.selection import agency_words

STATE_WORDS: Final[dict[RequestState, Message]] = {
    "open": say("open"),
    "spent": say("done: a file was accepted"),
    "ended": say("ended"),
    "expired": say("expired"),
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in the list of links."""

    id: str
    state: RequestState
    state_words: str
    kind: str
    site_id: str
    agency: str
    asked: str
    asked_by: str
    until: str
    ended: str
    openings: int
    opened: str
    received: str


def request_lines(folder: RoundFolder) -> list[RequestLine]:
    """Return the requests of a round, newest first."""
    names = {user.id: user.name for user in services().register.people.all()}
    accepted = accepted_requests(folder.documents)
    received = {version.request_id: version for version in folder.documents if version.request_id}
    policy, day = services().policies.kla, today()
    years = {due.year for _, due in folder.round.dates.values()}
    lines = []
    for made in folder.requests:
        if made.due.year not in years:
            continue
        state, kind, sent = made.state(day, accepted), policy.kind(made.kind), received.get(made.id)
        ended = ""
        if made.ended_by is not None and made.ended_at is not None:
            by = names.get(made.ended_by, made.ended_by) or str(say("register restored from a backup"))
            ended = f"{format_moment(made.ended_at)}, {by}"
        lines.append(
            RequestLine(
                id=made.id,
                state=state,
                state_words=str(STATE_WORDS[state]),
                kind=str(kind.words) if kind else made.kind,
                site_id=made.site_id,
                agency=agency_words(made.agency),
                asked=format_moment(made.at),
                asked_by=names.get(made.person_id, made.person_id),
                until=format_day(made.valid_until),
                ended=ended,
                openings=made.openings,
                opened=format_moment(made.opened_at) if made.opened_at else "",
                received=format_moment(sent.at) if sent else "",
            )
        )
    return lines
