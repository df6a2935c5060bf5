"""Policies: the sourced numbers and words beside the editions, one frozen type for each rules file under `standards/`."""

from rba_audit.standard.policies.agreement import AgreementPolicy
from rba_audit.standard.policies.coverage import BoundaryLevel, CoveragePolicy, DecayBand, ReachRange, ReachRule
from rba_audit.standard.policies.emergency import Emergency, Service
from rba_audit.standard.policies.followup import FollowupPolicy, Risk
from rba_audit.standard.policies.forum import ChildQuestion, ChildrenAudit
from rba_audit.standard.policies.ground import GroundClass, GroundPolicy, TileLevel
from rba_audit.standard.policies.layer_rules import LAYER, HalfWidth, LayerRule, Tags, tag_values
from rba_audit.standard.policies.layers import LayersPolicy, PartKind, SpokenWords
from rba_audit.standard.policies.plans import PlansPolicy, Urgency
from rba_audit.standard.policies.reading import RULES_FILES, Policies, read_policies, shipped_policies
from rba_audit.standard.policies.sourced import Sourced
from rba_audit.standard.policies.whereabouts import BoundingBox, WhereaboutsPolicy

__all__ = [
    "LAYER",
    "RULES_FILES",
    "AgreementPolicy",
    "BoundaryLevel",
    "BoundingBox",
    "ChildQuestion",
    "ChildrenAudit",
    "CoveragePolicy",
    "DecayBand",
    "Emergency",
    "FollowupPolicy",
    "GroundClass",
    "GroundPolicy",
    "HalfWidth",
    "LayerRule",
    "LayersPolicy",
    "PartKind",
    "PlansPolicy",
    "Policies",
    "ReachRange",
    "ReachRule",
    "Risk",
    "Service",
    "Sourced",
    "SpokenWords",
    "Tags",
    "TileLevel",
    "Urgency",
    "WhereaboutsPolicy",
    "read_policies",
    "shipped_policies",
    "tag_values",
]
