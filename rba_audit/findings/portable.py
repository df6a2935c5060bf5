"""An edition's table of operations as JSON, for an interpreter in another language; data only, no code.

The browser's interpreter is `static/judge.js`; a test holds it to the reference, cell by cell.
"""

from __future__ import annotations

from rba_audit.evidence import FIRST_CHOICE, GIVEN
from rba_audit.findings.conclusions import STATUSES, counted
from rba_audit.findings.program import NO_LIMIT, Op, Program, compile_standard
from rba_audit.standard import OUTCOMES, Question, Standard


def portable(standard: Standard, *, extension: bool = False) -> dict[str, object]:
    """Return everything needed to judge one site by `standard`: questions, table, marks, ladder and gate.

    Whole numbers that may be too large for a float (limits and coefficients) are written as text.
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
        "questions": [_question(question) for question in standard.questions],
        "requirements": [
            {
                "id": requirement.id,
                "aspect": requirement.aspect,
                "counts": bool(counts[index]),
                "gate": requirement.mandatory == standard.gate,
                "registers": program.requirements[index].tolist(),
                "questions": [question.id for question in requirement.questions],
            }
            for index, requirement in enumerate(standard.requirements)
        ],
        **_table(program),
    }


def _question(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "kind": question.kind,
        "fact": question.requirement is None,
        "open": question.open,
        "choices": [choice.name for choice in question.choices],
        "decimals": question.decimals,
        "low": int(question.low * question.scale),
        "high": int(question.high * question.scale),
    }


def _table(program: Program) -> dict[str, object]:
    words = [
        {
            "true": [code for code in range(FIRST_CHOICE, 256) if table[code] > 0],
            # Codes from here on belong to no choice and are unknown, like those below GIVEN.
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
    }
