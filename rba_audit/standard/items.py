"""Frozen types for an edition's play equipment: kinds, and questions that are asked item by item.

They have names and words only; items are evaluated in `rba_audit.equipment`.
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
        name: The word that is stored for it.
        words: Its name as it is shown.
        parts: The `type` values of mapped parts of a site that are of this kind.
        yes: Facts that every item of this kind has.
        no: Facts that no item of this kind has.
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
    """A yes-or-no question of the whole site (`question`): yes if all items that are asked `of` answer yes."""

    question: str
    of: str


def _empty() -> Mapping[str, BilingualText]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Equipment:
    """Questions about the items of a site, and the rules that aggregate their answers into answers of the site.

    Attributes:
        kinds: The kinds of equipment; the last one is for all other equipment.
        facts: Ids of facts of the site that each item has or lacks.
        each: Ids of requirements whose questions are asked once per item; the worst item decides for the site.
        questions: Questions that are asked of items only.
        when: By id of such a question, the id of the one that must be answered with yes first.
        tallies: Questions of the site that count items.
        every: Questions of the site that are true if they are true for every item.
        same: Groups of ids of questions that ask the same of an item: an answer to one of them is used for all.
        asks: By id of a site's question, its wording for a single item if that differs.
        complete: The question whether the list of items is complete; None if there is no equipment.
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
        """The code of the aspect in whose chapter the list of items is shown: that of the first counting question."""
        return self.tallies[0].question.partition("-")[0] if self.tallies else ""

    def kind(self, name: object) -> EquipmentKind | None:
        """Return a kind by its name; None for a name that this edition does not have."""
        return next((kind for kind in self.kinds if kind.name == name), None)

    def kind_of_part(self, type_: object) -> EquipmentKind | None:
        """Return the kind of a mapped part by its `type`; the last kind if no kind lists it, None without kinds."""
        named = next((kind for kind in self.kinds if type_ in kind.parts), None)
        return named or (self.kinds[-1] if self.kinds else None)


NO_EQUIPMENT: Final = Equipment()
