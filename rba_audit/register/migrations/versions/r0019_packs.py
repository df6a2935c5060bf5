"""Tables of evidence packs that were made, and of those who got them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "pack",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("trained", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "pack_recipient",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("pack_seq", sa.Integer, sa.ForeignKey("pack.seq"), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
