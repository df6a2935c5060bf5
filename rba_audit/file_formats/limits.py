"""Limits of files that are read: size, rows, cells, memory and time.

A larger file is refused with a sentence that names the limit; nothing is cut off silently.
"""

from __future__ import annotations

from typing import Final

MB: Final = 1_000_000
MOST_BYTES: Final = 100 * MB
"""Size of an upload."""
MOST_UNPACKED: Final = 400 * MB
"""Size of everything in an archive together, as it says before it is unpacked and as it is while it is."""
MOST_TIMES: Final = 200
"""How many times larger a file above `LARGE` may be unpacked than packed; tables and maps are some 30 times."""
LARGE: Final = 20 * MB
MOST_WORKBOOK: Final = 100 * MB
"""Size of the sheets of a workbook unpacked, some three million cells."""
MOST_NESTED: Final = 50 * MB
"""Size of a workbook within an archive."""
MOST_ENTRIES: Final = 20_000
"""Files in an archive; an export of photos has some thousands."""
MOST_ROWS: Final = 250_000
"""Rows of a file, of all tables together; the buildings of a city are some 100,000."""
MOST_COLUMNS: Final = 2_000
"""Columns of a table; an export of a long form has some hundreds."""
MOST_CELLS: Final = 5_000_000
"""Rows by columns, of all tables together."""
MOST_TABLES: Final = 500
MOST_DEPTH: Final = 100
"""Elements of an XML file within each other."""
MOST_RESULT: Final = 150 * MB
"""Size of what a worker may write, the rows as JSON."""
MOST_MEMORY: Final = 1_200 * MB
"""Memory of a worker beyond that of its started program."""
MOST_CPU_S: Final = 60
LONGEST_S: Final = 90.0
"""How long an upload waits for its worker to finish."""
PATIENCE_S: Final = 20.0
"""How long an upload waits for a worker to be free."""
AT_ONCE: Final = 2
"""Workers at the same time."""
