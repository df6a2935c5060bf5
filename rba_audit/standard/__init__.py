"""Read editions of a standard from TOML into frozen types; an unusable file raises an error that says how to correct it.

Public modules: `citations`, `edition_changes`, `items`, `measure_terms`, `numbers`, `terms`.
"""

from rba_audit.standard.edition import Standard
from rba_audit.standard.editions import (
    default_edition,
    edition_names,
    editions_of,
    load_published,
    load_standard,
    read_edition,
)
from rba_audit.standard.form_order import METHODS
from rba_audit.standard.items import Equipment, EquipmentKind
from rba_audit.standard.kinds import NONE_WORD, Storage, kind_of
from rba_audit.standard.terms import (
    OUTCOMES,
    WORST_FIRST,
    Aspect,
    Choice,
    CostBand,
    Currency,
    Example,
    Ladder,
    Outcome,
    Question,
    Remedy,
    Requirement,
    Rung,
    Source,
)

__all__ = [
    "METHODS",
    "NONE_WORD",
    "OUTCOMES",
    "WORST_FIRST",
    "Aspect",
    "Choice",
    "CostBand",
    "Currency",
    "Equipment",
    "EquipmentKind",
    "Example",
    "Ladder",
    "Outcome",
    "Question",
    "Remedy",
    "Requirement",
    "Rung",
    "Source",
    "Standard",
    "Storage",
    "default_edition",
    "edition_names",
    "editions_of",
    "kind_of",
    "load_published",
    "load_standard",
    "read_edition",
]
