"""`EmergencyNumbers`: public telephone numbers with their purpose and sources (`emergency.toml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rba_audit.messages import BilingualText, say
from rba_audit.standard.policies.sourced_numbers import Sources, read_sources, rules_table
from rba_audit.standard.toml_tables import Table

_DIAL: Final = re.compile(r"\+?[0-9]{2,15}")
_BRACES: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class EmergencyService:
    """A public service with a telephone number.

    Attributes:
        dial: The number to dial: digits, with a leading plus if it is abroad.
        about: Its purpose.
        call: The service and its numbers as named within a sentence.
        sources: Keys of the sources.
    """

    id: str
    dial: str
    name: BilingualText
    about: BilingualText
    call: BilingualText
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class EmergencyNumbers:
    """The services in the order in which they are shown, and their sources."""

    services: tuple[EmergencyService, ...]
    sources: Sources


def read_emergency(path: Path) -> EmergencyNumbers:
    """Return the content of an `emergency.toml`.

    Raises:
        StandardError: the file is missing, or a key in it is missing, unknown or of the wrong type.
    """
    table = rules_table(path)
    sources = read_sources(table)
    services = tuple(_service(Table(item, f"{table.where} [number]"), sources) for item in table.tables("number"))
    if len({service.id for service in services}) != len(services):
        raise table.fault(say("two entries of 'number' have the same id; give each its own"))
    table.refuse_unknown_keys()
    return EmergencyNumbers(services, sources)


def with_services(table: Table, key: str, emergency: EmergencyNumbers) -> BilingualText:
    """Return the words under a key, with each `{id}` replaced by the `call` of the service with that id.

    Raises:
        StandardError: there is no such service.
    """
    words = table.words(key)
    by_id = {service.id: service for service in emergency.services}
    for id in _BRACES.findall(f"{words.id} {words.en}"):
        table.known(key, id, by_id)
    return BilingualText(
        id=_BRACES.sub(lambda hit: by_id[hit[1]].call.id, words.id),
        en=_BRACES.sub(lambda hit: by_id[hit[1]].call.en, words.en),
    )


def _service(table: Table, sources: Sources) -> EmergencyService:
    service = EmergencyService(
        id=table.text("id"),
        dial=table.text("dial"),
        name=table.words("name"),
        about=table.words("about"),
        call=table.words("call"),
        sources=table.texts("sources"),
    )
    if not _DIAL.fullmatch(service.dial):
        raise table.fault(
            say("'dial' is '{found}'; write the digits that are dialled and nothing else", found=service.dial)
        )
    for key in service.sources:
        table.known("sources", key, sources)
    table.refuse_unknown_keys()
    return service
