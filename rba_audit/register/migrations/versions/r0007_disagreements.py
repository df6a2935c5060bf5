"""Table of reviewers' decisions about disagreements of double audits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table, empty."""
    op.create_table(
        "disagreement_settled",
        sa.Column("first_visit", sa.Text, sa.ForeignKey("visit.id"), primary_key=True),
        sa.Column("second_visit", sa.Text, sa.ForeignKey("visit.id"), primary_key=True),
        sa.Column("requirement", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chosen", sa.Text, sa.ForeignKey("visit.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
