"""Context around the sites, recognised feature by feature as `standards/layers.toml` says.

What no layer recognises is reported and left out, never taken for something it may not be.
"""

from rba_audit.layers.columns import EXTENT, Layer, layer_of, layers_of
from rba_audit.layers.found_parts import with_found_parts
from rba_audit.layers.layer_rules import number_stated, radius_m, rules, type_stated
from rba_audit.layers.numbers import first_number, first_text
from rba_audit.layers.places import Place, read_context, recognised
from rba_audit.sites.part_kinds import part_words

__all__ = [
    "EXTENT",
    "Layer",
    "Place",
    "first_number",
    "first_text",
    "layer_of",
    "layers_of",
    "number_stated",
    "part_words",
    "radius_m",
    "read_context",
    "recognised",
    "rules",
    "type_stated",
    "with_found_parts",
]
