"""Personal data in the register: the records of a person, and mentions of their name in texts that others wrote.

`PERSON_COLUMNS` lists the columns with ids of persons, `WORDS` those with free text; a test compares every table with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, or_, select

from rba_audit.errors import NotInRegister
from rba_audit.messages import say
from rba_audit.register.account_tables import account_event, join_link, known_device, person, saved_view, session
from rba_audit.register.action_records import action_event
from rba_audit.register.agency_notes import agency_note
from rba_audit.register.bulk_changes import bulk_change
from rba_audit.register.certificate_scans import certificate_scan
from rba_audit.register.certificates import certificate, certificate_withdrawal
from rba_audit.register.clearances import clearance
from rba_audit.register.damaged_rows import ROW_ERRORS
from rba_audit.register.danger_records import danger, danger_seen
from rba_audit.register.deliveries import brought
from rba_audit.register.disagreements import disagreement_settled
from rba_audit.register.erasure import erasure
from rba_audit.register.exports import export_log
from rba_audit.register.import_records import site_import, site_import_undo
from rba_audit.register.kla.document_rows import document_decision, document_version
from rba_audit.register.kla.nomination_trails import nomination_step
from rba_audit.register.kla.nominations import nomination_event
from rba_audit.register.kla.packs import pack, pack_recipient
from rba_audit.register.kla.rehearsal_rows import (
    kla_outcome,
    rehearsal,
    rehearsal_closing,
    rehearsal_decision,
    rehearsal_invitation,
)
from rba_audit.register.kla.requests import document_request, document_request_end
from rba_audit.register.kla.rounds import kla_round
from rba_audit.register.kla.scores import kla_result, kla_score
from rba_audit.register.kla.training_tables import (
    kha_certificate,
    kha_erasure,
    kha_person,
    kha_recording,
    kha_training,
)
from rba_audit.register.layers import map_layer
from rba_audit.register.office import office
from rba_audit.register.photo_tables import photo, photo_sender
from rba_audit.register.reviews import approved_without, review_move
from rba_audit.register.shared_links import shared_link, shared_link_end
from rba_audit.register.site_event_tables import place_event, place_proposal
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import site_version, visit, visit_photo
from rba_audit.register.telephones import telephone_list

PERSON_COLUMNS: Final[Mapping[Table, tuple[Column[Any], ...]]] = {
    person: (person.c.id,),
    session: (session.c.person,),
    join_link: (join_link.c.person,),
    account_event: (account_event.c.person, account_event.c.actor),
    visit: (visit.c.author,),
    photo: (photo.c.sent_by,),
    review_move: (review_move.c.person_id,),
    danger: (danger.c.author,),
    danger_seen: (danger_seen.c.person_id,),
    action_event: (action_event.c.person_id,),
    bulk_change: (bulk_change.c.person_id,),
    agency_note: (agency_note.c.person_id,),
    certificate: (certificate.c.person_id,),
    certificate_scan: (certificate_scan.c.person_id,),
    certificate_withdrawal: (certificate_withdrawal.c.person_id,),
    brought: (brought.c.person_id,),
    photo_sender: (photo_sender.c.person_id,),
    known_device: (known_device.c.person,),
    clearance: (clearance.c.person_id,),
    export_log: (export_log.c.person_id,),
    erasure: (erasure.c.person_id, erasure.c.actor),
    disagreement_settled: (disagreement_settled.c.person_id,),
    place_event: (place_event.c.person_id,),
    place_proposal: (place_proposal.c.author,),
    telephone_list: (telephone_list.c.person_id,),
    office: (office.c.person_id,),
    shared_link: (shared_link.c.person_id,),
    shared_link_end: (shared_link_end.c.person_id,),
    saved_view: (saved_view.c.person_id,),
    document_version: (document_version.c.person_id,),
    document_decision: (document_decision.c.person_id,),
    document_request: (document_request.c.person_id,),
    document_request_end: (document_request_end.c.person_id,),
    kla_round: (kla_round.c.person_id,),
    kla_score: (kla_score.c.person_id,),
    kla_result: (kla_result.c.person_id,),
    nomination_event: (nomination_event.c.person_id,),
    nomination_step: (nomination_step.c.person_id,),
    kha_training: (kha_training.c.person_id,),
    kha_recording: (kha_recording.c.person_id, kha_recording.c.undone_by),
    kha_erasure: (kha_erasure.c.actor,),
    rehearsal: (rehearsal.c.person_id,),
    rehearsal_invitation: (rehearsal_invitation.c.guest_id, rehearsal_invitation.c.person_id),
    rehearsal_decision: (rehearsal_decision.c.person_id,),
    rehearsal_closing: (rehearsal_closing.c.person_id,),
    kla_outcome: (kla_outcome.c.person_id,),
    pack: (pack.c.person_id,),
    pack_recipient: (pack_recipient.c.person_id,),
    site_import: (site_import.c.person_id,),
    site_import_undo: (site_import_undo.c.person_id,),
    map_layer: (map_layer.c.person_id,),
}
"""The columns that hold a person's id, by table."""
SECRETS: Final[frozenset[Column[Any]]] = frozenset(
    {
        person.c.password,
        session.c.token,
        join_link.c.token,
        known_device.c.token,
        shared_link.c.token,
        document_request.c.token,
    }
)
"""Columns that are never exported, not even for the person themselves: whoever reads them could sign in as that person."""
WORDS: Final[Mapping[Table, tuple[Column[Any], ...]]] = {
    site_version: (site_version.c.document,),
    visit: (visit.c.document, visit.c.auditor),
    visit_photo: (visit_photo.c.item,),
    review_move: (review_move.c.note, review_move.c.notes),
    approved_without: (approved_without.c.reason,),
    danger: (danger.c.document,),
    danger_seen: (danger_seen.c.note,),
    action_event: (action_event.c.owner, action_event.c.note),
    agency_note: (agency_note.c.letter, agency_note.c.note),
    certificate: (certificate.c.number, certificate.c.issuer),
    certificate_withdrawal: (certificate_withdrawal.c.reason,),
    clearance: (clearance.c.consent,),
    export_log: (export_log.c.filter,),
    erasure: (erasure.c.reason,),
    disagreement_settled: (disagreement_settled.c.reason,),
    place_event: (place_event.c.reason,),
    place_proposal: (place_proposal.c.document,),
    telephone_list: (telephone_list.c.document,),
    office: (office.c.document,),
    shared_link: (shared_link.c.recipient,),
    saved_view: (saved_view.c.name, saved_view.c.query),
    document_version: (document_version.c.document, document_version.c.file_name),
    document_decision: (document_decision.c.note,),
    document_request: (document_request.c.note,),
    kha_training: (kha_training.c.title, kha_training.c.organiser, kha_training.c.venue),
    kha_person: (kha_person.c.full_name, kha_person.c.institution),
    kha_certificate: (kha_certificate.c.certificate_number,),
    kla_result: (kla_result.c.source,),
    nomination_event: (nomination_event.c.reason,),
    nomination_step: (nomination_step.c.note,),
    rehearsal: (rehearsal.c.document,),
    rehearsal_decision: (rehearsal_decision.c.reason,),
    kla_outcome: (kla_outcome.c.note,),
    pack_recipient: (pack_recipient.c.recipient,),
    site_import: (site_import.c.file_name, site_import.c.headings, site_import.c.mapping),
    map_layer: (map_layer.c.title, map_layer.c.source, map_layer.c.licence, map_layer.c.file_name),
}
"""The columns with free text that users wrote, by table."""
_CONTEXT: Final = 40


@dataclass(frozen=True, slots=True)
class NameMention:
    """An occurrence of a person's name or login in a text that users wrote.

    Attributes:
        table: The table of the record.
        record: The primary key of the record.
        field: The column, and within a document the path to the text.
        text: The text around the occurrence, 40 characters on each side.
    """

    table: str
    record: str
    field: str
    text: str


class PersonalData:
    """Queries for the personal data in a register. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def records_of(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return every record that names a person or was written by them, by table, without secrets.

        Documents are JSON values. Of other people only the ids are included.

        Raises:
            NotInRegister: there is no such person.
        """
        records: dict[str, list[dict[str, Any]]] = {}
        with self._database.reading() as connection:
            if connection.scalar(select(person.c.id).where(person.c.id == person_id)) is None:
                raise NotInRegister(say("There is no such person; look them up in the list of people."))
            for table, columns in PERSON_COLUMNS.items():
                shown = [column for column in table.columns if column not in SECRETS]
                wanted = select(*shown).where(or_(*(column == person_id for column in columns)))
                rows = connection.execute(wanted.order_by(*table.primary_key)).mappings().all()
                if rows:
                    records[table.name] = [{name: _value(name, value) for name, value in row.items()} for row in rows]
        return records

    def mentions(self, *words: str) -> list[NameMention]:
        """Return where one of `words`, such as a name, occurs in texts that users wrote."""
        with self._database.reading() as connection:
            return mentions_of(connection, *words)


def mentions_of(connection: Connection, *words: str) -> list[NameMention]:
    """Return where one of `words` occurs as a whole word in texts that users wrote, ignoring case."""
    wanted = "|".join(re.escape(word) for word in words if word)
    if not wanted:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{wanted})(?!\w)", re.IGNORECASE)
    return [
        NameMention(table.name, " ".join(map(str, key)), field, _excerpt(text, hit))
        for table, columns in WORDS.items()
        for key, field, text in _texts(connection, table, columns)
        if (hit := pattern.search(text))
    ]


def _texts(
    connection: Connection, table: Table, columns: tuple[Column[Any], ...]
) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    keys = tuple(table.primary_key)
    for row in connection.execute(select(*keys, *columns)):
        for column, value in zip(columns, row[len(keys) :], strict=True):
            for path, text in _strings(_value(column.name, value)):
                if path == ("author",):
                    continue  # a person's id, which is no name
                yield tuple(row[: len(keys)]), ".".join((column.name, *path)), text


def _strings(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(inner, (*path, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, (*path, str(index)))


def _value(name: str, value: object) -> object:
    """Return the value of a column: of a document the parsed JSON, or its text if it is damaged."""
    if name not in _JSON_COLUMNS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ROW_ERRORS:
        return value


_JSON_COLUMNS: Final = frozenset(
    {"dates", "document", "area", "notes", "rectangles", "consent", "headings", "mapping", "counts"}
)


def _excerpt(text: str, hit: re.Match[str]) -> str:
    start, end = max(hit.start() - _CONTEXT, 0), min(hit.end() + _CONTEXT, len(text))
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
