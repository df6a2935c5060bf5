"""The surveyor's form, generated from the questions, order and wording of an edition.

Nothing here depends on a particular standard, and nothing is evaluated.
"""

from rba_audit.forms.chapters import FormChapter, form_chapters, limit_words
from rba_audit.forms.fields import AnswerField, FieldOption
from rba_audit.forms.form_builder import AuditForm, audit_form
from rba_audit.forms.prefill import answer_texts, known_answers, sent_answers
from rba_audit.forms.relevant_questions import answers_set_aside, questions_asked
from rba_audit.standard.kinds import Answer

__all__ = [
    "Answer",
    "AnswerField",
    "AuditForm",
    "FieldOption",
    "FormChapter",
    "answer_texts",
    "answers_set_aside",
    "audit_form",
    "form_chapters",
    "known_answers",
    "limit_words",
    "questions_asked",
    "sent_answers",
]
