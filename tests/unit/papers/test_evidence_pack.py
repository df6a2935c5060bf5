"""Evidence packs: the same bytes twice, exactly what is missing on the first page, cleared photos only, and links that lead to a file."""

import io
import json
import re
import struct
import zipfile
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from types import SimpleNamespace

import pypdfium2
import pypdfium2.raw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.kla_documents import accepted, decided, pdf_file, recorded
from helpers.registers import filled_register, sample_features
from helpers.reviews import AT, BUDI, OTHER, PLANNER, RINA, SITE, sent, uuid
from helpers.whole_register import jpeg, kept
from rba_audit.auditing import audit_with_visits
from rba_audit.messages import using_language
from rba_audit.papers.evidence_pack import write_pack
from rba_audit.papers.pack_archive import PATH, PackArchive, PackError
from rba_audit.papers.pack_contents import numbered, safe_name
from rba_audit.papers.pack_plan import PackSource, plan_pack
from rba_audit.papers.pack_verification import verify_pack
from rba_audit.papers.pictures import LocationMaps
from rba_audit.register.kla.document_records import StoredFile
from rba_audit.register.photo_files import file_of
from rba_audit.register.records import Photo
from rba_audit.review import decide_clearance, move_visit
from rba_audit.standard.policies import shipped_policies

DAY = date(2026, 11, 20)
HOSTILE = '../../etc/passwd "<script>alert(1)</script> ' + "é" * 90


@pytest.fixture
def register(tmp_path):
    register = filled_register(tmp_path, sample_features((SITE, OTHER)))
    for person in (BUDI, RINA, PLANNER):
        register.people.add(person, None, AT, None)
    yield register
    register.close()


def source_of(register, standard, day=DAY):
    policies = shipped_policies()
    return PackSource(
        register, audit_with_visits(register, standard, day=day), (), LocationMaps((), policies.whereabouts), 2027, day
    )


def written(register, standard, day=DAY, language="en"):
    """Return the bytes of a pack, its result, and how often it advanced against its steps."""
    target, steps = io.BytesIO(), []
    with using_language(language):
        source = source_of(register, standard, day)
        plan = plan_pack(source)
        result = write_pack(source, plan, target, lambda: steps.append(1))
    assert len(steps) == plan.steps
    return target.getvalue(), result


def opened(data):
    return zipfile.ZipFile(io.BytesIO(data))


def text_of(pdf, page=None):
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = document if page is None else [document[page - 1]]
        return flat("".join(each.get_textpage().get_text_range() for each in pages))


def flat(text):
    return "".join(str(text).replace("\ufffe", "").replace("\u200b", "").split())


def images_of(pdf, page):
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(list(document[page - 1].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=15)))


def photographed(register, standard, count):
    """Let Budi's approved visit have a photo for each of `count` requirements, and return the questions with their hashes."""
    questions = [each for each in standard.questions if each.requirement][: count * 3 : 3]
    photos = {each.id: kept(register, jpeg((40 + 3 * at, 90, 60)), BUDI.id) for at, each in enumerate(questions)}
    sent(register, 1, photos=tuple(Photo(hash, id) for id, hash in photos.items()))
    move_visit(register, RINA, uuid(1), to="approved", seq=0, note="", notes={})
    return photos


def test_the_same_state_gives_the_same_bytes_and_every_hash_checks(register, standard, tmp_path):
    accepted(register, "sk_sites", title="SK", number="1/2026", signer="Wali", at=AT)
    accepted(register, "land_proof", sites=(SITE,), signer="BPKAD", requirements=("LOK-01",), at=AT)
    register.kla.nominations.add(SITE, 2027, "", PLANNER.id)
    first, result = written(register, standard)
    again, _ = written(register, standard)
    path = tmp_path / "pack.zip"
    path.write_bytes(first)
    check = verify_pack(path)

    assert first == again
    assert (check.problems, check.sha256, check.files) == ((), result.sha256, result.files)
    assert result.sha256 == sha256(first).hexdigest()
    with opened(first) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {each["path"] for each in manifest["files"]} == {*archive.namelist()} - {"manifest.json"}
        assert all(each["sha256"] == sha256(archive.read(each["path"])).hexdigest() for each in manifest["files"])
        assert archive.testzip() is None
        proof = next(each for each in manifest["files"] if each["kind"] == "land_proof")
    assert (proof["sites"], proof["requirements"], proof["document_version"]) == ([SITE], ["LOK-01"], 1)
    assert (manifest["round"], manifest["day"], manifest["edition"]) == (2027, "2026-11-20", standard.edition)
    assert manifest["policies"] == shipped_policies().digest


def test_the_first_page_lists_exactly_what_is_missing_with_holder_and_deadline(register, standard):
    policy, day = shipped_policies().kla, DAY
    register.kla.nominations.add(SITE, 2027, "", PLANNER.id)
    gone = {"city_budget": "expired", "procedures": "refused", "sk_manager": "not signed", "zoning": "missing"}
    for kind in policy.documents.kinds:
        body = {"sites": (SITE,)} if kind.per == "site" else {}
        signer = "" if kind.name == "sk_manager" else "Wali"
        until = day - timedelta(1) if kind.name == "city_budget" else date(2031, 1, 1)
        if kind.name == "zoning":
            continue
        version = recorded(register, kind.name, signer=signer, valid_until=until, at=AT, **body)
        decided(register, version, "refused" if kind.name == "procedures" else "accepted", at=AT)
    data, result = written(register, standard)

    assert result.lacking == len(gone)
    with opened(data) as archive, using_language("en"):
        pdf, names = archive.read("index.pdf"), archive.namelist()
        page = text_of(pdf, 1)
        for kind in policy.documents.kinds:
            state = gone.get(kind.name)
            holder = standard.agencies[kind.agency]
            row = flat(f"{state}{kind.words}{'Taman Sari' if kind.per == 'site' else 'the whole city'}{holder}")
            assert (row in page) == (state is not None), kind.name
        assert flat("31 Mar 2027") in page
        manifest = json.loads(archive.read("manifest.json"))
    assert {each["kind"]: each["state"] for each in manifest["missing"]} == {
        "city_budget": "expired",
        "procedures": "refused",
        "sk_manager": "unsigned",
        "zoning": "missing",
    }
    sent_kinds = {each["kind"] for each in manifest["files"]}
    assert {"city_budget", "procedures", "zoning"}.isdisjoint(sent_kinds)
    assert "sk_manager" in sent_kinds
    assert len([name for name in names if name.startswith("documents/")]) == len(policy.documents.kinds) - 3


def test_refused_withdrawn_waiting_and_expired_documents_are_in_no_pack(register, standard):
    register.kla.nominations.add(SITE, 2027, "", PLANNER.id)
    keep = accepted(register, "land_proof", sites=(SITE,), signer="a", file=pdf_file("berlaku"), at=AT)
    newer = recorded(register, "land_proof", document_id=keep.document_id, seen=1, file=pdf_file("menunggu"), at=AT)
    decided(register, newer, "refused", at=AT)
    gone = accepted(register, "zoning", sites=(SITE,), signer="a", file=pdf_file("ditarik"), at=AT)
    decided(register, gone, "withdrawn", at=AT)
    accepted(register, "expert_inspection", sites=(SITE,), signer="a", valid_until=DAY - timedelta(1), at=AT)
    accepted(register, "site_budget", sites=(SITE,), valid_until=DAY, file=pdf_file("terakhir"), at=AT)
    accepted(register, "land_proof", sites=(OTHER,), signer="a", file=pdf_file("lain"), at=AT)
    data, _ = written(register, standard)

    with opened(data) as archive:
        documents = [text_of(archive.read(name)) for name in archive.namelist() if name.startswith("documents/")]
    assert documents == ["berlaku", "terakhir"]


def test_only_cleared_photos_are_in_a_pack_and_each_is_two_clicks_from_the_index(register, standard):
    photos = photographed(register, standard, 9)
    register.kla.nominations.add(SITE, 2027, "", PLANNER.id)
    of = {each.id: each.requirement for each in standard.questions}
    *cleared, hidden, withdrawn = photos
    for id in [*cleared, withdrawn]:
        decide_clearance(register, RINA, photos[id], "no_children", seq=0)
    decide_clearance(register, RINA, photos[withdrawn], "withdrawn", seq=1)
    data, result = written(register, standard)

    assert result.photos == len(cleared)
    with opened(data) as archive:
        index, names = archive.read("index.html").decode(), set(archive.namelist())
        [sheet] = [name for name in names if name.endswith("/photos.pdf")]
        pdf = archive.read(sheet)
        links = {id: int(page) for page, id in re.findall(rf'href="{sheet}#page=(\d+)"[^>]*>([A-Z]+-\d+)<', index)}
        assert links.keys() == {of[id] for id in cleared}
        with using_language("en"):
            for id in cleared:
                text = text_of(pdf, links[of[id]])
                assert flat(of[id] + str(standard.requirement(of[id]).title)) in text
                assert flat("Date1 Nov 2026") in text
                assert flat("Taman Sari,") in text
        with closing(pypdfium2.PdfDocument(pdf)) as document:
            assert sum(images_of(pdf, page) for page in range(1, len(document) + 1)) == len(cleared)
            last = text_of(pdf, len(document))
        wanting = {each.id for each in standard.requirements if "photo" in each.evidence_wanted and each.tier == "core"}
        for id in {of[hidden], of[withdrawn]} & wanting:
            assert id in last
        # Every link of both indexes leads to a file of the pack.
        in_pdf = re.findall(rb"/URI\(([^)]*)\)", archive.read("index.pdf"))
        paths = {*re.findall(r'href="([^"#]+)', index), *(uri.decode().partition("#")[0] for uri in in_pdf)}
        assert in_pdf
        assert paths <= names
        assert {f"{sheet}#page={page}".encode() for page in links.values()} <= {*in_pdf}
        assert "<script" not in index
        assert "http:" not in index.replace("http-equiv", "")


def test_names_are_safe_and_texts_stay_text_whatever_was_typed(tmp_path, standard):
    features = sample_features((SITE,))
    for feature in features:
        if not feature["properties"].get("part_of"):
            feature["properties"] |= {"name": HOSTILE, "manager": HOSTILE, "owner": HOSTILE, "kelurahan": HOSTILE}
    with closing(filled_register(tmp_path, features)) as register:
        register.kla.nominations.add(SITE, 2027, "", PLANNER.id)
        _, content = pdf_file("a")
        for _ in range(2):
            file = StoredFile(sha256(content).hexdigest(), "pdf", len(content), "../../x\x00.exe", 1), content
            body = {"title": HOSTILE, "number": HOSTILE, "signer": HOSTILE, "link": "javascript:alert(1)"}
            accepted(register, "land_proof", sites=(SITE,), file=file, at=AT, **body)
        data, _ = written(register, standard)

    with opened(data) as archive:
        names = archive.namelist()
        index = archive.read("index.html").decode()
        assert flat('../../etc/passwd"<script>') in text_of(archive.read("index.pdf"))
    assert all(PATH.fullmatch(name) and name.isascii() and len(name) <= 200 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert sum(name.startswith("documents/") for name in names) == 2
    assert "<script" not in index
    assert 'href="javascript' not in index


@given(st.text(max_size=200))
def test_any_text_gives_a_part_of_a_file_name(text):
    assert PATH.fullmatch(f"{safe_name(text)}.pdf")
    assert numbered(3, 120, text).startswith("003")


def test_a_lost_file_stops_the_pack_with_a_sentence_that_names_it(register, standard):
    version = accepted(register, "sk_sites", number="9/2026", signer="a", at=AT)
    file_of(register.kla.documents.folder, version.file.sha256, ".pdf").unlink()

    with pytest.raises(PackError, match="9/2026"):
        written(register, standard)


def test_people_trained_are_in_the_list_only_while_they_are_in_the_register(register, standard):
    def person(name, *ends):
        certificates = tuple(SimpleNamespace(number="NOMOR-77", valid_until=end) for end in ends)
        return SimpleNamespace(name=name, institution="Puskesmas Curug", sector="puskesmas", certificates=certificates)

    people = [person("Ani", DAY), person("Budi Erased", DAY - timedelta(1)), person("Cici", None), person("Dodi")]
    register.kla.trainings = SimpleNamespace(people=lambda: people)
    before, result = written(register, standard)
    del people[1]
    after, _ = written(register, standard)
    people.clear()
    without, _ = written(register, standard)

    with opened(before) as archive:
        text = text_of(archive.read("kha-training.pdf"))
    assert result.people == 4
    for row in ("Ani{}valid", "Budi Erased{}expired", "Cici{}validity not stated", "Dodi{}no certificate"):
        assert flat(row.format("Puskesmas Curug Community health centres (Puskesmas)")) in text
    assert "NOMOR" not in text
    for data in (after, without):
        with opened(data) as archive:
            texts = [text_of(archive.read(name)) for name in archive.namelist() if name.endswith(".pdf")]
            assert not any("BudiErased" in text for text in texts)
    with opened(without) as archive:
        assert "kha-training.pdf" not in archive.namelist()
        assert flat("No people trained") in text_of(archive.read("index.pdf"))


def test_a_register_without_sites_or_documents_has_a_pack_that_says_so(tmp_path, standard):
    with closing(filled_register(tmp_path, [])) as register:
        data, result = written(register, standard, language="id")
    with opened(data) as archive:
        assert flat("ini tanpa lokasi") in text_of(archive.read("index.pdf"), 1)
    assert result.lacking == sum(kind.per == "city" for kind in shipped_policies().kla.documents.kinds)


# --- verification ---


@cache
def small_pack():
    """Return the bytes of a pack that is written without a register: a few files and their manifest."""
    target = io.BytesIO()
    archive = PackArchive(target, DAY)
    files = [("documents/01-sk.pdf", b"%PDF-1.4 isi"), ("lokasi/01-a/photos.pdf", b"gambar" * 40), ("index.pdf", b"")]
    for path, content in files:
        archive.add(path, content)
    entries = [{"path": path, "sha256": sha256(data).hexdigest(), "bytes": len(data)} for path, data in files]
    head = {"format": "rba-audit evidence pack", "version": 1, "round": 2027, "day": DAY.isoformat()}
    archive.add("manifest.json", json.dumps({**head, "files": entries}).encode())
    archive.close()
    return target.getvalue()


def problems_of(folder, data):
    path = folder / "pack.zip"
    path.write_bytes(data)
    check = verify_pack(path)
    return [*map(str, check.problems)], check


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("verify")


@given(at=st.integers(0, len(small_pack()) - 1), flip=st.integers(1, 255))
def test_one_changed_byte_is_found_wherever_it_is(folder, at, flip):
    data = bytearray(small_pack())
    data[at] ^= flip

    assert problems_of(folder, bytes(data))[0]


def test_a_changed_file_is_named(folder):
    whole = small_pack()
    problems, _ = problems_of(folder, whole.replace(b"gambar", b"Gambar", 1))

    assert problems_of(folder, whole)[0] == []
    assert len(problems) == 1
    assert "lokasi/01-a/photos.pdf" in problems[0]


@given(st.integers(0, len(small_pack()) - 1))
def test_a_pack_that_is_cut_or_longer_is_found(folder, length):
    assert problems_of(folder, small_pack()[:length])[0]
    assert problems_of(folder, small_pack() + b"x" * (length % 50 + 1))[0]


def rezipped(change):
    """Return a ZIP file that Python's own library wrote, with the files of the pack and a change."""
    target = io.BytesIO()
    with opened(small_pack()) as whole, zipfile.ZipFile(target, "w") as archive:
        change(archive, {name: whole.read(name) for name in whole.namelist()})
    return target.getvalue()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a\\b", "C:x", "A.pdf", "a//b", ".hidden", "a/../b", "ä", "a" * 201]
)
def test_a_path_that_leads_elsewhere_is_refused_and_nothing_is_unpacked(folder, name):
    def change(archive, files):
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(zipfile.ZipInfo(name), b"x")

    problems, check = problems_of(folder, rezipped(change))
    assert len(problems) == 1
    assert check.manifest is None
    assert [path.name for path in folder.iterdir()] == ["pack.zip"]


def test_a_bomb_is_refused_without_being_inflated(folder):
    def change(archive, files):
        archive.writestr("index.pdf", b"\0" * 50_000_000, zipfile.ZIP_DEFLATED)
        archive.writestr("manifest.json", files["manifest.json"])

    problems, check = problems_of(folder, rezipped(change))
    assert "index.pdf" in problems[0]
    assert check.manifest is None


@pytest.mark.parametrize("twice", [True, False])
def test_a_file_more_and_a_file_less_are_named(folder, twice):
    target = io.BytesIO()
    archive = PackArchive(target, DAY)
    with opened(small_pack()) as whole:
        for name in whole.namelist():
            if twice or name != "index.pdf":
                archive.add(name, whole.read(name))
    if twice:
        archive.add("documents/99-extra.pdf", b"x")
    archive.close()

    [problem], _ = problems_of(folder, target.getvalue())
    assert ("documents/99-extra.pdf" if twice else "index.pdf") in problem


OLD = b'{"format": "rba-audit evidence pack", "version": 1, "round": 1, "day": "1979-12-31", "files": []}'


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{", b'{"format": 1}', b'{"a": 1, "a": 2}', b"[" * 100_000, OLD])
def test_a_manifest_that_is_none_is_refused(folder, manifest):
    target = io.BytesIO()
    archive = PackArchive(target, DAY)
    archive.add("manifest.json", manifest)
    archive.close()

    problems, check = problems_of(folder, target.getvalue())
    assert len(problems) == 1
    assert check.manifest is None


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"\0" * 22, struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, 0, 0, 0), b"%PDF-1.4"]
)
def test_a_file_that_is_no_pack_is_refused(folder, data):
    problems, check = problems_of(folder, data)
    assert len(problems) == 1
    assert check.manifest is None


@given(st.binary(max_size=300))
def test_any_bytes_before_the_end_of_an_archive_raise_nothing(folder, data):
    for number in (0, 1, 3, 65_535):
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(data), 0, 0)
        assert problems_of(folder, data + end)[0]
