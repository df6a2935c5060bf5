"""Checks of `form.toml` against its edition: every aspect, question and requirement that it names exists."""

from __future__ import annotations

from collections.abc import Iterator

from rba_audit.errors import StandardError
from rba_audit.messages import Message, say
from rba_audit.standard.edition import Standard
from rba_audit.standard.form_order import FORM_FILE


def form_order_faults(standard: Standard) -> list[StandardError]:
    """Return an error for each name in `form.toml` that the edition does not have."""
    where = f"{standard.edition}, {FORM_FILE}"
    return [StandardError(say("{where}: {problem}", where=where, problem=problem)) for problem in _problems(standard)]


def _problems(standard: Standard) -> Iterator[Message]:
    form = standard.form
    codes = [aspect.code for aspect in standard.aspects]
    if form.aspects and sorted(form.aspects) != sorted(codes):
        yield say("'aspects' must name each aspect once: {known}", known=", ".join(codes))
    requirements = {requirement.id for requirement in standard.requirements}
    for id in form.answered:
        if id not in requirements and not standard.has_question(id):
            yield say("[answered] names '{id}', which is neither a question nor a requirement of this edition", id=id)
