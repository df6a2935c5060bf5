"""Warnings about an audited file: its problems, ignored keys and unused answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rba_audit.evidence import (
    NOT_APPLICABLE,
    REASON,
    find_similar_keys,
    names_by_bare_key,
    normalize_word,
    resembled_name,
)
from rba_audit.findings import Findings
from rba_audit.layers.property_words import is_blank
from rba_audit.measures import words_not_understood
from rba_audit.messages import Message, say
from rba_audit.sites import Sites
from rba_audit.sites.names import NAME, name_keys
from rba_audit.sites.problems import quote
from rba_audit.standard import Standard


def problems_by_rule(sites: Sites) -> dict[tuple[str, str], list[Message]]:
    """Return the problems of a file of sites by (level, rule), refused features first, then by frequency."""
    grouped: dict[tuple[str, str], list[Message]] = {}
    for problem in sites.problems:
        grouped.setdefault((problem.level, problem.rule), []).append(say("{problem}", problem=problem))
    return dict(sorted(grouped.items(), key=lambda item: (item[0][0] != "refused", -len(item[1]))))


def remarks_on_answers(findings: Findings) -> list[Message]:
    """Return a warning for each answer or word that could not be used, and for each that this edition does not ask."""
    sentences = [
        say(
            "{site}, {question}: {why}; it counts as not known",
            site=findings.source.ids[remark.row],
            question=remark.question,
            why=remark.why,
        )
        for remark in findings.evidence.remarks
    ]
    sentences += [
        say("{site}, {question}: {why}", site=findings.source.ids[site], question=question.id, why=why)
        for site, question, why in findings.set_aside()
    ]
    sentences += _invalid_not_applicable(findings)
    parts = {
        requirement.id: [question.id for question in requirement.questions]
        for requirement in findings.standard.requirements
    }
    unasked = findings.evidence.unasked
    names = names_by_bare_key(findings.standard) if unasked else {}
    for key, count in unasked.items():
        if resembled_name(key, names) not in (None, key):
            continue  # read under that name, or told as another spelling of it
        if key in parts:
            part_ids = ", ".join(parts[key])
            sentences.append(
                say(
                    "{question} is answered ({count}×), but it is asked in parts: {parts}; answer those",
                    question=key,
                    count=count,
                    parts=part_ids,
                )
            )
        else:
            edition = findings.standard.edition
            sentences.append(
                say(
                    "{question} is answered ({count}×) but not asked by {edition}; it is kept and not judged",
                    question=key,
                    count=count,
                    edition=edition,
                )
            )
    return sentences


def notes_on_file(sites: Sites, standard: Standard) -> list[Message]:
    """Return a warning for each key of a file of sites that is not read and each word that is not understood."""
    return [
        *_keys_not_read(sites, standard),
        *_reasons_without_answer(sites, standard),
        *_answers_on_parts(sites, standard),
        *names_not_read(sites),
        *words_not_understood(sites, standard),
    ]


def _invalid_not_applicable(findings: Findings) -> Iterator[Message]:
    """Yield a warning for each question that was answered with “not applicable” although it does not allow that."""
    evidence, standard, source = findings.evidence, findings.standard, findings.source
    for row, question in enumerate(evidence.questions):
        if question.measure is None:
            count = int((evidence.codes[row] == NOT_APPLICABLE).sum())
        else:  # a measurement may have replaced the answer in `codes`, so read the answer in the file
            words = (source.properties(site).get(question.id) for site in range(len(source)))
            count = sum(isinstance(word, str) and normalize_word(word) == "not_applicable" for word in words)
        own = None if question.requirement is None else standard.requirement(question.requirement)
        if count and (own is None or not own.may_be_not_applicable or question is not own.questions[0]):
            yield say(
                "{question} is answered with “not applicable” ({count}×), which is no answer there; it counts as not known",
                question=question.id,
                count=count,
            )


def _reasons_without_answer(sites: Sites, standard: Standard) -> Iterator[Message]:
    """Yield a warning for each key with a reason whose question has no answer."""
    count: Counter[str] = Counter()
    for site in range(len(sites)):
        properties = sites.properties(site)
        for key in properties:
            question = key.removesuffix(REASON)
            if question != key and standard.has_question(question) and is_blank(properties.get(question)):
                count[key] += 1
    for key, times in count.items():
        yield say(
            "“{key}” ({count}×) stands beside no answer; write {question} too, or take it out",
            key=key,
            count=times,
            question=key.removesuffix(REASON),
        )


def _answers_on_parts(sites: Sites, standard: Standard) -> Iterator[Message]:
    """Yield a warning for each question that is answered on parts of sites, where answers are not read."""
    ids = {question.id for question in standard.questions if question.requirement is not None}
    ids |= {requirement.id for requirement in standard.requirements}
    count = Counter(key for part in sites.parts for key in (part.feature.get("properties") or {}) if key in ids)
    for key, times in count.items():
        yield say(
            "{question} is answered on parts ({count}×), where nothing is asked; write it on their site",
            question=key,
            count=times,
        )


def _keys_not_read(sites: Sites, standard: Standard) -> list[Message]:
    return [
        say(
            "“{key}” ({count}×) resembles {known} and is not read; rename it if that is meant",
            key=quote(key),
            count=count,
            known=known,
        )
        for key, (known, count) in find_similar_keys(list(map(sites.properties, range(len(sites)))), standard).items()
    ]


def names_not_read(sites: Sites) -> list[Message]:
    """Return a warning if sites have no `name`: the keys that seem to have their names, or that there is none."""
    nameless = [site for site in sites if not site.named]
    strange = [site.stated_name for site in nameless if not is_blank(site.stated_name)]
    if strange:
        return [
            say(
                "“{name}” is no text ({count}×), such as {value}; those sites are shown by their id",
                name=NAME,
                count=len(strange),
                value=quote(strange[0]),
            )
        ]
    keys = dict.fromkeys(key for site in nameless for key in name_keys(site.facts) if not is_blank(site.facts[key]))
    if keys:
        named = ", ".join(f"“{quote(key)}”" for key in keys)
        return [
            say(
                "sites without “{name}” are shown by their id ({count}); did you mean {keys}? Rename it to “{name}”",
                name=NAME,
                count=len(nameless),
                keys=named,
            )
        ]
    if nameless and len(nameless) == len(sites):
        return [say("no site has a “{name}”, so each is shown by its id", name=NAME)]
    return []
