"""Audit sites: evaluate their answers and measurements against a standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rba_audit.evidence import DocumentSource, read_evidence, with_measurements
from rba_audit.findings import Findings, evaluate
from rba_audit.findings.worst_feature import with_worst_features
from rba_audit.layers import ContextFeature, with_tagged_parts
from rba_audit.measures import measure_sites
from rba_audit.sites import Sites
from rba_audit.standard import Standard, load_standard
from rba_audit.standard.policies import Policies, shipped_policies


def audit(
    sites: Sites,
    standard: Standard | None = None,
    *,
    context: Sequence[ContextFeature] = (),
    extension: bool = False,
    policies: Policies | None = None,
) -> Findings:
    """Evaluate the answers of sites, and what can be measured of them, against a standard.

    Args:
        sites: The sites with their answers and parts. A tagged part that lies in a site becomes its part.
        standard: The edition; by default the default edition.
        context: Features around the sites. Questions that need a missing layer stay open.
        extension: Whether extension requirements count.
        policies: The rules file; by default the shipped one.
    """
    edition = standard or load_standard()
    return audit_answers(sites, {}, edition, context, extension=extension, policies=policies or shipped_policies())


def audit_answers(
    sites: Sites,
    documents: Mapping[tuple[int, str], DocumentSource],
    edition: Standard,
    context: Sequence[ContextFeature],
    *,
    extension: bool = False,
    policies: Policies,
) -> Findings:
    """Evaluate sites as `audit` does; `documents` are the sources of those answers, by (site index, question), that documents give."""
    sites = with_tagged_parts(sites)
    answers = read_evidence([sites.properties(site) for site in range(len(sites))], edition)
    answers = replace(answers, documents=documents)
    measurements = with_worst_features(answers, measure_sites(sites, edition, context, policies=policies), edition)
    evidence = with_measurements(answers, measurements)
    return evaluate(sites, evidence, edition, extension=extension)
