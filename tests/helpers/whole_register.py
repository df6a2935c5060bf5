"""Register with records of every kind, a URL for each page about it, and the pictures in a response."""

import atexit
import base64
import io
import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from PIL import Image

from helpers.kla_documents import accepted, recorded
from helpers.registers import filled_register, sample_features
from helpers.reviews import ADE, AT, BUDI, PLANNER, RINA, SITE, SITI, sent, uuid
from rba_audit.accounts import begin_session, make_link, set_public_view
from rba_audit.auditing import audit_with_visits
from rba_audit.followup import make_actions, report_done
from rba_audit.followup.certificate_scans import read_scan, save_scan
from rba_audit.kla.rehearsals import begin_rehearsal
from rba_audit.photographs import clean_photo
from rba_audit.register import open_register
from rba_audit.register.agency_notes import AgencyNote
from rba_audit.register.certificates import Certificate
from rba_audit.register.import_records import ImportCounts
from rba_audit.register.kla.nomination_trails import TrailEntry
from rba_audit.register.kla.trainings import KhaCertificate, KhaPerson, KhaTraining
from rba_audit.register.layers import LayerBody
from rba_audit.register.office import Office
from rba_audit.register.records import Photo
from rba_audit.register.telephones import Telephone
from rba_audit.review import move_visit
from rba_audit.standard.policies import shipped_policies
from rba_audit.web import create_app

PEOPLE = (BUDI, SITI, RINA, ADE, PLANNER)
VISIT, CHILD = uuid(1), (230, 20, 200)
ITEM = {"id": uuid(77), "kind": "swing", "name": "Ayunan", "answers": {}}
NOISE = (240, 200, 20)
"""What the pictures of the danger and of the action look like."""


def jpeg(colour, size=(320, 240)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Whole:
    """A register, the application over it, and what is in it."""

    register: object
    app: object
    photo: str
    values: dict = field(default_factory=dict)

    def client(self, someone=None):
        client = self.app.test_client()
        client.set_cookie("lang", "en")
        if someone is not None:
            client.set_cookie("rba", begin_session(self.register, someone))
        return client

    def addresses(self):
        """Return (endpoint, address) of each page: every GET rule, with each of its choices."""
        for rule in sorted(self.app.url_map.iter_rules(), key=str):
            if "GET" not in rule.methods:
                continue
            values = {}
            choices = [""]
            for name, converter in rule._converters.items():
                values[name] = self.values.get((rule.endpoint, name), self.values.get(name, "x"))
                if type(converter).__name__ == "AnyConverter":
                    choices, chosen = sorted(converter.items), name
            for choice in choices:
                yield (
                    rule.endpoint,
                    rule.build({**values, **({chosen: choice} if choice else {})}, append_unknown=False)[1],
                )


def _add_import(register, id, person_id):
    """Record an import of a file of which the register had everything."""
    file = b'{"type": "FeatureCollection", "features": []}'
    register.imports.add(
        id,
        [],
        ImportCounts(new=0, changed=0, same=1, left=0, refused=0, absent=2),
        version=register.version(),
        request_sha256=sha256(file).hexdigest(),
        file=file,
        file_name="taman <b>.geojson",
        headings=["name"],
        mapping={"table": "Taman"},
        person_id=person_id,
    )


def _add_layer(register, id, person_id):
    """Take a map layer, and end it: it changes nothing of what is judged."""
    body = LayerBody("map", "railway", "Rel <b>", "2024", "Dinas <b>", "CC BY <b>")
    register.layers.add(
        id, body, b'{"type": "FeatureCollection", "features": []}', "rel <b>.geojson", person_id=person_id, seen=0
    )
    register.layers.end(id, person_id=person_id, seen=1)


def add_files(register, id, person_id):
    """Record an import and an ended map layer under one id."""
    _add_import(register, id, person_id)
    _add_layer(register, id, person_id)


def whole_register(folder, standard, *, public=True, sites=None):
    """Open a register in `folder` in which each kind of thing is: a visit with a photo of a child, a danger, an action …

    It holds the whole sample, or some of its `sites`, of which `SITE` has to be one.
    """
    template, values = _template(standard, sites)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    register = open_register(f"sqlite:///{folder}/register.db")
    if not public:
        set_public_view(register, on=False, by=ADE)
    return Whole(register, create_app(register, standard), values["sha256"], dict(values))


_TEMPLATES = {}


def _template(standard, sites):
    """Fill a register once in each process; copying its folder is many times as fast."""
    key = standard.edition, sites
    if key not in _TEMPLATES:
        _TEMPLATES[key] = _filled(standard, sites)
    return _TEMPLATES[key]


def _filled(standard, sites):
    folder = tempfile.mkdtemp(prefix="rba-whole-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    register = filled_register(folder, sites and sample_features(sites))
    for person in PEOPLE:
        register.people.add(person, None, AT, None)
    photo = kept(register, jpeg(CHILD), BUDI.id)
    sent(
        register,
        1,
        answers={"LOK-02": "other_zone", "LOK-03": 5},
        photos=(Photo(photo, "LOK-02"),),
        items=(ITEM,),
        note="Rata.",
    )
    move_visit(register, RINA, VISIT, to="approved", seq=0, note="baik", notes={})
    danger = {
        "format": 1,
        "id": uuid(50),
        "site": SITE,
        "author": BUDI.id,
        "question": "",
        "note": "kabel",
        "at": "",
        "position": None,
    }
    danger["photo"] = {"sha256": kept(register, jpeg(NOISE), BUDI.id)}
    register.dangers.take(json.dumps(danger).encode())
    register.dangers.acknowledge(uuid(50), RINA.id, "dilihat")
    register.deliveries.record("visit", VISIT, ADE.id)
    register.telephones.save([Telephone("Piket taman", "0254 200 200")], ADE.id, 0)
    register.office.save(Office(name="Dinas Taman", city="Serang", signer_name="Rahmat"), ADE.id, 0)
    link, _token = make_link(register, "Kepala Dinas", 30, PLANNER)
    register.shared_links.record_opening(link.id, link.at)
    register.shared_links.end(link.id, ADE.id, link.at)
    register.saved_views.save(ADE.id, "Curug", "sites", {"kecamatan": "Curug"})
    made = make_actions(register, audit_with_visits(register, standard), [SITE], PLANNER, date(2026, 11, 2))
    action = report_done(register, made[0].id, 1, "selesai", jpeg(NOISE, (200, 200)), PLANNER, date(2026, 11, 2))
    certificate = Certificate(
        uuid(60), SITE, "SK 1", "rbra-2024", "Nindya", "KPPPA", date(2025, 1, 1), date(2030, 1, 1), PLANNER.id
    )
    register.certificates.add(certificate)
    scan = read_scan(b"%PDF-1.4\n%%EOF\n")
    save_scan(register, uuid(60), scan, PLANNER, seen=0)
    lead = made[0].request.lead
    note = AgencyNote(uuid(65), lead, uuid(65), 1, "600/1", None, "setuju", PLANNER.id, date(2026, 11, 2))
    register.agency_notes.add(note)
    second = made[1].last
    change = register.bulk_changes.record(
        uuid(66), {second.action_id: (replace(second, seq=2, what="owner", owner="Dinas"),)}, PLANNER.id
    )
    register.kla.nominations.add(SITE, 2026, "paling siap", PLANNER.id)
    register.kla.nomination_trails.record(
        TrailEntry(uuid(67), SITE, 2026, "official_score", "", PLANNER.id, score=Decimal(421), note="berita acara"), 0
    )
    register.kla.scores.record({(2026, "self", "11"): Decimal("30.5")}, 0, PLANNER.id)
    register.kla.scores.record_result(2024, "pratama", Decimal(550), "SK", PLANNER.id)
    frozen = accepted(register, "sk_sites")
    rehearsal = begin_rehearsal(
        register, shipped_policies().kla, 2026, {SITE: "Taman"}, by=PLANNER, day=date(2026, 3, 3), id=uuid(70)
    )
    register.certificates.withdraw(uuid(60), date(2026, 1, 1), "dicabut", PLANNER.id)
    register.kla.trainings.save(
        KhaTraining(uuid(70), "Pelatihan KHA", date(2026, 3, 2), "DP3AKB", 16, "Serang", PLANNER.id)
    )
    certificate = KhaCertificate("KHA/1/2026", date(2026, 3, 2), date(2029, 3, 2), uuid(70))
    trained = KhaPerson("Halimah Ratnasari", "Puskesmas Curug", "puskesmas", (SITE,), (certificate,))
    register.kla.trainings.record([trained], "form", PLANNER.id, uuid(71))
    register.kla.trainings.record([KhaPerson("Undo", "", "", (), ())], "table", ADE.id, uuid(72))
    register.kla.trainings.undo(uuid(72), ADE.id)
    register.kla.trainings.record([KhaPerson("Hapus", "", "", (), ())], "table", ADE.id, uuid(73))
    erased = next(each.id for each in register.kla.trainings.people() if each.name == "Hapus")
    register.kla.trainings.erase(erased, ADE.id, AT)
    add_files(register, uuid(74), PLANNER.id)
    document = recorded(register, "sk_sites", by=PLANNER.id, title="SK 7", signer="Wali Kota", sites=(SITE,))
    set_public_view(register, on=True, by=ADE)
    values = {
        "site_id": SITE,
        "visit_id": VISIT,
        "sha256": photo,
        "danger_id": uuid(50),
        "action_id": action.id,
        ("followups.action_photo", "sha256"): action.last.photo,
        "certificate_id": uuid(60),
        "seq": "1",
        "bulk_id": change.id,
        "rehearsal_id": rehearsal.id,
        "number": next(item.number for item in rehearsal.items if item.document_id == frozen.document_id),
        "note_id": uuid(65),
        "import_id": uuid(74),
        "layer_id": uuid(74),
        "document_id": document.document_id,
        "id": BUDI.id,
        "item_id": ITEM["id"],
        "edition": "rbra-2024",
        "agency_id": standard.requirement("LOK-02").remedy.lead,
        "kha_person_id": register.kla.trainings.people()[0].id,
        "before": "rbra-2022",
        "after": "rbra-2024",
        "filename": "style.css",
        "version": "1",
        "year": "2026",
    }
    register.close()
    return folder, values


def kept(register, data, by):
    """Let a photo arrive, and return the hash it is known by."""
    digest = sha256(data).hexdigest()
    register.photos.keep(digest, clean_photo(data), by)
    return digest


def colours_in(data):
    """Return the mean colour of every picture in some bytes: as they lie, in a ZIP, or as text in base64."""
    found = []
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [colour for name in archive.namelist() for colour in colours_in(archive.read(name))]
    for start in (hit.start() for hit in re.finditer(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP", data, re.DOTALL)):
        try:
            with Image.open(io.BytesIO(data[start:])) as image:
                found.append(image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)))
        except OSError:
            continue
    for text in re.findall(rb"base64,([A-Za-z0-9+/=]{40,})", data):
        found += colours_in(base64.b64decode(text))
    return found


def looks_like(colour, other):
    return max(abs(one - two) for one, two in zip(colour, other, strict=True)) < 40
