"""Corrections in the form without scripts: it starts from the version sent, and asks before a new version leaves any of it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rba_audit.fieldwork import correction_document, removal_key, removal_words, removals
from rba_audit.forms import Answer, AuditForm, sent_answers

_SHOWN_TO: Final = 1e-11
"""Numbers whose difference is smaller have the same text in the form."""


def begin(form: AuditForm, sent: Mapping[str, Any]) -> None:
    """Fill a newly opened form with the version that was sent."""
    form.visit_auditor.data = sent["auditor"]
    form.visit_day.data = date.fromisoformat(sent["day"])
    form.visit_stage.data = sent["stage"]
    form.visit_scope.data = sent["scope"]
    form.visit_note.data = sent["note"]
    for field in form.answer_fields():
        if field.question.id in sent["answers"]:
            field.process_data(sent["answers"][field.question.id])
        field.note = sent["notes"].get(field.question.id, "")


@dataclass(frozen=True, slots=True)
class RemovalConfirmation:
    """The parts that a new version would leave out, as texts, and the key by which its author confirms having seen them."""

    version: int
    key: str
    words: tuple[str, ...]


class Correction:
    """A form that was sent to correct a version.

    `before` is the document of that version as it was sent, `document` the one made from the form alone.
    """

    def __init__(self, form: AuditForm, before: Mapping[str, Any], version: int, document: Mapping[str, Any]) -> None:
        self._form = form
        self._before = {**before, "answers": sent_answers(before["answers"], form.standard)}
        self._version = version
        answers = {id: self._as_sent(id, answer) for id, answer in document["answers"].items()}
        notes = {**self._notes_elsewhere(), **document["notes"]}
        self.document = correction_document(self._before, {**document, "answers": answers, "notes": notes})

    def _notes_elsewhere(self) -> dict[str, str]:
        """Return the notes on questions that this edition does not have: the form cannot show them, so they are copied."""
        notes: Mapping[str, str] = self._before.get("notes") or {}
        return {id: text for id, text in notes.items() if not self._form.standard.has_question(id)}

    def _as_sent(self, id: str, answer: Answer) -> Any:
        """Return the number sent before if its text in the form is the same; any other answer as it is."""
        was = self._before["answers"].get(id)
        numbers = isinstance(was, int | float) and isinstance(answer, int | float)
        return was if numbers and abs(was - answer) < _SHOWN_TO else answer

    def asked(self, seen: str) -> RemovalConfirmation | None:
        """Return the confirmation to ask for; None if nothing is left out, or if `seen` is the key of exactly these parts."""
        removed = removals(self._before, self.document)
        key = removal_key(removed)
        if not removed or key == seen:
            return None
        words = tuple(str(removal_words(removal, self._before, self._form.standard)) for removal in removed)
        return RemovalConfirmation(self._version, key, words)

    def put_back(self) -> None:
        """Restore in the form the answers and notes that would be left out."""
        for removal in removals(self._before, self.document):
            if removal.kind == "visit_note":
                self._form.visit_note.data = self._before["note"]
            elif removal.kind in ("answer", "note") and self._form.standard.has_question(removal.of):
                field = self._form.field(self._form.standard.question(removal.of))
                if removal.kind == "answer":
                    field.process_data(self._before["answers"][removal.of])
                else:
                    field.note = self._before["notes"][removal.of]
