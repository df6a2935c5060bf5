"""Judging what sites carry, or what a register knows of them, against a standard."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rba_audit.equipment import fold_all, without_older_words
from rba_audit.evidence import REASON, read_evidence, with_measurements
from rba_audit.findings import Findings, hold
from rba_audit.findings.worst_things import by_worst_things
from rba_audit.layers import Place, with_found_parts
from rba_audit.measures import measure_sites
from rba_audit.moves import COUNTED, State
from rba_audit.register import Register, Visit
from rba_audit.sites import Sites, sites_from_features
from rba_audit.standard import Standard, load_standard
from rba_audit.words import say


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


def audit_register(
    register: Register, standard: Standard, states: Collection[State] = COUNTED, context: Sequence[Place] = ()
) -> Findings:
    """Judge every site of a register: what its document says, and over it the answers of the visit that counts there.

    Approved visits count, or those in any of `states`.
    """
    sites = with_found_parts(sites_from_features(register.features(), str(say("the register"))))
    visits = register.visits.counting(states)
    visited = [at for at, name in enumerate(sites.ids) if name in visits]
    known = [
        (visits[sites.ids[at]].items, _known(sites.features[at], visits[sites.ids[at]], standard)) for at in visited
    ]
    features = list(sites.features)
    for at, properties in zip(visited, fold_all(known, standard), strict=True):
        features[at] = {**features[at], "properties": properties}
    return audit(replace(sites, features=tuple(features)), standard, context=context)


def _known(feature: Mapping[str, object], visit: Visit, standard: Standard) -> dict[str, object]:
    """Return what a site's document says, and over it what the visit found; a note is the reason for its answer."""
    properties = feature.get("properties")
    own = without_older_words(properties if isinstance(properties, dict) else {}, visit.items, visit.answers, standard)
    for question in visit.answers:
        own.pop(f"{question}{REASON}", None)  # what the document gives is a reason for its own answer
    reasons = {f"{question}{REASON}": note for question, note in visit.notes.items() if question in visit.answers}
    return {**own, **visit.answers, **reasons}
