"""The children's audit as its file states it: consent, questions with pictured answers, and what they sit beside.

Nothing here is evidence: what children answer is shown beside the adults' outcomes and never judged with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeVar, cast, get_args

from rba_audit.errors import StandardError
from rba_audit.messages import BilingualText, say
from rba_audit.standard.edition import Standard
from rba_audit.standard.editions import load_standard
from rba_audit.standard.policies.emergency import EmergencyNumbers, with_services
from rba_audit.standard.policies.sourced_numbers import (
    SourcedNumber,
    Sources,
    number_origin,
    read_sources,
    rules_table,
    sourced,
    whole,
)
from rba_audit.standard.requirements import CONFIDENCE
from rba_audit.standard.toml_tables import Table

Meaning = Literal["good", "middling", "bad"]
MEANINGS: Final[tuple[Meaning, ...]] = get_args(Meaning)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
_FEWEST_ANSWERS: Final = 2  # with one answer nothing is asked
_WHOLE_PERCENT: Final = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """One answer a child may pick: its name, its words and its picture; `means` only where it says something of the place."""

    name: str
    words: BilingualText
    picture: str
    means: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Something that is explained before the questions, with a picture where a child reads it."""

    words: BilingualText
    picture: str = ""


@dataclass(frozen=True, slots=True)
class ChildQuestion:
    """One question in the words of a nine-year-old, with what it sits beside; a retired one is not asked any more."""

    id: str
    ask: BilingualText
    hint: BilingualText | None
    why: BilingualText
    aspects: tuple[str, ...]
    beside: tuple[str, ...]
    origin: str
    sources: tuple[str, ...]
    answers: tuple[PictureAnswer, ...]
    retired: bool

    def answer(self, name: str) -> PictureAnswer | None:
        """Return one of its answers; None where it has none of that name."""
        return next((each for each in self.answers if each.name == name), None)


@dataclass(frozen=True, slots=True)
class OptionalQuestion:
    """A further choice a child may make or leave: how it feels here, or how old it is."""

    ask: BilingualText
    answers: tuple[PictureAnswer, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ChildrenAudit:
    """The children's audit.

    Attributes:
        edition: The edition whose requirements its questions sit beside.
        long_words: Longer words than a child reads with ease that cannot be done without.
        least: Smaller counts are not shown, nor any of a question before two of its answers reach it.
        least_for_everybody: Results of fewer children are told to people who signed in only, and in no file.
        became: What is said of something by how it is since children spoke of it: "good", "middling", "bad" or "unknown".
        differ_percent: From which distance on children and adults are said to differ, in percent points.
        questions: Every question ever asked; `question_opening` are those asked now.
    """

    revision: int
    title: BilingualText
    note: BilingualText
    edition: str
    long_words: tuple[str, ...]
    least: SourcedNumber[int]
    least_for_everybody: SourcedNumber[int]
    differ_percent: SourcedNumber[int]
    consent_title: BilingualText
    consent: tuple[Explanation, ...]
    agree: BilingualText
    child_agrees: BilingualText
    guardian_agrees: BilingualText
    companion_title: BilingualText
    companion: tuple[Explanation, ...]
    questions: tuple[ChildQuestion, ...]
    became_title: BilingualText
    became: Mapping[str, BilingualText]
    feeling: OptionalQuestion
    age: OptionalQuestion
    sources: Sources

    @property
    def asked(self) -> tuple[ChildQuestion, ...]:
        """The questions that are asked now."""
        return tuple(each for each in self.questions if not each.retired)

    @property
    def pictures(self) -> frozenset[str]:
        """Every picture it names."""
        picks = [*self.feeling.answers, *self.age.answers, *(a for each in self.questions for a in each.answers)]
        return frozenset({each.picture for each in picks} | {each.picture for each in self.consent})

    def question(self, id: str) -> ChildQuestion | None:
        """Return one question; None where it was never asked."""
        return next((each for each in self.questions if each.id == id), None)


def read_children_audit(path: Path, pictures: Path, emergency: EmergencyNumbers) -> ChildrenAudit:
    """Return the children's audit in a file; its pictures are looked for in the folder `pictures`.

    Raises:
        StandardError: it cannot be used as it is written, a requirement it names is not in its edition, or a picture is missing.
    """
    table = rules_table(path)
    edition = load_standard(table.text("edition"))
    publishing, consent, companion = table.table("publishing"), table.table("consent"), table.table("companion")
    since = table.table("became")
    sources = read_sources(table)
    origin = number_origin(publishing)
    found = ChildrenAudit(
        revision=table.whole("revision"),
        title=table.words("title"),
        note=table.words("note"),
        edition=edition.edition,
        long_words=table.texts("long_words"),
        least=sourced(publishing, "least", whole, "", origin),
        least_for_everybody=sourced(publishing, "least_for_everybody", whole, "", origin),
        differ_percent=sourced(publishing, "differ_percent", whole, "%", origin),
        consent_title=consent.words("title"),
        consent=_each(consent, "say", lambda each: Explanation(each.words("words"), each.text("picture"))),
        agree=consent.words("agree"),
        child_agrees=consent.words("child"),
        guardian_agrees=consent.words("guardian"),
        companion_title=companion.words("title"),
        companion=_each(companion, "say", lambda each: Explanation(with_services(each, "words", emergency))),
        questions=_each(table, "question", lambda each: _question(each, edition, sources)),
        became_title=since.words("title"),
        became=MappingProxyType({name: since.words(name) for name in (*MEANINGS, "unknown")}),
        feeling=_pick(table.table("feeling")),
        age=_pick(table.table("age")),
        sources=MappingProxyType({**sources, **emergency.sources}),
    )
    for each in (publishing, consent, companion, since, table):
        each.refuse_unknown_keys()
    _refuse_unusable(found, table, pictures)
    return found


def _each(table: Table, key: str, read: Callable[[Table], T]) -> tuple[T, ...]:
    found = []
    for number, item in enumerate(table.tables(key), start=1):
        name = item.get("name", item.get("id")) if isinstance(item, dict) else None
        each = Table(item, f"{table.where} [{key}] {name or number}")
        found.append(read(each))
        each.refuse_unknown_keys()
    return tuple(found)


def _question(table: Table, edition: Standard, sources: Sources) -> ChildQuestion:
    aspects, beside = table.texts("aspects"), table.texts("beside")
    for code in aspects:
        table.known("aspects", code, [each.code for each in edition.aspects])
    for name in beside:
        table.known("beside", edition.requirement(name).aspect, aspects)
    cited = table.texts("sources")
    for key in cited:
        table.known("sources", key, sources)
    return ChildQuestion(
        id=_name(table, "id"),
        ask=table.words("ask"),
        hint=table.maybe_words("hint"),
        why=table.words("why"),
        aspects=aspects,
        beside=beside,
        origin=table.one_of("origin", CONFIDENCE),
        sources=cited,
        answers=_answers(table, means=True),
        retired=table.flag("retired"),
    )


def _pick(table: Table) -> OptionalQuestion:
    found = OptionalQuestion(table.words("ask"), _answers(table, means=False))
    table.refuse_unknown_keys()
    return found


def _answers(table: Table, *, means: bool) -> tuple[PictureAnswer, ...]:
    def read(each: Table) -> PictureAnswer:
        words = {code: each.text(code) for code in ("id", "en")}
        meaning = cast("Meaning", each.one_of("means", MEANINGS)) if means else None
        return PictureAnswer(_name(each, "name"), BilingualText(**words), each.text("picture"), meaning)

    found = _each(table, "answers", read)
    names = [each.name for each in found]
    if len(found) < _FEWEST_ANSWERS or len(set(names)) < len(names):
        raise table.fault(
            say("'answers' must be two or more with different names, not {found}", found=", ".join(names))
        )
    return found


def _name(table: Table, key: str) -> str:
    """Return a name that can stand in a form, a file and a database."""
    value = table.text(key)
    if not _NAME.fullmatch(value):
        raise table.fault(say("'{key}' is '{found}'; use small letters, digits, - and _ only", key=key, found=value))
    return value


def _refuse_unusable(found: ChildrenAudit, table: Table, pictures: Path) -> None:
    ids = [each.id for each in found.questions]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise table.fault(say("the question '{id}' stands twice; give one of them another id", id=twice[0]))
    if found.least.value < 1 or not 0 < found.differ_percent.value <= _WHOLE_PERCENT:
        raise table.fault(say("[publishing] 'least' must be 1 or more and 'differ_percent' between 1 and 100"))
    if found.least_for_everybody.value < found.least.value:
        raise table.fault(say("[publishing] 'least_for_everybody' must not be smaller than 'least'"))
    missing = sorted(each for each in found.pictures if not (pictures / f"{each}.svg").is_file())
    if missing:
        raise StandardError(
            say(
                "{where}: the picture {file} is missing; draw it or name another",
                where=table.where,
                file=pictures / f"{missing[0]}.svg",
            )
        )
