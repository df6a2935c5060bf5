"""Map features around the sites (context), assigned to layers by the rules of `standards/layers.toml`.

A feature that no layer recognises is reported and left out; its layer is never guessed.

Public modules: `layer_files`, `property_words`.
"""

from rba_audit.layers.columns import EXTENT, Layer, layer_of, layers_of
from rba_audit.layers.features import ContextFeature, context_of_bytes, read_context, recognized_features
from rba_audit.layers.layer_rules import number_stated, radius_m, rules_by_layer, type_stated
from rba_audit.layers.numbers import first_number, first_text
from rba_audit.layers.recognition import matches_tags
from rba_audit.layers.tagged_parts import with_tagged_parts
from rba_audit.sites.part_kinds import part_words

__all__ = [
    "EXTENT",
    "ContextFeature",
    "Layer",
    "context_of_bytes",
    "first_number",
    "first_text",
    "layer_of",
    "layers_of",
    "matches_tags",
    "number_stated",
    "part_words",
    "radius_m",
    "read_context",
    "recognized_features",
    "rules_by_layer",
    "type_stated",
    "with_tagged_parts",
]
