"""Play spaces as GeoJSON (RFC 7946), read strictly and kept untouched.

Nothing is repaired, dropped or guessed silently: what is not taken as it stands is among the `problems`.

Public modules: `features`, `names`, `part_kinds`, `problems`, `shapes`, `site`.
"""

from rba_audit.sites.collection import PART_KINDS, Part, Sites
from rba_audit.sites.problems import FileProblem
from rba_audit.sites.reader import read_sites, sites_from_bytes, sites_from_features
from rba_audit.sites.site import Site, site_of

__all__ = [
    "PART_KINDS",
    "FileProblem",
    "Part",
    "Site",
    "Sites",
    "read_sites",
    "site_of",
    "sites_from_bytes",
    "sites_from_features",
]
