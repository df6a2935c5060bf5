"""Stage that the form starts with: known from the account, asked for only if the person may make both."""

from __future__ import annotations

from rba_audit.fieldwork import stages_of, usual_stage
from rba_audit.register import Register
from rba_audit.register.person_records import Person


def stage_choices(register: Register, someone: Person) -> dict[str, object]:
    """Return the stages that a person may choose, and the preselected one ("" if the form has to ask)."""
    return {"stages": list(stages_of(someone)), "stage": usual_stage(register, someone) or ""}
