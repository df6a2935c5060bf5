"""What people come here to do, one plain function each; the command line and the web call the same ones."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import shapely

from rba_audit.days import newest_day, today
from rba_audit.equipment import fold_all
from rba_audit.errors import EvidenceError, SiteError, StandardError
from rba_audit.evidence import MISSING, NOT_APPLICABLE, REASON, read_evidence, resembling, with_measurements
from rba_audit.findings import STATUSES, Findings, Status, hold
from rba_audit.findings.laws import breaches
from rba_audit.findings.status_changes import Cause, Comparison
from rba_audit.findings.worst_things import by_worst_things
from rba_audit.layers import Place, with_found_parts
from rba_audit.layers.spoken import is_blank
from rba_audit.logs import log_event
from rba_audit.maps import compliance_map
from rba_audit.measures import measure_sites, words_not_understood
from rba_audit.moves import COUNTED, State
from rba_audit.register import Imported, Register, Stage, Visit
from rba_audit.reports import Provenance, geojson_chunks, list_csv, listed, workbook, write_findings_csv, writing_into
from rba_audit.sites import Sites, sites_from_features
from rba_audit.sites.naming import NAME, name_keys, shown
from rba_audit.sites.problems import quoted
from rba_audit.standard import OUTCOMES, Outcome, Requirement, Standard, load_standard, read_edition
from rba_audit.whereabouts import replaced
from rba_audit.words import Message, say

Progress = Callable[[Message], None]
_LOG: Final = logging.getLogger(__name__)
# Above this many rows a CSV is slower and larger than anything that would read it; Parquet takes its place.
PARQUET_FROM_ROWS = 5_000_000
_NAMED: Final = 5  # a list of places longer than this is read by nobody


def audit(
    sites: Sites, standard: Standard | None = None, *, context: Sequence[Place] = (), extension: bool = False
) -> Findings:
    """Hold what sites carry, and what can be measured of them, against a standard.

    Args:
        sites: The sites with their answers and parts. What is a part by its tags and lies in one of them is its part.
        standard: The default edition where none is given.
        context: What lies around them. A layer that is not given leaves open what it would have answered.
        extension: Whether extension requirements count.
    """
    edition = standard or load_standard()
    sites = with_found_parts(sites)
    answers = read_evidence([sites.properties(site) for site in range(len(sites))], edition)
    measurements = by_worst_things(answers, measure_sites(sites, edition, context), edition)
    evidence = with_measurements(answers, measurements)
    return hold(sites, evidence, edition, extension=extension)


def write_results(
    findings: Findings, folder: Path, context: Sequence[Place] = (), progress: Progress = lambda _message: None
) -> list[Path]:
    """Write the audited sites, the findings table, the list of non-standard sites and the map; return what was written.

    Raises:
        RbaError: the folder cannot be written to.
    """
    with writing_into(folder):
        return list(_write(findings, folder, context, progress))


def _write(findings: Findings, folder: Path, context: Sequence[Place], progress: Progress) -> Iterator[Path]:
    provenance = Provenance.of(findings.standard, today())
    progress(say("writing the audited sites"))
    path = folder / "audited.geojson"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(geojson_chunks(findings.features(), provenance))
    yield path
    progress(say("writing the findings"))
    if len(findings) * len(findings.standard.requirements) > PARQUET_FROM_ROWS:
        yield _write_parquet(findings, folder / "findings.parquet")
    else:
        path = folder / "findings.csv"
        write_findings_csv(findings, path)
        yield path
    progress(say("writing the lists"))
    path = folder / "non_standard.csv"
    path.write_text(list_csv(listed(findings, "non_standard"), provenance), encoding="utf-8", newline="")
    yield path
    path = folder / "non_standard.xlsx"
    path.write_bytes(workbook(findings, provenance))
    yield path
    progress(say("drawing the map"))
    path = folder / "map.html"
    compliance_map(findings, boundaries=[place.feature for place in context if place.layer == "boundary"]).save(path)
    yield path


def _write_parquet(findings: Findings, path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    for block in findings.table_blocks():
        table = pa.Table.from_pandas(block, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return path


def problems_by_rule(sites: Sites) -> dict[tuple[str, str], list[Message]]:
    """Return what was wrong in a file of sites, the same kind of fault together, most serious and most frequent first."""
    grouped: dict[tuple[str, str], list[Message]] = {}
    for problem in sites.problems:
        grouped.setdefault((problem.level, problem.rule), []).append(say("{problem}", problem=problem))
    return dict(sorted(grouped.items(), key=lambda item: (item[0][0] != "refused", -len(item[1]))))


def remarks_on_answers(findings: Findings) -> list[Message]:
    """Return a sentence for each answer or word that could not be used, and for each that this edition does not ask."""
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
    parts = {
        requirement.id: [question.id for question in requirement.questions]
        for requirement in findings.standard.requirements
    }
    unasked = findings.evidence.unasked
    like = resembling(list(map(findings.source.properties, range(len(findings)))), findings.standard) if unasked else {}
    for key, count in unasked.items():
        if key in like:
            continue
        if key in parts:
            asked = ", ".join(parts[key])
            sentences.append(
                say(
                    "{question} is answered ({count}×), but it is asked in parts: {parts}; answer those",
                    question=key,
                    count=count,
                    parts=asked,
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
    """Return a sentence for each key that is not read and each word that is not understood in a file of sites."""
    return [*_keys_not_read(sites, standard), *names_not_read(sites), *words_not_understood(sites, standard)]


def _keys_not_read(sites: Sites, standard: Standard) -> list[Message]:
    return [
        say(
            "“{key}” ({count}×) resembles {known} and is not read; rename it if that is meant",
            key=quoted(key),
            count=count,
            known=known,
        )
        for key, (known, count) in resembling(list(map(sites.properties, range(len(sites)))), standard).items()
    ]


def names_not_read(sites: Sites) -> list[Message]:
    """Return a sentence where sites have no `name`: what seems to hold their names, or that nothing does."""
    nameless = [
        properties for properties in map(sites.properties, range(len(sites))) if not shown(properties.get(NAME))
    ]
    strange = [each[NAME] for each in nameless if not is_blank(each.get(NAME))]
    if strange:
        return [
            say(
                "“{name}” is no text ({count}×), such as {value}; those sites are shown by their id",
                name=NAME,
                count=len(strange),
                value=quoted(strange[0]),
            )
        ]
    keys = dict.fromkeys(key for each in nameless for key in name_keys(each) if not is_blank(each[key]))
    if keys:
        named = ", ".join(f"“{quoted(key)}”" for key in keys)
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


def check_standard(folder: Path) -> tuple[Standard | None, list[StandardError]]:
    """Return the edition in a folder and everything that is wrong with it: its files, its law and its examples."""
    standard, problems = read_edition(folder)
    if standard is not None and not problems:
        problems = list(breaches(standard))
    return standard, problems


@dataclass(frozen=True, slots=True)
class Flip:
    """A site whose status or score range differs between two editions."""

    site: str
    status_before: Status
    status_after: Status
    score_before: tuple[int | None, int | None]
    score_after: tuple[int | None, int | None]
    cause: Cause
    """By which rule of the later edition, or of the earlier one where only that has it."""


@dataclass(frozen=True)
class Reaudit:
    """The same evidence held against two editions."""

    before: Findings
    after: Findings
    flips: tuple[Flip, ...]
    outcomes: Counter[tuple[str, Outcome, Outcome]]
    """How many sites changed from one outcome to another, by requirement that both editions have."""
    unasked: dict[str, int]
    """Answers that the later edition does not ask any more, with how many sites carry them."""
    unanswered: tuple[Requirement, ...]
    """Requirements that only the later edition has, and that some site leaves undetermined."""


def reaudit(
    sites: Sites, before: Standard, after: Standard, *, context: Sequence[Place] = (), extension: bool = False
) -> Reaudit:
    """Hold the same evidence against two editions and return what flips and what cannot be answered any more."""
    first, second = (audit(sites, standard, context=context, extension=extension) for standard in (before, after))
    flips = []
    compared = Comparison(first, second)
    for site, name in enumerate(sites.ids):
        one, two = first.verdict(site), second.verdict(site)
        if one["status"] != two["status"]:
            scores = [(verdict["score_low"], verdict["score_high"]) for verdict in (one, two)]
            flips.append(
                Flip(
                    name,
                    STATUSES[first.conclusions.status[site]],
                    STATUSES[second.conclusions.status[site]],
                    scores[0],  # type: ignore[arg-type]  # whole numbers or None
                    scores[1],  # type: ignore[arg-type]
                    compared.cause(site),
                )
            )
    place = {requirement.id: index for index, requirement in enumerate(before.requirements)}
    changed: Counter[tuple[str, Outcome, Outcome]] = Counter()
    unanswered = []
    for index, requirement in enumerate(after.requirements):
        if requirement.id not in place:
            if (second.matrix[index] == OUTCOMES.index("undetermined")).any():
                unanswered.append(requirement)
            continue
        for old, new in zip(first.matrix[place[requirement.id]], second.matrix[index], strict=True):
            if old != new:
                changed[requirement.id, OUTCOMES[old], OUTCOMES[new]] += 1
    lost = {key: count for key, count in second.evidence.unasked.items() if key not in first.evidence.unasked}
    return Reaudit(first, second, tuple(flips), changed, lost, tuple(unanswered))


def audit_register(
    register: Register, standard: Standard, states: Collection[State] = COUNTED, context: Sequence[Place] = ()
) -> Findings:
    """Judge every site of a register: what its document says, and over it the answers of the visit that counts there.

    Approved visits count, or those in any of `states`.
    """
    sites = with_found_parts(sites_from_features(register.features(), str(say("the register"))))
    visits = register.visits.counting(states)
    visited = [at for at, name in enumerate(sites.ids) if name in visits]
    known = [(visits[sites.ids[at]].items, _known(sites.features[at], visits[sites.ids[at]])) for at in visited]
    features = list(sites.features)
    for at, properties in zip(visited, fold_all(known, standard), strict=True):
        features[at] = {**features[at], "properties": properties}
    return audit(replace(sites, features=tuple(features)), standard, context=context)


def _known(feature: Mapping[str, object], visit: Visit) -> dict[str, object]:
    """Return what a site's document says, and over it what the visit found; a note is the reason for its answer."""
    properties = feature.get("properties")
    own = dict(properties) if isinstance(properties, dict) else {}
    for question in visit.answers:
        own.pop(f"{question}{REASON}", None)  # what the document gives is a reason for its own answer
    reasons = {f"{question}{REASON}": note for question, note in visit.notes.items() if question in visit.answers}
    return {**own, **visit.answers, **reasons}


def take_visit(
    register: Register,
    standard: Standard,
    site_id: str,
    answers: Mapping[str, object],
    *,
    auditor: str,
    day: date,
    stage: Stage,
    note: str,
    notes: Mapping[str, str] | None = None,
    author: str = "",
    id: str | None = None,
) -> Visit:
    """Record the answers of one day at one site and return the visit as it is kept; `author` is who is signed in.

    `notes` are those beside questions; one is the reason why its answer stands against a measurement. With `id` (a UUID
    that was made when the visit began), taking the same visit twice keeps one.

    Raises:
        NotInRegister: there is no such site.
        EvidenceError: nothing was answered, an answer cannot be used, or auditor or day are missing or wrong.
    """
    if not auditor.strip():
        raise EvidenceError(say("The visit names no auditor; write who answered."))
    if day > newest_day():
        raise EvidenceError(say("The day of the visit, {day}, has not come yet; correct it.", day=day))
    refuse_unusable(answers, standard)
    visit = Visit(
        id or str(uuid4()),
        site_id,
        standard.edition,
        stage,
        auditor.strip(),
        day,
        dict(answers),
        note.strip(),
        author=author,
        notes=dict(notes or {}),
    )
    return register.visits.add(visit)


def refuse_unusable(answers: Mapping[str, object], standard: Standard) -> None:
    """Refuse answers that would be recorded and then count for nothing.

    Raises:
        EvidenceError: the edition does not ask one of them, or cannot use it; or nothing was answered.
    """
    strange = [key for key in answers if not standard.has_question(key)]
    if strange:
        raise EvidenceError(
            say(
                "{edition} does not ask {questions}; leave it out",
                edition=standard.edition,
                questions=", ".join(strange),
            )
        )
    evidence = read_evidence([answers], standard)
    for remark in evidence.remarks:
        raise EvidenceError(
            say("{question}: {why}; correct it or leave it open", question=remark.question, why=remark.why)
        )
    if not (evidence.codes != MISSING).any():
        raise EvidenceError(say("Nothing was answered; answer one question at least."))
    for question, code in zip(evidence.questions, evidence.codes[:, 0].tolist(), strict=True):
        allowed = question.requirement is not None and standard.requirement(question.requirement).may_be_not_applicable
        if code == NOT_APPLICABLE and not allowed:
            raise EvidenceError(
                say("{question}: 'not applicable' is no answer here; answer it or leave it open", question=question.id)
            )


def import_sites(register: Register, sites: Sites, *, replace_places: bool = False) -> Imported:
    """Take sites and their parts into a register; each one that is new or has changed gets a version there.

    Args:
        register: Where to.
        sites: What comes.
        replace_places: Whether another place may come under a known id.

    Raises:
        SiteError: another place would come under a known id, or a site under that of a part; then nothing is taken.
    """
    if not replace_places:
        _refuse_other_places(register.features(), sites)
    taken = register.import_features([*sites.features, *(part.feature for part in sites.parts)], sites.source)
    refused = sum(problem.level == "refused" for problem in (*sites.problems, *taken.problems))
    log_event(_LOG, "import", new=taken.new, changed=taken.changed, same=taken.same, refused=refused)
    return taken


def doubled(register: Register, sites: Sites) -> list[Message]:
    """Return a sentence for each site that is new to a register and lies exactly where another lies that is in it."""
    kept = sites_from_features(register.features(), str(say("the register")))
    known, there = set(kept.ids), dict(zip(shapely.to_wkb(kept.shapes).tolist(), kept.ids, strict=True))
    return [
        say(
            "“{id}” is new and lies exactly where “{other}” lies, which stays; if they are one place, give it one id in every file",
            id=quoted(id),
            other=quoted(there[shape]),
        )
        for id, shape in zip(sites.ids, shapely.to_wkb(sites.shapes).tolist(), strict=True)
        if id not in known and shape is not None and shape in there
    ]


def _refuse_other_places(features: Sequence[Mapping[str, Any]], sites: Sites) -> None:
    """Refuse sites of which each would push another place out of the register.

    Raises:
        SiteError: There are some; the message names them.
    """
    kept = sites_from_features(features, str(say("the register")))
    found = [each.told for each in replaced(sites, dict(zip(kept.ids, kept.features, strict=True)))]
    of_site, of_part = set(kept.ids), {part.id for part in kept.parts}
    found += [say("“{id}”: a part would become a site", id=quoted(id)) for id in sites.ids if id in of_part]
    found += [
        say("“{id}”: a site would become a part", id=quoted(part.id)) for part in sites.parts if part.id in of_site
    ]
    if not found:
        return
    named = "; ".join(map(str, found[:_NAMED]))
    if len(found) > _NAMED:
        named = str(say("{names} and {count} more", names=named, count=len(found) - _NAMED))
    raise SiteError(
        say(
            "{source}: ids in it are known for other places ({count}), and nothing was taken: {places}. Row numbers are no ids; give "
            "each place an id of its own, or insist with --replace",
            source=sites.source,
            count=len(found),
            places=named,
        )
    )
