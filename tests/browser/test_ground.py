"""The ground under the phone's map: kept while there is signal, drawn without it, and named by what is drawn."""

import pytest
import shapely
from playwright.sync_api import expect

from helpers.ground_features import places
from helpers.surveying import listened, phone

SITE = [106.15, -6.12]
PARK = {
    "type": "Feature",
    "id": "park",
    "properties": {"name": "Taman Ujung", "scale": "rw", "kelurahan_code": "36.73.01.1001"},
    "geometry": shapely.geometry.mapping(shapely.box(106.1498, -6.1202, 106.1502, -6.1198)),
}
NEXT = {
    "type": "Feature",
    "id": "next",
    "properties": {"name": "Taman Sebelah", "scale": "rw"},
    "geometry": {"type": "Point", "coordinates": [106.1503, -6.1197]},
}


@pytest.fixture(scope="module")
def surroundings():
    return places(
        ({"highway": "residential"}, shapely.LineString([(106.148, -6.1201), (106.152, -6.1195)])),
        ({"natural": "water"}, shapely.box(106.1503, -6.1205, 106.1510, -6.1199)),
        ({"building": "yes"}, shapely.box(106.1495, -6.1198, 106.1497, -6.1196)),
        ({"railway": "rail"}, shapely.LineString([(106.158, -6.13), (106.159, -6.11)])),
    )


def test_the_sketch_shows_the_ground_that_is_kept_without_signal(browser, here, register):
    register.import_features([PARK, NEXT])
    context = phone(browser, here, sending=True, worker=True)
    page = listened(context.new_page())
    page.goto(f"{here[0]}/queue")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("#ground-kept")).to_contain_text("around 2 of 2 places")

    context.set_offline(True)
    page.goto(f"{here[0]}/sites/park/audit")
    page.get_by_text("Set a pin on the map").click()
    keys = page.locator("#pin-keys > span:visible")
    expect(keys.filter(has_text="Streets")).to_be_visible()

    assert {each.strip() for each in keys.all_inner_texts()} == {
        "Site on file",
        "Other places",
        "Water",
        "Buildings",
        "Streets",
    }
    expect(page.locator("#pin text")).to_have_text("Taman Sebelah")
    colours = page.evaluate(
        """() => {
            const canvas = document.querySelector(".sketch canvas");
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const found = {};
            for (let at = 0; at < pixels.length; at += 4) {
                const key = pixels.slice(at, at + 4).join();
                found[key] = (found[key] ?? 0) + 1;
            }
            return found;
        }"""
    )
    assert colours.get("169,205,227,255", 0) > 500, "water is filled"
    assert colours.get("255,255,255,255", 0) > 500, "the street is drawn"
    assert not [each for each in page.complaints if "ERR_INTERNET_DISCONNECTED" not in each]

    page.get_by_role("button", name="Wider").click(click_count=6)
    expect(keys.filter(has_text="Buildings")).to_be_hidden()
    expect(keys.filter(has_text="Railway")).to_be_hidden()
    context.close()
