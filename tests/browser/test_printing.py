"""Every page of the office on A4, printed in Chromium and in Firefox: what stands on the sheets, and that nothing lies on anything."""

import pytest

from helpers.effort import NIGHTLY
from helpers.other_browsers import launch
from helpers.printing import MARGINS_MM, Paper, print_in_chromium, print_in_firefox
from helpers.reading import DESK
from helpers.registers import session_for
from rba_audit.cli import main
from rba_audit.resources import sample_areas, sample_sites
from rba_audit.status_style import LOOKS

SITE = "alun-alun-timur"
PAGES = {
    "overview": "/",
    "all sites": "/sites",
    "not standard": "/non-standard",
    "not known": "/not-known",
    "a site": f"/sites/{SITE}",
    "the map": "/map",
    "coverage": "/coverage",
    "a plan of the city": "/plan",
    "a plan of a site": "/plan/alun-alun-barat",
    "actions": "/actions",
    "review": "/review",
    "the standard": "/standards/rbra-2024",
    "voices of children": f"/sites/{SITE}/children",
}
NIGHTLY_PAGES = {
    "repairs of one kecamatan": "/non-standard?kecamatan=Serang",
    "a good site": "/sites/taman-sari",
    "a site not audited": "/sites/taman-sepur",
    "coverage by any place": "/coverage?count=any&show=number",
    "a plan with a place refused": "/plan?budget=600.000.000&refuse=alun-alun-masjid-agung-banten",
    "certificates": "/certificates",
    "what an agency owes to the folder": "/folder?agency=bappeda",
    "documents": "/documents",
    "surveillance": "/surveillance",
    "self-assessment and auditor": f"/sites/{SITE}/stages",
    "equipment": f"/sites/{SITE}/equipment",
    "people": "/admin",
    "trained people": "/kha",
    "personal data": "/privacy",
    "nominations": "/nominations",
    "the position of the city": "/kla",
}
IN_FIREFOX = ("overview", "not standard", "coverage", "the map")
"""A page takes Firefox half a second and each margin lays it out anew; at night it prints them all."""
AT_MOST = {"overview": 4, "not standard": 4, "coverage": 3, "a plan of the city": 3, "a site": 16, "the map": 2}
ROLES = {"review": "reviewer", "self-assessment and auditor": "reviewer", "people": "administrator"}
DARKEST = "#542A8D"
RED = LOOKS["non_standard"].colour


@pytest.fixture(scope="module")
def saved_map(tmp_path_factory):
    """The map that the command line writes, as one file."""
    folder = tmp_path_factory.mktemp("audit")
    assert main(["audit", str(sample_sites()), "--context", str(sample_areas()), "--out", str(folder)]) == 0
    return (folder / "map.html").as_uri()


@pytest.fixture(scope="module")
def printed_in_chromium(browser, demo, saved_map):
    """Papers by page and margin, all from one tab."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    papers = {}
    for name, address in addresses(demo, saved_map).items():
        session = session_for(demo.app, ROLES.get(name, "planner"))
        context.add_cookies([{"name": "rba", "value": session, "url": demo.address}])
        answer = page.goto(address)
        assert answer is None or answer.ok, name
        for margin in MARGINS_MM:
            papers[name, margin] = Paper(print_in_chromium(page, margin))
    before_closing = list(complaints)
    context.close()
    assert before_closing == []
    yield papers
    close(papers)


@pytest.fixture(scope="module")
def printed_in_firefox(demo, saved_map, tmp_path_factory):
    """Papers by page and margin, all from one window as wide as a phone."""
    wanted = addresses(demo, saved_map)
    papers = {}
    with launch("firefox", tmp_path_factory.mktemp("firefox")) as firefox:
        firefox.open(demo.address + "/privacy")
        for name in wanted if NIGHTLY else (*IN_FIREFOX, "the saved map"):
            firefox.driver.add_cookie({"name": "rba", "value": session_for(demo.app, ROLES.get(name, "planner"))})
            firefox.open(wanted[name])
            for margin in MARGINS_MM if NIGHTLY else MARGINS_MM[:1]:
                papers[name, margin] = Paper(print_in_firefox(firefox, margin))
    yield papers
    close(papers)


def close(papers):
    for paper in papers.values():
        paper.close()


def addresses(demo, saved_map):
    pages = {**PAGES, **(NIGHTLY_PAGES if NIGHTLY else {})}
    return {**{name: demo.address + path for name, path in pages.items()}, "the saved map": saved_map}


@pytest.fixture(params=["chromium", pytest.param("firefox", marks=pytest.mark.other_browsers)])
def papers(request):
    return request.getfixturevalue(f"printed_in_{request.param}")


def test_no_text_lies_on_another_or_leaves_the_sheet(papers):
    faults = {key: (paper.overlaps()[:5], paper.outside()[:5]) for key, paper in papers.items()}

    assert {key: fault for key, fault in faults.items() if fault != ([], [])} == {}
    assert {size for paper in papers.values() for size in paper.sizes_mm()} == {(210, 297)}


def test_lists_take_few_sheets(papers):
    sheets = {key: len(paper) for key, paper in papers.items()}

    assert {key: count for key, count in sheets.items() if count > AT_MOST.get(key[0], 12)} == {}


def test_every_page_says_of_which_moment_it_is_and_offers_nothing_to_press(papers):
    for (name, margin), paper in papers.items():
        if name != "the saved map":
            assert "Per tanggal" in paper.text, (name, margin)
        for words in ("Lainnya", "Unduh daftar ini", "Tampilkan", "Keluar"):
            assert words not in paper.text.split(), (name, margin)


def test_maps_have_their_colours_names_and_graticule(papers):
    for (name, margin), paper in papers.items():
        if name in ("the map", "coverage", "the saved map"):
            assert paper.share_of(RED) > 0.0005, (name, margin)
            for words in ("Kasemen", "Curug", "BT", "LS"):
                assert words in paper.text, (name, margin)
        if name == "coverage":
            assert paper.share_of(DARKEST) > 0.02, (name, margin)


def test_a_table_has_its_head_on_every_sheet_and_the_sheets_are_numbered(printed_in_chromium):
    paper = printed_in_chromium["all sites", 12]
    tables = [text for text in paper.texts if "Taman" in text]

    assert len(tables) == 2
    assert all("Kecamatan" in text for text in tables)
    assert "1 / 2" in tables[0]
