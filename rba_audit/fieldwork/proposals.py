"""Idempotent intake of proposals: new sites that surveyors send from the field and can audit at once.

A proposed site is in no list until a planner decides. A surveyor may propose a site outside their area; the surveyor and
the planner then get a warning.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from rba_audit.errors import Conflict, EvidenceError
from rba_audit.fieldwork.device_clock import clock_remarks
from rba_audit.fieldwork.documents import read_proposal
from rba_audit.fieldwork.intake import own_work
from rba_audit.fieldwork.submission_errors import SubmissionError, SubmissionProblem, submission_error
from rba_audit.fieldwork.validation import IntakeContext
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.register.person_records import Person
from rba_audit.register.site_event_records import SiteProposal
from rba_audit.site_editing import feature_of_proposal
from rba_audit.site_states import SiteStatus
from rba_audit.sites import Site, site_of

PREFIX: Final = "usulan-"
"""Prefix of the ids of proposed sites, which phones make."""
_DIGITS: Final = 12
PROPOSAL_STATES: Final[dict[SiteStatus, str]] = {
    "proposed": "proposed",
    "counts": "accepted",
    "retired": "accepted",
    "undone": "accepted",
    "merged": "merged",
    "declined": "declined",
}


class ProposalIntake(NamedTuple):
    """A stored proposal, whether it is new, and the warnings about it."""

    proposal: SiteProposal
    new: bool
    remarks: tuple[Message, ...] = ()


def site_id_of(id: str) -> str:
    """Return the id of the site that a proposal becomes; the phone makes it by the same rule.

    >>> site_id_of("0f4c8a52-1b2c-4d00-8000-000000000001")
    'usulan-0f4c8a521b2c'
    """
    return PREFIX + id.replace("-", "")[:_DIGITS]


def take_place(desk: IntakeContext, body: bytes, sender: Person, *, id: str, parcel: bool = False) -> ProposalIntake:
    """Store a proposal under its id, byte for byte as it was sent; the same bytes sent again change nothing.

    `parcel` is as in `take_document`.

    Raises:
        SubmissionTooLarge: it has more than `LARGEST_DOCUMENT_BYTES`.
        SubmissionError: it cannot be used.
        Conflict: `other_author` or `differs`; nothing was changed.
    """
    document = read_proposal(body)
    author = own_work(desk.register, document, sender, id, parcel=parcel)
    if document["site"] != site_id_of(id):
        raise submission_error(say("What arrived names another place than its own; renew this app and send it again."))
    if not document["name"].strip():
        raise SubmissionError(SubmissionProblem("name", say("The name is missing; write what people call the place.")))
    try:
        feature, position_warnings = feature_of_proposal(document, desk.context, policy=desk.policies.whereabouts)
    except EvidenceError as fault:
        raise submission_error(fault.message) from fault
    try:
        proposal, new = desk.register.site_events.take(body, feature)
    except Conflict as fault:
        stored = fault.kept
        if isinstance(stored, SiteProposal) and stored.author != document["author"]:
            raise Conflict(
                say("this was written by somebody else on this phone; they have to sign in and send it themselves"),
                "other_author",
            ) from None
        raise
    if new and sender.id != proposal.author:
        desk.register.deliveries.record("place", proposal.id, sender.id)
    outside = outside_words(author, site_of(proposal.site_id, feature))
    remarks = (
        *position_warnings,
        *(() if outside is None else (outside,)),
        *clock_remarks(document, proposal.recorded_at),
    )
    return ProposalIntake(proposal, new, remarks)


def outside_words(proposer: Person, site: Site) -> Message | None:
    """Return the warning for a proposed site outside the proposer's work area; None inside it, or if its kelurahan is unknown."""
    if not site.kelurahan_code or proposer.covers(site):
        return None
    return say(
        "It lies in {kelurahan}, outside the area of {name}; the planner decides whose it becomes.",
        kelurahan=site.kelurahan,
        name=proposer.name,
    )


def place_receipt(register: Register, proposal: SiteProposal) -> dict[str, Any]:
    """Return the receipt of a proposal."""
    return {
        "place": proposal.id,
        "site": proposal.site_id,
        "sha256": proposal.sha256,
        "state": PROPOSAL_STATES[register.site_events.status(proposal.site_id)],
        "received_at": proposal.recorded_at.isoformat(),
    }


def own_places(register: Register, author: Person) -> list[dict[str, Any]]:
    """Return the state and the decision of a person's own proposals, oldest first."""
    rows = []
    merge_targets = register.site_events.merge_targets()
    for proposal in register.site_events.proposals(author.id):
        events = register.site_events.events(proposal.site_id)
        decided = [
            event for event in events if event.what in ("accepted", "declined", "merged", "reopened", "unmerged")
        ]
        rows.append(
            {
                "place": proposal.id,
                "site": proposal.site_id,
                "name": str(proposal.told["name"]),
                "state": PROPOSAL_STATES[register.site_events.status(proposal.site_id)],
                "into": target if (target := merge_targets.target_of(proposal.site_id)) != proposal.site_id else None,
                "reason": decided[-1].reason if decided else "",
            }
        )
    return rows
