"""The map as people meet it: in a real browser, without a network, under a strict policy, by mouse, keyboard and phone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Locator, Page, expect
from shapely import box
from werkzeug.serving import make_server

from helpers.reading import violations
from rba_audit.basemap import build_basemap, saved_tiles
from rba_audit.layers import ContextFeature
from rba_audit.maps import CONTENT_POLICY, ComplianceMap, MapSite, build_map
from rba_audit.messages import using_language
from rba_audit.resources import static_dir

HOSTILE = '<img src=x onerror="window.ran=1">${window.ran=2}`\'</script><script>window.ran=3</script>'
SITES = [
    MapSite(
        id="barat",
        name="Alun-Alun Barat",
        status="non_standard",
        kind="alun_alun",
        kind_label="Town square",
        kelurahan="Kotabaru",
        kecamatan="Serang",
        score_low=387,
        score_high=427,
        score_max=595,
        rank_low="Madya",
        rank_high="Nindya",
        red=("Away from railways", "A fence stands"),
        accuracy_m=150.0,
        geometry={
            "type": "Polygon",
            "coordinates": [[[106.152, -6.118], [106.154, -6.118], [106.154, -6.116], [106.152, -6.118]]],
        },
        href="/sites/barat",
    ),
    MapSite(
        id="kasemen",
        name="Taman Kasemen",
        status="standard",
        kind="rth",
        kind_label="Green",
        kecamatan="Kasemen",
        score_low=560,
        score_high=560,
        score_max=595,
        rank_low="Utama",
        rank_high="Utama",
        lonlat=(106.16, -6.03),
    ),
    MapSite(id="curug", name="Taman Curug", status="not_audited", kind="rth", lonlat=(106.16, -6.17)),
    MapSite(id="ciceri", name="Tugu Jam Ciceri", status="nearly_standard", lonlat=(106.16, -6.121)),
    MapSite(id="odd", name=HOSTILE, status="undetermined", kecamatan=HOSTILE, lonlat=(106.20, -6.10)),
    MapSite(id="lost", name="Taman Hilang", status="not_audited", kecamatan="Serang"),
]
BOUNDARY = {
    "type": "Feature",
    "properties": {"name": HOSTILE},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[106.0, -6.2], [106.3, -6.2], [106.3, -6.0], [106.0, -6.0], [106.0, -6.2]]],
    },
}


@dataclass
class Opened:
    """A page with everything that went wrong in it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def markers(self) -> Locator:
        return self.page.locator(".rba-marker[role=button]")

    def marker(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).and_(self.markers())

    def status(self, name: str) -> Locator:
        return self.page.locator(".rba-legend button", has_text=name)

    def rows(self) -> Locator:
        return self.page.locator(".rba-found .rba-row-name")

    def card(self) -> Locator:
        return self.page.locator(".rba-card")

    def shown(self, text: str) -> None:
        expect(self.page.get_by_role("status")).to_have_text(text)


class Opener:
    """Opens pages in a context of their own; only files and this machine can be reached."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.opened: list[Opened] = []

    def saved(self, drawn: ComplianceMap, *, width: int = 1280, height: int = 800, **context: object) -> Opened:
        return self.visit(drawn.save(self.folder / "map.html").as_uri(), width, height, offline=True, **context)

    def visit(self, url: str, width: int = 1280, height: int = 800, **context: object) -> Opened:
        # Without motion a target stands still, so that a press lands where it was aimed.
        options: dict[str, object] = {
            "viewport": {"width": width, "height": height},
            "reduced_motion": "reduce",
            **context,
        }
        page = self.browser.new_context(**options).new_page()  # type: ignore[arg-type]  # each test names real options
        opened = Opened(page)
        self.opened.append(opened)
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
        page.on("request", lambda request: opened.requests.append(request.url))
        page.route(re.compile(r"^(?!file:|data:|blob:|http://127\.0\.0\.1)"), lambda route: route.abort())
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective));"
        )
        page.goto(url)
        return opened


@pytest.fixture
def opener(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    opening = Opener(browser, tmp_path)
    with using_language("en"):
        yield opening
    before_closing = [list(opened.complaints) for opened in opening.opened if opened.complaints]
    for opened in opening.opened:
        opened.page.context.close()
    assert before_closing == []


@pytest.fixture
def few(opener: Opener) -> Opened:
    return opener.saved(build_map(SITES, boundaries=[BOUNDARY], title="Kota Serang", credit="Survey office"))


def test_a_saved_map_opens_without_a_network(few: Opened) -> None:
    expect(few.markers()).to_have_count(5)
    few.shown("6 of 6 sites")
    assert [url for url in few.requests if not url.startswith(("file:", "data:"))] == []


def test_each_marker_can_be_reached_and_says_name_and_status(few: Opened) -> None:
    marker = few.marker("Taman Kasemen, Standard")

    marker.focus()

    expect(marker).to_be_focused()
    assert marker.get_attribute("tabindex") == "0"


def test_the_legend_counts_each_status_and_hides_it(few: Opened) -> None:
    expect(few.status("Not audited yet").locator(".rba-number")).to_have_text("2")

    few.status("Not audited yet").click()

    expect(few.status("Not audited yet")).to_have_attribute("aria-pressed", "false")
    expect(few.markers()).to_have_count(4)
    few.shown("4 of 6 sites")


def test_kind_and_district_narrow_the_map_and_reset_widens_it(few: Opened) -> None:
    few.page.get_by_label("Kind").select_option("rth")
    few.shown("2 of 6 sites")
    few.page.get_by_label("Kecamatan").select_option("Kasemen")
    few.shown("1 of 6 sites")
    expect(few.markers()).to_have_count(1)

    few.page.get_by_role("button", name="Clear filters").click()

    few.shown("6 of 6 sites")
    expect(few.page.get_by_label("Kecamatan")).to_have_value("")


def test_a_search_lists_sites_wherever_they_are(few: Opened) -> None:
    few.page.get_by_label("Search by name").fill("ciceri")

    expect(few.rows()).to_have_text(["Tugu Jam Ciceri"])
    expect(few.page.get_by_text("Search results")).to_be_visible()
    few.shown("1 of 6 sites")


def test_a_search_that_finds_nothing_says_so(few: Opened) -> None:
    few.page.get_by_label("Search by name").fill("zzz")

    expect(few.page.get_by_text("No site matches.")).to_be_visible()
    expect(few.markers()).to_have_count(0)


def test_the_keyboard_opens_a_card_and_comes_back_to_the_marker(few: Opened) -> None:
    marker = few.marker("Taman Kasemen, Standard")
    marker.focus()
    few.page.keyboard.press("Enter")
    expect(few.card().get_by_role("heading", name="Taman Kasemen")).to_be_focused()

    few.page.keyboard.press("Escape")

    expect(few.card()).to_have_count(0)
    expect(marker).to_be_focused()


def test_a_card_tells_status_score_rank_and_red_items(few: Opened) -> None:
    few.page.get_by_role("button", name="Alun-Alun Barat").and_(few.page.locator(".rba-row")).click()

    card = few.card()
    for text in (
        "Not standard",
        "Town square · Kotabaru, Serang",
        "387–427 of 595",
        "Madya to Nindya",
        "Away from railways",
        "A fence stands",
        "Position known to about 150 m",
        "Readiness estimate, not an official score",
    ):
        expect(card).to_contain_text(text)
    expect(card.get_by_role("link", name="Open the site's page")).to_have_attribute("href", "/sites/barat")
    expect(few.page.locator("path.rba-uncertain")).to_have_count(1)


def test_a_score_and_rank_that_are_sure_are_said_once(few: Opened) -> None:
    few.marker("Taman Kasemen, Standard").click()

    expect(few.card()).to_contain_text("560 of 595")
    expect(few.card().locator("dd")).to_have_text(["560 of 595", "Utama"])


def test_a_mouse_and_a_closing_leave_no_card_and_no_ring(few: Opened) -> None:
    few.marker("Taman Curug").click()
    expect(few.card()).to_contain_text("No score yet")
    expect(few.page.locator(".rba-chosen")).to_have_count(1)

    few.page.get_by_role("button", name="Close").click()

    expect(few.card()).to_have_count(0)
    expect(few.page.locator(".rba-chosen")).to_have_count(0)


def test_sites_not_located_are_listed_and_not_drawn(few: Opened) -> None:
    lost = few.page.locator(".rba-unlocated")

    expect(lost.get_by_role("heading")).to_have_text(re.compile("Not located yet"))
    expect(lost.locator(".rba-row-name")).to_have_text(["Taman Hilang"])
    expect(few.marker("Taman Hilang")).to_have_count(0)


def test_hostile_names_are_shown_as_they_were_written(few: Opened) -> None:
    few.page.evaluate("map_rba.setZoom(12, { animate: false })")  # the name of the area is longer than it at first
    few.marker("<img src=x").click()

    expect(few.card().get_by_role("heading").first).to_have_text(HOSTILE)
    expect(few.page.locator(".rba-row-name", has_text="<img")).to_have_text(HOSTILE)
    expect(few.page.locator(".rba-name")).to_have_text(HOSTILE)
    expect(few.page).to_have_title("Kota Serang")
    assert few.page.evaluate("window.ran") is None
    assert few.page.locator("img").count() == 0


def test_a_saved_map_brings_its_own_ground(opener: Opener) -> None:
    lake = ContextFeature("water", "", "", {"properties": {"natural": "water"}}, shape=box(106.1, -6.15, 106.25, -6.05))
    ground = saved_tiles(build_basemap([lake]), [HOSTILE])
    drawn = replace(build_map(SITES, boundaries=[BOUNDARY], title="Kota Serang"), ground=ground)

    opened = opener.saved(drawn)

    expect(opened.page.locator(".rba-under")).to_have_text("Water")
    expect(opened.page.locator(".rba-credit")).to_have_text(HOSTILE)
    water = """tiles => tiles.some((tile) => {
        const pixels = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height).data;
        return pixels.some((red, at) => at % 4 === 0 && red === 0xA9 && pixels[at + 1] === 0xCD && pixels[at + 2] === 0xE3);
    })"""
    assert opened.page.locator(".leaflet-ground-pane canvas").evaluate_all(water)
    assert len(opened.requests) == 1


def test_a_map_without_any_place_says_so(opener: Opener) -> None:
    opened = opener.saved(build_map([MapSite(id="a", name="Taman", status="not_audited")]))

    expect(opened.page.get_by_text("No site has a position yet.")).to_be_visible()


def _crowd(count: int) -> list[MapSite]:
    statuses = ("standard", "non_standard", "not_audited")
    return [MapSite(id=str(i), name=f"Taman {i}", status=statuses[i % 3], lonlat=(106.15, -6.12)) for i in range(count)]


def test_many_sites_are_drawn_on_a_canvas_and_few_of_them_as_markers(opener: Opener) -> None:
    opened = opener.saved(build_map(_crowd(300)))
    expect(opened.page.locator("canvas.leaflet-tile").first).to_be_attached()
    expect(opened.markers()).to_have_count(0)
    opened.shown("300 of 300 sites")

    opened.page.get_by_label("Search by name").fill("Taman 12")

    expect(opened.markers()).to_have_count(11)
    expect(opened.page.locator("canvas.leaflet-tile")).to_have_count(0)


def test_a_crowd_on_one_point_is_listed(opener: Opener) -> None:
    opened = opener.saved(build_map(_crowd(300)))

    opened.page.locator("#map_rba").click()
    expect(opened.card().get_by_role("heading")).to_have_text("300 sites at this place")
    opened.card().locator("[data-site='7']").click()

    expect(opened.card().get_by_role("heading", name="Taman 7")).to_be_visible()


def test_a_press_on_a_crowd_comes_closer_until_its_sites_part(opener: Opener) -> None:
    ends = [
        MapSite(id=end, name=end, status="standard", lonlat=(106.15 + off, -6.12 + off))
        for end, off in (("west", -0.1), ("east", 0.1))
    ]
    near = [
        MapSite(id=str(i), name=str(i), status="non_standard", lonlat=(106.1502 + i * 2e-6, -6.1202 - i * 2e-6))
        for i in range(250)
    ]
    opened = opener.saved(build_map([*ends, *near]))
    scale = opened.page.locator(".leaflet-control-scale-line")
    far = scale.inner_text()
    expect(opened.page.locator("canvas.leaflet-tile").first).to_be_visible()

    opened.page.locator("#map_rba").click()

    expect(scale).not_to_have_text(far)
    expect(opened.card()).to_have_count(0)


def test_the_list_grows_by_request(opener: Opener) -> None:
    opened = opener.saved(build_map(_crowd(100)))
    expect(opened.rows()).to_have_count(60)

    opened.page.get_by_role("button", name="Show 40 more").click()

    expect(opened.rows()).to_have_count(100)


def test_sites_on_one_spot_stand_side_by_side(opener: Opener) -> None:
    opened = opener.saved(build_map(_crowd(6)))
    expect(opened.markers()).to_have_count(6)

    boxes = [box for marker in opened.markers().all() if (box := marker.bounding_box())]

    gaps = [abs(a["x"] - b["x"]) + abs(a["y"] - b["y"]) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert min(gaps) >= 20


@pytest.fixture
def phone(opener: Opener) -> Opened:
    drawn = build_map(SITES, boundaries=[BOUNDARY], title="Kota Serang", credit="Survey office")
    return opener.saved(drawn, width=360, height=740, has_touch=True, is_mobile=True, device_scale_factor=2)


def test_a_phone_shows_map_and_legend_and_opens_the_list_on_request(phone: Opened) -> None:
    toggle = phone.page.get_by_role("button", name="List and filters")
    expect(phone.status("Standard").first).to_be_visible()
    expect(phone.page.get_by_label("Search by name")).to_be_hidden()

    toggle.click()

    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(phone.page.get_by_label("Search by name")).to_be_visible()


def test_a_phone_shows_the_card_of_a_site_chosen_in_the_list(phone: Opened) -> None:
    phone.page.get_by_role("button", name="List and filters").click()

    phone.page.locator(".rba-row", has_text="Taman Kasemen").click()

    expect(phone.card().get_by_role("heading", name="Taman Kasemen")).to_be_in_viewport()
    expect(phone.page.get_by_label("Search by name")).to_be_hidden()


def test_a_phone_needs_no_sideways_scroll_and_may_zoom(phone: Opened) -> None:
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
    content = phone.page.locator("meta[name=viewport]").get_attribute("content")
    assert content == "width=device-width, initial-scale=1"


def test_everything_to_touch_on_a_phone_is_large_enough(phone: Opened) -> None:
    small: list[str] = []
    for opened_sheet in (False, True):
        if opened_sheet:
            phone.page.get_by_role("button", name="List and filters").click()
        for target in phone.page.locator("button, input, select, .leaflet-bar a, .rba-hit").all():
            box = target.bounding_box()
            if box and target.is_visible() and (box["width"] < 44 or box["height"] < 44):
                small.append(f"{target.evaluate('node => node.className || node.id')} {box}")
    assert small == []


def test_motion_is_reduced_only_for_those_who_ask(opener: Opener) -> None:
    moving = opener.saved(build_map(SITES), reduced_motion="no-preference")
    still = opener.saved(build_map(SITES))
    expect(moving.markers()).to_have_count(5)
    expect(still.markers()).to_have_count(5)

    assert moving.page.locator("#map_rba.leaflet-zoom-anim, .leaflet-zoom-animated").count() > 0
    assert still.page.locator("#map_rba.leaflet-zoom-anim, .leaflet-zoom-animated").count() == 0


def test_paper_shows_map_legend_and_list_but_no_filters(few: Opened) -> None:
    few.page.emulate_media(media="print")

    expect(few.page.get_by_label("Search by name")).to_be_hidden()
    expect(few.page.locator("#map_rba")).to_be_visible()
    expect(few.status("Nearly standard")).to_be_visible()
    expect(few.rows()).to_have_count(5)


@pytest.fixture
def served() -> Iterator[str]:
    with using_language("en"):
        drawn = build_map(SITES, boundaries=[BOUNDARY], title="Kota Serang")
    app = Flask(__name__, static_folder=str(static_dir()), static_url_path="/static")
    app.add_url_rule("/map", "map", lambda: drawn.page("/map.js"))
    app.add_url_rule("/map.js", "script", lambda: Response(drawn.script, mimetype="text/javascript"))

    @app.after_request
    def _strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/map"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_page_of_the_web_holds_under_the_strict_policy(opener: Opener, served: str) -> None:
    opened = opener.visit(served)
    expect(opened.markers()).to_have_count(5)
    opened.marker("Alun-Alun Barat").focus()
    opened.page.keyboard.press("Enter")
    expect(opened.card()).to_contain_text("387–427 of 595")
    opened.page.keyboard.press("Escape")
    opened.page.get_by_role("button", name="Zoom in").click()
    opened.status("Not audited yet").click()

    opened.shown("4 of 6 sites")
    origin = served.removesuffix("/map")
    assert [url for url in opened.requests if not url.startswith((origin, "data:"))] == []


def test_no_barrier_is_found_on_a_desk(opener: Opener) -> None:
    opened = opener.saved(build_map(SITES, title="Kota Serang", credit="Survey office"))
    opened.marker("Alun-Alun Barat").click()
    expect(opened.card()).to_be_visible()

    assert violations(opened.page) == []


def test_no_barrier_is_found_on_a_phone(opener: Opener) -> None:
    drawn = build_map(SITES, title="Kota Serang", credit="Survey office")
    opened = opener.saved(drawn, width=360, height=740, has_touch=True, is_mobile=True)
    opened.page.get_by_role("button", name="List and filters").click()
    barriers = violations(opened.page)
    opened.page.locator(".rba-row", has_text="Alun-Alun Barat").click()
    expect(opened.card()).to_be_visible()

    assert barriers + violations(opened.page) == []
