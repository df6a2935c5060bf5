"""Audit sites: evaluate what they carry, and what can be measured of them, against a standard."""

from __future__ import annotations

from collections.abc import Sequence

from rba_audit.evidence import read_evidence, with_measurements
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
    """Evaluate what sites carry, and what can be measured of them, against a standard.

    Args:
        sites: The sites with their answers and parts. What is a part by its tags and lies in one of them is its part.
        standard: The default edition where none is given.
        context: What lies around them. A layer that is not given leaves open what it would have answered.
        extension: Whether extension requirements count.
        policies: The shipped rules where none are given.
    """
    policies = policies or shipped_policies()
    edition = standard or load_standard()
    sites = with_tagged_parts(sites)
    answers = read_evidence([sites.properties(site) for site in range(len(sites))], edition)
    measurements = with_worst_features(answers, measure_sites(sites, edition, context, policies=policies), edition)
    evidence = with_measurements(answers, measurements)
    return evaluate(sites, evidence, edition, extension=extension)
