"""What a blank, odd, long or missing property of a site becomes, and that everything shows the same."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import escape

from helpers.registers import empty_register, signed_in_client
from helpers.reviews import ADE, BUDI, RINA, sent, uuid
from rba_audit.auditing import audit_register
from rba_audit.errors import SiteError
from rba_audit.followup.surveillance import next_looks
from rba_audit.maps.map_builder import map_sites
from rba_audit.plans import costs_of_sites, site_plan
from rba_audit.reports import site_rows
from rba_audit.review import move_visit, review_queue
from rba_audit.sites import Site, site_of, sites_from_features
from rba_audit.sites.site import LONGEST_TEXT
from rba_audit.web import create_app
from rba_audit.web.public_view.register import PublicRegister

ID = "taman-x"
LONG = "Taman " + "x" * 5000
ODD_NAMES = {
    "missing": (..., ID),
    "null": (None, ID),
    "empty": ("", ID),
    "spaces": ("   ", ID),
    "no-break and zero-width spaces": (" \xa0\u200b\ufeff\u2060", ID),
    "control characters only": ("\x00\x1b\x7f\u202e", ID),
    "spaces around": ("  Taman Sari\n", "Taman Sari"),
    "control characters": ("Taman\x00\x1bSari\u202e", "Taman Sari"),
    "line breaks": ("Taman\r\n\tSari\u2028Baru", "Taman Sari Baru"),
    "lone surrogate": ("Taman \udc80 Sari", "Taman   Sari"),
    "two spaces inside": ("Taman  Sari", "Taman  Sari"),
    "another script": ("ᬢᬫᬦ᭄ 公园", "ᬢᬫᬦ᭄ 公园"),
    "whole number": (12, "12"),
    "zero": (0, "0"),
    "number with a fraction of nothing": (12.0, "12"),
    "fraction": (1.5, "1.5"),
    "not a number": (float("nan"), ID),
    "infinity": (float("inf"), ID),
    "number of too many digits": (10**5000, ID),
    "true": (True, ID),
    "false": (False, ID),
    "list": (["Taman Sari", None, "", 7], "Taman Sari, 7"),
    "empty list": ([], ID),
    "nested list": ([["Taman Sari"]], ID),
    "object": ({"id": "Taman Sari"}, ID),
    "markup": ("<b>Sari & ${x}</b>", "<b>Sari & ${x}</b>"),
    "very long": (LONG, LONG[: LONGEST_TEXT - 1] + "…"),
}
ODD_CODES = {
    "missing": (..., ""),
    "null": (None, ""),
    "spaces": ("  ", ""),
    "spaces around": (" 36.73.01.1004 ", "36.73.01.1004"),
    "without dots": ("3673011004", "3673011004"),
    "whole number": (3673011004, "3673011004"),
    "number with a fraction of nothing": (3673011004.0, "3673011004"),
    "fraction": (36.73, ""),
    "not a number": (float("nan"), ""),
    "infinity": (float("inf"), ""),
    "true": (True, ""),
    "list": (["36.73.01.1004"], ""),
    "object": ({"36.73.01.1004": 1}, ""),
}
SHOWN_IN_FILES = {
    name: case
    for name, case in ODD_NAMES.items()
    if name not in {"lone surrogate", "not a number", "infinity", "number of too many digits"}
}
"""A file with one of the others is refused before anything is named."""


def feature(id=ID, **properties):
    kept = {key: value for key, value in properties.items() if value is not ...}
    return {
        "type": "Feature",
        "id": id,
        "properties": kept,
        "geometry": {"type": "Point", "coordinates": [106.15, -6.12]},
    }


@pytest.mark.parametrize(("stated", "name"), ODD_NAMES.values(), ids=ODD_NAMES)
def test_what_a_name_becomes(stated, name):
    site = site_of(ID, feature(name=stated))

    assert (site.name, site.named) == (name, name != ID)
    assert site.stated_name is (None if stated is ... else stated)


@pytest.mark.parametrize("key", ["kind", "typology", "scale", "kelurahan", "kecamatan"])
@pytest.mark.parametrize(("stated", "text"), ODD_NAMES.values(), ids=ODD_NAMES)
def test_every_other_text_is_read_like_a_name_and_is_empty_where_a_name_would_be_the_id(key, stated, text):
    assert getattr(site_of(ID, feature(**{key: stated})), key) == ("" if text == ID else text)


@pytest.mark.parametrize(("stated", "code"), ODD_CODES.values(), ids=ODD_CODES)
def test_what_a_code_becomes(stated, code):
    site = site_of(ID, feature(kelurahan_code=stated))

    assert site.kelurahan_code == site.kelurahan == code
    assert site.kecamatan_code == ("36.73.01" if "." in code else "")
    assert site_of(ID, feature(kelurahan_code=stated, kelurahan="Kota Baru")).kelurahan == "Kota Baru"


@pytest.mark.parametrize("properties", [None, [], "x", 7])
def test_a_document_without_an_object_of_properties_states_nothing(properties):
    site = site_of(ID, {"type": "Feature", "properties": properties, "geometry": properties})

    assert (site.name, site.kind, site.kelurahan, site.kecamatan_code) == (ID, "", "", "")
    assert dict(site.facts) == {}
    assert site.shape is None


def test_an_odd_id_stands_on_one_line_too_where_it_serves_as_a_name():
    assert site_of(" a\nb ", feature()).name == "a b"
    assert site_of("\u200b", feature()).name == "\u200b"


def test_sites_are_a_sequence_of_sites_beside_their_columns():
    documents = [feature("a", name="A"), feature("b"), {**feature("c"), "geometry": None}]
    sites = sites_from_features(documents, "test")

    assert [site.id for site in sites] == list(sites.ids) == ["a", "b", "c"]
    assert [site.name for site in sites] == ["A", "b", "c"]
    assert all(site.feature is document for site, document in zip(sites, documents, strict=True))
    assert [site.shape for site in sites] == sites.shapes.tolist()
    assert sites[1] is sites[1]
    assert sites.site("b") is sites[1]
    assert sites[0] in sites
    assert "b" in sites
    assert isinstance(sites[0], Site)
    with pytest.raises(IndexError):
        sites[3]
    with pytest.raises(SiteError):
        sites.site("d")


def test_a_name_under_another_key_is_compared_and_never_shown():
    site = site_of(ID, feature(name=" ", NAMOBJ=" Taman Sari "))

    assert (site.name, site.likely_name) == (ID, "Taman Sari")
    assert site_of(ID, feature(name="Melati", NAMOBJ="Sari")).likely_name == "Melati"
    assert site_of(ID, feature()).likely_name == ""


@pytest.fixture(scope="module")
def odd_register(tmp_path_factory):
    register = empty_register(tmp_path_factory.mktemp("odd"))
    for person in (ADE, BUDI, RINA):
        register.people.add(person, None, datetime(2026, 11, 1, tzinfo=UTC), None)
    taken = register.import_features(
        [
            feature(
                f"site-{number}", name=stated, kelurahan=stated, kecamatan=stated, kind=stated, kelurahan_code=stated
            )
            for number, (stated, _) in enumerate(SHOWN_IN_FILES.values())
        ]
    )
    assert taken.new == len(SHOWN_IN_FILES)
    for number in range(len(SHOWN_IN_FILES)):
        sent(register, number + 1, site=f"site-{number}")
        move_visit(register, RINA, uuid(number + 1), to="approved", seq=0, note="", notes={})
    yield register
    register.close()


@pytest.fixture(scope="module")
def names():
    return {
        f"site-{number}": f"site-{number}" if name == ID else name
        for number, (_, name) in enumerate(SHOWN_IN_FILES.values())
    }


def test_everything_below_the_pages_shows_the_same(odd_register, names, standard):
    findings = audit_register(odd_register, standard)
    sites = findings.source
    public = PublicRegister(odd_register, standard)
    at = [sites.index_of(id) for id in names]

    assert {site.id: site.name for site in odd_register.sites()} == names
    assert {id: odd_register.site(id).name for id in names} == names
    assert {id: odd_register.site_versions(id)[0].site.name for id in names} == names
    assert {id: public.site(id).name for id in names} == names
    assert {site.id: site.name for site in sites} == names
    assert {row.id: row.name for row in site_rows(findings)} == names
    assert {cost.site: cost.name for cost in costs_of_sites(findings)} == names
    assert {id: site_plan(findings, index).name for id, index in zip(names, at[:3], strict=False)} == dict(
        list(names.items())[:3]
    )
    assert {site.id: site.name for site in map_sites(findings, {})} == names
    assert {look.site_id: look.name for look in next_looks(odd_register, findings, date(2026, 11, 2))} == names
    assert {
        each.visit.site_id: each.site_name for each in review_queue(odd_register, "", states=["approved"]).visits
    } == names


def test_what_else_a_list_says_of_a_site_is_the_same_too(odd_register, standard):
    findings = audit_register(odd_register, standard)
    sites = {site.id: site for site in odd_register.sites()}

    def told(each):
        return each.kelurahan, each.kecamatan

    expected = {id: told(site) for id, site in sites.items()}
    assert {row.id: told(row) for row in site_rows(findings)} == expected
    assert {site.id: told(site) for site in map_sites(findings, {})} == expected
    assert {look.site_id: told(look) for look in next_looks(odd_register, findings, date(2026, 11, 2))} == expected
    found = review_queue(odd_register, "", states=["approved"])
    assert {each.visit.site_id: each.kelurahan for each in found.visits} == {
        id: each[0] for id, each in expected.items()
    }
    assert set(found.areas) == {site.kelurahan_code for site in sites.values()} - {""}


@pytest.mark.parametrize("address", ["/sites", "/forum", "/review?state=approved", "/surveillance"])
def test_every_page_shows_the_same(odd_register, names, standard, address):
    page = signed_in_client(create_app(odd_register, standard), "administrator").get(address)

    assert page.status_code == 200
    missing = [name for name in names.values() if str(escape(name)) not in page.text]
    assert missing == []
    assert "\x00" not in page.text


@pytest.mark.parametrize("case", ["spaces", "control characters", "list", "whole number", "very long"])
@pytest.mark.parametrize(
    "address", ["/plan/{}", "/sites/{}", "/sites/{}/change", "/sites/{}/history", "/sites/{}/children"]
)
def test_every_page_of_a_site_shows_the_same(odd_register, names, standard, case, address):
    id = f"site-{list(SHOWN_IN_FILES).index(case)}"
    page = signed_in_client(create_app(odd_register, standard), "administrator").get(address.format(id))

    assert page.status_code == 200
    assert str(escape(names[id])) in page.text
