"""Register in which every text field has a unique word, and extraction of the texts from its pages and files.

The words consist of letters only, so that no format escapes them; compressed files and folded lines are unpacked here.
"""

import base64
import html
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from urllib.parse import urljoin, urlsplit

from sqlalchemy import select, update

from helpers.effort import cases
from helpers.reviews import ADE, BUDI, RINA, SITE, SITI, sent, uuid
from helpers.sending import place
from helpers.sheets import send
from helpers.whole_register import ITEM, Whole, whole_register
from rba_audit import accounts
from rba_audit.accounts import begin_session, set_public_view
from rba_audit.register import open_register
from rba_audit.register.account_tables import account_event, person, session
from rba_audit.register.action_records import action
from rba_audit.register.certificates import Certificate
from rba_audit.register.child_sheets import child_sheet
from rba_audit.register.clearances import Consent
from rba_audit.register.kla.rehearsal_rows import rehearsal
from rba_audit.register.kla.requests import DocumentRequest
from rba_audit.register.person_records import Person
from rba_audit.register.personal_data import WORDS
from rba_audit.register.site_event_records import SiteChange
from rba_audit.register.tables import site, site_version
from rba_audit.review import decide_clearance, move_visit
from rba_audit.site_editing import feature_of_proposal, merge_sites
from rba_audit.web import create_app

MARK = "zqx"
MARKED = re.compile(MARK + "[a-p]{12}", re.IGNORECASE)
PARK, NOWHERE = "alun-alun-barat", "taman-cecantelan"
"""A site with mapped parts, and one that is not located."""
KEPT_SITES = (SITE, PARK, NOWHERE)
GONE = Person("gone", "gone", "Gone", "surveyor", ("*",), True)
FOLLOWED = cases(2, 8)
"""How many addresses of one page with different parameters are opened."""
PLANTED = {
    **WORDS,
    person: (person.c.name, person.c.login, person.c.area),
    session: (session.c.agent,),
    account_event: (account_event.c.detail,),
    action: (action.c.words,),
    child_sheet: (child_sheet.c.answers, child_sheet.c.feeling, child_sheet.c.age),
}
"""Every column in which somebody's own words stand, and those of accounts, actions and children."""


STATED = ("title", "number", "signer", "link", "note")
"""What a document of the KLA folder states in somebody's own words."""


class Planting:
    """Makes a word for each field, and knows which was made for which."""

    def __init__(self):
        self.fields = {}

    def __call__(self, *path):
        digest = sha256(".".join(path).encode()).hexdigest()[:12]
        made = MARK + digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
        self.fields[made] = ".".join(path)
        return made

    def in_texts(self, value, *path):
        """Return a JSON value with every text in it planted by its path."""
        if isinstance(value, dict):
            return {key: self.in_texts(each, *path, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.in_texts(each, *path) for each in value] or [self(*path)]
        return self(*path) if isinstance(value, str) else value


def planted_register(folder, standard, *, public=True):
    """Fill a register in `folder` and plant its words; return it whole, and the field of each word."""
    whole = whole_register(folder, standard)
    _add_the_rest(whole.register, whole.photo)
    plant = Planting()
    with whole.register._database.writing() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')  # they come back when the register is opened
        _leave_out_sites(connection)
        for table, columns in PLANTED.items():
            _plant(connection, table, columns, plant, standard)
        for id, document in connection.execute(select(rehearsal.c.id, rehearsal.c.document)).all():
            digest = sha256(document.encode()).hexdigest()  # the copy stays the one that was stored
            connection.execute(update(rehearsal).where(rehearsal.c.id == id).values(sha256=digest))
        connection.exec_driver_sql("UPDATE meta SET value = value + 1 WHERE key = 'changes'")
    whole.register.close()
    register = open_register(f"sqlite:///{folder}/register.db")
    set_public_view(register, on=public, by=ADE)
    return Whole(register, create_app(register, standard), whole.photo, whole.values), plant.fields


def _add_the_rest(register, photo):
    """Put in what a whole register has no row of, and what more than one reader's page is made of."""
    sent(register, 2, by=SITI, stage="self", items=({**ITEM, "id": uuid(78)},), note="x")
    sent(register, 3, by=SITI, note="x")  # not approved
    sent(register, 4, site=PARK, answers={"LOK-03": 5, "MAT-03": "no"}, items=({**ITEM, "id": uuid(79)},))
    # Another auditor found both differently; one of the two is settled.
    sent(
        register, 5, by=SITI, site=PARK, answers={"LOK-03": 50_000, "MAT-03": "yes"}, items=({**ITEM, "id": uuid(79)},)
    )
    register.disagreements.settle(uuid(4), uuid(5), {"MAT-03": uuid(4)}, "x", RINA.id, {})
    for number in (2, 4, 5):
        move_visit(register, RINA, uuid(number), to="approved", seq=0, note="x", notes={"LOK-03": "x"})
    days = date(2026, 1, 1), date(2030, 1, 1)
    register.certificates.add(Certificate(uuid(61), SITE, "SK 2", "rbra-2024", "Nindya", "KPPPA", *days, ADE.id))
    decide_clearance(register, RINA, photo, "consent", seq=0, consent=Consent("x", "2026-11-01", "x"))
    register.people.add(GONE, None, datetime(2026, 11, 1, tzinfo=UTC), None)
    accounts.erase_account(register, GONE.id, reason="x", by=ADE)
    register.exports.add("x", filter="x")
    _fill_folder(register)
    _propose(register)
    begin_session(register, BUDI)
    for answer in ("kotor", "sedikit") * 6:
        send(register, answers={"bersih": answer})
    with register._database.writing() as connection:
        root, seq = connection.exec_driver_sql("SELECT root, seq FROM review_move LIMIT 1").one()
        values = (root, seq, "0" * 64, "x")
        connection.exec_driver_sql(
            "INSERT INTO approved_without (root, seq, sha256, reason) VALUES (?, ?, ?, ?)", values
        )


def _fill_folder(register):
    """Ask for a document, decide about an item of the rehearsal, and hand out a pack."""
    at, day = datetime(2026, 3, 4, tzinfo=UTC), date(2026, 3, 31)
    request = DocumentRequest(uuid(81), "sk_sites", "", "dp3akb", day, date(2030, 1, 1), "x", ADE.id, at)
    register.kla.requests.add(request, "x")
    [begun] = register.kla.rehearsals.all()
    first = begun.items[0]
    register.kla.rehearsals.decide(begun.id, first.number, "refused", "x", person_id=ADE.id, at=at, seen=0)
    subject = (first.kind, first.site_id, "")
    register.kla.rehearsals.record_outcome(2026, subject, "refused", None, "x", person_id=ADE.id, at=at)
    register.kla.packs.add_recipient(
        register.kla.packs.add_pack(2026, day, "0" * 64, 1, 1, 0, ADE.id), "x", day, ADE.id
    )


def _propose(register):
    """Let two places be proposed, of which one is merged with a known one, and something happen to a known one."""
    for each in (place(), place(701)):
        register.site_events.take(json.dumps(each).encode(), feature_of_proposal(each, ())[0])
    merged, seen = place(701)["site"], register.site_events.snapshot(place(701)["site"]).seen
    merge_sites(register, merged, PARK, ADE.id, "x", {merged: seen})
    register.site_events.record([SiteChange(SITE, "parts")], ADE.id, "x", {})


def _leave_out_sites(connection):
    """Keep a few sites with their parts: the pages of the others are no different."""
    kept = {*KEPT_SITES, place()["site"], place(701)["site"]}
    gone = [row.id for row in connection.execute(select(site)) if (row.part_of or row.id) not in kept]
    for name in gone:
        connection.execute(site_version.delete().where(site_version.c.site_id == name))
        connection.execute(site.delete().where(site.c.id == name))


def _plant(connection, table, columns, plant, standard):
    keys = tuple(table.primary_key)
    number = count()
    for row in connection.execute(select(*keys, *(each for each in columns if each not in keys))).mappings().all():
        values = {each.name: _planted(row, each, plant, standard, next(number)) for each in columns}
        connection.execute(update(table).where(*(key == row[key.name] for key in keys)).values(**values))


def _planted(row, column, plant, standard, number):
    path = str(column)
    text = row[column.name]
    if path == "person.login":
        return plant(path, str(number))
    if path == "person.area":
        return json.dumps([*json.loads(text), plant(path)])
    if path == "site_version.document":
        return json.dumps(_feature(json.loads(text), plant, standard))
    if path == "visit.document":
        return json.dumps(_visit(json.loads(text), plant, standard))
    if path == "place_proposal.document":
        told = json.loads(text)
        return json.dumps(
            told | {key: plant(path, key) for key in ("name", "kind", "note")} | {"near": [plant(path, "near")]}
        )
    if path == "document_version.document":
        return json.dumps(json.loads(text) | {key: plant(path, key) for key in STATED})
    if path == "rehearsal.document":
        copy = json.loads(text)
        copied = [item | {key: plant(path, key) for key in (*STATED[:-1], "site")} for item in copy["items"]]
        return json.dumps(copy | {"items": copied})
    if path == "danger.document":
        return json.dumps(_danger(json.loads(text), plant))
    try:
        document = json.loads(text)
    except (TypeError, ValueError):
        return plant(path)
    return json.dumps(plant.in_texts(document, path)) if isinstance(document, dict | list) else plant(path)


def answers_that_are_words(plant, standard, *path):
    """Return answers that nobody can read, one of each kind of question, and one of no question."""
    asked = [each for each in standard.questions if each.measure is None and each.requirement is not None]
    of = {kind: next(each.id for each in reversed(asked) if each.kind == kind) for kind in ("choice", "number", "set")}
    return {
        of["choice"]: plant(*path, "answers.choice"),
        of["number"]: plant(*path, "answers.number"),
        of["set"]: [plant(*path, "answers.set")],
        next(each.id for each in standard.questions if each.open): plant(*path, "answers.open"),
        "catatan": plant(*path, "answers.of no question"),
    }


def _feature(document, plant, standard):
    properties = document["properties"]
    kind = "part" if "part_of" in properties else "site"
    if kind == "site":
        name = document["id"]
        properties |= {key: plant("site.properties", key) for key in ("name", "kelurahan", "kecamatan")}
        properties |= {key: plant("site.properties", key) for key in ("manager", "position_basis", "answers_note")}
        properties |= {"sources": [plant("site.properties.sources")], "LOK-03.reason": plant("site.properties.reason")}
        properties |= answers_that_are_words(plant, standard, "site.properties")
        properties.pop("outline", None)  # so that it is measured
        if name == NOWHERE:
            words = ("outline", "position_accuracy_m", "answers", "parts_missing", "parts_complete")
            properties |= {key: plant("site.properties", key) for key in words}
    else:
        properties |= {key: plant("part.properties", key) for key in ("name", "catatan", "date", "works")}
        properties.pop("outline", None)
        if document["id"].endswith("pohon-1"):
            properties["part"] = plant("part.properties.part")
        if document["id"].endswith("ayunan-1"):
            properties["type"] = plant("part.properties.type")
    properties |= {"kontak": {"nama": plant(kind, "an object")}, "daftar": [plant(kind, "a list")]}
    document["catatan"] = plant(kind, "foreign member")
    if document.get("geometry"):
        document["geometry"]["catatan"] = plant(kind, "geometry foreign member")
    return document


def _visit(document, plant, standard):
    document |= {key: plant("visit.document", key) for key in ("auditor", "note")}
    document["notes"] = {key: plant("visit.document.notes") for key in document["answers"]}
    document["answers"] |= answers_that_are_words(plant, standard, "visit.document")
    document["position"] = {"lon": 106.1, "lat": -6.1, "accuracy_m": 5, "how": plant("visit.document.position")}
    for item in document["items"]:
        item |= {key: plant("visit.document.items", key) for key in ("name", "note", "warna")}
        item["answers"] = answers_that_are_words(plant, standard, "visit.document.items")
        if item["id"] == uuid(79):
            item["kind"] = plant("visit.document.items.kind")
    photo = {key: plant("visit.document.photos", key) for key in ("question", "item", "taken_at")}
    position = {"lon": 106.1, "lat": -6.1, "accuracy_m": 5, "how": plant("visit.document.photos.position")}
    document["photos"].append({"sha256": "b" * 64, **photo, "position": position})
    return document


def _danger(document, plant):
    document |= {key: plant("danger.document", key) for key in ("note", "question", "at", "catatan")}
    document["position"] = {"lon": 106.1, "lat": -6.1, "accuracy_m": 5, "how": plant("danger.document.position")}
    return document


# --- what can be had -------------------------------------------------------------------------------------------------


def texts_in(data):
    """Yield every text in some bytes: as they lie, in a ZIP, in a stream of a PDF, in base64, and without the folds of a calendar."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield from texts_in(archive.read(name))
        return
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL) if data[:4] == b"%PDF" else ():
        try:
            yield zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
    text = data.decode("utf-8", "replace")
    yield text
    yield html.unescape(text)
    yield re.sub(r"\r?\n[ \t]", "", text)
    for packed in re.findall(r"base64,([A-Za-z0-9+/=]{16,})", text):
        yield base64.b64decode(packed + "===").decode("utf-8", "replace")


def words_in(answer):
    """Return the marked words in an answer and its headers."""
    texts = [*texts_in(answer.get_data()), *(value for _, value in answer.headers)]
    return {found.lower() for text in texts for found in MARKED.findall(text)}


def every_address(whole):
    """Return an address of each GET rule for each of its choices, sites and items."""
    found = set()
    for name in KEPT_SITES:
        for item in (ITEM["id"], uuid(78), uuid(79)):
            values = {**whole.values, "site_id": name, "item_id": item}
            found |= {address for _, address in Whole(None, whole.app, "", values).addresses()}
    return sorted(found)


def crawl(client, addresses):
    """Yield each address with its answer: those given, and every link that leads on from there, inside the application."""
    seen, variants = set(), Counter()
    waiting = list(addresses)
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        variants[path] += address not in seen
        if address in seen or variants[path] > FOLLOWED or path.startswith("/static/"):
            continue
        seen.add(address)
        answer = client.get(address)
        yield address, answer
        if answer.location:
            waiting.append(urljoin(address, answer.location))
        if answer.mimetype == "text/html":
            links = re.findall(r'(?:href|src|data-[a-z]+)="(/[^"#]*)', answer.get_data(as_text=True))
            waiting += [html.unescape(each) for each in links]
