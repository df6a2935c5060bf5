"""In which order a form asks, and how each question is answered: `form.toml`."""

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
"""How a question is answered: by looking, by measuring, by asking somebody, after dark, or from documents and maps."""
_BY_EVIDENCE: Final[Mapping[str, str]] = {
    "photo": "seen",
    "observation": "seen",
    "measurement": "seen",  # a number is measured; a word beside it is seen
    "document": "document",
    "map": "document",
    "interview": "asked",
}


@dataclass(frozen=True)
class FormOrder:
    """What `form.toml` says.

    Attributes:
        order: The methods, in the order in which a chapter asks; empty: that of the standard.
        office: Those whose questions are left for the office.
        aspects: The codes of all aspects, in the order of the form; empty: that of the standard.
        answered: The method of a question, or of all questions of a requirement, by its id.
    """

    order: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    answered: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def method_of(self, question: Question, requirement: Requirement | None) -> str:
        """Return how a question is answered; `requirement` is None for a fact."""
        stated = self.answered.get(question.id) or (self.answered.get(requirement.id) if requirement else None)
        if stated or requirement is None:
            return stated or METHODS[0]
        if question.is_measured and "measurement" in requirement.evidence_wanted:
            return "measured"
        return _BY_EVIDENCE[requirement.evidence_wanted[0]]

    def rank(self, method: str) -> int:
        """Return the place of a method in the order."""
        return self.order.index(method) if method in self.order else len(self.order)


NO_ORDER: Final = FormOrder()


def read_form_order(folders: Sequence[Path], dropped: frozenset[str]) -> FormOrder:
    """Return the order of an edition: that of the last of its folders, oldest first, that has a `form.toml`.

    Raises:
        StandardError: it cannot be read, or says what nobody knows.
    """
    path = next((each / FORM_FILE for each in reversed(folders) if (each / FORM_FILE).is_file()), None)
    if path is None:
        return NO_ORDER
    table = Table(read_toml(path), str(path))
    order = tuple(table.known("order", each, METHODS) for each in table.texts("order"))
    office = tuple(table.known("office", each, METHODS) for each in table.texts("office", default=()))
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
