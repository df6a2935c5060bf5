"""Tables of photo senders, of conditions of photo files, and of photos that a visit was approved without."""

import sqlalchemy as sa
from alembic import op

from rba_audit.days import now_utc

revision = "0003"
down_revision = "0002"

_NAMED = """
    SELECT sha256, sent_by AS person_id FROM photo
    UNION SELECT visit_photo.sha256, coalesce(visit.author, '') FROM visit_photo
        JOIN visit ON visit.id = visit_photo.visit_id JOIN photo ON photo.sha256 = visit_photo.sha256
    UNION SELECT danger.photo, danger.author FROM danger JOIN photo ON photo.sha256 = danger.photo
    UNION SELECT action_event.photo, action_event.person_id FROM action_event
        JOIN photo ON photo.sha256 = action_event.photo
"""
"""So far a photo counted for every author who named it, so these authors become senders and their visits stay complete."""


def upgrade() -> None:
    """Create the tables, and record every person who names a stored photo as a sender of it."""
    op.create_table(
        "photo_sender",
        sa.Column("sha256", sa.Text, sa.ForeignKey("photo.sha256"), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "photo_condition",
        sa.Column("sha256", sa.Text, sa.ForeignKey("photo.sha256"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, sa.CheckConstraint("state in ('whole', 'lost', 'altered')"), nullable=False),
        sa.Column("kept_sha256", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "approved_without",
        sa.Column("root", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["root", "seq"], ["review_move.root", "review_move.seq"]),
        sqlite_strict=True,
    )
    op.get_bind().execute(
        sa.text(f"INSERT INTO photo_sender (sha256, person_id, at) SELECT sha256, person_id, :now FROM ({_NAMED})"),  # noqa: S608 - nothing in it comes from outside
        {"now": now_utc().isoformat(timespec="microseconds")},
    )
