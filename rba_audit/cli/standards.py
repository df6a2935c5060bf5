"""Commands on editions of the standard: list, check, show, diff."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from rba_audit.auditing import check_standard
from rba_audit.messages import say
from rba_audit.standard import Requirement, Standard, default_edition, edition_names, load_standard
from rba_audit.standard.edition_changes import compare_editions


def show_list(options: argparse.Namespace) -> int:
    """Print the available editions."""
    if options.format == "json":
        print(json.dumps([_outline(load_standard(name)) for name in edition_names()], ensure_ascii=False, indent=2))
        return 0
    for name in edition_names():
        standard = load_standard(name)
        core = sum(requirement.tier == "core" for requirement in standard.requirements)
        mark = f" [{say('default')}]" if name == default_edition() else ""
        counts = say(
            "{core} core and {extension} extension requirements, ladder of {maximum}",
            core=core,
            extension=len(standard.requirements) - core,
            maximum=standard.ladder.maximum,
        )
        print(f"{name}{mark}: {standard.title}\n    {counts}")
    return 0


def check(options: argparse.Namespace) -> int:
    """Print all problems of an edition; return 1 if there are any."""
    standard, problems = check_standard(options.folder)
    if options.format == "json":
        print(
            json.dumps(
                {"folder": str(options.folder), "problems": [str(problem) for problem in problems]},
                ensure_ascii=False,
                indent=2,
            )
        )
        return 1 if problems else 0
    for problem in problems:
        print(problem, file=sys.stderr)
    if standard is None or problems:
        print(
            f"rba-audit: {say('{folder}: {count} faults; nothing was changed', folder=options.folder, count=len(problems))}",
            file=sys.stderr,
        )
        return 1
    counts = say(
        "{requirements} requirements, {examples} examples, all in order",
        requirements=len(standard.requirements),
        examples=len(standard.examples),
    )
    print(f"{standard.edition}: {counts}")
    return 0


def show(options: argparse.Namespace) -> int:
    """Print the requirements of an edition."""
    standard = load_standard(options.edition)
    if options.format == "json":
        print(
            json.dumps(
                {
                    **_outline(standard),
                    "requirements": [_requirement(requirement) for requirement in standard.requirements],
                },
                ensure_ascii=False,
                indent=2,
            )
        )
        return 0
    print(f"{standard.edition}: {standard.title}\n{standard.note}\n")
    print(
        f"{say('Ladder')}: "
        + ", ".join(f"{rung.name} {rung.minimum}" for rung in standard.ladder)
        + f" ({say('maximum')} {standard.ladder.maximum})"
    )
    print(_gate_words(standard))
    for aspect in standard.aspects:
        print(f"\n{aspect.number}. {aspect.name} ({aspect.code})")
        for requirement in standard.requirements:
            if requirement.aspect == aspect.code:
                marks = [
                    word
                    for word in (requirement.mandatory, requirement.tier if requirement.tier != "core" else None)
                    if word
                ]
                print(f"  {requirement.id}  {requirement.shall}{_bracketed(marks)}")
    return 0


def _gate_words(standard: Standard) -> str:
    """Return a line with the `mandatory` words that each rule of the gate names."""
    named = [
        f"{say('caps the rank')}: {standard.gate}",
        f"{say('must be fixed first')}: {', '.join(standard.must_fix) or '-'}",
        f"{say('asked by auditors')}: {', '.join(standard.before_audit) or '-'}",
    ]
    return f"{say('Gate')}: {'; '.join(named)}"


def _bracketed(marks: Sequence[str]) -> str:
    return f" [{', '.join(marks)}]" if marks else ""


def diff(options: argparse.Namespace) -> int:
    """Print what an edition adds, drops and changes compared with another."""
    before, after = load_standard(options.before), load_standard(options.after)
    changes = compare_editions(before, after)
    adds, drops = (
        [requirement.id for requirement in requirements] for requirements in (changes.added, changes.dropped)
    )
    changed = [change.requirement.id for change in changes.changed]
    if options.format == "json":
        ladders, gates = (
            {standard.edition: _outline(standard)[key] for standard in (before, after)} for key in ("ladder", "gate")
        )
        print(
            json.dumps(
                {"adds": adds, "drops": drops, "changes": changed, "ladders": ladders, "gates": gates},
                ensure_ascii=False,
                indent=2,
            )
        )
        return 0
    for label, requirements in ((say("adds"), changes.added), (say("drops"), changes.dropped)):
        print(f"{label}: {', '.join(f'{requirement.id} {requirement.title}' for requirement in requirements) or '-'}")
    print(
        f"{say('changes')}: {', '.join(f'{change.requirement.id} {change.requirement.title}' for change in changes.changed) or '-'}"
    )
    for change in changes.changed:
        for what in change.what:
            print(f"  {change.requirement.id}: {what}")
    for standard in (before, after):
        print(
            f"{standard.edition}: "
            + ", ".join(f"{rung.name} {rung.minimum}" for rung in standard.ladder)
            + f" / {standard.ladder.maximum}"
        )
        print(f"{standard.edition}: {_gate_words(standard)}")
    return 0


def _outline(standard: Standard) -> dict[str, object]:
    core = sum(requirement.tier == "core" for requirement in standard.requirements)
    return {
        "edition": standard.edition,
        "title": str(standard.title),
        "default": standard.edition == default_edition(),
        "gate": {
            "mandatory": standard.gate,
            "must_fix": list(standard.must_fix),
            "before_audit": list(standard.before_audit),
        },
        "core": core,
        "extension": len(standard.requirements) - core,
        "ladder": {
            "maximum": standard.ladder.maximum,
            "rungs": [{"name": rung.name, "from": rung.minimum} for rung in standard.ladder],
        },
    }


def _requirement(requirement: Requirement) -> dict[str, object]:
    return {
        "id": requirement.id,
        "tier": requirement.tier,
        "title": str(requirement.title),
        "shall": str(requirement.shall),
        "mandatory": requirement.mandatory,
        "questions": [
            {"id": question.id, "ask": str(question.ask), "kind": question.kind, "unit": str(question.unit)}
            for question in requirement.questions
        ],
        "sources": list(requirement.sources),
        "confidence": requirement.confidence,
        "link": requirement.link,
        "threshold_origin": requirement.threshold_origin,
        "kha": list(requirement.kha),
    }
