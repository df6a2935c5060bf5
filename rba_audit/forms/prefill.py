"""What is known of a site already, as answers a form can show.

Only what could be read is known; nothing is repaired.
"""

from __future__ import annotations

from collections.abc import Mapping

from rba_audit.evidence import NOT_APPLICABLE, read_evidence
from rba_audit.findings.wording import answer_words
from rba_audit.standard import Standard, kind_of
from rba_audit.standard.kinds import NOT_APPLICABLE_WORD, Answer


def known_answers(properties: Mapping[str, object], standard: Standard) -> dict[str, Answer]:
    """Return the usable answers among the flat properties of a site, in the standard's own words."""
    evidence = read_evidence([properties], standard)
    found: dict[str, Answer] = {}
    for row, question in enumerate(evidence.questions):
        code = int(evidence.codes[row, 0])
        at = evidence.number_row.get(question.id)
        number = int(evidence.numbers[at, 0]) if at is not None else 0
        value = kind_of(question).decode(question, code, number, properties.get(question.id))
        if value is not None:
            found[question.id] = value
    return found


def sent_answers(answers: Mapping[str, object], standard: Standard) -> dict[str, object]:
    """Return every answer of a visit as a form shows it: in the standard's own words, and as it came where it cannot be read."""
    known = known_answers(answers, standard)
    evidence = read_evidence([answers], standard)
    excused = {
        each.id for each, code in zip(evidence.questions, evidence.codes[:, 0], strict=True) if code == NOT_APPLICABLE
    }
    # A number stays as it was sent: rounding is for judging.
    own = {id: value for id, value in answers.items() if isinstance(value, int | float) and not isinstance(value, bool)}
    return {id: known.get(id, NOT_APPLICABLE_WORD if id in excused else value) for id, value in answers.items()} | own


def answer_texts(properties: Mapping[str, object], standard: Standard) -> dict[str, str]:
    """Return every answer among the flat properties of a site as people read it, usable or not."""
    evidence = read_evidence([properties], standard)
    texts: dict[str, str] = {}
    for row, question in enumerate(evidence.questions):
        at = evidence.number_row.get(question.id)
        number = int(evidence.numbers[at, 0]) if at is not None else 0
        text = answer_words(question, int(evidence.codes[row, 0]), number, properties.get(question.id))
        if text:
            texts[question.id] = text
    return texts
