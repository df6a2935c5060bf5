"""Read and check `equipment.toml`: the kinds of play equipment, and the questions that are asked of each item.

The checks refuse editions in which the answers of the worst item would give a wrong outcome for the whole site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rba_audit.conditions import All, Condition, Count, Is, parts_of, questions_of
from rba_audit.errors import StandardError
from rba_audit.messages import Message, say
from rba_audit.standard.edition import Standard
from rba_audit.standard.items import NO_EQUIPMENT, Equipment, EquipmentKind, EveryItem, ItemCount
from rba_audit.standard.kinds import kind_of
from rba_audit.standard.requirements import condition_of, read_question
from rba_audit.standard.terms import Question, Requirement
from rba_audit.standard.toml_tables import Table, read_toml

EQUIPMENT_FILE: Final = "equipment.toml"
_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")
_YES_NO: Final = ("yes", "no")


def read_equipment(folders: Iterable[Path], dropped: frozenset[str]) -> Equipment:
    """Return the content of the newest `equipment.toml` in some folders (oldest first); `NO_EQUIPMENT` if none has one.

    Requirements in `dropped`, which an older folder may still name, are ignored.

    Raises:
        StandardError: the file cannot be used.
    """
    path = next(
        (folder / EQUIPMENT_FILE for folder in reversed([*folders]) if (folder / EQUIPMENT_FILE).is_file()), None
    )
    if path is None:
        return NO_EQUIPMENT
    table = Table(read_toml(path), str(path))

    def stays(question: str) -> bool:
        return question.partition(".")[0] not in dropped

    questions = [_question(item, table.where) for item in table.tables("question")]
    equipment = Equipment(
        kinds=tuple(_kind(item, table.where) for item in table.tables("kind")),
        facts=table.texts("facts"),
        each=tuple(filter(stays, table.texts("each"))),
        questions=tuple(question for question, _ in questions),
        when=MappingProxyType({question.id: when for question, when in questions if when}),
        tallies=tuple(
            each
            for each in (_tally(item, table.where) for item in _tables_or_none(table, "count"))
            if stays(each.question)
        ),
        every=tuple(
            each
            for each in (_every(item, table.where) for item in _tables_or_none(table, "every"))
            if stays(each.question)
        ),
        same=tuple(group for group in (tuple(filter(stays, ids)) for ids in _groups(table)) if len(group) > 1),
        asks=MappingProxyType(
            {key: table.words_of(value, f"ask.{key}") for key, value in table.mapping("ask").items() if stays(key)}
        ),
        complete=_yes_no(table.table("complete")),
    )
    table.refuse_unknown_keys()
    return equipment


def _tables_or_none(table: Table, key: str) -> list[object]:
    return table.tables(key) if table.has(key) else []


def _groups(table: Table) -> list[list[str]]:
    groups = table.take("same") if table.has("same") else []
    if not isinstance(groups, list) or not all(
        isinstance(group, list) and all(isinstance(name, str) for name in group) for group in groups
    ):
        raise table.fault(say("'same' must be a list of lists of questions, not {found}", found=repr(groups)))
    return groups


def _kind(content: object, where: str) -> EquipmentKind:
    table = Table(content, where)
    kind = EquipmentKind(
        name=table.text("name"),
        words=table.words("words"),
        parts=table.texts("parts", default=()),
        yes=table.texts("yes", default=()),
        no=table.texts("no", default=()),
    )
    table.refuse_unknown_keys()
    return kind


def _yes_no(table: Table) -> Question:
    """Return a yes-or-no question; `kind` is not stated in its table."""
    content: dict[str, object] = {"kind": "yes_no", **{key: table.take(key) for key in ("id", "ask")}}
    if table.has("hint"):
        content["hint"] = table.take("hint")
    table.refuse_unknown_keys()
    return read_question(Table(content, table.where), None)


def _question(content: object, where: str) -> tuple[Question, str]:
    table = Table(content, where)
    when = ""
    if table.has("asked_when"):
        condition = condition_of(table, "asked_when", table.take("asked_when"), {})
        if not isinstance(condition, Is) or condition.words != ("yes",):
            raise table.fault(
                say('\'asked_when\' of an item\'s own question is {{ question = "…", is = "yes" }} and nothing else')
            )
        when = condition.question
    return _yes_no(table), when


def _tally(content: object, where: str) -> ItemCount:
    table = Table(content, where)
    tally = ItemCount(
        question=table.text("question"),
        of=table.text("of") if table.has("of") else None,
        word=table.one_of("is", _YES_NO) if table.has("is") else "yes",
    )
    table.refuse_unknown_keys()
    return tally


def _every(content: object, where: str) -> EveryItem:
    table = Table(content, where)
    every = EveryItem(question=table.text("question"), of=table.text("of"))
    table.refuse_unknown_keys()
    return every


# --- checks ----------------------------------------------------------------------------------------------------------


def equipment_faults(standard: Standard) -> Iterator[StandardError]:
    """Yield the errors of an edition's equipment; each names the file and what to do."""
    for problem in _problems(standard, standard.equipment):
        yield StandardError(say("{where}: {problem}", where=f"{standard.edition}, {EQUIPMENT_FILE}", problem=problem))


def _problems(standard: Standard, equipment: Equipment) -> Iterator[Message]:
    facts = {fact.id for fact in standard.facts if kind_of(fact).yes_or_no}
    for fact in equipment.facts:
        if fact not in facts:
            yield say("'{id}' is no yes-or-no fact of profile.toml; correct it", id=fact)
    yield from _kind_problems(equipment)
    own = {question.id for question in equipment.questions}
    for question in equipment.questions:
        if standard.has_question(question.id) or not _WORD.fullmatch(question.id):
            yield say("the question '{id}' of an item needs an id of its own, in lower case", id=question.id)
        when = equipment.when.get(question.id, question.id)
        if when not in own:
            yield say("'asked_when' names '{id}', which is not asked of items", id=when)
    for name in [*(tally.of for tally in equipment.tallies if tally.of), *(every.of for every in equipment.every)]:
        if name not in own:
            yield say("'of' names '{id}', which is not asked of items", id=name)
    known = {requirement.id for requirement in standard.requirements}
    for name in equipment.each:
        if name in known:
            yield from _each_problems(standard, standard.requirement(name))
        else:
            yield say("'each' names '{id}', which is no requirement of this edition", id=name)
    yield from _answer_problems(standard, equipment)


def _kind_problems(equipment: Equipment) -> Iterator[Message]:
    names = [kind.name for kind in equipment.kinds]
    parts = [part for kind in equipment.kinds for part in kind.parts]
    for name in {other for other in names if names.count(other) > 1 or not _WORD.fullmatch(other)}:
        yield say("the kind '{name}' stands twice or is not lower case with '_'; rename it", name=name)
    for part in {other for other in parts if parts.count(other) > 1}:
        yield say("two kinds name the part '{name}'; leave it to one", name=part)
    for kind in equipment.kinds:
        for fact in [*kind.yes, *kind.no]:
            if fact not in equipment.facts:
                yield say(
                    "the kind '{name}' settles '{id}', which is not among 'facts'; add it there",
                    name=kind.name,
                    id=fact,
                )
        for fact in {*kind.yes} & {*kind.no}:
            yield say("the kind '{name}' says both yes and no to '{id}'; keep one", name=kind.name, id=fact)


def _answer_problems(standard: Standard, equipment: Equipment) -> Iterator[Message]:
    asked = {question.id for name in equipment.each for question in _questions_of(standard, name)}
    for name in [*(tally.question for tally in equipment.tallies), *(every.question for every in equipment.every)]:
        if not standard.has_question(name) or name in asked:
            yield say("'{id}' cannot be counted: it is no question of the edition, or is asked of each item", id=name)
    for tally in equipment.tallies:
        question = standard.question(tally.question) if standard.has_question(tally.question) else None
        if question is not None and not question.counts:
            yield say("'{id}' is no whole number; only a whole number can be counted", id=tally.question)
    for every in equipment.every:
        if standard.has_question(every.question) and not kind_of(standard.question(every.question)).yes_or_no:
            yield say("'{id}' is not answered with yes or no", id=every.question)
    for name in [*equipment.asks, *(name for group in equipment.same for name in group)]:
        if name not in asked and name not in equipment.facts:
            yield say("'{id}' is not asked of items; take it out", id=name)
    for group in equipment.same:
        kinds = {_answer_format(standard.question(name)) for name in group if standard.has_question(name)}
        if len(kinds) > 1:
            yield say("the questions {ids} of 'same' are not answered alike", ids=", ".join(group))


def _answer_format(question: Question) -> tuple[object, ...]:
    names = tuple(choice.name for choice in question.choices)
    return question.kind, question.unit, question.decimals, question.counts, question.low, question.high, names


def _questions_of(standard: Standard, name: str) -> tuple[Question, ...]:
    return next((requirement.questions for requirement in standard.requirements if requirement.id == name), ())


def _each_problems(standard: Standard, requirement: Requirement) -> Iterator[Message]:
    """Yield the problems of a requirement that is evaluated per item.

    The worst item's answers become the site's, so a requirement must have the same outcome for that item and for the site.
    """
    own = {question.id for question in requirement.questions}
    facts = {*standard.equipment.facts}
    tallied = {tally.question for tally in standard.equipment.tallies}
    conditions_of_outcome = [
        condition for condition in (requirement.conforms_when, requirement.partial_when) if condition is not None
    ]
    looked_at = {name for condition in conditions_of_outcome for name in questions_of(condition)}
    applies = requirement.applies_when
    if looked_at & (facts | tallied) or (applies is not None and {*questions_of(applies)} & tallied):
        yield say(
            "'{id}' looks at what follows from the items, so the worst item cannot answer for the site",
            id=requirement.id,
        )
    if applies is not None and (
        {*questions_of(applies)} & own or ({*questions_of(applies)} & facts and not _any_of(applies, facts))
    ):
        yield say(
            "'{id}' must apply as soon as one fact of the item is so, or it cannot be asked of each", id=requirement.id
        )
    for other in standard.requirements:
        conditions = (other.applies_when, other.conforms_when, other.partial_when)
        if other is not requirement and own & {
            name for condition in conditions if condition is not None for name in questions_of(condition)
        }:
            yield say(
                "'{other}' looks at the questions of '{id}', which the worst item answers",
                other=other.id,
                id=requirement.id,
            )


def _any_of(condition: Condition, facts: set[str]) -> bool:
    """Return whether facts of items occur in `condition` only as "yes", combined with `any`."""
    if not {*questions_of(condition)} & facts:
        return True
    if isinstance(condition, Is):
        return condition.words == ("yes",)
    if isinstance(condition, All | Count):
        return False
    return bool(parts_of(condition)) and all(_any_of(part, facts) for part in parts_of(condition))
