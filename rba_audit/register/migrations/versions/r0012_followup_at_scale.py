"""Tables of changes of many actions, notes about agencies, and scans of certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("undoes", sa.Text, sa.ForeignKey("bulk_change.id"), unique=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "bulk_change_action",
        sa.Column("bulk_id", sa.Text, sa.ForeignKey("bulk_change.id"), primary_key=True),
        sa.Column("action_id", sa.Text, sa.ForeignKey("action.id"), primary_key=True),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "agency_note",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("letter", sa.Text, nullable=False),
        sa.Column("letter_day", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("root", "version"),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate_scan",
        sa.Column("certificate_id", sa.Text, sa.ForeignKey("certificate.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, sa.CheckConstraint("kind in ('picture', 'pdf')"), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("kept_sha256", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
