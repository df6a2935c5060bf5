"""What a map carries, and what it refuses to carry, before any browser reads it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import folium
import geopandas
import pytest
from branca.colormap import linear
from shapely.geometry import Point, Polygon

from rba_audit.errors import RbaError
from rba_audit.findings.wording import kind_words
from rba_audit.maps import CONTENT_POLICY, MapSite, build_map, compliance_map
from rba_audit.maps.figure import refuse_unvendored
from rba_audit.messages import using_language
from rba_audit.resources import static_dir
from rba_audit.sites import sites_from_features
from rba_audit.standard import default_edition, load_published
from rba_audit.status_style import LOOKS

HOSTILE = "<img src=x onerror=alert(1)>${alert(2)}`</script><script>alert(3)</script>\"'\u2028</title><!--"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.0, -6.2], [106.3, -6.2], [106.3, -6.0], [106.0, -6.0], [106.0, -6.2]]],
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with using_language("en"):
        yield


class _Page(HTMLParser):
    """Everything a page would load or run by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.attributes: set[str] = set()
        self.lang = self.title = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes |= set(found)
        self._in_title = tag == "title"
        if tag == "html":
            self.lang = found["lang"] or ""
        if tag in {"script", "img", "iframe", "source", "video", "audio", "embed"} and found.get("src"):
            self.loads.append(str(found["src"]))
        if tag == "link":
            self.loads.append(str(found["href"]))

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"


def _site(site_id: str = "a", **facts: object) -> MapSite:
    given: dict[str, object] = {"name": "Taman", "status": "standard", "lonlat": (106.15, -6.12)}
    return MapSite(id=site_id, **(given | facts))  # type: ignore[arg-type]  # each test names real fields


def test_a_saved_map_loads_nothing(tmp_path: Path) -> None:
    html = build_map([_site()]).save(tmp_path / "map.html").read_text(encoding="utf-8")

    assert _Page(html).loads == ["data:,"]
    assert not re.search(r"url\((?!data:|[\"']data:|#)", html)
    assert "@import" not in html
    assert "Leaflet 1.9.4, a JS library" in html


@pytest.mark.parametrize("ground", ["", json.dumps({"credits": [HOSTILE]})])
def test_each_inline_script_and_style_of_a_saved_map_is_named_in_its_policy(ground: str) -> None:
    html = replace(build_map([_site(name=HOSTILE)]), ground=ground).html()
    inline = re.findall(r'<(?:script|script type="module"|style)>(.*?)</(?:script|style)>', html, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)

    assert policy is not None
    allowed = set(re.findall(r"sha256-([^&']*)", policy[1]))
    assert {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline} == allowed
    assert "unsafe" not in policy[1]


def test_the_page_of_the_web_has_nothing_inline() -> None:
    page = _Page(build_map([_site(name=HOSTILE)]).page("/map.js", asset_url=lambda name: f"/files/{name}"))

    assert page.loads[-1] == "/map.js"
    assert "/files/vendor/leaflet/leaflet.js" in page.loads
    assert "style" not in page.tags
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert CONTENT_POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


def test_every_file_a_page_asks_for_is_there() -> None:
    drawn = build_map([_site()])

    assert [name for name in (*drawn.styles, *drawn.scripts) if not (static_dir() / name).is_file()] == []


def test_hostile_words_stay_data_in_the_script_and_text_in_the_page() -> None:
    boundary = {"type": "Feature", "properties": {"name": HOSTILE}, "geometry": SQUARE}
    drawn = build_map(
        [_site(name=HOSTILE, red=(HOSTILE,), kecamatan=HOSTILE)],
        boundaries=[boundary],
        title=HOSTILE,
        subtitle=HOSTILE,
        credit=HOSTILE,
    )
    page = _Page(drawn.html())

    assert "<" not in drawn.script
    assert "\u2028" not in drawn.script
    assert "img" not in page.tags
    assert page.title == HOSTILE
    assert page.tags.count("script") == len(drawn.scripts) + 1


def test_a_map_speaks_one_language_and_says_which() -> None:
    with using_language("id"):
        page = _Page(build_map([_site()]).html())

    assert page.lang == "id"
    assert _Page(build_map([_site()]).html()).lang == "en"


def test_the_same_sites_give_the_same_bytes() -> None:
    assert build_map([_site()]).html() == build_map([_site()]).html()


def test_every_map_says_it_is_an_estimate() -> None:
    assert "Readiness estimate, not an official score" in build_map([]).frame


@pytest.mark.parametrize("make", [folium.JavascriptLink, folium.CssLink])
def test_a_link_nobody_vendored_is_refused(make: type) -> None:
    chart = folium.Map(tiles=None)
    figure = chart.get_root()
    assert isinstance(figure, folium.Figure)
    figure.render()
    figure.header.add_child(make("https://elsewhere.example/new-plugin.js"))

    with pytest.raises(RbaError, match=r"new-plugin\.js, which is not vendored"):
        refuse_unvendored(figure, own=chart.get_name())


def test_a_colour_map_that_brings_its_own_library_is_refused() -> None:
    chart = folium.Map(tiles=None)
    linear.Purples_09.add_to(chart)
    figure = chart.get_root()
    assert isinstance(figure, folium.Figure)
    figure.render()

    with pytest.raises(RbaError, match="not vendored"):
        refuse_unvendored(figure, own=chart.get_name())


def test_a_style_element_put_into_the_header_is_refused() -> None:
    chart = folium.Map(tiles=None)
    figure = chart.get_root()
    assert isinstance(figure, folium.Figure)
    figure.render()
    figure.header.add_child(folium.Element("<style>p { color: red }</style>"), name="stray")

    with pytest.raises(RbaError, match="stray"):
        refuse_unvendored(figure, own=chart.get_name())


def test_a_map_changes_nothing_for_other_folium_maps() -> None:
    build_map([_site()])

    assert [name for name, _ in folium.Map.default_js] == [
        "leaflet",
        "jquery",
        "bootstrap",
        "awesome_markers",
    ]


@pytest.mark.parametrize("href", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x"])
def test_a_link_that_would_run_is_refused(href: str) -> None:
    with pytest.raises(RbaError, match="is not a link to a page"):
        _site(href=href)


@pytest.mark.parametrize("href", ["/sites/a", "sites/a?b=c:d", "https://example.org/a", None])
def test_an_ordinary_link_is_taken(href: str | None) -> None:
    assert _site(href=href).href == href


def test_a_status_the_map_cannot_draw_is_refused() -> None:
    with pytest.raises(RbaError, match="the status fine is unknown"):
        _site(status="fine")


def test_a_site_not_located_yet_has_no_place() -> None:
    assert _site(lonlat=None, geometry=None).place() is None


def test_the_mark_of_an_outline_stands_inside_it() -> None:
    crescent = Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 9), (9, 9), (9, 1), (0, 1)])
    place = _site(lonlat=None, geometry=crescent.__geo_interface__).place()

    assert place is not None
    assert crescent.contains(Point(place))


def test_each_status_has_its_own_colour_and_its_own_shape() -> None:
    assert len({look.colour for look in LOOKS.values()}) == len(LOOKS) == 5
    assert len({look.shape for look in LOOKS.values()}) == 5


def test_a_kind_nobody_named_is_shown_as_it_was_written() -> None:
    assert kind_words(load_published(default_edition()), "taman_lingkungan") == "Taman lingkungan"


class _Findings:
    """Real findings always have an answer for everything; these have gaps."""

    standard = load_published(default_edition())
    source = sites_from_features(
        [
            {"type": "Feature", "id": id, "properties": properties, "geometry": None}
            for id, properties in (("a", {"name": "Alun-Alun", "kind": "alun_alun"}), ("b", {}))
        ],
        "test",
    )

    def sites(self) -> geopandas.GeoDataFrame:
        return geopandas.GeoDataFrame(
            {
                "status": ["non_standard", "not_audited"],
                "score_low": [100, None],
                "score_high": [120, None],
                "score_max": [595, None],
                "rank_low": [None, None],
                "rank_high": ["Pratama", None],
                "red": [["LOK-01"], []],
                "position_accuracy_m": [150, "perhaps"],
            },
            geometry=[Point(106.15, -6.12), None],
            crs="EPSG:4326",
            index=["a", "b"],
        )


def test_findings_become_a_map_with_titles_ranges_and_links() -> None:
    drawn = compliance_map(_Findings(), hrefs={"a": "/sites/a"})

    assert '"name": "Alun-Alun"' in drawn.script
    assert '"score": [100, 120, 595]' in drawn.script
    assert '"rank": [null, "Pratama"]' in drawn.script
    assert f'"red": ["{load_published(default_edition()).requirement("LOK-01").title.en}"]' in drawn.script
    assert '"href": "/sites/a"' in drawn.script
    assert load_published(default_edition()).title.en in drawn.frame


def test_a_site_without_name_score_or_place_is_still_told() -> None:
    script = compliance_map(_Findings()).script

    assert '{"id": "b", "name": "b", "status": "not_audited"}' in script
    assert "NaN" not in script


def test_a_site_nobody_audited_shows_no_score_however_wide_its_range() -> None:
    data = _site(status="not_audited", score_low=0, score_high=595, score_max=595, rank_high="RBRA").as_data()

    assert "score" not in data
    assert "rank" not in data
