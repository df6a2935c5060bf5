"""Policies: sourced numbers and words that belong to no edition, one frozen type per rules file in `standards/` (ADR 0048).

Public modules: `coverage`, `forum`, `kha`, `kla_calendar`, `kla_documents`, `kla_indicators`, `kla_trail`.
"""

from rba_audit.standard.policies.agreement import AgreementPolicy
from rba_audit.standard.policies.basemap import BasemapClass, BasemapPolicy, TileLevel
from rba_audit.standard.policies.columns import ColumnsPolicy, ColumnWords, Direction
from rba_audit.standard.policies.coverage import BoundaryLevel, CoveragePolicy, DecayBand, ReachRange, ReachRule
from rba_audit.standard.policies.emergency import EmergencyNumbers, EmergencyService
from rba_audit.standard.policies.followup import FollowupPolicy, Risk
from rba_audit.standard.policies.forum import ChildQuestion, ChildrenAudit
from rba_audit.standard.policies.kla import KLA_FILES, KlaPolicy
from rba_audit.standard.policies.layer_rules import LAYER, HalfWidth, LayerRule, Tags, tag_values
from rba_audit.standard.policies.layers import LayersPolicy, PartKind, PropertyWords
from rba_audit.standard.policies.osm import OsmPolicy, PlaySpaceRule, TagEvidence
from rba_audit.standard.policies.plans import PlansPolicy, Urgency
from rba_audit.standard.policies.reader import RULES_FILES, Policies, read_policies, shipped_policies
from rba_audit.standard.policies.sourced_numbers import NumberOrigin, SourcedNumber
from rba_audit.standard.policies.whereabouts import BoundingBox, WhereaboutsPolicy

__all__ = [
    "KLA_FILES",
    "LAYER",
    "RULES_FILES",
    "AgreementPolicy",
    "BasemapClass",
    "BasemapPolicy",
    "BoundaryLevel",
    "BoundingBox",
    "ChildQuestion",
    "ChildrenAudit",
    "ColumnWords",
    "ColumnsPolicy",
    "CoveragePolicy",
    "DecayBand",
    "Direction",
    "EmergencyNumbers",
    "EmergencyService",
    "FollowupPolicy",
    "HalfWidth",
    "KlaPolicy",
    "LayerRule",
    "LayersPolicy",
    "NumberOrigin",
    "OsmPolicy",
    "PartKind",
    "PlansPolicy",
    "PlaySpaceRule",
    "Policies",
    "PropertyWords",
    "ReachRange",
    "ReachRule",
    "Risk",
    "SourcedNumber",
    "TagEvidence",
    "Tags",
    "TileLevel",
    "Urgency",
    "WhereaboutsPolicy",
    "read_policies",
    "shipped_policies",
    "tag_values",
]
