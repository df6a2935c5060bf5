"""Warnings about answers of items and of their site that contradict each other or do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rba_audit.equipment.aggregation import SiteItems
from rba_audit.equipment.item_program import Item, plan_of, word_of
from rba_audit.evidence import read_evidence
from rba_audit.findings.dependent_questions import ignored_answers
from rba_audit.findings.wording import question_name_words
from rba_audit.messages import BilingualText, Message, say
from rba_audit.standard import Standard


def contradiction_warnings(items: Sequence[Item], answers: Mapping[str, Any], standard: Standard) -> Iterator[Message]:
    """Yield a message for each answer about the site as a whole that its list of items contradicts or replaces."""
    site, equipment = SiteItems(items, answers, standard.equipment), standard.equipment
    if not site.begun:
        return
    for fact in equipment.facts:
        answer, words = word_of(answers.get(fact)), [facts.get(fact) for facts in site.facts]
        question = question_name_words(standard.question(fact).ask)
        if answer == "yes" and site.complete and all(word == "no" for word in words):
            yield say(
                "{question}: “yes”, but the list of equipment is complete and nothing in it has that; correct one of them",
                question=question,
            )
        elif answer == "no" and "yes" in words:
            item = str(site.items[words.index("yes")].get("name") or "")
            yield say("{question}: “no”, but “{item}” is in the list; the list counts", question=question, item=item)
    per_item = plan_of(standard).asked_of_items
    for name in dict.fromkeys(asked.id for requirement in per_item for asked in requirement.questions):
        if word_of(answers.get(name)) not in (None, "not_seen"):
            question = question_name_words(standard.question(name).ask)
            yield say(
                "{question}: answered for the whole place, and the list of equipment answers it item by item; it counts only where it says that this is not met; where the two contradict each other, this stays open",
                question=question,
            )


def items_set_aside(
    items: Sequence[Item], answers: Mapping[str, Any], standard: Standard
) -> Iterator[tuple[Item, BilingualText, Message]]:
    """Yield each answer about an item that is stored but does not count: the item, the name of the question and the reason."""
    site, equipment = SiteItems(items, answers, standard.equipment), standard.equipment
    evidence = read_evidence(site.rows(standard), standard)
    for at, question, why in ignored_answers(standard, plan_of(standard).program, evidence):
        yield site.items[at], question_name_words(equipment.asks.get(question.id, question.ask)), why
    for item in site.items:
        given = item.get("answers") or {}
        for question in equipment.questions:
            parent = equipment.when.get(question.id)
            if (
                parent is not None
                and word_of(given.get(parent)) == "no"
                and word_of(given.get(question.id)) is not None
            ):
                yield (
                    item,
                    question_name_words(question.ask),
                    say("answered though it is not asked here; kept, and not judged"),
                )
