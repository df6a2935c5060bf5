"""The public numbers for emergencies as `standards/emergency.toml` states them, each with what it is for and who says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rba_audit.resources import standards_dir
from rba_audit.standard.tables import Table, read_toml
from rba_audit.standard.terms import Source
from rba_audit.words import Words, say

_DIAL: Final = re.compile(r"\+?[0-9]{2,15}")
_BRACES: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Service:
    """A public service that answers a telephone.

    Attributes:
        dial: What is dialled: digits, with a plus before them where it is abroad.
        about: What it is for.
        call: How a sentence names it with all it answers to.
        sources: Keys of the sources that say so.
    """

    id: str
    dial: str
    name: Words
    about: Words
    call: Words
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    """The services in the order in which they are shown, and the sources they name."""

    services: tuple[Service, ...]
    sources: Mapping[str, Source]


@cache
def emergency() -> Emergency:
    """Return the public numbers of this program.

    Raises:
        StandardError: the file cannot be used.
    """
    return read_emergency(standards_dir() / "emergency.toml")


def read_emergency(path: Path) -> Emergency:
    """Return the public numbers in a file.

    Raises:
        StandardError: it is missing, or something in it is missing, unknown or of the wrong kind.
    """
    table = Table(read_toml(path), path.name)
    sources = {
        key: _source(key, Table(item, f"{path.name} [sources.{key}]")) for key, item in table.mapping("sources").items()
    }
    services = tuple(_service(Table(item, f"{path.name} [number]"), sources) for item in table.tables("number"))
    if len({each.id for each in services}) != len(services):
        raise table.fault(say("two entries of 'number' have the same id; give each its own"))
    table.done()
    return Emergency(services, MappingProxyType(sources))


def with_services(table: Table, key: str) -> Words:
    """Return the words under a key, with each `{id}` replaced by how the service of that id is called.

    Raises:
        StandardError: there is no such service.
    """
    words = table.words(key)
    known = {each.id: each for each in emergency().services}
    for id in _BRACES.findall(f"{words.id} {words.en}"):
        table.known(key, id, known)
    return Words(
        id=_BRACES.sub(lambda hit: known[hit[1]].call.id, words.id),
        en=_BRACES.sub(lambda hit: known[hit[1]].call.en, words.en),
    )


def _service(table: Table, sources: Mapping[str, Source]) -> Service:
    found = Service(
        id=table.text("id"),
        dial=table.text("dial"),
        name=table.words("name"),
        about=table.words("about"),
        call=table.words("call"),
        sources=table.texts("sources"),
    )
    if not _DIAL.fullmatch(found.dial):
        raise table.fault(
            say("'dial' is '{found}'; write the digits that are dialled and nothing else", found=found.dial)
        )
    for key in found.sources:
        table.known("sources", key, sources)
    table.done()
    return found


def _source(key: str, table: Table) -> Source:
    found = Source(key, table.words("title"), table.maybe_words("read"), table.texts("urls"))
    table.done()
    return found
