"""The role of a verifier, the last day of an account, and tables of rehearsals and of real outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_ROLES = ("surveyor", "reviewer", "planner", "administrator", "verifier")


def upgrade() -> None:
    """Admit the role, let all accounts be without a last day, and create the tables, empty."""
    people = op.get_bind().execute(sa.text("SELECT * FROM person ORDER BY rowid")).mappings().all()
    op.drop_table("person")  # its check of roles cannot be changed; rows that refer to it are checked after the upgrade
    op.create_table(
        "person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, sa.CheckConstraint(f"role in {_ROLES}"), nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("active", sa.Integer, sa.CheckConstraint("active in (0, 1)"), nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("valid_until", sa.Text),
        sqlite_strict=True,
    )
    for row in people:
        op.get_bind().execute(
            sa.text(
                "INSERT INTO person (id, login, name, role, area, password, active, created_at)"
                " VALUES (:id, :login, :name, :role, :area, :password, :active, :created_at)"
            ),
            dict(row),
        )
    _create_rehearsals()


def _create_rehearsals() -> None:
    op.create_table(
        "rehearsal",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "rehearsal_invitation",
        sa.Column("rehearsal_id", sa.Text, sa.ForeignKey("rehearsal.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("guest_id", sa.Text, nullable=False),
        sa.Column("invited", sa.Integer, sa.CheckConstraint("invited in (0, 1)"), nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "rehearsal_decision",
        sa.Column("rehearsal_id", sa.Text, sa.ForeignKey("rehearsal.id"), primary_key=True),
        sa.Column("item", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, sa.CheckConstraint("state in ('accepted', 'refused')"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "rehearsal_closing",
        sa.Column("rehearsal_id", sa.Text, sa.ForeignKey("rehearsal.id"), primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "kla_outcome",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("state", sa.Text, sa.CheckConstraint("state in ('accepted', 'refused', '')"), nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
