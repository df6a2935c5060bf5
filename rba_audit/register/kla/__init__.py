"""Records of the folder for the child-friendly-city award: documents, requests for documents, and the settings of each round.

Public modules: `document_records`, `documents`, `nomination_trails`, `nominations`, `points`, `rehearsal_records`, `requests`,
`rounds`, `scores`.
"""

from rba_audit.register.kla.kla_records import KlaRecords

__all__ = ["KlaRecords"]
