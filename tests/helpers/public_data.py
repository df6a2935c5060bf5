"""Public data outside the repository: the folder `shared` next to the clone, or the one named by RBA_PUBLIC_DATA.

Tests that read it carry the mark `public_data`; where it is not, they are left out and counted.
"""

import os
from pathlib import Path

SHARED = Path(os.environ.get("RBA_PUBLIC_DATA") or Path(__file__).parents[3] / "shared")
CONFORMANCE = SHARED / "conformance"
KARLSRUHE = SHARED / "data" / "karlsruhe-osm"
VIENNA = SHARED / "data" / "vienna"
KOTA_SERANG = SHARED / "data" / "kota-serang"
REAL_RESULTS = SHARED / "domain" / "real-results.csv"
CRITERIA = SHARED / "domain" / "rbra-criteria-facts.yaml"
