"""Build the WTForms form of an edition: fields of the visit, facts of the site, then the questions.

The form only collects answers; it does not evaluate them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from wtforms import DateField, Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import ValidationError

from rba_audit.days import newest_day, today
from rba_audit.findings.dependent_questions import asking_words
from rba_audit.forms.fields import LONGEST_NOTE, AnswerField
from rba_audit.messages import Message, say
from rba_audit.register import SCOPES, STAGES
from rba_audit.standard import Question, Standard
from rba_audit.standard.kinds import NOT_APPLICABLE_WORD, NOT_SEEN_WORD, Answer

_LONGEST_NAME: Final = 100


def _validator(wrong: Callable[[Any], bool], message: Message) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if wrong(field.data):
            raise ValidationError(str(message))

    return check


def _is_uuid(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


class DayField(DateField):
    """A date field whose error message is in the user's language."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse the day.

        Raises:
            ValueError: the text is not an ISO date.
        """
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(
                str(
                    say(
                        "“{text}” is not a day; write it like {example}.",
                        text=valuelist[0][:20],
                        example=today().isoformat(),
                    )
                )
            ) from None


def _day_is_right(_form: Form, field: Field) -> None:
    if field.data is None:
        if not field.process_errors and not field.errors:
            raise ValidationError(str(say("The day of the visit is missing.")))
    elif field.data > newest_day():
        raise ValidationError(str(say("This day has not come yet; correct it.")))


class AuditForm(Form):
    """Fields that the forms of all editions share; `audit_form` adds the questions.

    Attribute names of questions have a prefix, so that no question id can hide a method; the HTML names are the ids themselves.
    """

    standard: ClassVar[Standard]
    corrects: bool = False
    """Whether it corrects a visit; the corrected version may have contents that the form does not show."""
    sent_before: Collection[str] = ()
    """Ids of questions answered before: in the version that is corrected, or in an earlier submission of this form."""

    visit_id = HiddenField(
        name="visit.id",
        validators=[_validator(lambda value: not _is_uuid(value), say("The form is damaged; open it again."))],
    )
    visit_auditor = StringField(
        name="visit.auditor",
        filters=[lambda value: (value or "").strip()],
        validators=[
            _validator(lambda value: not value, say("Write the name of the one who answers.")),
            _validator(lambda value: len(value) > _LONGEST_NAME, say("This name is too long; shorten it.")),
        ],
    )
    visit_day = DayField(name="visit.day", validators=[_day_is_right])
    visit_stage = RadioField(
        name="visit.stage",
        choices=[SelectChoice(stage) for stage in STAGES],
        validate_choice=False,
        validators=[
            _validator(
                lambda value: value not in STAGES,
                say("Choose whether this is a self-assessment or an auditor's visit."),
            )
        ],
    )
    visit_scope = RadioField(
        name="visit.scope",
        choices=[SelectChoice(scope) for scope in SCOPES],
        default="full",
        validate_choice=False,
        validators=[
            _validator(
                lambda value: value not in SCOPES,
                say("Choose whether the whole place was looked at, or only what is answered."),
            )
        ],
    )
    visit_note = TextAreaField(
        name="visit.note",
        filters=[lambda value: (value or "").strip()],
        validators=[_validator(lambda value: len(value) > LONGEST_NOTE, say("This note is too long; shorten it."))],
    )

    @classmethod
    def opened(cls, sent: Any, known: Mapping[str, Answer], visit_id: str) -> AuditForm:
        """Return the form filled with known facts; submitted values in `sent` override them (None when it is only opened)."""
        facts = {_attribute(question): known[question.id] for question in cls.standard.facts if question.id in known}
        return cls(sent, data={**facts, "visit_id": visit_id, "visit_day": today()})

    def field(self, question: Question) -> AnswerField:
        """Return the field of one question."""
        return cast("AnswerField", self[_attribute(question)])

    def only_if(self, question: Question) -> str:
        """Return the condition under which a question is asked, in words; empty if it is always asked."""
        return asking_words(self.standard, question, {})

    def answer_fields(self) -> Iterator[AnswerField]:
        """Yield the field of each question, facts first."""
        return (field for field in self if isinstance(field, AnswerField))

    def answers(self) -> dict[str, Answer]:
        """Return the answers by question id. In a check, facts that were only prefilled are left out."""
        return {
            field.question.id: field.data
            for field in self.answer_fields()
            if field.data is not None and (self.visit_scope.data != "check" or self._is_answered(field))
        }

    def notes(self) -> dict[str, str]:
        """Return the notes by question id."""
        return {field.question.id: field.note for field in self.answer_fields() if field.note}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Return whether the visit can be recorded; if not, `errors` and `form_errors` hold the messages."""
        sound = super().validate(extra_validators)
        if not self.corrects and not any(field.errors or self._is_answered(field) for field in self.answer_fields()):
            self.form_errors = [str(say("Nothing was answered yet; answer one question at least, then send."))]
            return False
        return sound

    def _is_answered(self, field: AnswerField) -> bool:
        """Return whether a field was answered. A fact counts only if it differs from the prefilled value or was sent before."""
        if field.question.requirement is not None or field.question.id in self.sent_before:
            return field.data is not None
        return bool(field.data != field.object_data)


def _attribute(question: Question) -> str:
    return f"answer {question.id}"


def audit_form(standard: Standard) -> type[AuditForm]:
    """Return the form class of an edition: one field per question, in the order of the edition."""
    members: dict[str, object] = {"standard": standard}
    for question in standard.questions:
        excused = question.requirement is not None and standard.requirement(question.requirement).may_be_not_applicable
        members[_attribute(question)] = AnswerField(
            question, (NOT_SEEN_WORD, NOT_APPLICABLE_WORD) if excused else (NOT_SEEN_WORD,), name=question.id
        )
    return type("AuditFormOfEdition", (AuditForm,), members)
