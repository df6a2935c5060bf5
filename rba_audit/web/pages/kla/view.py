"""Content of the page of the position of the city: entries, their totals and bands, and what would change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rba_audit.days import today
from rba_audit.kla.city_position import (
    CityPosition,
    PastRound,
    city_position,
    last_round,
    past_rounds,
    risk_key,
)
from rba_audit.kla.city_score import IndicatorScore, base_column
from rba_audit.kla.point_ranges import PointRange
from rba_audit.kla.score_bands import BandWords, band_stretches, stretch_words
from rba_audit.kla.what_if import DocumentRisk, WhatIf, room_by_indicator, sites_needed, what_if
from rba_audit.messages import Message, say
from rba_audit.plans import SiteCost
from rba_audit.register.kla.scores import ScoreEntry, current_values
from rba_audit.standard.policies import KlaPolicy
from rba_audit.web.http.services import services
from rba_audit.web.pages.kla.rounds import RoundChoice, round_choice
from rba_audit.web.pages.nominations.sites import OpenDocument, open_documents, site_costs

MOST_CHANGES = 200
"""How many of the newest changes the page shows."""


@dataclass(frozen=True, slots=True)
class NominatedSite:
    """A nominated site with the cost of the repairs that are left; `passed` if it has a valid certificate."""

    id: str
    name: str
    cost: SiteCost | None
    passed: bool


@dataclass(frozen=True, eq=False, slots=True)
class PositionView:
    """Content of the page.

    Attributes:
        rounds: Results of rounds, newest first; `last` is that of the round before, if it is known.
        nominated: The nominated sites.
        passed_elsewhere: How many other sites have a certificate that is valid today.
        changes: What nominated sites and documents change; None without points or settings.
        with_sites, without_documents: In which bands the totals of `changes` lie.
        reach: Sentences on what would reach the next band.
        unpriced: Kinds of documents that are missing or cannot count and have no points at risk, with their number.
        entries: The newest changes of the entries, newest first; `further` are not shown.
    """

    choice: RoundChoice
    policy: KlaPolicy
    position: CityPosition
    rounds: tuple[PastRound, ...]
    last: PastRound | None
    nominated: tuple[NominatedSite, ...]
    passed_elsewhere: int
    changes: WhatIf | None
    with_sites: BandWords | None
    without_documents: BandWords | None
    reach: tuple[Message, ...]
    unpriced: Mapping[str, int]
    entries: tuple[ScoreEntry, ...]
    further: int
    names: Mapping[str, str]

    def clusters(self) -> list[tuple[object, list[tuple[object, IndicatorScore]]]]:
        """Return each cluster with its indicators and their points."""
        scores = {score.indicator: score for score in self.position.scores}
        return [
            (
                cluster,
                [
                    (indicator, scores[indicator.name])
                    for indicator in self.policy.indicators.indicators
                    if indicator.cluster == cluster.name
                ],
            )
            for cluster in self.policy.indicators.clusters
        ]


def entries_of(year: int, last_year: int) -> list[ScoreEntry]:
    """Return the entries of a round and of the one before, oldest first."""
    return services().register.kla.scores.entries({year, last_year})


def chosen_round(given: Mapping[str, str]) -> tuple[RoundChoice, int]:
    """Return the round that an address names, and the round before of which something is known."""
    scores, policy = services().register.kla.scores, services().policies.kla
    rounds = past_rounds(policy, scores.results())
    outcomes = {subject[0] for subject in current_values(scores.entries()) if subject[1] == "outcome"}
    known = {entry.year for entry in scores.entries()} | {result.year for result in rounds}
    choice = round_choice(given, known)
    return choice, last_round(choice.year, {result.year for result in rounds} | outcomes)


def position_view(given: Mapping[str, str]) -> PositionView:
    """Return the content of the page for the round that an address names."""
    register, policy = services().register, services().policies.kla
    choice, last_year = chosen_round(given)
    entries = entries_of(choice.year, last_year)
    values = current_values(entries)
    position = city_position(policy, values, choice.year, last_year)
    rounds = past_rounds(policy, register.kla.scores.results())
    nominated = _nominated(choice.year)
    documents = open_documents(choice.round, [site.id for site in nominated])
    column = base_column(position.scores)
    most = Decimal(policy.bands.total.value)
    changes = None
    risks: Sequence[DocumentRisk] = ()
    elsewhere = len(certified_sites() - {site.id for site in nominated})
    passed = sum(site.passed for site in nominated) + elsewhere
    if column is not None:
        risks = _risks(
            policy,
            documents,
            {subject[2]: value for subject, value in values.items() if _at_risk(subject, choice.year)},
        )
        changes = what_if(
            position.scores,
            column,
            position.share,
            passed=passed,
            nominated=sum(not site.passed for site in nominated),
            missing=risks,
            most=most,
        )
    shown = [entry for entry in reversed(entries) if entry.year == choice.year or entry.kind == "outcome"]
    return PositionView(
        choice=choice,
        policy=policy,
        position=position,
        rounds=tuple(rounds),
        last=next((past for past in rounds if past.year == last_year), None),
        nominated=nominated,
        passed_elsewhere=elsewhere,
        changes=changes,
        with_sites=_band(changes.with_sites if changes else None, policy),
        without_documents=_band(changes.without_documents if changes else None, policy),
        reach=tuple(_reach(policy, position, changes, passed, nominated)) if changes else (),
        unpriced=_unpriced(policy, documents, changes),
        entries=tuple(shown[:MOST_CHANGES]),
        further=max(len(shown) - MOST_CHANGES, 0),
        names={user.id: user.name for user in register.people.all()},
    )


def _unpriced(policy: KlaPolicy, documents: Sequence[OpenDocument], changes: WhatIf | None) -> dict[str, int]:
    """Return the number of open documents by kind, of the kinds without points at risk, in the order of the rules file."""
    counts = Counter(document.kind for document in documents)
    priced = {risk.kind for risk, points in changes.by_document if points is not None} if changes else set()
    return {
        kind.name: counts[kind.name] for kind in policy.documents.kinds if counts[kind.name] and kind.name not in priced
    }


def _at_risk(subject: tuple[int, str, str], year: int) -> bool:
    return subject[:2] == (year, "at_risk")


def _band(total: PointRange | None, policy: KlaPolicy) -> BandWords | None:
    return None if total is None else stretch_words(band_stretches(total, policy.bands.bands))


def _nominated(year: int) -> tuple[NominatedSite, ...]:
    """Return the nominated sites of a round."""
    nominations = services().register.kla.nominations.of_year(year)
    certified, findings = certified_sites(), services().findings()
    costs = site_costs() if nominations else {}
    names = {site.id: site.name for site in findings.source}
    return tuple(
        NominatedSite(
            nomination.site_id,
            names.get(nomination.site_id, nomination.site_id),
            costs.get(nomination.site_id),
            nomination.site_id in certified,
        )
        for nomination in nominations
    )


def certified_sites() -> frozenset[str]:
    """Return the ids of the sites with a certificate that is valid today."""
    day = today()
    return frozenset(
        certificate.site_id
        for certificate in services().register.certificates.all()
        if certificate.withdrawn is None and certificate.issued <= day <= certificate.valid_until
    )


def _risks(
    policy: KlaPolicy, documents: Sequence[OpenDocument], points: Mapping[str, Decimal]
) -> tuple[DocumentRisk, ...]:
    """Return the open documents by kind, with the points at risk that the user set."""
    counts = Counter(document.kind for document in documents)
    return tuple(
        DocumentRisk(
            kind.name,
            counts[kind.name],
            {indicator: points.get(risk_key(kind.name, indicator)) for indicator in kind.indicators},
        )
        for kind in policy.documents.kinds
        if counts[kind.name] and kind.indicators
    )


def _reach(
    policy: KlaPolicy,
    position: CityPosition,
    changes: WhatIf,
    passed: int,
    nominated: Sequence[NominatedSite],
) -> list[Message]:
    """Return sentences on what would reach the next band."""
    total = position.totals[changes.column]
    if total.next is None or total.short is None:
        return []
    target, band = Decimal(total.next.low), total.next.words
    sentences = [
        say(
            "{band} begins at {points}; points missing: {missing}.",
            band=band,
            points=total.next.low,
            missing=total.short.words,
        )
    ]
    waiting = sum(not site.passed for site in nominated)
    if changes.with_sites is not None and waiting:
        needed = sites_needed(
            position.scores,
            changes.column,
            position.share,
            passed=passed,
            nominated=waiting,
            target=target,
            most=Decimal(policy.bands.total.value),
        )
        if needed:
            sentences.append(
                say("Nominated sites that have to pass so that {band} is sure: {count}.", count=needed, band=band)
            )
        elif changes.with_sites.high is not None and changes.with_sites.high < target:
            sentences.append(say("Nominated sites alone do not reach {band}, even if all of them pass.", band=band))
        else:
            sentences.append(
                say("Whether nominated sites reach {band} is open, because not all points are entered.", band=band)
            )
    room = room_by_indicator(position.scores, changes.column)
    reached, indicators = Decimal(0), []
    for score, left in room:
        indicators.append(score.indicator)
        reached += left.low
        if total.total.points is not None and total.total.points.low + reached >= target:
            sentences.append(
                say(
                    "By your maxima the room is largest in the indicators {indicators}: together {points} points, enough for {band}.",
                    indicators=", ".join(indicators),
                    points=PointRange.exactly(reached).words,
                    band=band,
                )
            )
            break
    return sentences
