"""People, versions of a visit with their document, reviews, photos, dangers, actions, certificates, and children's sheets."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COUNTED = (
    "Dicatat sebelum ada peninjauan, jadi tetap dihitung. / Recorded before there were reviews, so it goes on counting."
)


def upgrade() -> None:
    """Create the tables, and approve each visit that was recorded before, so that it still counts."""
    before = op.get_bind().execute(sa.text("SELECT * FROM visit ORDER BY recorded_at, id")).mappings().all()
    op.drop_index("visit_by_site")
    op.drop_table("visit")  # this also drops the triggers that make it append-only
    _make_visits()
    _make_the_others()
    for row in before:
        _take_over(row)


def _take_over(row: sa.RowMapping) -> None:
    document = json.dumps(
        {
            "format": 1,
            "id": row["id"],
            "site": row["site_id"],
            "edition": row["edition"],
            "stage": row["stage"],
            "author": "",
            "auditor": row["auditor"],
            "day": row["day"],
            "replaces": None,
            "answers": json.loads(row["answers"]),
            "notes": {},
            "note": row["note"],
            "position": None,
            "items": [],
            "photos": [],
        },
        ensure_ascii=False,
    )
    kept = {name: row[name] for name in ("id", "site_id", "edition", "stage", "auditor", "day", "recorded_at")}
    op.get_bind().execute(
        sa.text(
            "INSERT INTO visit (id, site_id, edition, stage, auditor, day, root, version, document, sha256, recorded_at)"
            " VALUES (:id, :site_id, :edition, :stage, :auditor, :day, :id, 1, :document, :sha256, :recorded_at)"
        ),
        {**kept, "document": document, "sha256": hashlib.sha256(document.encode()).hexdigest()},
    )
    op.get_bind().execute(
        sa.text(
            "INSERT INTO review_move (root, seq, from_state, to_state, visit_id, person_id, at, note, notes)"
            " VALUES (:id, 1, 'received', 'approved', :id, '', :recorded_at, :note, '{}')"
        ),
        {"id": row["id"], "recorded_at": row["recorded_at"], "note": _COUNTED},
    )


def _make_visits() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, sa.CheckConstraint("stage in ('self', 'auditor')"), nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("auditor", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.UniqueConstraint("root", "version"),
        sqlite_strict=True,
    )
    op.create_index("visit_by_author", "visit", ["author", "recorded_at"])
    op.create_index("visit_by_site", "visit", ["site_id", "day", "recorded_at"])


def _make_the_others() -> None:
    op.create_table(
        "account_event",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "brought",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column(
            "role",
            sa.Text,
            sa.CheckConstraint("role in ('surveyor', 'reviewer', 'planner', 'administrator')"),
            nullable=False,
        ),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("active", sa.Integer, sa.CheckConstraint("active in (0, 1)"), nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "photo",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("kept_sha256", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("sent_by", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("photo_by_kept_sha256", "photo", ["kept_sha256"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("whose", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("sign_in_attempt_by_whose", "sign_in_attempt", ["whose", "at"])
    op.create_table(
        "certificate",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("rank", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("issued", sa.Text, nullable=False),
        sa.Column("valid_until", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("certificate_by_site", "certificate", ["site_id"])
    op.create_table(
        "child_sheet",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("feeling", sa.Text, nullable=False),
        sa.Column("age", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("child_sheet_by_site", "child_sheet", ["site_id", "batch"])
    op.create_table(
        "danger",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("photo", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("danger_by_photo", "danger", ["photo"])
    op.create_index("danger_by_time", "danger", ["recorded_at"])
    op.create_table(
        "join_link",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False, unique=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("began_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("session_by_person", "session", ["person"])
    op.create_table(
        "action",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("requirement", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("previous", sa.Text, sa.ForeignKey("action.id")),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.id")),
        sa.Column("risk", sa.Text, nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.UniqueConstraint("site_id", "requirement", "round"),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate_withdrawal",
        sa.Column("certificate_id", sa.Text, sa.ForeignKey("certificate.id"), primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "danger_seen",
        sa.Column("danger_id", sa.Text, sa.ForeignKey("danger.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "review_move",
        sa.Column("root", sa.Text, sa.ForeignKey("visit.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column(
            "visit_id", sa.Text, sa.ForeignKey("visit.id", deferrable=True, initially="DEFERRED"), nullable=False
        ),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "visit_photo",
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("visit_photo_by_sha256", "visit_photo", ["sha256"])
    op.create_table(
        "action_event",
        sa.Column("action_id", sa.Text, sa.ForeignKey("action.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("state", sa.Text, sa.CheckConstraint("state in ('open', 'done', 'closed')"), nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("photo", sa.Text),
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.id")),
        sqlite_strict=True,
    )
