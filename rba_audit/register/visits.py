"""Store visits: every version byte for byte as it was sent, idempotently; and list the ones that count.

A visit is never changed. A correction is the next version of its chain, and each version has at most one correction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from rba_audit.days import now_utc
from rba_audit.errors import Conflict, EvidenceError, NotInRegister
from rba_audit.messages import say
from rba_audit.register.damaged_rows import moment_or_none, read_all, read_one
from rba_audit.register.erasure import redacted
from rba_audit.register.records import Visit, as_time, visit_of, visit_of_row
from rba_audit.register.reviews import note_new_version, with_merged_sites
from rba_audit.register.site_event_tables import merge_targets_of
from rba_audit.register.sqlite import Database
from rba_audit.register.tables import count_change, site, visit, visit_photo
from rba_audit.register.visit_queries import (
    dated_as_first,
    merged_ids,
    newest_first,
    newest_versions,
    newest_versions_with_state,
    selected_visits,
)
from rba_audit.review_states import COUNTED, STATES, State


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """The result of storing a visit.

    Attributes:
        visit: The stored visit.
        new: Whether it was not stored before.
    """

    visit: Visit
    new: bool


class Visits:
    """The visits of a register. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, document: bytes, *, at: datetime | None = None) -> StoredVisit:
        """Store a visit's document as it was sent; idempotent for the same bytes.

        The caller has validated the document; this method only compares it with what is stored.

        Raises:
            NotInRegister: there is no such site.
            EvidenceError: its id is no UUID.
            Conflict: `differs` if the id is stored with other bytes; `not_current` if the version it corrects is missing or
                was corrected before; `other_visit` if that is of another site or person; `closed` if the visit is decided.
                `kept` is the stored Visit that it contradicts; None if there is none to show.
        """
        new = visit_of(document)
        _refuse_other_id(new.id)
        digest = hashlib.sha256(document).hexdigest()
        with self._database.writing() as connection:
            row_before = connection.execute(select(visit).where(visit.c.id == new.id)).one_or_none()
            if row_before is not None:
                if row_before.sha256 != digest:
                    raise Conflict(
                        say(
                            "a visit with this id is recorded already and says something else; send this one as a new visit"
                        ),
                        "differs",
                        with_merged_sites(connection, [read_one(connection, row_before, visit_of_row, "visit")])[0],
                    )
                stored = with_merged_sites(connection, [read_one(connection, row_before, visit_of_row, "visit")])[0]
                return StoredVisit(stored, new=False)
            if connection.scalar(select(site.c.id).where(site.c.id == new.site_id, site.c.part_of.is_(None))) is None:
                raise _no_site(new.site_id)
            root, version, site_id = _chain_position(connection, new)
            now = at or now_utc()
            text = redacted(connection, new.id, new.author, document.decode(), now)
            connection.execute(
                insert(visit).values(
                    id=new.id,
                    site_id=site_id,
                    edition=new.edition,
                    stage=new.stage,
                    author=new.author or None,
                    auditor=visit_of(text).auditor,
                    day=new.day.isoformat(),
                    root=root,
                    version=version,
                    document=text,
                    sha256=digest,
                    recorded_at=as_time(now),
                )
            )
            if new.photos:
                connection.execute(
                    insert(visit_photo),
                    [
                        {
                            "visit_id": new.id,
                            "seq": seq,
                            "sha256": photo.sha256,
                            "question": photo.question,
                            "item": photo.item,
                        }
                        for seq, photo in enumerate(new.photos)
                    ],
                )
            count_change(connection)
            row = connection.execute(select(visit).where(visit.c.id == new.id)).one()
            return StoredVisit(
                with_merged_sites(connection, [read_one(connection, row, visit_of_row, "visit")])[0], new=True
            )

    def get(self, id: str) -> Visit:
        """Return one version of a visit.

        Raises:
            NotInRegister: there is no such visit.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(visit).where(visit.c.id == id)).one_or_none()
            if row is None:
                raise NotInRegister(say("the register has no visit '{id}'; look it up at its site", id=id))
            return dated_as_first(connection, [read_one(connection, row, visit_of_row, "visit")])[0]

    def document(self, id: str) -> bytes:
        """Return the document of one version of a visit as it was sent, byte for byte except for the name of an erased author.

        Raises:
            NotInRegister: there is no such visit.
        """
        with self._database.reading() as connection:
            text: str | None = connection.scalar(select(visit.c.document).where(visit.c.id == id))
        if text is None:
            raise NotInRegister(say("the register has no visit '{id}'; look it up at its site", id=id))
        return text.encode()

    def chain(self, root: str) -> list[Visit]:
        """Return all versions of a visit, oldest first; empty if there is no such visit."""
        with self._database.reading() as connection:
            return selected_visits(connection, select(visit).where(visit.c.root == root).order_by(visit.c.version))

    def for_site(self, site_id: str) -> list[Visit]:
        """Return the newest version of each visit of a site, or of its merge target, newest visit first.

        Raises:
            NotInRegister: there is no such site.
        """
        with self._database.reading() as connection:
            if connection.scalar(select(site.c.id).where(site.c.id == site_id, site.c.part_of.is_(None))) is None:
                raise _no_site(site_id)
            heads = newest_versions()
            ids = merged_ids(connection, site_id)
            return newest_first(selected_visits(connection, select(heads).where(heads.c.site_id.in_(ids))))

    def under_site_id(self, site_id: str) -> list[Visit]:
        """Return the newest version of each visit that was recorded under exactly this site id, newest visit first.

        All other methods return the visits of a merged site with those of its merge target; see `for_site`.
        """
        heads = newest_versions()
        with self._database.reading() as connection:
            return newest_first(selected_visits(connection, select(heads).where(heads.c.site_id == site_id)))

    def by_author(self, author: str) -> list[Visit]:
        """Return the newest version of each visit that a person sent, newest first."""
        with self._database.reading() as connection:
            heads = newest_versions()
            return newest_first(selected_visits(connection, select(heads).where(heads.c.author == author)))

    def last_sent(self, author: str) -> datetime | None:
        """Return when the last visit of a person arrived; None if there is none."""
        newest = select(func.max(visit.c.recorded_at)).where(visit.c.author == author)
        with self._database.reading() as connection:
            return moment_or_none(connection, connection.scalar(newest), "visit", author)

    def newest(self, states: Collection[State] = STATES) -> list[tuple[Visit, State]]:
        """Return (newest version, state) of every visit whose state is in `states`, newest visit first."""
        heads = newest_versions_with_state()
        wanted = select(heads).where(heads.c.state.in_(states))
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            pairs = read_all(connection, rows, lambda row: (visit_of_row(row), _state(row.state)), "visit")
            dated = dated_as_first(connection, [visit for visit, _ in pairs])
        pairs = [(visit, state) for visit, (_, state) in zip(dated, pairs, strict=True)]
        pairs.sort(key=lambda pair: pair[0].id)
        return sorted(pairs, key=lambda pair: pair[0].order, reverse=True)

    def by_site(self, states: Collection[State] = COUNTED, site_id: str | None = None) -> dict[str, list[Visit]]:
        """Return the newest version of each visit in `states`, oldest visit first, by the id of its site after merges.

        With `site_id` only of that site; its key is then `site_id`, even if the site was merged into another.
        """
        heads = newest_versions_with_state()
        wanted = select(heads).where(heads.c.state.in_(states))
        with self._database.reading() as connection:
            if site_id is not None:
                wanted = wanted.where(heads.c.site_id.in_(merged_ids(connection, site_id)))
            visits = selected_visits(connection, wanted)
        by_id: dict[str, list[Visit]] = {}
        for version in reversed(newest_first(visits)):
            by_id.setdefault(version.site_id if site_id is None else site_id, []).append(version)
        return by_id


def _chain_position(connection: Connection, new: Visit) -> tuple[str, int, str]:
    """Return (root, version, site id) for a new visit; for a correction also move its chain on in the review.

    A correction is stored under the site id of the version that it corrects, even if its form was opened at the merge target:
    otherwise undoing the merge would separate the two versions.

    Raises:
        Conflict: as in `Visits.take`.
    """
    if not new.replaces:
        return new.id, 1, new.site_id
    before = connection.execute(select(visit).where(visit.c.id == new.replaces)).one_or_none()
    if before is None:
        raise Conflict(
            say("the visit this one corrects, '{id}', is not in the register; send it as a new visit", id=new.replaces),
            "not_current",
        )
    merges = merge_targets_of(connection)
    same_site = merges.target_of(before.site_id) == merges.target_of(new.site_id) or new.site_id == read_one(
        connection, before, lambda row: visit_of(row.document).site_id, "visit"
    )
    if not same_site or (before.author or "") != new.author:
        raise Conflict(
            say("this corrects a visit of another site or another person; send it as a new visit"),
            "other_visit",
        )
    newest = connection.execute(
        select(visit).where(visit.c.root == before.root).order_by(visit.c.version.desc()).limit(1)
    ).one()
    if newest.id != before.id:
        raise Conflict(
            say("the visit was corrected before, from another form; look at both and correct the newer one"),
            "not_current",
            with_merged_sites(connection, [read_one(connection, newest, visit_of_row, "visit")])[0],
        )
    if note_new_version(connection, before.root, new.id, new.author) is None:
        raise Conflict(
            say("this visit is decided and takes no correction; ask a reviewer to open it again"),
            "closed",
            with_merged_sites(connection, [read_one(connection, newest, visit_of_row, "visit")])[0],
        )
    return before.root, before.version + 1, before.site_id


def _state(text: str) -> State:
    if text not in STATES:
        raise ValueError("this is no state of a visit")
    return text


def _refuse_other_id(id: str) -> None:
    try:
        UUID(id)
    except ValueError:
        raise EvidenceError(say("'{id}' is not the id of a visit; open the form again", id=id)) from None


def _no_site(id: str) -> NotInRegister:
    return NotInRegister(say("the register has no site '{id}'; look it up in the list of all sites", id=id))
