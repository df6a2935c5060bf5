"""Which kind of visit the form begins with: known from the account, asked only where it may be either."""

from __future__ import annotations

from rba_audit.fieldwork import stages_of, usual_stage
from rba_audit.register import Register
from rba_audit.register.person_records import Person


def stage_choices(register: Register, someone: Person) -> dict[str, object]:
    """Return what a form knows of the kinds of visit of a person: those they make, and the one that is chosen ("" where it is asked)."""
    return {"stages": list(stages_of(someone)), "stage": usual_stage(register, someone) or ""}
