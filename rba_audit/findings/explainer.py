"""Explain outcomes: build traces on demand from the answers and the conditions; they are never stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rba_audit.conditions import All, Compare, Condition, Count, Sum, answers_of, parts_of, questions_of
from rba_audit.evidence import (
    FIRST_CHOICE,
    GIVEN,
    MISSING,
    NOT_SEEN,
    OUT_OF_RANGE,
    UNREADABLE,
    Evidence,
)
from rba_audit.findings.dependent_questions import QuestionStatus, question_statuses, why_ignored
from rba_audit.findings.kernel import CONFORMS, DOES_NOT_APPLY, DOES_NOT_CONFORM, PARTIAL, UNDETERMINED, registers_of
from rba_audit.findings.observations import Observation, ObservationReader, source_of
from rba_audit.findings.program import Program, compile_standard
from rba_audit.findings.trace import Trace
from rba_audit.findings.wording import (
    condition_words,
    innermost_condition,
    limit_of,
    number_words,
    question_name,
    question_opening,
    simple_question,
)
from rba_audit.messages import format_number, say
from rba_audit.standard import OUTCOMES, Question, Requirement, Standard

_SHOWN_AS_WRITTEN: Final = (OUT_OF_RANGE, UNREADABLE)


class Explainer:
    """Explains the outcomes of the sites with the given indexes; stores the value of every condition for them."""

    def __init__(self, standard: Standard, evidence: Evidence, sites: Sequence[int]) -> None:
        self._standard = standard
        self._evidence = evidence
        self._observer = ObservationReader(evidence)
        self._sites = np.asarray(sites, dtype=np.intp)
        self._column = {site: column for column, site in enumerate(self._sites.tolist())}
        self._program: Program = compile_standard(standard)
        upper = None if evidence.upper is None else evidence.upper[:, self._sites]
        columns = evidence.codes[:, self._sites], evidence.numbers[:, self._sites], upper
        self._registers = registers_of(self._program, *columns)
        self._statuses = question_statuses(self._program, *columns)

    def trace(self, site: int, name: str, requirement: Requirement, outcome: int) -> Trace:
        """Return the trace of one requirement at the site with index `site` and id `name`."""
        marks = self._standard.marks
        mark = {
            int(CONFORMS): marks.conforms,
            int(PARTIAL): marks.partial,
            int(DOES_NOT_CONFORM): marks.does_not_conform,
        }.get(int(outcome))
        observations = tuple(self._observation(site, question) for question in requirement.questions)
        return Trace(
            site=name,
            requirement=requirement,
            outcome=OUTCOMES[outcome],
            mark=mark,
            observations=observations,
            expected=self._expected(site, requirement),
            reason=self._reason(site, requirement, outcome),
            evidence_source=source_of(observations),
        )

    def _status(self, site: int, name: str) -> QuestionStatus:
        statuses = self._statuses.get(name)
        return QuestionStatus.ASKED if statuses is None else QuestionStatus(int(statuses[self._column[site]]))

    def _observation(self, site: int, question: Question) -> Observation:
        """Return the answer to a question; one that does not count has the reason in `account` and no source."""
        observation, status = self._observer.observation(site, question), self._status(site, question.id)
        if status < QuestionStatus.NOT_ASKED or not observation.text:
            return observation
        answered = self._observer.answered(site, question)
        why = str(why_ignored(self._standard, question.id, status, answered=answered))
        code = OUT_OF_RANGE if status == QuestionStatus.ABOVE_WHOLE else MISSING
        account = "; ".join(filter(None, [why, observation.account]))
        return Observation(question, code, observation.text, "", account, observation.document)

    def alike(self, requirement: Requirement, among: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Group sites by the answers that matter here; return the first index into `among` of each group, and each site's group."""
        names = self._looked_at(requirement)
        rows = np.array([self._evidence.row[name] for name in names], dtype=np.intp)
        numbers = np.array(
            [self._evidence.number_row[name] for name in names if name in self._evidence.number_row], dtype=np.intp
        )
        codes = self._evidence.codes[np.ix_(rows, among)]
        written = [
            self._written_alike(name, among, row)
            for name, row in zip(names, codes, strict=True)
            if np.isin(row, _SHOWN_AS_WRITTEN).any()
        ]
        accounts = [self._accounts_alike(name, among) for name in names if name in self._observer.measured]
        accounts += [self._observer.documents_alike(name, among) for name in names if name in self._observer.documented]
        upper = [] if self._evidence.upper is None else [self._evidence.upper[np.ix_(numbers, among)]]
        answers = np.vstack(
            [codes.astype(np.int64), self._evidence.numbers[np.ix_(numbers, among)], *upper, *written, *accounts]
        )
        _, first, inverse = np.unique(answers, axis=1, return_index=True, return_inverse=True)
        return first, inverse.reshape(-1)

    def _written_alike(self, name: str, among: NDArray[np.intp], codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Return a number for each of `among`, equal if answers that are shown as written have the same text; otherwise -1.

        The numbers of the evidence do not suffice: values outside the range may be equal once rounded but written differently.
        """
        question = self._standard.question(name)
        index_of: dict[str, int] = {}
        texts = np.full(len(among), -1, dtype=np.int64)
        for at in np.flatnonzero(np.isin(codes, _SHOWN_AS_WRITTEN)).tolist():
            text = self._observer.observation(int(among[at]), question).text
            texts[at] = index_of.setdefault(text, len(index_of))
        return texts

    def _accounts_alike(self, name: str, among: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return a number for each of `among`: its own where something was measured, else the same for the same missing data."""
        measured = self._observer.measured[name]
        seen: dict[str, int] = {}
        numbers = [
            at if measured.codes[site] != MISSING else -1 - seen.setdefault(str(measured.account(site).text), len(seen))
            for at, site in enumerate(among.tolist())
        ]
        return np.array(numbers, dtype=np.int64)

    def _looked_at(self, requirement: Requirement) -> list[str]:
        """Return the ids of the questions that a requirement depends on, with wholes and parents, each once."""
        conditions = (requirement.applies_when, requirement.conforms_when, requirement.partial_when)
        names = [question.id for question in requirement.questions]
        names += [name for condition in conditions if condition is not None for name in questions_of(condition)]
        questions = [self._standard.question(name) for name in names]
        names += [question.at_most for question in questions if question.at_most is not None]
        asked_when = [question.asked_when for question in questions if question.asked_when is not None]
        names += [name for condition in asked_when for name in questions_of(condition)]
        return list(dict.fromkeys(names))

    def _known_words(self, site: int, names: Iterator[str]) -> dict[str, str | None]:
        """Return by question the name of the choice that is answered at a site; None if it is not known."""
        words: dict[str, str | None] = {}
        for name in names:
            question = self._standard.question(name)
            code = int(self._evidence.codes[self._evidence.row[name], site])
            words[name] = question.choices[code - FIRST_CHOICE].name if code >= FIRST_CHOICE else None
        return words

    def _value(self, site: int, condition: Condition) -> int:
        """Return the value of a condition at a site: 1 true, 0 unknown, -1 false."""
        return int(self._registers[self._program.register_of[condition], self._column[site]])

    def _expected(self, site: int, requirement: Requirement) -> str:
        words = self._known_words(site, questions_of(requirement.conforms_when))
        condition = requirement.conforms_when
        if len(requirement.questions) == 1 and not parts_of(condition):
            return limit_of(condition, self._standard, words)
        return condition_words(condition, self._standard, words)

    def _reason(self, site: int, requirement: Requirement, outcome: int) -> str:
        if outcome == DOES_NOT_APPLY:
            return self._why_not_applicable(site, requirement)
        if outcome == UNDETERMINED:
            return self._why_undetermined(site, requirement)
        if outcome == CONFORMS:
            return str(say("meets the limit") if requirement.threshold_origin != "none" else say("as required"))
        short_of = self._failing(site, requirement.conforms_when)
        return " ".join(self._wanted_and_found(site, requirement, part) for part in short_of)

    def _wanted_and_found(self, site: int, requirement: Requirement, condition: Condition) -> str:
        """Return the sentence for a false condition: the wanted value and the one that was found."""
        words = self._known_words(site, questions_of(condition))
        about = simple_question(condition)
        if about is None:
            wanted = condition_words(condition, self._standard, words)
            observations = (self._observation(site, self._standard.question(name)) for name in answers_of(condition))
            found = "; ".join(
                f"{question_name(answer.question)}: {answer.text or say('not seen')}" for answer in observations
            )
            if isinstance(condition, Compare) and isinstance(condition.left, Sum):
                worked_out = self._worked_out(site, condition.left)
                found = found if worked_out is None else f"{format_number(worked_out, 2)} ({found})"
            return str(say("Wanted: {wanted}. Found: {found}.", wanted=wanted, found=found))
        name, holds = about
        simple = innermost_condition(condition)
        wanted = limit_of(simple, self._standard, words, holds=holds)
        observation = self._observation(site, self._standard.question(name))
        if isinstance(simple, Compare) and isinstance(simple.limit, Sum):
            worked_out = self._worked_out(site, simple.limit)
            wanted += "" if worked_out is None else f" = {number_words(worked_out, observation.question)}"
        message = say("Wanted: {wanted}. Found: {found}.", wanted=wanted, found=observation.text or say("not seen"))
        return (
            str(message)
            if requirement.questions == (observation.question,)
            else f"{question_opening(observation.question)} {message}"
        )

    def _worked_out(self, site: int, side: Sum) -> Fraction | None:
        """Return the value of a sum at a site; None if one of its numbers is not known exactly."""
        total = Fraction(0)
        for term in side.terms:
            product = term.times
            for question in map(self._standard.question, term.of):
                code = int(self._evidence.codes[self._evidence.row[question.id], site])
                if code != GIVEN or self._observer.is_range(site, question):
                    return None
                number = int(self._evidence.numbers[self._evidence.number_row[question.id], site])
                product *= Fraction(number, question.scale)
            total += product
        return total

    def _why_not_applicable(self, site: int, requirement: Requirement) -> str:
        if requirement.applies_when is None or self._value(site, requirement.applies_when) >= 0:
            return str(say("the surveyor found that it does not apply here"))
        facts = dict.fromkeys(questions_of(requirement.applies_when))
        answers = [
            f"{question_opening(question)} {self._observer.observation(site, question).text}"
            for question in map(self._standard.question, facts)
            if self._observer.observation(site, question).code >= GIVEN
        ]
        return "; ".join(answers)

    def _why_undetermined(self, site: int, requirement: Requirement) -> str:
        applies = requirement.applies_when
        if applies is not None and self._value(site, applies) == 0:
            unknown = [
                question
                for question in map(self._standard.question, dict.fromkeys(questions_of(applies)))
                if self._observer.observation(site, question).code < GIVEN
            ]
            return str(say("not known whether it applies: {facts}", facts="; ".join(map(question_name, unknown))))
        observations = [
            self._observation(site, self._standard.question(name))
            for name in self._looked_at(requirement)
            if self._status(site, name) != QuestionStatus.NOT_ASKED
        ]
        unusable = [answer for answer in observations if answer.code < GIVEN]
        lapsed = [answer for answer in unusable if answer.code == MISSING and answer.document is not None]
        ranges = [
            f"{question_name(answer.question)}: {answer.told}"
            for answer in observations
            if answer.code == GIVEN and self._observer.is_range(site, answer.question)
        ]
        parts = [str(say("known only as a range: {questions}", questions="; ".join(ranges)))] if ranges else []
        for message, codes, among in (
            (say("no document is valid any more"), (MISSING,), lapsed),
            (say("not seen"), (MISSING, NOT_SEEN), [answer for answer in unusable if answer not in lapsed]),
            (say("not plausible"), (OUT_OF_RANGE,), unusable),
            (say("not readable"), (UNREADABLE,), unusable),
        ):
            names = [
                f"{question_name(answer.question)}{f': {answer.text}' if answer.code in _SHOWN_AS_WRITTEN else ''}"
                f"{f' ({answer.account})' if answer.account else ''}"
                for answer in among
                if answer.code in codes
            ]
            if names:
                parts.append(f"{message}: {'; '.join(names)}")
        if not parts:
            parts = (
                [
                    str(
                        say(
                            "'not applicable' is no answer here: {questions}",
                            questions="; ".join(question_name(answer.question) for answer in unusable),
                        )
                    )
                ]
                if unusable
                else []
            )
        usable = [
            answer
            for answer in observations
            if answer.code >= GIVEN
            and answer.question.requirement is not None
            and not self._observer.is_range(site, answer.question)
        ]
        parts = parts or [str(say("no limit is given for this kind of site"))]
        if usable:
            answers = "; ".join(f"{question_name(answer.question)}: {answer.text}" for answer in usable)
            parts.append(str(say("found so far: {answers}", answers=answers)))
        return ". ".join(parts)

    def _failing(self, site: int, condition: Condition) -> list[Condition]:
        """Return the smallest parts of a false condition that make it false."""
        if isinstance(condition, All):
            return [leaf for part in condition.of if self._value(site, part) < 0 for leaf in self._failing(site, part)]
        if isinstance(condition, Count) and condition.at_most == len(condition.of):
            return [part for part in condition.of if self._value(site, part) < 0]
        return [condition]
