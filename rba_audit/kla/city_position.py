"""Position of a city in a KLA round: totals with their bands, what is not entered yet, and the results of earlier rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rba_audit.kla.city_score import (
    SCORE_COLUMNS,
    ColumnTotal,
    IndicatorScore,
    ScoreColumn,
    column_total,
    indicator_scores,
)
from rba_audit.kla.point_ranges import PointRange
from rba_audit.kla.score_bands import BandWords, band_stretches, next_band, points_to, stretch_words
from rba_audit.kla.what_if import RbraShare
from rba_audit.messages import Message, say
from rba_audit.register.kla.scores import RoundResult, ScoreKind, Subject
from rba_audit.standard.policies import KlaPolicy, NumberOrigin
from rba_audit.standard.policies.kla_indicators import Band


@dataclass(frozen=True, slots=True)
class TotalInBands:
    """A total with the band in which it lies.

    Attributes:
        band: The band, or between which bands; a sentence where that is not known.
        next: The lowest band that begins above what is sure; None if there is none, or no total.
        short: How many points are missing to it.
    """

    total: ColumnTotal
    band: BandWords
    next: Band | None
    short: PointRange | None


@dataclass(frozen=True, slots=True)
class CityPosition:
    """The position of a city in a round.

    Attributes:
        last_year: The round before, whose results are the first column.
        scores: The points by indicator, in the order of the rules file.
        totals: The totals of the columns.
        share: What play spaces give, by the user's settings.
        maxima: The sum of all maxima that are entered; None without any.
        missing: What is not entered, as messages; empty if everything is.
    """

    year: int
    last_year: int
    scores: tuple[IndicatorScore, ...]
    totals: Mapping[ScoreColumn, TotalInBands]
    share: RbraShare
    maxima: Decimal | None
    missing: tuple[Message, ...]

    @property
    def entered(self) -> bool:
        """Whether there is any total."""
        return any(each.total.points is not None for each in self.totals.values())


def last_round(year: int, known: Iterable[int]) -> int:
    """Return the newest round before a year of which something is known; the year before if there is none."""
    return max((each for each in known if each < year), default=year - 1)


def city_position(policy: KlaPolicy, values: Mapping[Subject, Decimal], year: int, last_year: int) -> CityPosition:
    """Return the position of a city; `values` are the entries that count, of both rounds."""
    most = Decimal(policy.bands.total.value)
    names = [indicator.name for indicator in policy.indicators.indicators]
    columns = {column: _of_kind(values, last_year if column == "outcome" else year, column) for column in SCORE_COLUMNS}
    maxima = {name: value for name, value in _of_kind(values, year, "maximum").items() if name in names}
    scores = indicator_scores(names, columns, maxima)
    share = RbraShare(
        indicator=play_space_indicator(policy),
        most=values.get((year, "share", "")),
        per_site=values.get((year, "per_site", "")),
    )
    risks = risk_subjects(policy)
    totals = {
        column: total_in_bands(column_total(scores, column, most), policy.bands.bands) for column in SCORE_COLUMNS
    }
    return CityPosition(
        year=year,
        last_year=last_year,
        scores=scores,
        totals=totals,
        share=share,
        maxima=sum(maxima.values(), Decimal(0)) if maxima else None,
        missing=tuple(_missing(totals, len(names), len(maxima), share, risks, _of_kind(values, year, "at_risk"))),
    )


def play_space_indicator(policy: KlaPolicy) -> str:
    """Return the name of the indicator for which audited play spaces are proof; empty if the rules file names none."""
    return next((indicator.name for indicator in policy.indicators.indicators if indicator.play_spaces), "")


def risk_subjects(policy: KlaPolicy) -> list[tuple[str, str]]:
    """Return each kind of document with each indicator that it serves, by their names."""
    return [(kind.name, indicator) for kind in policy.documents.kinds for indicator in kind.indicators]


def risk_key(kind: str, indicator: str) -> str:
    """Return what an entry of points at risk is about."""
    return f"{kind}/{indicator}"


def total_in_bands(total: ColumnTotal, bands: Sequence[Band]) -> TotalInBands:
    """Return a total with its band."""
    if total.points is None:
        return TotalInBands(total, say("not entered"), None, None)
    following = next_band(total.points, bands)
    return TotalInBands(
        total,
        stretch_words(band_stretches(total.points, bands)),
        following,
        points_to(following, total.points) if following else None,
    )


def _of_kind(values: Mapping[Subject, Decimal], year: int, kind: ScoreKind) -> dict[str, Decimal]:
    return {about: value for (entry_year, own, about), value in values.items() if (entry_year, own) == (year, kind)}


def _missing(
    totals: Mapping[ScoreColumn, TotalInBands],
    indicators: int,
    maxima: int,
    share: RbraShare,
    risks: Sequence[tuple[str, str]],
    set_risks: Mapping[str, Decimal],
) -> Iterable[Message]:
    """Yield a message for each kind of entry that is missing or not complete."""
    messages: Mapping[ScoreColumn, Callable[[int], Message]] = {
        "outcome": lambda count: say(
            "Results of the last round: {count} of {all} indicators are not entered.", count=count, all=indicators
        ),
        "self": lambda count: say(
            "Self-evaluation: {count} of {all} indicators are not entered.", count=count, all=indicators
        ),
        "target": lambda count: say(
            "Targets: {count} of {all} indicators are not entered.", count=count, all=indicators
        ),
    }
    for column in SCORE_COLUMNS:
        count = len(totals[column].total.missing)
        if count:
            yield messages[column](count)
    if maxima < indicators:
        yield say("Maxima: {count} of {all} indicators are not entered.", count=indicators - maxima, all=indicators)
    if share.most is None:
        yield say("What play spaces give altogether is not entered.")
    if share.per_site is None:
        yield say("What each site that passes gives is not entered.")
    open_risks = [pair for pair in risks if risk_key(*pair) not in set_risks]
    if open_risks:
        yield say("Points at risk: {count} of {all} are not entered.", count=len(open_risks), all=len(risks))


@dataclass(frozen=True, slots=True)
class PastRound:
    """The result of a round, as a user entered it or as it is published.

    Attributes:
        band: The name of the band; empty if it is not known.
        total: The total; None if it is not known.
        total_band: In which band the total lies; None without a total.
        differs: Whether the total does not lie in the stated band.
        source: Where it is written, in the user's words; empty for a published result.
        origin: How sure a published result is; None for an entry.
        person_id, at: Who entered it and when; empty and None for a published result.
        published: The band that is published, if a user's entry states another one; otherwise empty.
    """

    year: int
    band: str
    total: Decimal | None
    total_band: BandWords | None
    differs: bool
    source: str = ""
    origin: NumberOrigin | None = None
    person_id: str = ""
    at: datetime | None = None
    published: str = ""


def past_rounds(policy: KlaPolicy, results: Iterable[RoundResult]) -> list[PastRound]:
    """Return the results of rounds, newest first; an entry of a user counts before what is published."""
    published = {result.year: result for result in policy.results.results}
    entered = {result.year: result for result in results}  # the newest entry of a year is the last
    rounds = []
    for year in sorted({*published, *(year for year, result in entered.items() if not result.empty)}, reverse=True):
        fact, own = published.get(year), entered.get(year)
        if own is not None and not own.empty:
            other = fact.band if fact is not None and fact.band != own.band else ""
            rounds.append(
                PastRound(
                    year,
                    own.band,
                    own.total,
                    *_band_of(policy, own.band, own.total),
                    source=own.source,
                    person_id=own.person_id,
                    at=own.at,
                    published=other,
                )
            )
        elif fact is not None:
            band = _band_of(policy, fact.band, fact.total)
            rounds.append(PastRound(year, fact.band, fact.total, *band, origin=fact.origin))
    return rounds


def _band_of(policy: KlaPolicy, band: str, total: Decimal | None) -> tuple[BandWords | None, bool]:
    """Return in which band a total lies, and whether that is another one than the stated band."""
    if total is None:
        return None, False
    places = band_stretches(PointRange.exactly(total), policy.bands.bands)
    name = places[0].band.name if places and places[0].band else ""
    return stretch_words(places), bool(band) and name != band
