"""Made-up files of every format with its usual traps, and what a person who brings one would wish; all are made in memory.

Three invented places near each other, so that a place at a wrong position is seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

BARAT, SARI, DAHLIA = "Taman Barat", "Taman Sari", "Taman Dahlia"
NAMES = (BARAT, SARI, DAHLIA)
AT = {BARAT: (106.1531, -6.1173), SARI: (106.1583, -6.1127), DAHLIA: (106.168, -6.1193)}
UTM = {BARAT: (627593.86, 9323691.97), SARI: (628170.42, 9324199.33), DAHLIA: (629242.33, 9323467.28)}
"""The same positions in metres of UTM zone 48 south (EPSG:32748)."""


@dataclass(frozen=True)
class Trial:
    """One file and what a person would wish.

    Attributes:
        name: Its name.
        make: Makes its bytes.
        names: Names of the places that get in, in any order.
        at: Where they lie, by name; a place that is absent may lie anywhere, None means not located.
        ids: Their ids, by name, where the file has ids that last.
        says: Property and value that a place must have, by name.
        notes: Texts (regular expressions) of which each must be told, whatever else is.
        refused: Number of features or rows that do not get in, each with its reason.
        error: Text (regular expression) with which the whole file is refused.
        within_m: How near is near enough.
    """

    name: str
    make: Callable[[], bytes]
    names: tuple[str, ...] = NAMES
    at: Mapping[str, tuple[float, float] | None] = field(default_factory=lambda: AT)
    ids: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refused: int = 0
    error: str = ""
    within_m: float = 15

    def __str__(self) -> str:
        return self.name
