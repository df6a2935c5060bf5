"""Public data that lies beside the project and is not copied into it; the tests that read it fail where it is missing."""

from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared"
CONFORMANCE = SHARED / "conformance"
KARLSRUHE = SHARED / "data" / "karlsruhe-osm"
VIENNA = SHARED / "data" / "vienna"
KOTA_SERANG = SHARED / "data" / "kota-serang"
REAL_RESULTS = SHARED / "domain" / "real-results.csv"
CRITERIA = SHARED / "domain" / "rbra-criteria-facts.yaml"
