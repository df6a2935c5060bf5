"""The style sheets under static/: on paper they use neither the width of the sheet nor their own idea of its format."""

import re
from pathlib import Path

import pytest

from rba_audit.resources import static_dir

SHEETS = sorted(path for path in static_dir().rglob("*.css") if "vendor" not in path.parts)
PAPER = {"print.css", "map.css"}
"""The sheet of every page, and that of the map, which is also a file of its own."""


def queries(path: Path) -> list[str]:
    """Return the media queries of a sheet, each alternative of a list by itself."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [part.strip() for found in re.findall(r"@media([^{]*)\{", text) for part in found.split(",")]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_query_for_a_width_is_for_screens_since_a4_is_as_narrow_as_a_phone(path):
    wrong = [query for query in queries(path) if re.search(r"width|height", query) and "screen" not in query]

    assert wrong == []


def test_the_format_of_the_sheet_is_stated_once_for_pages_and_once_for_the_map():
    stated = {path.name for path in SHEETS if "@page" in path.read_text(encoding="utf-8")}

    assert stated == PAPER


def test_the_queries_are_found():
    assert any("max-width" in query for path in SHEETS for query in queries(path))
