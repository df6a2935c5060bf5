"""`ChildrenAudit`: consent, questions with picture answers, and related requirements of the children's audit (`forum-anak.toml`).

The answers are no evidence: they are shown next to the outcomes of the adults' audit and never evaluated with them.
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
_FEWEST_ANSWERS: Final = 2  # a question with a single answer asks nothing
_WHOLE_PERCENT: Final = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """One answer that a child may select: its name, words and picture; `means` is set only if it rates the site."""

    name: str
    words: BilingualText
    picture: str
    means: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation shown before the questions, with a picture if it is for the child."""

    words: BilingualText
    picture: str = ""


@dataclass(frozen=True, slots=True)
class ChildQuestion:
    """One question in the words of a nine-year-old.

    Attributes:
        aspects: Codes of the aspects that it is about.
        beside: Ids of the requirements whose outcomes are shown next to its results.
        retired: Whether it is no longer asked.
    """

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
        """Return one of its answers; None if it has none of that name."""
        return next((answer for answer in self.answers if answer.name == name), None)


@dataclass(frozen=True, slots=True)
class OptionalQuestion:
    """An optional question to a child: its feeling about the site, or its age."""

    ask: BilingualText
    answers: tuple[PictureAnswer, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ChildrenAudit:
    """The children's audit.

    Attributes:
        edition: The edition whose requirements are shown next to its questions.
        long_words: Long words that are allowed although they are hard to read for a child.
        least: Disclosure threshold: a smaller count is not shown, nor any count of a question before two of its answers reach it.
        least_for_everybody: Results of fewer children are shown to signed-in users only, and are in no file.
        became: Sentences on the state of a feature since children rated it, by state: "good", "middling", "bad" or "unknown".
        differ_percent: Difference in percentage points from which children and adults are said to differ.
        questions: All questions ever asked; `asked` has those asked now.
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
        return tuple(question for question in self.questions if not question.retired)

    @property
    def pictures(self) -> frozenset[str]:
        """The names of all its pictures."""
        of_questions = (answer for question in self.questions for answer in question.answers)
        answers = [*self.feeling.answers, *self.age.answers, *of_questions]
        return frozenset({answer.picture for answer in answers} | {step.picture for step in self.consent})

    def question(self, id: str) -> ChildQuestion | None:
        """Return one question by its id; None if there never was one."""
        return next((question for question in self.questions if question.id == id), None)


def read_children_audit(path: Path, pictures: Path, emergency: EmergencyNumbers) -> ChildrenAudit:
    """Return the content of a `forum-anak.toml`; its pictures must be in the folder `pictures`.

    Raises:
        StandardError: the file cannot be used, a requirement that it names is not in its edition, or a picture is missing.
    """
    table = rules_table(path)
    edition = load_standard(table.text("edition"))
    publishing, consent, companion = table.table("publishing"), table.table("consent"), table.table("companion")
    since = table.table("became")
    sources = read_sources(table)
    origin = number_origin(publishing)
    audit = ChildrenAudit(
        revision=table.whole("revision"),
        title=table.words("title"),
        note=table.words("note"),
        edition=edition.edition,
        long_words=table.texts("long_words"),
        least=sourced(publishing, "least", whole, "", origin),
        least_for_everybody=sourced(publishing, "least_for_everybody", whole, "", origin),
        differ_percent=sourced(publishing, "differ_percent", whole, "%", origin),
        consent_title=consent.words("title"),
        consent=_read_all(consent, "say", lambda step: Explanation(step.words("words"), step.text("picture"))),
        agree=consent.words("agree"),
        child_agrees=consent.words("child"),
        guardian_agrees=consent.words("guardian"),
        companion_title=companion.words("title"),
        companion=_read_all(companion, "say", lambda step: Explanation(with_services(step, "words", emergency))),
        questions=_read_all(table, "question", lambda question: _question(question, edition, sources)),
        became_title=since.words("title"),
        became=MappingProxyType({name: since.words(name) for name in (*MEANINGS, "unknown")}),
        feeling=_optional_question(table.table("feeling")),
        age=_optional_question(table.table("age")),
        sources=MappingProxyType({**sources, **emergency.sources}),
    )
    for part in (publishing, consent, companion, since, table):
        part.refuse_unknown_keys()
    _refuse_unusable(audit, table, pictures)
    return audit


def _read_all(table: Table, key: str, read: Callable[[Table], T]) -> tuple[T, ...]:
    """Return the result of `read` for each table in the list under a key."""
    results = []
    for number, content in enumerate(table.tables(key), start=1):
        name = content.get("name", content.get("id")) if isinstance(content, dict) else None
        item = Table(content, f"{table.where} [{key}] {name or number}")
        results.append(read(item))
        item.refuse_unknown_keys()
    return tuple(results)


def _question(table: Table, edition: Standard, sources: Sources) -> ChildQuestion:
    aspects, beside = table.texts("aspects"), table.texts("beside")
    for code in aspects:
        table.known("aspects", code, [aspect.code for aspect in edition.aspects])
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


def _optional_question(table: Table) -> OptionalQuestion:
    question = OptionalQuestion(table.words("ask"), _answers(table, means=False))
    table.refuse_unknown_keys()
    return question


def _answers(table: Table, *, means: bool) -> tuple[PictureAnswer, ...]:
    def read(item: Table) -> PictureAnswer:
        words = {code: item.text(code) for code in ("id", "en")}
        meaning = cast("Meaning", item.one_of("means", MEANINGS)) if means else None
        return PictureAnswer(_name(item, "name"), BilingualText(**words), item.text("picture"), meaning)

    answers = _read_all(table, "answers", read)
    names = [answer.name for answer in answers]
    if len(answers) < _FEWEST_ANSWERS or len(set(names)) < len(names):
        raise table.fault(
            say("'answers' must be two or more with different names, not {found}", found=", ".join(names))
        )
    return answers


def _name(table: Table, key: str) -> str:
    """Return a name that is valid in a form, a file and a database."""
    value = table.text(key)
    if not _NAME.fullmatch(value):
        raise table.fault(say("'{key}' is '{found}'; use small letters, digits, - and _ only", key=key, found=value))
    return value


def _refuse_unusable(audit: ChildrenAudit, table: Table, pictures: Path) -> None:
    ids = [question.id for question in audit.questions]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise table.fault(say("the question '{id}' stands twice; give one of them another id", id=twice[0]))
    if audit.least.value < 1 or not 0 < audit.differ_percent.value <= _WHOLE_PERCENT:
        raise table.fault(say("[publishing] 'least' must be 1 or more and 'differ_percent' between 1 and 100"))
    if audit.least_for_everybody.value < audit.least.value:
        raise table.fault(say("[publishing] 'least_for_everybody' must not be smaller than 'least'"))
    missing = sorted(name for name in audit.pictures if not (pictures / f"{name}.svg").is_file())
    if missing:
        raise StandardError(
            say(
                "{where}: the picture {file} is missing; draw it or name another",
                where=table.where,
                file=pictures / f"{missing[0]}.svg",
            )
        )
