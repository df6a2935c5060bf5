"""Places as the office keeps them: what may be done with one, which it may be the same as, and what changed in it."""

from rba_audit.places.changing import accept, bring_back, decline, merge, new_site_id, reopen, retire, unmerge
from rba_audit.places.features import feature_of_proposal, named, not_drawn, placed, read_geometry, read_parts
from rba_audit.places.histories import Entry, History, Version, history, meanwhile, where
from rba_audit.places.likely import Likely, likely
from rba_audit.places.parts import parts_as_of, restore, restore_parts, rework
from rba_audit.places.splitting import Split, do_split, split, split_steps

__all__ = [
    "Entry",
    "History",
    "Likely",
    "Split",
    "Version",
    "accept",
    "bring_back",
    "decline",
    "do_split",
    "feature_of_proposal",
    "history",
    "likely",
    "meanwhile",
    "merge",
    "named",
    "new_site_id",
    "not_drawn",
    "parts_as_of",
    "placed",
    "read_geometry",
    "read_parts",
    "reopen",
    "restore",
    "restore_parts",
    "retire",
    "rework",
    "split",
    "split_steps",
    "unmerge",
    "where",
]
