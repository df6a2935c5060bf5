"""Answers of a visit together with the facts of its site, as texts and traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rba_audit.equipment import Item, fold, without_older_words
from rba_audit.evidence import read_evidence
from rba_audit.findings.evaluation import evaluate_outcomes
from rba_audit.findings.explainer import Explainer
from rba_audit.findings.program import compile_standard
from rba_audit.findings.trace import Trace
from rba_audit.findings.wording import answer_words
from rba_audit.register import Visit
from rba_audit.sites import Site
from rba_audit.standard import Standard


def facts_and_answers(visit: Visit, site: Site, standard: Standard, beside: Sequence[Item] = ()) -> dict[str, Any]:
    """Return the answers of one visit: facts from the site's file, overridden by its own answers, with its items aggregated.

    Answers in the file are left out, because they would make two visits agree about questions that neither answered.
    `beside` are known items of the site that the visit leaves out.
    """
    return fold([*visit.items, *beside], site_answers(visit, site, standard), standard)


def site_answers(visit: Visit, site: Site, standard: Standard) -> dict[str, Any]:
    """Return the visit's answers for the site as a whole, merged over the facts in the site's file."""
    own = without_older_words(facts_of(site, standard), visit.items, visit.answers, standard)
    return {**own, **visit.answers}


def facts_of(site: Site, standard: Standard) -> dict[str, Any]:
    """Return the facts about a site that its document states."""
    return {fact.id: site.facts[fact.id] for fact in standard.facts if fact.id in site.facts}


def traces_for_answers(answers: Mapping[str, Any], standard: Standard, name: str) -> list[Trace]:
    """Return the trace of every requirement for one set of answers, in the standard's order."""
    evidence = read_evidence([answers], standard)
    matrix = evaluate_outcomes(compile_standard(standard), evidence.codes, evidence.numbers)
    explainer = Explainer(standard, evidence, [0])
    return [
        explainer.trace(0, name, requirement, int(matrix[row, 0]))
        for row, requirement in enumerate(standard.requirements)
    ]


def texts_of(answers: Mapping[str, Any], standard: Standard) -> dict[str, str]:
    """Return every answer in words for users, by question id."""
    evidence = read_evidence([answers], standard)
    texts = {}
    for row, question in enumerate(evidence.questions):
        number_row = evidence.number_row.get(question.id)
        number = int(evidence.numbers[number_row, 0]) if number_row is not None else 0
        texts[question.id] = answer_words(question, int(evidence.codes[row, 0]), number, answers.get(question.id))
    return {question: text for question, text in texts.items() if text}
