"""What somebody who is not signed in can get: nothing that somebody typed, but for what the list of public fields names."""

import csv
import io
import json
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from helpers.planted_register import KEPT_SITES, PARK, PLANTED, crawl, every_address, planted_register, words_in
from helpers.reviews import ADE, BUDI, PLANNER, SITE, SITI, uuid
from helpers.visits import document_of
from helpers.whole_register import ITEM, VISIT
from rba_audit.register.danger_records import Danger
from rba_audit.register.records import Photo, Visit
from rba_audit.register.tables import visit
from rba_audit.web.public_view.fields import ANY_OTHER, RECORDS
from rba_audit.web.public_view.fields import SITE as SITE_FIELDS
from rba_audit.web.public_view.records import for_public, neutral_names
from rba_audit.web.public_view.register import PublicRegister

SEEN_BY_NOBODY = {
    "child_sheet.age",
    "child_sheet.answers.bersih",
    "child_sheet.feeling",
    "visit_photo.item",
}
"""Fields that no page and no file shows to anybody."""
NO_TEXT = frozenset({"format", "id", "site", "edition", "stage", "author", "day", "replaces", "sha256"})
"""Keys of a visit's document that nobody types: numbers of their own making, choices, days."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory, standard):
    whole, words = planted_register(tmp_path_factory.mktemp("planted"), standard)
    yield whole, words
    assert whole.register.damaged() == ()
    whole.register.close()


def may_be_shown(words):
    """Return the planted words of those texts that the list says are shown."""
    listed = {f"site.properties.{key}" for key, each in SITE_FIELDS.shown.items() if each.keep} | {
        "office.document.name"
    }
    return {word for word, field in words.items() if field in listed}


def found_by(client, addresses):
    """Return where each planted word was found, and the status of each address."""
    found, statuses = {}, {}
    for address, answer in crawl(client, addresses):
        statuses[address] = answer.status_code
        for word in words_in(answer):
            found.setdefault(word, []).append(address)
        answer.close()
    return found, statuses


# --- the planted words -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crawled(planted):
    """What the office finds at every address, and after it the public: an answer that was made for the office is kept for it alone."""
    whole, _ = planted
    return {who: found_by(whole.client(who), every_address(whole)) for who in (ADE, None)}


def test_nothing_that_somebody_typed_is_public_but_what_is_listed(planted, crawled):
    whole, words = planted
    found, statuses = crawled[None]
    leaked = {words[word]: places[:3] for word, places in found.items() if word not in may_be_shown(words)}

    assert leaked == {}
    properties = {f"site.properties.{key}" for key in ("name", "kelurahan", "kecamatan")}
    assert {words[word] for word in found} == {*properties, "office.document.name"}
    assert {address for address, status in statuses.items() if status >= 500} == set()
    opened = {address for address, status in statuses.items() if status == 200}
    for name in KEPT_SITES:
        pages = (f"/sites/{name}", f"/sites/{name}/equipment", f"/sites/{name}/stages", f"/plan/{name}")
        assert opened.issuperset(pages)
    assert f"/sites/{SITE}/photos/{whole.photo}" in opened
    assert len(opened) > 100


def test_with_the_public_view_off_not_one_word_is_found(tmp_path, standard):
    whole, _ = planted_register(tmp_path, standard, public=False)
    try:
        found, statuses = found_by(whole.client(), every_address(whole))
    finally:
        whole.register.close()

    assert found == {}
    assert {statuses[address] for address in ("/", "/map.js", "/sites.xlsx", f"/sites/{SITE}")} == {303}


def test_the_office_still_sees_every_word(planted, crawled):
    _, words = planted
    found, statuses = crawled[ADE]

    assert {field for word, field in words.items() if word not in found} == SEEN_BY_NOBODY
    assert {address for address, status in statuses.items() if status >= 500} == set()


def test_every_column_that_holds_words_has_a_row_with_its_planted_word(planted):
    whole, words = planted
    missing = []
    with whole.register._database.reading() as connection:
        for columns in PLANTED.values():
            rows = connection.execute(select(*columns)).all()
            for place, column in enumerate(columns):
                own = {word for word, field in words.items() if field.startswith((str(column), *_of_document(column)))}
                if not any(word in str(row[place]) for row in rows for word in own):
                    missing.append(str(column))

    assert missing == []


def _of_document(column):
    return ("site.", "part.") if str(column) == "site_version.document" else ()


def test_every_text_of_a_visit_s_document_has_its_planted_word(planted):
    """A new key of the document is planted, or nobody can type into it."""
    whole, words = planted
    planted_fields = "\n".join(words.values())
    photo = Photo("a" * 64, "LOK-02", "x", "x", {"lon": 1.0, "lat": 1.0})
    made = Visit(uuid(9), SITE, "rbra-2024", "auditor", "x", date(2026, 11, 1), {"LOK-03": 1}, photos=(photo,))
    document = json.loads(document_of(made))
    with whole.register._database.reading() as connection:
        kept = json.loads(connection.scalar(select(visit.c.document).where(visit.c.id == VISIT)))

    assert set(kept) == set(document)
    for key in document.keys() - NO_TEXT:
        assert f"visit.document.{key}" in planted_fields, key
    for key in document["photos"][0].keys() - NO_TEXT:
        assert f"visit.document.photos.{key}" in planted_fields, key
    for key in kept["items"][0].keys() - NO_TEXT - {"gone"}:
        assert f"visit.document.items.{key}" in planted_fields, key


# --- the list and its mechanism --------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_each_field_of_a_record_is_listed_as_shown_or_as_not_shown(record):
    kind = RECORDS[record]

    assert {each.name for each in fields(record)} == kind.shown.keys() | kind.withheld.keys()
    assert kind.shown.keys().isdisjoint(kind.withheld)


def test_a_record_that_nobody_listed_is_refused_and_a_field_that_nobody_listed_is_emptied(planted, standard):
    whole, words = planted
    kept = whole.register.visits.get(VISIT)
    shown = for_public(kept)

    assert Danger not in RECORDS
    with pytest.raises(TypeError, match="Danger"):
        for_public(Danger("x", SITE, "x", "x", "", "", None, "", "", datetime.now(UTC)))
    assert kept.note in words
    assert not any((shown.auditor, shown.author, shown.note, shown.notes, shown.photos, shown.position, shown.replaces))
    assert (shown.day, shown.stage, shown.edition) == (kept.day, kept.stage, kept.edition)
    public = PublicRegister(whole.register, standard)
    for store in ("people", "dangers", "children", "photos", "exports", "personal", "sessions", "features"):
        assert not hasattr(public, store), store
    assert ANY_OTHER in SITE_FIELDS.withheld


def test_the_public_reads_the_same_outcomes(planted):
    whole, _ = planted

    def lines(client):
        text = client.get("/sites.csv").get_data(as_text=True).lstrip("\ufeff")
        # A kind that the standard does not know is somebody's own word, and an auditor is a person.
        rows = [{**row, "Kind": ""} for row in csv.DictReader(io.StringIO(text))]
        return [{heading: cell for heading, cell in row.items() if heading != "Auditor"} for row in rows]

    assert lines(whole.client()) == lines(whole.client(PLANNER))
    assert len(lines(whole.client())) == len(KEPT_SITES)
    for name in KEPT_SITES:
        one, other = (whole.client(who).get(f"/sites/{name}").get_data(as_text=True) for who in (None, PLANNER))
        assert one.count('class="outcome does_not_conform"') == other.count('class="outcome does_not_conform"')


# --- what the pages say instead --------------------------------------------------------------------------------------


def test_items_are_called_by_kind_and_number_and_only_for_those_who_are_not_signed_in(planted):
    whole, words = planted
    of = {field: word for word, field in words.items()}
    name, note = of["visit.document.items.name"], of["visit.document.items.note"]
    address = f"/sites/{SITE}/equipment"
    public, office = (whole.client(who).get(address).get_data(as_text=True) for who in (None, PLANNER))
    labels = whole.client().get(f"{address}/labels").get_data(as_text=True)

    assert "Swing 1" in public
    assert "Swing 2" in public
    assert "Swing 1" in labels
    assert (name in public, note in public) == (False, False)
    assert (name in office, note in office) == (True, True)
    for someone in (BUDI, SITI):  # each their own, under the name they gave it
        assert name in whole.client(someone).get(address).get_data(as_text=True)
    assert f"item-{ITEM['id']}" in public


def test_a_measurement_says_from_what_it_is_and_names_no_part(planted):
    whole, words = planted
    part = next(word for word, field in words.items() if field == "part.properties.name")
    public, office = (whole.client(who).get(f"/sites/{PARK}").get_data(as_text=True) for who in (None, PLANNER))

    assert part in office
    assert "from the mapped parts of the site" in public


def test_a_certificate_is_shown_without_number_and_issuer(planted):
    whole, _ = planted
    page = whole.client().get(f"/sites/{SITE}").get_data(as_text=True)

    assert "Nindya — " in page
    assert "1 Jan 2030" in page


def test_names_count_up_for_each_kind():
    assert neutral_names(["Ayunan", "Perosotan", "Ayunan"]) == ["Ayunan 1", "Perosotan 1", "Ayunan 2"]
