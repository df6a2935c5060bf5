"""Command that computes coverage: the residents with a site within reach."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rba_audit.auditing import audit
from rba_audit.cli import auditing
from rba_audit.cli.context import context_of
from rba_audit.coverage import (
    ANSWERS,
    Coverage,
    area_name,
    area_rows,
    compute_coverage,
    counted_words,
    coverage_headline,
    coverage_notes,
    equity_sentences,
    format_percents,
    format_weight,
    read_population,
    table_rows,
    total_row,
    worst_first,
)
from rba_audit.messages import Message, say
from rba_audit.outputs import write_coverage
from rba_audit.standard import load_standard

_SHOWN = 10  # areas that are shown; the rest is counted


def _progress(message: Message) -> None:
    """Print a progress message to stderr if it is a terminal."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


def run(options: argparse.Namespace) -> int:
    """Print how many have a site of the counted statuses within reach; write tables and map layers."""
    policies = options.policies
    policies.coverage.rule(options.rule)
    standard = load_standard(options.standard)
    context = context_of(options)
    sites = auditing.read(options)
    population = None
    if options.population is not None:
        _progress(say("reading {file}", file=options.population))
        population = read_population(options.population, context, options.population_of, policy=policies.coverage)
    _progress(say("judging {count} sites by {edition}", count=len(sites), edition=standard.edition))
    findings = audit(sites, standard, context=context, extension=options.extension, policies=policies)
    _progress(say("walking from {count} places", count=len(sites)))
    status = findings.conclusions.status
    result = compute_coverage(
        sites,
        status,
        context,
        rule=options.rule,
        counting=options.count,
        population=population,
        policy=policies.coverage,
    )
    written = write_coverage(result, findings, options.out, _progress) if options.out else []
    if options.format == "json":
        print(json.dumps(_summary(result, standard.edition, written), ensure_ascii=False, indent=2))
    else:
        _print(result, written)
    return 0


def _summary(result: Coverage, edition: str, written: list[Path]) -> dict[str, object]:
    equity, areas = result.equity, result.areas
    return {
        "edition": edition,
        "headline": str(coverage_headline(result)),
        "rule": result.rule.name,
        "counting": result.counting,
        "counted": result.demand.counted,
        "along": result.pairs.along,
        **{answer: round(result.weight(answer), 1) for answer in ANSWERS},
        "total": round(total_row(result).total, 1),
        "off_network": round(result.off_network, 1),
        "equity": {
            "gini": equity.gini,
            "without_pct": equity.without_pct,
            "worst_pct": equity.worst_pct,
            "worst_has_pct": equity.worst_has_pct,
            "worst_by_area": {
                code: round(there, 1) for code, there in zip(areas.codes, equity.worst_by_area, strict=True) if there
            },
        },
        "areas": table_rows(result),
        "not_located": list(result.not_located),
        "left_out": list(result.left_out),
        "notes": [str(note) for note in coverage_notes(result)],
        "written": [str(path) for path in written],
        "note": str(say("Readiness estimate, not an official score")),
    }


def _print(result: Coverage, written: list[Path]) -> None:
    print(coverage_headline(result))
    print(say("Readiness estimate, not an official score"))
    worst = worst_first(result)
    if len(worst) > 1:
        print(f"\n{say('Worst-served areas')}:")
        for row in worst[:_SHOWN]:
            figures = say(
                "{percents} % covered, {number} {who} surely not",
                percents=format_percents(row),
                number=format_weight(result, row.not_covered),
                who=counted_words(result),
            )
            print(f"  {area_name(row)}: {figures}")
        if len(worst) > _SHOWN:
            print(f"  {say('{count} more areas', count=len(worst) - _SHOWN)}")
        uppers = area_rows(result)[len(result.areas) : -1]
        for row in uppers:
            print(f"  {area_name(row)}: {say('{percents} % covered', percents=format_percents(row))}")
    print(f"\n{say('Equity')}:")
    for sentence in equity_sentences(result):
        print(f"  {sentence}")
    print()
    for note in coverage_notes(result):
        print(f"{say('note')}: {note}")
    if written:
        print(f"\n{say('Written')}:")
    for path in written:
        print(f"  {path}")
