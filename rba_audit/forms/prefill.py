"""Prefill a form with the known answers of a site.

Only readable answers are used; nothing is repaired.
"""

from __future__ import annotations

from collections.abc import Mapping

from rba_audit.evidence import NOT_APPLICABLE, read_evidence
from rba_audit.findings.wording import answer_words
from rba_audit.standard import Standard, kind_of
from rba_audit.standard.kinds import NOT_APPLICABLE_WORD, Answer


def known_answers(properties: Mapping[str, object], standard: Standard) -> dict[str, Answer]:
    """Return the usable answers among the flat properties of a site, by question id, as the standard writes them."""
    evidence = read_evidence([properties], standard)
    answers: dict[str, Answer] = {}
    for row, question in enumerate(evidence.questions):
        code = int(evidence.codes[row, 0])
        number_index = evidence.number_row.get(question.id)
        number = int(evidence.numbers[number_index, 0]) if number_index is not None else 0
        value = kind_of(question).decode(question, code, number, properties.get(question.id))
        if value is not None:
            answers[question.id] = value
    return answers


def sent_answers(answers: Mapping[str, object], standard: Standard) -> dict[str, object]:
    """Return every answer of a visit as the form shows it: as the standard writes it, or unchanged if it cannot be read."""
    usable = known_answers(answers, standard)
    evidence = read_evidence([answers], standard)
    excused = {
        question.id
        for question, code in zip(evidence.questions, evidence.codes[:, 0], strict=True)
        if code == NOT_APPLICABLE
    }
    # A number stays as it was sent, because rounding belongs to the evaluation.
    own = {id: value for id, value in answers.items() if isinstance(value, int | float) and not isinstance(value, bool)}
    return {id: usable.get(id, NOT_APPLICABLE_WORD if id in excused else value) for id, value in answers.items()} | own


def answer_texts(properties: Mapping[str, object], standard: Standard) -> dict[str, str]:
    """Return every answer among the flat properties of a site as text for users, whether usable or not."""
    evidence = read_evidence([properties], standard)
    texts: dict[str, str] = {}
    for row, question in enumerate(evidence.questions):
        number_index = evidence.number_row.get(question.id)
        number = int(evidence.numbers[number_index, 0]) if number_index is not None else 0
        text = answer_words(question, int(evidence.codes[row, 0]), number, properties.get(question.id))
        if text:
            texts[question.id] = text
    return texts
