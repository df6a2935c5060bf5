"""Registers with visits and photos for tests of backups: their contents, and the paths of their files."""

import hashlib
from contextlib import closing
from datetime import date
from uuid import uuid4

from helpers.visits import put_visit
from rba_audit.photographs import Picture
from rba_audit.register import Photo, Visit, database_at, open_register
from rba_audit.register.backup import back_up
from rba_audit.register.backup_generations import BackupFolder
from rba_audit.register.integrity import check_register

SITE = {"type": "Feature", "id": "taman-a", "geometry": None, "properties": {}}


def url_of(folder):
    """Return the place of the register in a folder."""
    return f"sqlite:///{folder}/register.db"


def new_register(folder):
    """Open a new register with one site."""
    register = open_register(url_of(folder))
    register.import_features([SITE])
    return register


def add_visit(register, *photos, author="", day=date(2026, 11, 12)):
    """Record a visit with photos of these bytes, as a phone sends it: the visit, then each photo. Returns its id."""
    named = tuple(Photo(hashlib.sha256(b"sent " + each).hexdigest()) for each in photos)
    id = str(uuid4())
    put_visit(register.visits, Visit(id, "taman-a", "rbra-2024", "self", "P", day, {}, author=author, photos=named))
    for photo, data in zip(named, photos, strict=True):
        register.photos.keep(photo.sha256, Picture(data, 1, 1, hashlib.sha256(data).hexdigest()), author)
    return id


def backed_up(folder, target, **named):
    """Back up the register in a folder, and return what was made."""
    with closing(database_at(url_of(folder))) as database:
        database.prepare(create=False)
        return back_up(database, target, **named)


def faults_of(folder):
    """Return what is wrong with the register in a folder, in words."""
    with closing(database_at(url_of(folder))) as database:
        return [str(fault) for fault in check_register(database).faults]


def visits_in(folder):
    """Return the ids of the visits in the register of a folder."""
    with closing(open_register(url_of(folder), create=False)) as register:
        return {visit.id for visit in register.visits.for_site("taman-a")}


def newest(target):
    """Return the folder of the newest generation."""
    place = BackupFolder(target)
    return place.generations / place.choose()
