"""Play spaces as GeoJSON (RFC 7946), read strictly and kept untouched.

Nothing is repaired, dropped or guessed silently: what is not taken as it stands is among the `problems`.
"""

from rba_audit.sites.places import PART_KINDS, Part, Sites
from rba_audit.sites.problems import Problem
from rba_audit.sites.reading import read_sites, sites_from_bytes, sites_from_features
from rba_audit.sites.site import Site, site_of

__all__ = [
    "PART_KINDS",
    "Part",
    "Problem",
    "Site",
    "Sites",
    "read_sites",
    "site_of",
    "sites_from_bytes",
    "sites_from_features",
]
