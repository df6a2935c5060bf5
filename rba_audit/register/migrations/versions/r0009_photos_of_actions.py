"""Table of time and position from the photo files of actions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table; for photos that are stored already this information is lost."""
    op.create_table(
        "action_photo",
        sa.Column("action_id", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("taken_at", sa.Text, nullable=False),
        sa.Column("lon", sa.REAL),
        sa.Column("lat", sa.REAL),
        sa.ForeignKeyConstraint(("action_id", "seq"), ("action_event.action_id", "action_event.seq")),
        sqlite_strict=True,
    )
