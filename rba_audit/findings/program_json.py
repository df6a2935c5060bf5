"""Write an edition's table of operations as JSON for an interpreter in another language; data only, no code.

The browser's interpreter is `static/judge.js`; `tests/scripts` compares it with the reference, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from rba_audit.conditions import questions_of
from rba_audit.evidence import FIRST_CHOICE, GIVEN
from rba_audit.findings.conclusions import STATUSES, counted
from rba_audit.findings.program import NO_LIMIT, Op, Program, compile_requirements, compile_standard
from rba_audit.standard import OUTCOMES, Requirement, Standard, kind_of


def program_as_json(standard: Standard, *, extension: bool = False) -> dict[str, object]:
    """Return everything needed to evaluate one site against `standard`: questions, table, marks, ladder and gate.

    Integers that may be too large for a float (limits and coefficients) are written as text.
    """
    program = compile_standard(standard)
    counts = counted(standard, extension)
    return {
        "edition": standard.edition,
        "revision": standard.revision,
        "outcomes": list(OUTCOMES),
        "statuses": list(STATUSES),
        "marks": [0, standard.marks.does_not_conform, standard.marks.partial, standard.marks.conforms, 0],
        "maximum": standard.ladder.maximum,
        "rungs": [[rung.name, rung.minimum] for rung in standard.ladder],
        "questions": [kind_of(question).portable(question) for question in standard.questions],
        "requirements": [
            {
                **_requirement(requirement, program, index),
                "aspect": requirement.aspect,
                "counts": bool(counts[index]),
                "gate": requirement.mandatory == standard.gate,
                "must_fix": requirement.mandatory in standard.must_fix,
                "before_audit": requirement.mandatory in standard.before_audit,
            }
            for index, requirement in enumerate(standard.requirements)
        ],
        "equipment": _equipment(standard),
        **_table(program),
    }


def _requirement(requirement: Requirement, program: Program, index: int) -> dict[str, object]:
    return {
        "id": requirement.id,
        "registers": program.requirements[index].tolist(),
        "questions": [question.id for question in requirement.questions],
    }


def _equipment(standard: Standard) -> dict[str, object]:
    """Return how items are combined into answers of the site, with the table of the requirements evaluated per item."""
    equipment = standard.equipment
    per_item = [standard.requirement(name) for name in equipment.each]
    counted = counted_by_items(standard)
    program = compile_requirements(standard.questions, (*per_item, *counted))
    rows = [_requirement(requirement, program, index) for index, requirement in enumerate((*per_item, *counted))]
    return {
        "kinds": {kind.name: {"yes": list(kind.yes), "no": list(kind.no)} for kind in equipment.kinds},
        "facts": list(equipment.facts),
        "questions": [question.id for question in equipment.questions],
        "when": dict(equipment.when),
        "tallies": [[tally.question, tally.of, tally.word] for tally in equipment.tallies],
        "every": [[every.question, every.of] for every in equipment.every],
        "same": [list(group) for group in equipment.same],
        "complete": equipment.complete.id if equipment.complete else None,
        "place": sorted(
            looked_at(per_item)
            - {*equipment.facts}
            - {question.id for requirement in per_item for question in requirement.questions}
        ),
        "each": {
            "requirements": rows[: len(per_item)],
            "counted": rows[len(per_item) :],
            **_table(program),
        },
    }


def counted_by_items(standard: Standard) -> tuple[Requirement, ...]:
    """Return the requirements of the site whose questions are answered by counting items, in the standard's order."""
    equipment = standard.equipment
    counts = {tally.question for tally in equipment.tallies} | {every.question for every in equipment.every}
    return tuple(
        requirement
        for requirement in standard.requirements
        if counts & {question.id for question in requirement.questions}
    )


def looked_at(requirements: Iterable[Requirement]) -> set[str]:
    """Return the ids of all questions in the conditions of some requirements and in `asked_when` of their questions."""
    return {
        name
        for requirement in requirements
        for condition in (
            requirement.applies_when,
            requirement.conforms_when,
            requirement.partial_when,
            *(question.asked_when for question in requirement.questions),
        )
        if condition is not None
        for name in questions_of(condition)
    }


def _table(program: Program) -> dict[str, object]:
    words = [
        {
            "true": [code for code in range(FIRST_CHOICE, 256) if table[code] > 0],
            # Codes from here on are no choice of the question and unknown, like those below GIVEN.
            "end": next((code for code in range(FIRST_CHOICE, 256) if table[code] == 0), 256),
        }
        for table in program.word_tables
    ]
    limits = [
        {str(code): str(limit) for code, limit in enumerate(table.tolist()) if limit != NO_LIMIT}
        for table in program.limit_tables
    ]
    return {
        "codes": {"given": GIVEN, "first_choice": FIRST_CHOICE},
        "names": {op.name.lower(): int(op) for op in Op},
        "ops": [[op, a, b, str(c), d] for op, _register, a, b, c, d in program.ops.tolist()],
        "lists": program.lists.tolist(),
        "words": words,
        "limits": limits,
        "terms": [[str(coefficient), first, last] for coefficient, first, last in program.terms.tolist()],
        "factors": program.factors.tolist(),
        "stages": program.stages.tolist(),
        "guards": [
            {
                "question": guard.question,
                "row": row,
                "register": register,
                "parents": list(guard.parents),
                "whole": guard.whole,
            }
            for guard, (row, register) in zip(program.guarded, program.guards.tolist(), strict=True)
        ],
    }
