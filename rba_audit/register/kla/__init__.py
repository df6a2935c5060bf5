"""Records of the folder for the child-friendly-city award: documents, requests for documents, and the settings of each round.

Public modules: `document_records`, `document_rows`, `nomination_trails`, `nominations`, `packs`, `points`,
`rehearsal_records`, `requests`, `rounds`, `scores`, `trainings`.
"""

from rba_audit.register.kla.kla_records import KlaRecords

__all__ = ["KlaRecords"]
