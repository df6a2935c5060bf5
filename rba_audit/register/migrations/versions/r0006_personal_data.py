"""Tables of erasures and redacted documents, of decisions about photos, and of the log of exports."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables, all empty."""
    op.create_table(
        "clearance",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "decision",
            sa.Text,
            sa.CheckConstraint("decision in ('no_children', 'covered', 'consent', 'withdrawn')"),
            nullable=False,
        ),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("rectangles", sa.Text, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "export_log",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("filter", sa.Text, nullable=False),
        sa.Column("row_count", sa.Integer),
        sa.Column("photo_count", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("export_log_by_time", "export_log", ["at"])
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Text, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "redaction",
        sa.Column(
            "visit_id", sa.Text, sa.ForeignKey("visit.id", deferrable=True, initially="DEFERRED"), primary_key=True
        ),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
