"""Tables of the report of a city: ranks, aspects, failures, lead agencies and sites, as texts in the current language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from rba_audit.findings import DOES_NOT_CONFORM, PARTIAL, STATUSES, Findings
from rba_audit.findings.conclusions import counted
from rba_audit.messages import format_number, say
from rba_audit.reports import SiteRow
from rba_audit.reports.summaries import Priority
from rba_audit.status_style import gate_words, rank_words, score_words

SHORT: Final = 60
"""Characters of a name on a page that has to fit."""


def shortened(text: str, most: int = SHORT) -> str:
    """Return a text of at most `most` characters, with an ellipsis if it was longer."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def rank_rows(findings: Findings, rows: Sequence[SiteRow]) -> Iterator[list[str]]:
    """Yield name, certain number and possible number of each rank, the highest first, then of no rank."""
    scored = [row for row in rows if row.score_low is not None and row.status != "not_audited"]
    rungs: list[str | None] = [None, *(rung.name for rung in findings.standard.ladder.rungs)]
    for rung in reversed(rungs):
        certain = sum(row.rank_low == row.rank_high == rung for row in scored)
        at = rungs.index(rung)
        possible = sum(
            row.rank_low != row.rank_high and rungs.index(row.rank_low) <= at <= rungs.index(row.rank_high)
            for row in scored
        )
        yield [rank_words(rung, rung), format_number(certain, 0), format_number(possible, 0)]
    yield [str(say("no score")), format_number(len(rows) - len(scored), 0), "–"]


def aspect_rows(findings: Findings) -> Iterator[dict[str, object]]:
    """Yield each aspect with the average of the certain and of the possible percent over the audited sites."""
    audited = findings.conclusions.status != STATUSES.index("not_audited")
    for index, aspect in enumerate(findings.standard.aspects):
        low = findings.conclusions.aspect_low[index, audited]
        high = findings.conclusions.aspect_high[index, audited]
        known = ~np.isnan(low)
        ends = [float(np.mean(values[known])) if known.any() else None for values in (low, high)]
        words = [format_number(end, 0) for end in ends if end is not None]
        yield {
            "name": f"{aspect.number}. {aspect.name}",
            "low": ends[0] or 0,
            "high": ends[1] or 0,
            "span": f"{'–'.join(dict.fromkeys(words))} %" if words else "–",
        }


def failure_cells(failure: Priority) -> list[str]:
    """Return requirement, number of sites, remedy, lead agency and cost band of a failure."""
    item = f" ({gate_words(failure.gate_item)})" if failure.gate_item else ""
    number = format_number(failure.unmet + failure.partly, 0)
    partly = f" ({say('partly: {count}', count=failure.partly)})" if failure.partly else ""
    title = f"{failure.requirement.title} {failure.requirement.id}{item}"
    return [title, f"{number}{partly}", failure.remedy, failure.lead, failure.cost]


def agency_rows(findings: Findings) -> list[list[str]]:
    """Return name, number of repairs and number of sites of each lead agency, the most repairs first."""
    standard = findings.standard
    unmet = (findings.matrix == DOES_NOT_CONFORM) | (findings.matrix == PARTIAL)
    unmet &= counted(standard, findings.extension)[:, None]
    leads = np.array([requirement.remedy.lead for requirement in standard.requirements], dtype=object)
    numbers = [
        (str(words), int(unmet[leads == lead].sum()), int(unmet[leads == lead].any(axis=0).sum()))
        for lead, words in standard.agencies.items()
    ]
    numbers.sort(key=lambda row: (-row[1], row[0].casefold()))
    return [[name, format_number(repairs, 0), format_number(sites, 0)] for name, repairs, sites in numbers if repairs]


def site_cells(row: SiteRow) -> list[str]:
    """Return name, kecamatan, score, rank, what to fix first and what is not met of a site; unknown numbers are no 0."""
    audited = row.status != "not_audited"
    return [
        row.name,
        row.kecamatan or str(say("not stated")),
        score_words(row.score_low, row.score_high, row.score_max) if audited else str(say("no score")),
        rank_words(row.rank_low, row.rank_high) if audited and row.score_low is not None else "–",
        format_number(len(row.red) + len(row.must_fix), 0) if audited else "–",
        format_number(len(row.fails), 0) if audited else "–",
    ]
