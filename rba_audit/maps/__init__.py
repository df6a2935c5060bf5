"""The map of audited sites: folium's map, our own layers, and a page that needs nobody else's server.

Text of a site travels only as data and becomes text in the page; nothing here turns it into markup.
"""

from __future__ import annotations

from rba_audit.maps.areas_on_map import Measure, number_words, percent_words, span_words
from rba_audit.maps.building import build_map, compliance_map, coverage_map
from rba_audit.maps.page import CONTENT_POLICY, ComplianceMap
from rba_audit.maps.sites_on_map import MapSite

__all__ = [
    "CONTENT_POLICY",
    "ComplianceMap",
    "MapSite",
    "Measure",
    "build_map",
    "compliance_map",
    "coverage_map",
    "number_words",
    "percent_words",
    "span_words",
]
