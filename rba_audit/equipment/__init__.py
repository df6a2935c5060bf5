"""Play equipment item by item: the items of a site, their outcomes, and their aggregation into answers of the site.

Public modules: `item_history`, `item_program`.
"""

from rba_audit.equipment.aggregation import ItemVerdict, fold, fold_all, per_item, without_older_words
from rba_audit.equipment.item_lists import item_of_part, item_problems, items_of_document
from rba_audit.equipment.item_program import Item
from rba_audit.equipment.item_warnings import contradiction_warnings, items_set_aside

__all__ = [
    "Item",
    "ItemVerdict",
    "contradiction_warnings",
    "fold",
    "fold_all",
    "item_of_part",
    "item_problems",
    "items_of_document",
    "items_set_aside",
    "per_item",
    "without_older_words",
]
