"""Play equipment item by item: what a site has, how each item stands, and what all of them answer for the site."""

from rba_audit.equipment.folding import ItemVerdict, fold, fold_all, per_item, without_older_words
from rba_audit.equipment.listing import item_of_part, item_problems, known_items
from rba_audit.equipment.plans import Item
from rba_audit.equipment.remarks import contradictions, items_set_aside

__all__ = [
    "Item",
    "ItemVerdict",
    "contradictions",
    "fold",
    "fold_all",
    "item_of_part",
    "item_problems",
    "items_set_aside",
    "known_items",
    "per_item",
    "without_older_words",
]
