"""Collect the messages of code and templates, update the Indonesian catalogue, and compile it.

English is the language of the code and needs no catalogue; the Indonesian one must be complete.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "rba_audit" / "locale" / "id" / "LC_MESSAGES" / "messages.po"
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
# Otherwise a template that cannot be parsed would be skipped silently.
_OPTIONS = {"silent": "false"}
# A catalogue must have a date; a fixed one keeps the diff to the messages that changed.
_DATE = datetime(2026, 11, 23, tzinfo=UTC)


def said(source: str | bytes) -> Iterator[tuple[int, str | None]]:
    """Yield line and msgid of every `say(…)` in Python source, inside f-strings too; None where it is no literal.

    Babel's own reader works on tokens, and to Python 3.11 an f-string is one token.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            match node.args:
                case [ast.Constant(value=str(text))]:
                    yield node.lineno, text
                case _:
                    yield node.lineno, None


def not_literal() -> list[str]:
    """Return file and line of every `say(…)` whose msgid is no literal, so that it cannot be translated."""
    files = sorted((ROOT / "rba_audit").glob("**/*.py"))
    return [
        f"{path.relative_to(ROOT)}, line {line}"
        for path in files
        for line, text in said(path.read_bytes())
        if text is None
    ]


def collected() -> Catalog:
    """Return every message that code and templates use."""
    catalogue = Catalog(fuzzy=False)
    for path in sorted((ROOT / "rba_audit").glob("**/*.py")):
        for line, text in said(path.read_bytes()):
            if text is not None:
                catalogue.add(text, locations=[(str(path.relative_to(ROOT)), line)])
    for path in sorted((ROOT / "templates").glob("**/*.html")):
        with path.open("rb") as file:
            for line, message, _comments, _context in extract(
                "jinja2.ext:babel_extract", file, _KEYWORDS, (), _OPTIONS
            ):
                catalogue.add(message, locations=[(str(path.relative_to(ROOT)), line)])
    return catalogue


def kept() -> Catalog:
    """Return the current Indonesian catalogue; an empty one if there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="id")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="id")


def brought_up_to_date(wanted: Catalog, translated: Catalog) -> Catalog:
    """Return the Indonesian catalogue of exactly the `wanted` messages, with the texts that `translated` has for them."""
    catalogue = Catalog(
        locale="id",
        header_comment="# Indonesian messages of RBA Audit.",
        project="RBA",
        version="Audit",
        creation_date=_DATE,
        revision_date=_DATE,
        charset="utf-8",
        fuzzy=False,
    )
    # Indonesian has no plural forms; Babel has no rule for it and would take the English one.
    plural = ("Plural-Forms", "nplurals=1; plural=0")
    catalogue.mime_headers = [plural, ("Report-Msgid-Bugs-To", ""), ("Last-Translator", ""), ("Language-Team", "")]
    for message in wanted:
        if message.id:
            known = translated.get(message.id)
            fits = known is not None and isinstance(known.string, str) == isinstance(message.id, str)
            catalogue.add(message.id, known.string if known is not None and fits else None)
    return catalogue


def untranslated(catalogue: Catalog) -> list[Message]:
    """Return the messages that have no text."""
    return [message for message in catalogue if message.id and not any(texts(message))]


def texts(message: Message) -> tuple[str, ...]:
    """Return what a message says in Indonesian: one text, or one per plural form."""
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string or "",)


def main() -> int:
    """Update and compile; say how much is left to translate."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue = brought_up_to_date(collected(), kept())
    with CATALOGUE.open("wb") as file:
        # Without line numbers a catalogue changes only where a message does.
        write_po(file, catalogue, width=120, sort_output=True, no_location=True, omit_header=False)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    missing = untranslated(catalogue)
    print(f"{len(catalogue)} messages, {len(missing)} not translated")
    lost = not_literal()
    for place in lost:
        print(f"{place}: say() takes a literal text; write it there")
    return 1 if missing or lost else 0


if __name__ == "__main__":
    sys.exit(main())
