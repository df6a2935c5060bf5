"""Play equipment item by item: what a site has, how each item stands, and what all of them answer for the site."""

from rba_audit.equipment.folding import WORST_FIRST, ItemVerdict, fold, fold_all, items_set_aside, per_item
from rba_audit.equipment.listing import item_of_part, item_problems, known_items
from rba_audit.equipment.plans import Item

__all__ = [
    "WORST_FIRST",
    "Item",
    "ItemVerdict",
    "fold",
    "fold_all",
    "item_of_part",
    "item_problems",
    "items_set_aside",
    "known_items",
    "per_item",
]
