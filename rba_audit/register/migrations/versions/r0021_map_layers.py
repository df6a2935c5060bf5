"""Table of the map layers of the city."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Create the table, empty."""
    op.create_table(
        "map_layer",
        sa.Column("layer_id", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, sa.CheckConstraint("state in ('current', 'ended')"), nullable=False),
        sa.Column("form", sa.Text, sa.CheckConstraint("form in ('map', 'table', 'raster')"), nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("counted", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("dated", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("file_bytes", sa.Integer, nullable=False),
        sa.Column("file_ending", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
