"""The form without a script as a correction: it begins with what was sent, and asks before a version leaves any of it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from rba_audit.fieldwork import corrected, key_of, removal_words, removals, sent_by
from rba_audit.forms import Answer, AuditForm, sent_answers
from rba_audit.register import Register

_SHOWN_TO: Final = 1e-11
"""Numbers that are closer than this are written alike."""


def begin(form: AuditForm, sent: Mapping[str, Any]) -> None:
    """Fill a form that is opened with the version that was sent."""
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
class Asked:
    """What a new version would leave out, in words, and the word by which its maker says that they have seen it."""

    version: int
    key: str
    words: tuple[str, ...]


class Correction:
    """A form that was sent to correct a version; `before` is that version's document, byte for byte what it says."""

    def __init__(self, form: AuditForm, before: Mapping[str, Any], version: int, author: str) -> None:
        self._form = form
        self._before = {**before, "answers": sent_answers(before["answers"], form.standard)}
        self._version = version
        # A fact of a check that was only filled in is not sent; one that was sent before is no such fact.
        facts = {
            field.question.id: cast("Answer", field.data)
            for field in form.answer_fields()
            if field.data is not None and field.question.id in before["answers"]
        }
        self.document = corrected(
            self._before,
            id=str(form.visit_id.data),
            author=author,
            auditor=form.visit_auditor.data or "",
            day=cast("date", form.visit_day.data),
            stage=form.visit_stage.data,
            scope=form.visit_scope.data,
            note=form.visit_note.data or "",
            answers={id: self._as_sent(id, answer) for id, answer in {**form.answers(), **facts}.items()},
            notes={**self._notes_elsewhere(), **form.notes()},
        )

    def _notes_elsewhere(self) -> dict[str, str]:
        """Return the notes beside what this edition does not ask: the form cannot show them, so it keeps them."""
        notes: Mapping[str, str] = self._before.get("notes") or {}
        return {id: text for id, text in notes.items() if not self._form.standard.has_question(id)}

    def _as_sent(self, id: str, answer: Answer) -> Any:
        """Return a number as it was sent before where the form shows no more digits of it; every other answer as it is."""
        was = self._before["answers"].get(id)
        numbers = isinstance(was, int | float) and isinstance(answer, int | float)
        return was if numbers and abs(was - answer) < _SHOWN_TO else answer

    def asked(self, seen: str) -> Asked | None:
        """Return what has to be asked about; None where nothing is left out, or its maker has `seen` just that."""
        found = removals(self._before, self.document)
        key = key_of(found)
        if not found or key == seen:
            return None
        words = tuple(str(removal_words(each, self._before, self._form.standard)) for each in found)
        return Asked(self._version, key, words)

    def put_back(self) -> None:
        """Fill in again what was sent and would be left out."""
        for found in removals(self._before, self.document):
            if found.kind == "visit_note":
                self._form.visit_note.data = self._before["note"]
            elif found.kind in ("answer", "note") and self._form.standard.has_question(found.of):
                field = self._form.field(self._form.standard.question(found.of))
                if found.kind == "answer":
                    field.process_data(self._before["answers"][found.of])
                else:
                    field.note = self._before["notes"][found.of]


def correction_of(
    register: Register, form: AuditForm, replaces: str, *, author: str, site_id: str
) -> Correction | None:
    """Return a form that was sent as the correction of a version of its author's; None where it corrects none."""
    found = sent_by(register, replaces, author, site_id) if replaces else None
    if found is None:
        return None
    visit, document = found
    return Correction(form, document, visit.version, author)
