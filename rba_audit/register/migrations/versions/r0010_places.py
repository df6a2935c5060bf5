"""Tables of site events, and of sites proposed from the field."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_HAPPENINGS = (
    "'proposed', 'added', 'split_from', 'accepted', 'declined', 'reopened', 'merged', 'unmerged', 'retired', 'back', "
    "'changed', 'parts', 'restored', 'split', 'took_in', 'gave_back'"
)


def upgrade() -> None:
    """Create the tables, empty; without an event every site is active."""
    op.create_table(
        "place_event",
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("happening", sa.Text, sa.CheckConstraint(f"happening in ({_HAPPENINGS})"), nullable=False),
        sa.Column(
            "standing",
            sa.Text,
            sa.CheckConstraint("standing in ('counts', 'proposed', 'declined', 'retired', 'merged')"),
            nullable=False,
        ),
        sa.Column("other_id", sa.Text, sa.ForeignKey("site.id")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seen_version", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("place_event_by_standing", "place_event", ["standing", "site_id"])
    op.create_table(
        "place_proposal",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False, unique=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("place_proposal_by_author", "place_proposal", ["author", "recorded_at"])
