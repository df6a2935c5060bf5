"""Collect the messages of code and templates, bring both catalogues up to date, and compile them.

English is the language of the code, so its catalogue is empty but present; the Indonesian one must be complete.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "rba_audit" / "locale" / "id" / "LC_MESSAGES" / "messages.po"
_METHODS = [("rba_audit/**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_KEYWORDS = {"say": None, "_": None, "gettext": None, "ngettext": (1, 2)}
_OPTIONS = {"templates/**.html": {"trimmed": "true"}}


def collected() -> Catalog:
    """Return every message that code and templates use."""
    catalogue = Catalog(fuzzy=False)
    for file, line, message, comments, _context in extract_from_dir(ROOT, _METHODS, _OPTIONS, _KEYWORDS, directory_filter=_wanted):
        catalogue.add(message, locations=[(file.replace("\\", "/"), line)], auto_comments=comments)
    return catalogue


def _wanted(folder: str) -> bool:
    return Path(folder).name not in {".venv", ".git", "static", "standards", "tests", "tools", "out", "build", "locale"}


def kept() -> Catalog:
    """Return the Indonesian catalogue as it stands."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="id")


def main() -> int:
    """Update and compile; say how much is left to translate."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue = kept() if CATALOGUE.exists() else Catalog(locale="id", project="RBA Audit", charset="utf-8")
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with CATALOGUE.open("wb") as file:
        # Without line numbers a catalogue changes only where a message does.
        write_po(file, catalogue, width=120, sort_output=True, no_location=True, omit_header=False)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    missing = [message.id for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} messages, {len(missing)} not translated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
