"""Commands that evaluate a file of sites: audit, explain, reaudit."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rba_audit.auditing import (
    Reaudit,
    audit,
    notes_on_file,
    problems_by_rule,
    reaudit,
    remarks_on_answers,
)
from rba_audit.cli.context import context_of
from rba_audit.cli.options import column_choices
from rba_audit.errors import SiteError
from rba_audit.file_formats import SourceFile
from rba_audit.findings import STATUSES, Findings, outcome_words
from rba_audit.imports import ColumnMapping, mapping_document, mapping_notes, site_file, sites_of_file
from rba_audit.layers import ContextFeature, with_tagged_parts
from rba_audit.messages import Message, say
from rba_audit.outputs import write_results
from rba_audit.reports import SiteRow, site_rows
from rba_audit.sites import Sites
from rba_audit.standard import Requirement, load_standard
from rba_audit.standard.policies import WhereaboutsPolicy, shipped_policies
from rba_audit.status_style import gate_words, rank_words, score_words, status_words
from rba_audit.whereabouts import Doubt, boundary_choices, position_doubts

_SHOWN = 5  # problems of one kind that are shown; the rest is counted


def _progress(message: Message) -> None:
    """Print a progress message to stderr if it is a terminal."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


def read(options: argparse.Namespace) -> Sites:
    """Read the file of sites and print to stderr what its columns became, and its problems.

    Raises:
        SiteError: the file cannot be used, or all its features are refused.
    """
    return read_with_mapping(options)[0]


def read_with_mapping(
    options: argparse.Namespace,
    earlier: Callable[[ColumnMapping, SourceFile | None], ColumnMapping | None] | None = None,
) -> tuple[Sites, ColumnMapping]:
    """As `read`; returns what the columns became, too. `earlier` looks up what they became in an earlier import."""
    _progress(say("reading {file}", file=options.sites))
    policies = getattr(options, "policies", None) or shipped_policies()
    standard = load_standard(getattr(options, "standard", None) or getattr(options, "after", None))
    named, strict = (site_file(options.sites), str(options.sites)), getattr(options, "strict", False)
    read_as = partial(sites_of_file, *named, standard, policies, choices=column_choices(options), strict=strict)
    read_from_file, source, mapping = read_as()
    same_source = None if earlier is None else earlier(mapping, source)
    if same_source is not None:
        read_from_file, source, mapping = read_as(mapping=same_source)
    sites = with_tagged_parts(read_from_file)
    for note in (*(source.notes if source else ()), *mapping_notes(mapping)):
        print(f"{say('note')}: {note}", file=sys.stderr)
    for (level, _rule), sentences in problems_by_rule(sites).items():
        print_messages(say("refused") if level == "refused" else say("note"), sentences)
    refused = sum(problem.level == "refused" for problem in sites.problems)
    if refused and not len(sites):
        raise SiteError(
            say(
                "{file}: not one site could be taken, everything in it is refused ({count}); correct what is told above",
                file=options.sites,
                count=refused,
            )
        )
    return sites, mapping


def print_messages(label: Message, sentences: Sequence[Message]) -> None:
    """Print messages of one kind to stderr: the first `_SHOWN`, then the number of the others."""
    for sentence in sentences[:_SHOWN]:
        print(f"{label}: {sentence}", file=sys.stderr)
    if len(sentences) > _SHOWN:
        print(f"{label}: {say('{count} more like this', count=len(sentences) - _SHOWN)}", file=sys.stderr)


def _audit_file(options: argparse.Namespace, context: Sequence[ContextFeature]) -> tuple[Findings, ColumnMapping]:
    standard = load_standard(options.standard)
    sites, mapping = read_with_mapping(options)
    _progress(say("judging {count} sites by {edition}", count=len(sites), edition=standard.edition))
    findings = audit(sites, standard, context=context, extension=options.extension, policies=options.policies)
    print_messages(say("note"), remarks_on_answers(findings))
    for sentence in notes_on_file(
        findings.source, standard
    ):  # one by one, because each is about a different key or word
        print_messages(say("note"), [sentence])
    return findings, mapping


def run_audit(options: argparse.Namespace) -> int:
    """Evaluate the sites of a file; print a summary and write the result files."""
    of_context: list[Message] = []
    context = context_of(options, of_context)
    findings, mapping = _audit_file(options, context)
    doubted = _print_doubts(findings.source, context, options.policies.whereabouts)
    written = write_results(findings, options.out, context, _progress) if options.out else []
    if options.format == "json":
        print(json.dumps(_summary(findings, mapping, doubted, written, of_context), ensure_ascii=False, indent=2))
    else:
        _print_summary(findings, written)
    return 0


def _print_doubts(sites: Sites, context: Sequence[ContextFeature], policy: WhereaboutsPolicy) -> tuple[Doubt, ...]:
    """Print position doubts, and choices among several areas, to stderr; return the doubts."""
    doubts = position_doubts(sites, context, policy=policy)
    for rule in dict.fromkeys(doubt.rule for doubt in doubts):
        print_messages(say("note"), [say("{doubt}", doubt=doubt) for doubt in doubts if doubt.rule == rule])
    settled = boundary_choices(sites, context, policy=policy)
    print_messages(say("note"), [say("“{site}”: {sentence}.", site=site, sentence=settled[site]) for site in settled])
    return doubts


def _summary(
    findings: Findings,
    mapping: ColumnMapping,
    doubted: Sequence[Doubt],
    written: Sequence[Path],
    of_context: Sequence[Message],
) -> dict[str, object]:
    problems = findings.source.problems
    return {
        "edition": findings.standard.edition,
        "sites": len(findings),
        "counts": findings.counts(),
        "red": _items(findings, findings.red),
        "must_fix": _items(findings, findings.must_fix),
        "before_audit": _items(findings, findings.before_audit),
        "refused": [str(problem) for problem in problems if problem.level == "refused"],
        "warnings": [str(problem) for problem in problems if problem.level == "warning"],
        "remarks": [
            str(note) for note in (*remarks_on_answers(findings), *notes_on_file(findings.source, findings.standard))
        ],
        "columns": [use for use in mapping_document(mapping)["columns"] if use["target"] != use["column"]],
        "context": [str(sentence) for sentence in of_context],
        "doubts": [str(doubt) for doubt in doubted],
        "written": [str(path) for path in written],
        "note": str(say("Readiness estimate, not an official score")),
    }


def _items(findings: Findings, items: Callable[[int], list[str]]) -> dict[str, list[str]]:
    """Return the items of one kind by site id, for the sites that have any."""
    return {name: of_site for site, name in enumerate(findings.source.ids) if (of_site := items(site))}


def _print_summary(findings: Findings, written: Sequence[Path]) -> None:
    print(f"{findings.standard.title} ({findings.standard.edition})")
    print(say("Readiness estimate, not an official score"))
    print()
    for status, count in findings.counts().items():
        print(f"{count:>7}  {status_words(status)} ({status})")
    print(f"{len(findings):>7}  {say('sites')}")
    every = site_rows(findings, STATUSES)
    _print_items(say("Mandatory requirements not met"), [(row, row.red) for row in every])
    _print_items(say("Must be fixed first"), [(row, row.must_fix) for row in every])
    _print_items(say("Asked by auditors"), [(row, row.before_audit) for row in every])
    if written:
        print(f"\n{say('Written')}:")
    for path in written:
        print(f"  {path}")


def _print_items(heading: Message, rows: Sequence[tuple[SiteRow, Sequence[Requirement]]]) -> None:
    """Print the items of one kind, one site per line."""
    listed = [(row, items) for row, items in rows if items]
    if listed:
        print(f"\n{heading}:")
    for row, items in listed:
        print(f"  {row.id} ({row.name}): {_named(items)}")


def _named(items: Sequence[Requirement]) -> str:
    return ", ".join(f"{requirement.id} {requirement.title}" for requirement in items)


def run_explain(options: argparse.Namespace) -> int:
    """Print the traces of a site's outcomes."""
    findings, _ = _audit_file(options, context_of(options))
    explained = findings.explain(options.site, options.requirement)
    traces = explained if isinstance(explained, list) else [explained]
    if options.format == "json":
        shown = [
            {
                "site_id": trace.site,
                "requirement": trace.requirement.id,
                "title": str(trace.requirement.title),
                "shall": str(trace.requirement.shall),
                "outcome": trace.outcome,
                "item": findings.gate_item(trace.requirement, trace.outcome),
                "mark": trace.mark,
                "observed": trace.observed,
                "expected": trace.expected,
                "reason": trace.reason,
                "sources": list(trace.requirement.sources),
                "evidence_source": trace.evidence_source,
                "edition": findings.standard.edition,
            }
            for trace in traces
        ]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    row = next(row for row in site_rows(findings) if row.id == options.site)
    print(
        f"{row.name} ({row.id}) — {status_words(row.status)}, {score_words(row.score_low, row.score_high, row.score_max)}, {rank_words(row.rank_low, row.rank_high)}"
    )
    print(say("Readiness estimate, not an official score"))
    for heading, items in (
        (say("Mandatory requirements not met"), row.red),
        (say("Must be fixed first"), row.must_fix),
        (say("Asked by auditors"), row.before_audit),
    ):
        if items:
            print(f"{heading}: {_named(items)}")
    for trace in traces:
        print(f"\n{trace}")
        item = findings.gate_item(trace.requirement, trace.outcome)
        if item:
            print(f"  {say('Weight')}: {gate_words(item)}")
    return 0


def run_reaudit(options: argparse.Namespace) -> int:
    """Print the statuses and outcomes that change between two editions."""
    before, after = load_standard(options.before), load_standard(options.after)
    context = context_of(options)
    sites, policies = read(options), options.policies
    result = reaudit(sites, before, after, context=context, extension=options.extension, policies=policies)
    if options.format == "json":
        print(json.dumps(_compared(result), ensure_ascii=False, indent=2))
        return 0
    print(
        say(
            "{count} of {sites} sites change their status from {before} to {after}",
            count=len(result.flips),
            sites=len(result.after),
            before=before.edition,
            after=after.edition,
        )
    )
    for flip in result.flips:
        scores = " → ".join(
            score_words(*score, standard.ladder.maximum)
            for score, standard in ((flip.score_before, before), (flip.score_after, after))
        )
        print(f"  {flip.site}: {status_words(flip.status_before)} → {status_words(flip.status_after)} ({scores})")
        print(f"    {say('because')}: {flip.cause.words}")
    for (requirement_id, old, new), count in sorted(result.outcomes.items()):
        print(f"  {requirement_id}: {outcome_words(old)} → {outcome_words(new)}: {say('{count} sites', count=count)}")
    for requirement in result.unanswered:
        print(f"  {say('new and not answered everywhere')}: {requirement.id} {requirement.title}")
    for question, count in result.unasked.items():
        print(f"  {say('no longer asked')}: {question} ({say('{count} sites', count=count)})")
    return 0


def _compared(result: Reaudit) -> dict[str, object]:
    return {
        "from": result.before.standard.edition,
        "to": result.after.standard.edition,
        "sites": len(result.after),
        "flips": [
            {
                "site": flip.site,
                "status_before": flip.status_before,
                "status_after": flip.status_after,
                "score_before": flip.score_before,
                "score_after": flip.score_after,
                "rule": flip.cause.rule,
                "requirements": [requirement.id for requirement in flip.cause.requirements],
            }
            for flip in result.flips
        ],
        "outcomes": [
            {"requirement": name, "from": old, "to": new, "sites": count}
            for (name, old, new), count in sorted(result.outcomes.items())
        ],
        "new_and_unanswered": [requirement.id for requirement in result.unanswered],
        "no_longer_asked": result.unasked,
    }
