"""Order in which sites are ready to be nominated, with the reason for each position and what would change it.

Sites are ordered by what is sure today: an open requirement counts like an unmet one until it is seen. What the same site could be once
everything open is met is a second key; where it is better than the sure key of the site above, seeing what is open may change the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from rba_audit.findings import UNDETERMINED, Findings
from rba_audit.findings.conclusions import counted, named_by
from rba_audit.messages import Message, say
from rba_audit.plans import SiteCost
from rba_audit.reports import SiteRow

_UNKNOWN: Final = 10**18  # sorts an unknown cost or number of documents after every known one
Key = tuple[int, ...]
ORDER_WORDS: Final = say(
    "In this order: audited sites first; fewest must-fix items and then fewest red items, with open ones counted as unmet until they are seen; highest sure score; highest possible score; lowest cost of the repairs that are left; fewest open documents; name."
)
"""How sites are ordered, for readers."""


@dataclass(frozen=True, slots=True)
class SiteReadiness:
    """What is known of a site that could be nominated.

    Attributes:
        row: Its status, score range and gate items.
        must_fix_open, red_open: How many requirements are open that could turn out to be a must-fix item, or a red one.
        cost: Cost of the repairs that are left; None if the site is standard, so that nothing is left.
        documents: How many of its documents are missing or cannot count; None if that is not known.
        nominated: Whether it is nominated for the round.
    """

    row: SiteRow
    must_fix_open: int
    red_open: int
    cost: SiteCost | None
    documents: int | None
    nominated: bool

    @property
    def audited(self) -> bool:
        """Whether anything is known of it."""
        return self.row.status != "not_audited"

    @property
    def repaired(self) -> bool:
        """Whether a plan to the top rank exists, so that its repairs can be named and priced."""
        return self.cost is not None and self.cost.cost is not None

    def sure(self) -> Key:
        """Return the sort key of what is sure, best first."""
        must_fix, red = len(self.row.must_fix) + self.must_fix_open, len(self.row.red) + self.red_open
        return self._key(must_fix, red, self.row.score_low or 0)

    def possible(self) -> Key:
        """Return the sort key if everything that is open turns out to be met."""
        return self._key(len(self.row.must_fix), len(self.row.red), self.row.score_high or 0)

    def _key(self, must_fix: int, red: int, score: int) -> Key:
        cost = 0 if self.cost is None else _UNKNOWN if self.cost.figure is None else self.cost.figure
        documents = _UNKNOWN if self.documents is None else self.documents
        return int(not self.audited), must_fix, red, -score, -(self.row.score_high or 0), cost, documents


@dataclass(frozen=True, slots=True)
class RankedSite:
    """A site in the order of readiness.

    Attributes:
        place: Its place, from 1.
        reason: Why it is behind the site above; None for the first.
        change: What would put it ahead of that site; None for the first, or if it is not known.
    """

    place: int
    site: SiteReadiness
    reason: Message | None
    change: Message | None


def site_readiness(
    findings: Findings,
    rows: Sequence[SiteRow],
    costs: Mapping[str, SiteCost],
    documents: Mapping[str, int] | None,
    nominated: frozenset[str],
) -> list[SiteReadiness]:
    """Return what is known of each site.

    Args:
        findings: The outcomes of approved visits.
        rows: The sites, as `site_rows` makes them of `findings`.
        costs: Cost of the repairs that are left by site id, as `costs_of_sites` makes them; standard sites are absent.
        documents: Number of open documents by site id; None if nothing is known of documents.
        nominated: Ids of the sites that are nominated.
    """
    standard = findings.standard
    open_ = (findings.matrix == UNDETERMINED) & counted(standard, findings.extension)[:, np.newaxis]
    must_fix = (open_ & named_by(standard, standard.must_fix)[:, np.newaxis]).sum(axis=0)
    red = (open_ & named_by(standard, [standard.gate])[:, np.newaxis]).sum(axis=0)
    return [
        SiteReadiness(
            row=row,
            must_fix_open=int(must_fix[row.position]),
            red_open=int(red[row.position]),
            cost=costs.get(row.id),
            documents=None if documents is None else documents.get(row.id, 0),
            nominated=row.id in nominated,
        )
        for row in rows
    ]


def nomination_order(sites: Sequence[SiteReadiness]) -> list[RankedSite]:
    """Return the sites by readiness: fewest must-fix items, fewest red items, highest sure score, lowest cost, fewest documents."""
    ordered = sorted(sites, key=lambda site: (site.sure(), site.row.name.casefold(), site.row.id))
    ranked = [RankedSite(1, site, None, None) for site in ordered[:1]]
    for place, (above, site) in enumerate(pairwise(ordered), start=2):
        ranked.append(RankedSite(place, site, _reason(above, site), _change(above, site)))
    return ranked


def _reason(above: SiteReadiness, site: SiteReadiness) -> Message:
    """Return the first criterion in which a site is behind the one above."""
    name = above.row.name
    if not site.audited:
        return (
            say("Nobody has audited it yet.")
            if above.audited
            else say("Nobody has audited it yet, nor {site}; they are in order of cost, documents and name.", site=name)
        )
    ours, theirs = site.sure(), above.sure()
    differing = next((index for index, pair in enumerate(zip(theirs, ours, strict=True)) if pair[0] != pair[1]), None)
    messages = {
        1: say("Must-fix items unmet or open: {more} (at {site}: {fewer}).", more=ours[1], fewer=theirs[1], site=name),
        2: say("Red items unmet or open: {more} (at {site}: {fewer}).", more=ours[2], fewer=theirs[2], site=name),
        3: say("Its sure score is {less}, that of {site} {more}.", less=-ours[3], more=-theirs[3], site=name),
        4: say(
            "Its score is at most {less}, that of {site} at most {more}.", less=-ours[4], more=-theirs[4], site=name
        ),
        5: say("Its repairs cost more than those of {site}, or their cost is not known.", site=name),
        6: say("More of its documents are open than of {site}.", site=name),
    }
    return messages.get(differing or 0) or say("It is as ready as {site}; they are in order of name.", site=name)


def _change(above: SiteReadiness, site: SiteReadiness) -> Message | None:
    """Return what would put a site ahead of the one above, as far as that is known."""
    name = above.row.name
    if not site.audited:
        return say("A visit would show where it belongs.")
    if site.possible() < above.sure():
        return say(
            "If all that is open here ({count}) turns out to be met, it comes before {site}.",
            count=site.row.undetermined,
            site=name,
        )
    if above.row.status != "standard" and site.repaired and site.cost is not None:
        return say(
            "Once its repairs are done ({cost}), it comes before {site} as that is today.",
            cost=str(site.cost.cost),
            site=name,
        )
    if above.row.status != "standard":
        return say("It comes before {site} only with repairs that nobody can price yet.", site=name)
    if site.documents and site.sure()[:6] == above.sure()[:6]:
        return say("With its documents complete it is as ready as {site}.", site=name)
    return None
