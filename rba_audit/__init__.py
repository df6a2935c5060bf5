"""Audit play spaces against the child-friendly play space standard (RBRA).

>>> from rba_audit import audit, load_standard, read_sites
>>> findings = audit(read_sites("sample_sites.geojson"), load_standard())
>>> findings.status.value_counts()
"""

from rba_audit.auditing import audit
from rba_audit.layers import read_context
from rba_audit.maps import compliance_map
from rba_audit.sites import read_sites
from rba_audit.standard import load_standard

__all__ = ["audit", "compliance_map", "load_standard", "read_context", "read_sites"]
__version__ = "0.2.0"
