"""The surveyor's form, grown from an edition: its questions, in its order, in its words.

Nothing about one standard is written here, and nothing is judged.
"""

from rba_audit.forms.asking import answers_set_aside, questions_asked
from rba_audit.forms.chapters import Chapter, chapters, limit_words
from rba_audit.forms.fields import AnswerField, Option
from rba_audit.forms.growing import AuditForm, audit_form
from rba_audit.forms.known import answer_texts, known_answers, sent_answers
from rba_audit.standard.kinds import Answer

__all__ = [
    "Answer",
    "AnswerField",
    "AuditForm",
    "Chapter",
    "Option",
    "answer_texts",
    "answers_set_aside",
    "audit_form",
    "chapters",
    "known_answers",
    "limit_words",
    "questions_asked",
    "sent_answers",
]
