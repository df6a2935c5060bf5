"""Read what a killed server has stored."""

import hashlib
from contextlib import closing

from rba_audit.register import open_register


def found_in(folder):
    """Return the ids of all visits, the hash of the file of every photo, and every file there is."""
    register = open_register(f"sqlite:///{folder}/register.db")
    with closing(register), register._database.reading() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM visit")]
        photos = dict(connection.exec_driver_sql("SELECT sha256, kept_sha256 FROM photo").all())
        documents = {id: register.visits.document(id) for id in ids}
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "photos").rglob("*.jpg")
        if not path.name.startswith(".")
    }
    return ids, photos, documents, files
