"""Assumptions of a site plan, as messages for users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rba_audit.findings import STATUSES, Findings
from rba_audit.messages import Message, say
from rba_audit.plans.prices import PRICE_WORDS
from rba_audit.plans.situations import PlanRequest
from rba_audit.standard import Requirement, Rung

_SURE: Final[dict[str, Message]] = {
    "official": say("official"),
    "secondary": say("reported"),
    "inferred": say("inferred"),
}
_ORIGINS: Final[dict[str, Message]] = {"source": say("from a source"), "inferred": say("inferred")}


def plan_assumptions(
    findings: Findings,
    site: int,
    wishes: PlanRequest,
    rung: Rung,
    *,
    origins: Sequence[str],
    look: int,
    left: Sequence[Requirement] = (),
) -> tuple[Message, ...]:
    """Return the assumptions of a plan for the site at index `site`.

    Args:
        findings: Outcomes of all sites.
        site: Index of the site in `findings`.
        wishes: The request that the plan answers.
        rung: The target rung.
        origins: Origins of the costs of the chosen remedies, without duplicates.
        look: Number of chosen remedies whose requirement is undetermined.
        left: Must-fix requirements that the plan does not repair.
    """
    standard = findings.standard
    unknown = int(findings.conclusions.undetermined[site])
    messages = [
        say("Judged by {edition}: {title}.", edition=standard.edition, title=standard.title),
        say(
            "{rank} begins at {minimum} of {maximum}; that is {confidence}.",
            rank=rung.name,
            minimum=rung.minimum,
            maximum=standard.ladder.maximum,
            confidence=_SURE[rung.confidence],
        ),
        say("A remedy makes its own requirement conform fully, and changes no other."),
    ]
    if standard.must_fix and rung == standard.ladder.rungs[-1]:
        messages.append(say("The aim is the status, not only the rank: what must be fixed first is part of the plan."))
    if left:
        messages.append(
            say(
                "Not part of this plan, and to be fixed first all the same: {items}.",
                items=", ".join(f"{requirement.id} {requirement.title}" for requirement in left),
            )
        )
    if origins:
        messages.append(
            say(
                "Costs are orders of magnitude ({origins}), not offers; what is made as small as possible is the sum of {price}.",
                origins=_ORIGINS[origins[0]] if len(origins) == 1 else say("some from a source, some inferred"),
                price=PRICE_WORDS[wishes.price],
            )
        )
    if unknown and wishes.unknown == "leave":
        messages.append(say("{count} requirements that nobody knows yet stay unknown and earn nothing.", count=unknown))
    elif unknown:
        messages.append(say("{count} requirements that nobody knows yet count as not met.", count=unknown))
    if look:
        messages.append(
            say(
                "{count} remedies are for what nobody knows yet: look first, it may be met already and cost nothing, and plan anew with what was seen.",
                count=look,
            )
        )
    if STATUSES[findings.conclusions.status[site]] == "not_audited":
        messages.append(say("Nobody has audited this site, so the plan is the worst case; audit it first."))
    if wishes.refused:
        messages.append(say("Refused: {refused}.", refused=", ".join(sorted(wishes.refused))))
    return tuple(messages)
