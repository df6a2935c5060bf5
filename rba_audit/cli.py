"""The `rba-audit` command: the same services as the web, for a terminal.

Exit codes: 0 done; 1 it could not be done (one sentence on stderr); 2 the command was not understood.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rba_audit.audits import (
    audit,
    check_standard,
    problems_by_rule,
    reaudit,
    remarks_on_answers,
    write_results,
)
from rba_audit.errors import RbaError
from rba_audit.findings import STATUSES, Findings, outcome_words
from rba_audit.layers import read_context
from rba_audit.reports import rank_words, rows, score_words, status_words
from rba_audit.resources import sample_areas
from rba_audit.sites import Sites, read_sites
from rba_audit.standard import Standard, default_edition, editions, load_standard
from rba_audit.words import LANGUAGES, Message, say, speak

_SHOWN = 5
"""How many alike problems are shown before the rest is counted."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    speak(os.environ.get("RBA_LANG", LANGUAGES[0]))
    words = list(sys.argv[1:] if arguments is None else arguments)
    if "--lang" in words[:-1]:
        speak(words[words.index("--lang") + 1])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(words)
    try:
        code: int = options.run(options)
    except RbaError as fault:
        print(f"rba-audit: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has gone; that is no fault of ours, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(str(say("stopped")), file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, help=str(say("language of the answers: id or en (also RBA_LANG)")))
    parser = argparse.ArgumentParser(prog="rba-audit", description=str(say("Audits play spaces against the child-friendly play space standard (RBRA).")))
    commands = parser.add_subparsers(metavar=str(say("COMMAND")), required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], text: Message, within: object = commands) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = within.add_parser(name, help=str(text), description=str(text), parents=[common])  # type: ignore[attr-defined]
        added.set_defaults(run=run)
        return added

    one = command("audit", _audit, say("judge the sites of a GeoJSON file and write map, lists and findings"))
    _sites_arguments(one)
    one.add_argument("--context", action="append", default=[], type=Path, metavar="FILE", help=str(say("boundaries and other context, as GeoJSON; may be repeated")))
    one.add_argument("--out", type=Path, metavar="DIR", help=str(say("folder for audited.geojson, findings.csv, non_standard.csv, non_standard.xlsx and map.html")))
    one.add_argument("--format", choices=["text", "json"], default="text", help=str(say("how the summary is printed")))

    one = command("explain", _explain, say("say why a site got its outcome, requirement by requirement"))
    _sites_arguments(one)
    one.add_argument("site", metavar="SITE_ID", help=str(say("the site's id")))
    one.add_argument("requirement", nargs="?", metavar="REQUIREMENT", help=str(say("one requirement; all of them where none is named")))
    one.add_argument("--format", choices=["text", "json"], default="text", help=str(say("how the reasons are printed")))

    inner = commands.add_parser("standard", help=str(say("list, check, show and compare editions of the standard"))).add_subparsers(metavar=str(say("COMMAND")), required=True)
    command("list", _standard_list, say("list the editions at hand"), inner)
    one = command("check", _standard_check, say("refuse a broken edition, naming file, requirement and remedy"), inner)
    one.add_argument("folder", type=Path, metavar="DIR", help=str(say("folder of the edition")))
    one = command("show", _standard_show, say("print the requirements of an edition"), inner)
    one.add_argument("edition", metavar="ID", help=str(say("an edition, or its folder")))
    one = command("diff", _standard_diff, say("say what one edition adds, drops and changes against another"), inner)
    one.add_argument("before", metavar="A", help=str(say("the earlier edition")))
    one.add_argument("after", metavar="B", help=str(say("the later edition")))

    one = command("reaudit", _reaudit, say("hold the same answers against two editions and show what flips"))
    one.add_argument("--from", dest="before", required=True, metavar="ID", help=str(say("the earlier edition")))
    one.add_argument("--to", dest="after", required=True, metavar="ID", help=str(say("the later edition")))
    one.add_argument("--extension", action="store_true", help=str(say("let extension requirements count as well")))
    one.add_argument("sites", type=Path, metavar="SITES.geojson", help=str(say("the sites with their answers")))

    one = command("serve", _serve, say("serve map, lists and the audit form on this computer"))
    one.add_argument("--register", metavar="URL", default=None, help=str(say("where sites and visits are kept (also RBA_REGISTER)")))
    one.add_argument("--standard", metavar="ID", default=None, help=str(say("edition to judge by")))
    one.add_argument("--context", action="append", default=[], type=Path, metavar="FILE", help=str(say("boundaries and other context, as GeoJSON; may be repeated")))
    one.add_argument("--demo", action="store_true", help=str(say("begin with the sample sites, in a register of their own")))
    one.add_argument("--host", default="127.0.0.1", help=str(say("address to listen on; only this computer's own are accepted")))
    one.add_argument("--port", type=int, default=8000, help=str(say("port to listen on; 0 takes a free one")))
    return parser


def _sites_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sites", type=Path, metavar="SITES.geojson", help=str(say("the sites with their answers")))
    parser.add_argument("--standard", metavar="ID", default=None, help=str(say("edition to judge by; {default} where none is named", default=default_edition())))
    parser.add_argument("--extension", action="store_true", help=str(say("let extension requirements count as well")))
    parser.add_argument("--strict", action="store_true", help=str(say("stop at the first feature that must be refused")))


def _progress(message: Message) -> None:
    """Say what is being done, on a terminal only."""
    if sys.stderr.isatty():
        print(f"… {message}", file=sys.stderr)


def _read(options: argparse.Namespace) -> Sites:
    _progress(say("reading {file}", file=options.sites))
    sites = read_sites(options.sites, strict=getattr(options, "strict", False))
    for (level, _rule), sentences in problems_by_rule(sites).items():
        label = say("refused") if level == "refused" else say("note")
        for sentence in sentences[:_SHOWN]:
            print(f"{label}: {sentence}", file=sys.stderr)
        if len(sentences) > _SHOWN:
            print(f"{label}: {say('{count} more like this', count=len(sentences) - _SHOWN)}", file=sys.stderr)
    return sites


def _judged(options: argparse.Namespace) -> Findings:
    standard = load_standard(options.standard)
    sites = _read(options)
    _progress(say("judging {count} sites by {edition}", count=len(sites), edition=standard.edition))
    findings = audit(sites, standard, extension=options.extension)
    sentences = remarks_on_answers(findings)
    for sentence in sentences[:_SHOWN]:
        print(f"{say('note')}: {sentence}", file=sys.stderr)
    if len(sentences) > _SHOWN:
        print(f"{say('note')}: {say('{count} more like this', count=len(sentences) - _SHOWN)}", file=sys.stderr)
    return findings


def _audit(options: argparse.Namespace) -> int:
    context = read_context(options.context)
    findings = _judged(options)
    written = write_results(findings, options.out, context, _progress) if options.out else []
    if options.format == "json":
        print(json.dumps(_summary(findings, written), ensure_ascii=False, indent=2))
    else:
        _print_summary(findings, written)
    return 0


def _summary(findings: Findings, written: Sequence[Path]) -> dict[str, object]:
    problems = findings.source.problems
    return {
        "edition": findings.standard.edition,
        "sites": len(findings),
        "counts": findings.counts(),
        "red": {name: findings.red(site) for site, name in enumerate(findings.source.ids) if findings.red(site)},
        "refused": [str(problem) for problem in problems if problem.level == "refused"],
        "warnings": [str(problem) for problem in problems if problem.level == "warning"],
        "remarks": [str(remark) for remark in remarks_on_answers(findings)],
        "written": [str(path) for path in written],
        "note": str(say("Readiness estimate, not an official score")),
    }


def _print_summary(findings: Findings, written: Sequence[Path]) -> None:
    print(f"{findings.standard.title} ({findings.standard.edition})")
    print(say("Readiness estimate, not an official score"))
    print()
    for status, count in findings.counts().items():
        print(f"{count:>7}  {status_words(status)} ({status})")
    print(f"{len(findings):>7}  {say('sites')}")
    reds = [row for row in rows(findings, STATUSES) if row.red]
    if reds:
        print(f"\n{say('Mandatory requirements not met')}:")
    for row in reds:
        ids = ", ".join(f"{each.id} {each.title}" for each in row.red)
        print(f"  {row.id} ({row.name}): {ids}")
    if written:
        print(f"\n{say('Written')}:")
    for path in written:
        print(f"  {path}")


def _explain(options: argparse.Namespace) -> int:
    findings = _judged(options)
    found = findings.explain(options.site, options.requirement)
    traces = found if isinstance(found, list) else [found]
    if options.format == "json":
        shown = [
            {
                "site_id": trace.site,
                "requirement": trace.requirement.id,
                "title": str(trace.requirement.title),
                "shall": str(trace.requirement.shall),
                "outcome": trace.outcome,
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
    row = next(row for row in rows(findings) if row.id == options.site)
    print(f"{row.name} ({row.id}) — {status_words(row.status)}, {score_words(row.score_low, row.score_high, row.score_max)}, {rank_words(row.rank_low, row.rank_high)}")
    print(say("Readiness estimate, not an official score"))
    for trace in traces:
        print(f"\n{trace}")
    return 0


def _standard_list(_options: argparse.Namespace) -> int:
    for name in editions():
        standard = load_standard(name)
        core = sum(requirement.tier == "core" for requirement in standard.requirements)
        mark = f" [{say('default')}]" if name == default_edition() else ""
        counts = say("{core} core and {extension} extension requirements, ladder of {maximum}", core=core, extension=len(standard.requirements) - core, maximum=standard.ladder.maximum)
        print(f"{name}{mark}: {standard.title}\n    {counts}")
    return 0


def _standard_check(options: argparse.Namespace) -> int:
    standard, problems = check_standard(options.folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if standard is None or problems:
        print(f"rba-audit: {say('{folder}: {count} faults; nothing was changed', folder=options.folder, count=len(problems))}", file=sys.stderr)
        return 1
    counts = say("{requirements} requirements, {examples} examples, all in order", requirements=len(standard.requirements), examples=len(standard.examples))
    print(f"{standard.edition}: {counts}")
    return 0


def _standard_show(options: argparse.Namespace) -> int:
    standard = load_standard(options.edition)
    print(f"{standard.edition}: {standard.title}\n{standard.note}\n")
    print(f"{say('Ladder')}: " + ", ".join(f"{rung.name} {rung.minimum}" for rung in standard.ladder) + f" ({say('maximum')} {standard.ladder.maximum})")
    for aspect in standard.aspects:
        print(f"\n{aspect.number}. {aspect.name} ({aspect.code})")
        for requirement in standard.requirements:
            if requirement.aspect == aspect.code:
                marks = [word for word in (requirement.mandatory, requirement.tier if requirement.tier != "core" else None) if word]
                print(f"  {requirement.id}  {requirement.shall}{_bracketed(marks)}")
    return 0


def _bracketed(marks: Sequence[str]) -> str:
    return f" [{', '.join(marks)}]" if marks else ""


def _standard_diff(options: argparse.Namespace) -> int:
    before, after = load_standard(options.before), load_standard(options.after)
    old, new = ({requirement.id: requirement for requirement in standard.requirements} for standard in (before, after))
    for label, ids in (
        (say("adds"), [each for each in new if each not in old]),
        (say("drops"), [each for each in old if each not in new]),
        (say("changes"), [each for each in new if each in old and new[each] != old[each]]),
    ):
        print(f"{label}: {', '.join(f'{each} {(new.get(each) or old[each]).title}' for each in ids) or '-'}")
    for standard in (before, after):
        print(f"{standard.edition}: " + ", ".join(f"{rung.name} {rung.minimum}" for rung in standard.ladder) + f" / {standard.ladder.maximum}")
    return 0


def _reaudit(options: argparse.Namespace) -> int:
    before, after = load_standard(options.before), load_standard(options.after)
    result = reaudit(_read(options), before, after, extension=options.extension)
    print(say("{count} of {sites} sites change their status from {before} to {after}", count=len(result.flips), sites=len(result.after), before=before.edition, after=after.edition))
    for flip in result.flips:
        scores = " → ".join(score_words(*score, standard.ladder.maximum) for score, standard in ((flip.score_before, before), (flip.score_after, after)))
        print(f"  {flip.site}: {status_words(flip.status_before)} → {status_words(flip.status_after)} ({scores})")
    for (requirement_id, old, new), count in sorted(result.outcomes.items()):
        print(f"  {requirement_id}: {outcome_words(old)} → {outcome_words(new)}: {say('{count} sites', count=count)}")
    for requirement in result.unanswered:
        print(f"  {say('new and not answered everywhere')}: {requirement.id} {requirement.title}")
    for question, count in result.unasked.items():
        print(f"  {say('no longer asked')}: {question} ({say('{count} sites', count=count)})")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from rba_audit.web import serve

    standard: Standard = load_standard(options.standard)
    serve(
        standard=standard,
        register_url=options.register or os.environ.get("RBA_REGISTER"),
        context=read_context(options.context or ([sample_areas()] if options.demo else [])),
        demo=options.demo,
        host=options.host,
        port=options.port,
        announce=lambda address: print(address, flush=True),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
