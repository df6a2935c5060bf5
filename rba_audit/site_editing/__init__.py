"""Editing of sites in the office: lifecycle, documents and parts, splitting, duplicates and history.

Public modules: `part_versions`.
"""

from rba_audit.site_editing.duplicates import DuplicateCandidate, likely_duplicates, names_alike
from rba_audit.site_editing.histories import (
    SiteDocumentVersion,
    SiteHistory,
    SiteHistoryEntry,
    changes_since,
    position_text,
    site_history,
)
from rba_audit.site_editing.lifecycle import (
    accept_proposal,
    decline_proposal,
    merge_sites,
    new_site_id,
    reopen_proposal,
    retire_site,
    unmerge_site,
    unretire_site,
)
from rba_audit.site_editing.part_versions import parts_as_of, replace_document, restore_document, restore_parts
from rba_audit.site_editing.site_documents import (
    document_properties,
    feature_of_proposal,
    not_drawn_reason,
    read_geometry,
    read_parts,
    same_json,
    with_kelurahan,
)
from rba_audit.site_editing.site_split import SiteSplit, plan_split, split_site, split_steps

__all__ = [
    "DuplicateCandidate",
    "SiteDocumentVersion",
    "SiteHistory",
    "SiteHistoryEntry",
    "SiteSplit",
    "accept_proposal",
    "changes_since",
    "decline_proposal",
    "document_properties",
    "feature_of_proposal",
    "likely_duplicates",
    "merge_sites",
    "names_alike",
    "new_site_id",
    "not_drawn_reason",
    "parts_as_of",
    "plan_split",
    "position_text",
    "read_geometry",
    "read_parts",
    "reopen_proposal",
    "replace_document",
    "restore_document",
    "restore_parts",
    "retire_site",
    "same_json",
    "site_history",
    "split_site",
    "split_steps",
    "unmerge_site",
    "unretire_site",
    "with_kelurahan",
]
