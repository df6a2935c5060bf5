"""Tables of trainings on the rights of the child, of the people trained, and of their certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "kha_training",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("organiser", sa.Text, nullable=False),
        sa.Column("hours", sa.Integer),
        sa.Column("venue", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "kha_recording",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, sa.CheckConstraint("source in ('form', 'table')"), nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "kha_person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("recording_id", sa.Text, sa.ForeignKey("kha_recording.id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "kha_certificate",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kha_person_id", sa.Text, sa.ForeignKey("kha_person.id"), nullable=False),
        sa.Column("certificate_number", sa.Text, nullable=False),
        sa.Column("dated", sa.Text, nullable=False),
        sa.Column("valid_until", sa.Text, nullable=False),
        sa.Column("training_id", sa.Text, sa.ForeignKey("kha_training.id")),
        sa.Column("recording_id", sa.Text, sa.ForeignKey("kha_recording.id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "kha_person_site",
        sa.Column("kha_person_id", sa.Text, sa.ForeignKey("kha_person.id"), primary_key=True),
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("recording_id", sa.Text, sa.ForeignKey("kha_recording.id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "kha_erasure",
        sa.Column("kha_person_id", sa.Text, primary_key=True),
        sa.Column("actor", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("kha_certificate_by_person", "kha_certificate", ["kha_person_id"])
    op.create_index("kha_person_by_recording", "kha_person", ["recording_id"])
