"""What an edition says about play equipment that is looked at item by item, as frozen types.

Only names and words stand here; what an item's answers come to is worked out elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from rba_audit.messages import BilingualText
from rba_audit.standard.terms import Question


@dataclass(frozen=True, slots=True)
class EquipmentKind:
    """A kind of equipment.

    Attributes:
        name: The word it is kept by.
        words: What people call it.
        parts: The `type` of those mapped parts of a site that are of this kind.
        yes: Facts that hold of every item of this kind.
        no: Facts that hold of none.
    """

    name: str
    words: BilingualText
    parts: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemCount:
    """A question of the whole site that is answered by counting items.

    Attributes:
        question: The question of the site.
        of: The question of the item that decides whether it counts; None counts every item.
        word: The answer with which an item counts.
    """

    question: str
    of: str | None = None
    word: str = "yes"


@dataclass(frozen=True, slots=True)
class EveryItem:
    """A yes-or-no question of the whole site that is answered by whether it holds of every item that is asked."""

    question: str
    of: str


def _empty() -> Mapping[str, BilingualText]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Equipment:
    """How the items of a site are asked about, one by one, and how that answers for the whole site.

    Attributes:
        kinds: The kinds of equipment; the last one takes whatever is of no other.
        facts: Facts about the site that each item has or lacks for itself.
        each: Requirements whose own questions are asked once for each item; the worst item answers for the site.
        questions: Questions asked of items and of nothing else.
        when: For some of those, the one that must be answered with yes before they are asked.
        tallies: Questions of the site that count items.
        every: Questions of the site that hold if they hold of every item.
        same: Groups of questions that ask the same of an item: the answer to the first serves for all.
        asks: How a question of the site is put when it is about one item, where that differs.
        complete: The question whether the list of items is complete; None where there is no equipment.
    """

    kinds: tuple[EquipmentKind, ...] = ()
    facts: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    when: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tallies: tuple[ItemCount, ...] = ()
    every: tuple[EveryItem, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()
    asks: Mapping[str, BilingualText] = field(default_factory=_empty)
    complete: Question | None = None

    @property
    def aspect(self) -> str:
        """The aspect in whose chapter the list of items belongs: that of what is counted first."""
        return self.tallies[0].question.partition("-")[0] if self.tallies else ""

    def kind(self, name: object) -> EquipmentKind | None:
        """Return a kind by its word; None for a word that this edition does not know."""
        return next((kind for kind in self.kinds if kind.name == name), None)

    def kind_of_part(self, type_: object) -> EquipmentKind | None:
        """Return the kind of a mapped part by its `type`; the last kind where none names it."""
        named = next((kind for kind in self.kinds if type_ in kind.parts), None)
        return named or (self.kinds[-1] if self.kinds else None)


NO_EQUIPMENT: Final = Equipment()
