"""Tables of nominations with their trails, and of points and results of KLA rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "kla_score",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column(
            "kind",
            sa.Text,
            sa.CheckConstraint("kind in ('maximum', 'outcome', 'self', 'target', 'share', 'per_site', 'at_risk')"),
            nullable=False,
        ),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("kla_score_by_year", "kla_score", ["year", "kind", "subject"])
    op.create_table(
        "kla_result",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("total", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("kla_result_by_year", "kla_result", ["year"])
    op.create_table(
        "nomination_event",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("active", sa.Integer, sa.CheckConstraint("active in (0, 1)"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("nomination_event_by_year", "nomination_event", ["year", "site_id"])
    op.create_table(
        "nomination_step",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False, unique=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("deadline", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("score", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("nomination_step_by_site", "nomination_step", ["year", "site_id"])
