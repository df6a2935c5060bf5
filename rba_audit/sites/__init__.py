"""Read play spaces from GeoJSON (RFC 7946) strictly, without changing the documents (ADR 0006).

Nothing is repaired, dropped or guessed silently: every deviation is listed in `Sites.problems`.

Public modules: `collector`, `reader`, `source_files`, `features`, `names`, `part_kinds`, `problems`, `reference_systems`, `shapes`, `site`.
"""

from rba_audit.sites.collection import PART_KINDS, Part, Sites
from rba_audit.sites.problems import FileProblem
from rba_audit.sites.reader import FeatureRow, read_sites, sites_from_bytes, sites_from_features, sites_from_rows
from rba_audit.sites.site import Site, site_of

__all__ = [
    "PART_KINDS",
    "FeatureRow",
    "FileProblem",
    "Part",
    "Site",
    "Sites",
    "read_sites",
    "site_of",
    "sites_from_bytes",
    "sites_from_features",
    "sites_from_rows",
]
