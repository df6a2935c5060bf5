"""Interactive map of audited sites: a folium map with our own layers, in a page that loads nothing from other servers.

Texts of sites are passed as data and inserted as text; they are never turned into markup.
"""

from __future__ import annotations

from rba_audit.maps.area_layer import AreaFigure, number_words, percent_words, span_words
from rba_audit.maps.map_builder import build_map, compliance_map, coverage_map
from rba_audit.maps.page import CONTENT_POLICY, ComplianceMap
from rba_audit.maps.site_layer import MapSite

__all__ = [
    "CONTENT_POLICY",
    "AreaFigure",
    "ComplianceMap",
    "MapSite",
    "build_map",
    "compliance_map",
    "coverage_map",
    "number_words",
    "percent_words",
    "span_words",
]
