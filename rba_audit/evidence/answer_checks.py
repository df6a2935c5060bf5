"""Check the answers of a visit before it is recorded: answers that the edition does not ask or cannot use are reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rba_audit.evidence.columns import read_evidence
from rba_audit.messages import Message, say
from rba_audit.standard import Standard
from rba_audit.standard.kinds import MISSING, NOT_APPLICABLE


def unusable_answers(
    answers: Mapping[str, object], standard: Standard, *, may_be_empty: bool = False
) -> Iterator[tuple[str, Message]]:
    """Yield a question id and a message for every answer that would be recorded without ever counting.

    The id is empty if the message is about the whole visit: nothing was answered (unless it `may_be_empty`, because the visit
    has other content), or "not applicable" was answered where it is not allowed. These two are reported only if all answers can
    be read.
    """
    asked = {key: value for key, value in answers.items() if standard.has_question(key)}
    evidence = read_evidence([asked], standard)
    for key in answers:
        if key not in asked:
            yield key, say("{edition} does not ask {questions}; leave it out", edition=standard.edition, questions=key)
    for warning in evidence.remarks:
        yield (
            warning.question,
            say("{question}: {why}; correct it or leave it open", question=warning.question, why=warning.why),
        )
    if evidence.remarks or len(asked) < len(answers) or (may_be_empty and not answers):
        return
    if not (evidence.codes != MISSING).any():
        yield "", say("Nothing was answered yet; answer one question at least, then send.")
    for question, code in zip(evidence.questions, evidence.codes[:, 0].tolist(), strict=True):
        allowed = question.requirement is not None and standard.requirement(question.requirement).may_be_not_applicable
        if code == NOT_APPLICABLE and not allowed:
            yield (
                "",
                say("{question}: 'not applicable' is no answer here; answer it or leave it open", question=question.id),
            )
