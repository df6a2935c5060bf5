"""`FormOrder`: the order of the form's questions, and how each is answered (`form.toml`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rba_audit.messages import say
from rba_audit.standard.terms import Question, Requirement
from rba_audit.standard.toml_tables import Table, read_toml

FORM_FILE: Final = "form.toml"
METHODS: Final = ("seen", "measured", "asked", "night", "document")
"""How a question is answered: by looking, by measuring, by asking a person on site, after dark, or from documents and maps."""
_BY_EVIDENCE: Final[Mapping[str, str]] = {
    "photo": "seen",
    "observation": "seen",
    "measurement": "seen",  # numbers of such a requirement are "measured" (see `method_of`); its other questions are seen
    "document": "document",
    "map": "document",
    "interview": "asked",
}


@dataclass(frozen=True)
class FormOrder:
    """Content of `form.toml`.

    Attributes:
        order: The methods in the order of a chapter's questions; empty for the standard's order.
        office: The methods whose questions are left for the office.
        aspects: The codes of all aspects in the order of the form; empty for the standard's order.
        answered: The method of a question, or of all questions of a requirement, by its id.
    """

    order: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    answered: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def method_of(self, question: Question, requirement: Requirement | None) -> str:
        """Return the method of a question, one of `METHODS`; `requirement` is None for a fact."""
        stated = self.answered.get(question.id) or (self.answered.get(requirement.id) if requirement else None)
        if stated or requirement is None:
            return stated or METHODS[0]
        if question.is_measured and "measurement" in requirement.evidence_wanted:
            return "measured"
        return _BY_EVIDENCE[requirement.evidence_wanted[0]]

    def rank(self, method: str) -> int:
        """Return the index of a method in the order."""
        return self.order.index(method) if method in self.order else len(self.order)


NO_ORDER: Final = FormOrder()


def read_form_order(folders: Sequence[Path], dropped: frozenset[str]) -> FormOrder:
    """Return the content of the newest `form.toml` in an edition's folders (oldest first); `NO_ORDER` if none has one.

    Raises:
        StandardError: it cannot be read, or names an unknown method.
    """
    path = next((name / FORM_FILE for name in reversed(folders) if (name / FORM_FILE).is_file()), None)
    if path is None:
        return NO_ORDER
    table = Table(read_toml(path), str(path))
    order = tuple(table.known("order", name, METHODS) for name in table.texts("order"))
    office = tuple(table.known("office", name, METHODS) for name in table.texts("office", default=()))
    aspects = table.texts("aspects", default=())
    answered: dict[str, str] = {}
    given = table.mapping("answered")
    for method in given:
        table.known("answered", method, METHODS)
    lists = Table(dict(given), f"{path} [answered]")
    for method in given:
        for id in lists.texts(method):
            if id in answered:
                raise table.fault(say("'{id}' stands twice in [answered]; leave it in one list", id=id))
            if id.partition(".")[0] not in dropped:
                answered[id] = method
    table.refuse_unknown_keys()
    if sorted(order) != sorted(METHODS):
        raise table.fault(say("'order' must name each of {known} once", known=", ".join(METHODS)))
    return FormOrder(order, office, aspects, MappingProxyType(answered))
