"""Tables of photos, their senders, and changes in the condition of their files. Append-only."""

from __future__ import annotations

from typing import Final, Literal, get_args

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Subquery, Table, Text, func, select

from rba_audit.register.tables import KEPT, metadata

Condition = Literal["whole", "lost", "altered"]
CONDITIONS: Final[tuple[Condition, ...]] = get_args(Condition)
"""Of a stored file: as it was written, not readable at all, or with other bytes."""

photo: Final = Table(
    "photo",
    metadata,
    Column("sha256", Text, primary_key=True),  # of the bytes that were sent, which are not stored
    Column("kept_sha256", Text, nullable=False),  # of the stored file, and its name
    Column("bytes", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("sent_by", Text, nullable=False),  # the first sender
    sqlite_strict=True,
)
Index("photo_by_kept_sha256", photo.c.kept_sha256)

photo_sender: Final = Table(
    "photo_sender",
    metadata,
    Column("sha256", Text, ForeignKey("photo.sha256"), primary_key=True),
    Column("person_id", Text, primary_key=True),  # the author of the visit, danger or action that it was sent for
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)

# A picture that is re-encoded after a loss may have other bytes than before, hence the columns about the file.
photo_condition: Final = Table(
    "photo_condition",
    metadata,
    Column("sha256", Text, ForeignKey("photo.sha256"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # 1 for the first change of a photo
    Column("state", Text, CheckConstraint("state in ('whole', 'lost', 'altered')"), nullable=False),
    Column("kept_sha256", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_strict=True,
)
KEPT.extend([photo, photo_sender, photo_condition])


def current_photos() -> Subquery:
    """Return a query of the current photos: the columns of `photo`, and `state` and `seq` of the last change (0 if none)."""
    last = (
        select(photo_condition.c.sha256, func.max(photo_condition.c.seq).label("seq"))
        .group_by(photo_condition.c.sha256)
        .subquery()
    )
    now = photo_condition
    return (
        select(
            photo.c.sha256,
            photo.c.received_at,
            photo.c.sent_by,
            *(func.coalesce(now.c[name], photo.c[name]).label(name) for name in ("kept_sha256", "bytes")),
            *(func.coalesce(now.c[name], photo.c[name]).label(name) for name in ("width", "height")),
            func.coalesce(now.c.state, "whole").label("state"),
            func.coalesce(now.c.seq, 0).label("seq"),
        )
        .select_from(
            photo.join(last, last.c.sha256 == photo.c.sha256, isouter=True).join(
                now, (now.c.sha256 == last.c.sha256) & (now.c.seq == last.c.seq), isouter=True
            )
        )
        .subquery("current_photo")
    )
