"""The map of audited sites: folium's map, our own layers, and a page that needs nobody else's server.

Text of a site travels only as data and becomes text in the page; nothing here turns it into markup.
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
