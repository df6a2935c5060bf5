"""Tables of imports, their rows and their undoing; events of sites whose import was undone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_HAPPENINGS = (
    "'proposed', 'added', 'split_from', 'accepted', 'declined', 'reopened', 'merged', 'unmerged', 'retired', 'back', "
    "'changed', 'parts', 'restored', 'split', 'took_in', 'gave_back', 'import_undone', 'import_reverted', 'imported_again'"
)


def upgrade() -> None:
    """Admit the events and the status, and create the tables, empty."""
    events = op.get_bind().execute(sa.text("SELECT * FROM place_event ORDER BY rowid")).mappings().all()
    op.drop_table("place_event")  # its checks cannot be changed
    op.create_table(
        "place_event",
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("happening", sa.Text, sa.CheckConstraint(f"happening in ({_HAPPENINGS})"), nullable=False),
        sa.Column(
            "standing",
            sa.Text,
            sa.CheckConstraint("standing in ('counts', 'proposed', 'declined', 'retired', 'merged', 'undone')"),
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
    if events:
        op.get_bind().execute(
            sa.text(
                "INSERT INTO place_event"
                " (site_id, seq, happening, standing, other_id, version, seen_version, person_id, reason, at)"
                " VALUES (:site_id, :seq, :happening, :standing, :other_id, :version, :seen_version, :person_id, :reason, :at)"
            ),
            [dict(row) for row in events],
        )
    op.create_index("place_event_by_standing", "place_event", ["standing", "site_id"])
    _create_imports()


def _create_imports() -> None:
    op.create_table(
        "site_import",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False, unique=True),
        sa.Column("request_sha256", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("file_bytes", sa.Integer, nullable=False),
        sa.Column("file_ending", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("headings", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "site_import_row",
        sa.Column("import_id", sa.Text, sa.ForeignKey("site_import.id"), primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("kind", sa.Text, sa.CheckConstraint("kind in ('new', 'changed')"), nullable=False),
        sa.Column("version_before", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("event_seq", sa.Integer, nullable=False),
        sa.Column("part_of_before", sa.Text),
        sa.Column("part_of", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("site_import_row_by_site", "site_import_row", ["site_id"])
    op.create_table(
        "site_import_undo",
        sa.Column("import_id", sa.Text, sa.ForeignKey("site_import.id"), primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
