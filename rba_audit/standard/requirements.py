"""Read the file of one aspect, with its requirements and their questions, and the files of examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, cast

from rba_audit.conditions import Condition, Names, read_condition
from rba_audit.errors import StandardError
from rba_audit.messages import say
from rba_audit.standard.kinds import KINDS
from rba_audit.standard.measure_terms import read_measure
from rba_audit.standard.table_problems import collect_problems
from rba_audit.standard.terms import OUTCOMES, Example, Outcome, Question, Remedy, Requirement
from rba_audit.standard.toml_tables import Table

TIERS: Final = ("core", "extension")
MANDATORY_WORDS: Final = ("wajib", "auditor", "safety")
CONFIDENCE: Final = ("official", "secondary", "inferred")
LINK_KINDS: Final = ("direct", "analogous")
THRESHOLD_ORIGINS: Final = ("source", "researcher", "unverified", "none")
EVIDENCE_KINDS: Final = ("photo", "document", "measurement", "observation", "interview", "map")
REMEDY_ORIGINS: Final = ("source", "inferred")
_PART: Final = re.compile(r"[a-z][a-z0-9_]*")
NO_NAMES: Final[Names] = MappingProxyType({})


def read_aspect_file(
    content: Mapping[str, object], file: str, context: EditionContext, problems: list[StandardError]
) -> list[Requirement]:
    """Return the requirements of one file; an unusable one is left out and its error added to `problems`."""
    table = Table(content, file)
    requirements = []
    for number, item in enumerate(table.tables("requirement"), start=1):
        name = item.get("id") if isinstance(item, dict) else None
        where = f"{file}, {name or f'requirement {number}'}"
        requirement = collect_problems(problems, _read_requirement, item, where, context)
        if requirement is not None:
            requirements.append(requirement)
    collect_problems(problems, table.refuse_unknown_keys)
    return requirements


class EditionContext:
    """Targets of references in a requirement: the edition, its aspects, agencies, cost bands, sources and situations."""

    def __init__(
        self,
        *,
        edition: str,
        aspects: Mapping[str, tuple[str, ...]],
        agencies: Sequence[str],
        cost_bands: Sequence[str],
        sources: Sequence[str],
        situations: Names,
    ) -> None:
        self.edition = edition
        self.aspects = aspects
        self.agencies = agencies
        self.cost_bands = cost_bands
        self.sources = sources
        self.situations = situations


def _read_requirement(content: object, where: str, context: EditionContext) -> Requirement:
    table = Table(content, where)
    requirement_id = table.text("id")
    aspect = requirement_id.partition("-")[0]
    if not re.fullmatch(r"[A-Z]{2,5}-\d{2}", requirement_id):
        raise table.fault(say("'{id}' is not an aspect code, a dash and two digits", id=requirement_id))
    table.known("id", aspect, context.aspects)
    checks: dict[str, Condition] = {}
    for name, item in table.mapping("checks").items():
        if name in context.situations:
            raise table.fault(say("the check '{name}' has the name of a situation; give it another", name=name))
        checks[name] = condition_of(table, f"checks.{name}", item, {**context.situations, **checks})
    names = {**context.situations, **checks}
    questions = tuple(
        read_question(Table(item, table.where), requirement_id, names) for item in table.tables("question")
    )
    _check_question_ids(table, requirement_id, questions)
    requirement = Requirement(
        id=requirement_id,
        aspect=aspect,
        tier=cast(Literal["core", "extension"], table.one_of("tier", TIERS)),
        title=table.words("title"),
        shall=table.words("shall"),
        why=table.words("why"),
        questions=questions,
        applies_when=_maybe_condition(table, "applies_when", names),
        conforms_when=condition_of(table, "conforms_when", table.take("conforms_when"), names),
        partial_when=_maybe_condition(table, "partial_when", names),
        checks=MappingProxyType(checks),
        mandatory=table.one_of("mandatory", MANDATORY_WORDS) if table.has("mandatory") else None,
        may_be_not_applicable=table.flag("may_be_not_applicable"),
        sources=_sources(table, context),
        confidence=table.one_of("confidence", CONFIDENCE),
        link=table.one_of("link", LINK_KINDS),
        threshold_origin=table.one_of("threshold_origin", THRESHOLD_ORIGINS),
        kha=table.texts("kha", default=context.aspects[aspect]),
        evidence_wanted=_evidence(table),
        remedy=_read_remedy(table, context),
        edition=context.edition,
    )
    table.refuse_unknown_keys()
    if requirement.may_be_not_applicable and len(questions) != 1:
        raise table.fault(say("'may_be_not_applicable' goes with one question only; use a fact and 'applies_when'"))
    if requirement.may_be_not_applicable and questions[0].measure is not None:
        raise table.fault(
            say("'may_be_not_applicable' does not go with a measured question; use a fact and 'applies_when'")
        )
    return requirement


def _check_question_ids(table: Table, requirement_id: str, questions: Sequence[Question]) -> None:
    for question in questions:
        if question.id == requirement_id and len(questions) == 1:
            continue
        head, _, part = question.id.partition(".")
        if head != requirement_id or not _PART.fullmatch(part):
            raise table.fault(
                say(
                    "the question '{id}' must be named '{owner}.part' in lower case",
                    id=question.id,
                    owner=requirement_id,
                )
            )


def _sources(table: Table, context: EditionContext) -> tuple[str, ...]:
    sources = table.texts("sources")
    if not sources:
        raise table.fault(say("'sources' is empty; name at least one"))
    for source in sources:
        table.known("sources", source.split(maxsplit=1)[0], context.sources)
    return sources


def _evidence(table: Table) -> tuple[str, ...]:
    wanted = table.texts("evidence_wanted")
    if not wanted:
        raise table.fault(say("'evidence_wanted' is empty; name at least one"))
    return tuple(table.known("evidence_wanted", kind, EVIDENCE_KINDS) for kind in wanted)


def _read_remedy(table: Table, context: EditionContext) -> Remedy:
    part = table.table("remedy")
    remedy = Remedy(
        what=part.words_of({code: part.text(code) for code in ("id", "en")}, "remedy"),
        lead=part.one_of("lead", context.agencies),
        cost=part.one_of("cost", context.cost_bands),
        origin=part.one_of("origin", REMEDY_ORIGINS),
    )
    part.refuse_unknown_keys()
    return remedy


def condition_of(table: Table, key: str, value: object, names: Names) -> Condition:
    """Return the condition under `key`.

    Raises:
        StandardError: it is not a condition; the message names file and requirement.
    """
    try:
        return read_condition(value, names)
    except StandardError as error:
        raise table.fault(say("'{key}': {problem}", key=key, problem=error.message)) from error


def _maybe_condition(table: Table, key: str, names: Names) -> Condition | None:
    return condition_of(table, key, table.take(key), names) if table.has(key) else None


def read_question(table: Table, requirement: str | None, names: Names = NO_NAMES) -> Question:
    """Return one question of a requirement, or one fact if `requirement` is None.

    `names` are the checks and situations that its `asked_when` may name.

    Raises:
        StandardError: a key is missing, unknown or of the wrong type.
    """
    question_id = table.text("id")
    table.where = f"{table.where}, {question_id}" if requirement != question_id else table.where
    kind = KINDS[table.one_of("kind", tuple(KINDS))]
    question = Question(
        question_id,
        ask=table.words("ask"),
        kind=kind.name,
        hint=table.maybe_words("hint"),
        requirement=requirement,
        measure=read_measure(table.table("measure")) if table.has("measure") else None,
        asked_when=_maybe_condition(table, "asked_when", names) if requirement is not None else None,
    )
    question = kind.read_keys(table, question)
    table.refuse_unknown_keys()
    return question


def read_examples(content: Mapping[str, object], file: str, problems: list[StandardError]) -> list[Example]:
    """Return the examples of one file; an unusable one is left out and its error added to `problems`."""
    table = Table(content, file)
    examples = []
    for number, item in enumerate(table.tables("example"), start=1):
        where = f"{file}, example {number}"
        example = collect_problems(problems, _read_example, item, where)
        if example is not None:
            examples.append(example)
    collect_problems(problems, table.refuse_unknown_keys)
    return examples


def _read_example(content: object, where: str) -> Example:
    table = Table(content, where)
    example = Example(
        requirement=table.text("requirement"),
        says=table.words("says"),
        given=MappingProxyType(dict(table.mapping("given"))),
        outcome=cast(Outcome, table.one_of("outcome", OUTCOMES)),
        where=table.where,
    )
    table.refuse_unknown_keys()
    return example
