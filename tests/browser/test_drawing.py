"""Drawing an outline and its parts: by finger, by mouse and by keyboard; every step undone, nothing crossed sent."""

import json

import pytest
import shapely
from playwright.sync_api import expect

from helpers.drawing_page import drawing_app
from helpers.ground_features import places
from helpers.reading import violations
from helpers.serving import serving
from helpers.surveying import listened, signed_in

SITE = shapely.box(106.1498, -6.1202, 106.1502, -6.1198)
TWO = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[106.16, -6.12], [106.1603, -6.12], [106.1603, -6.1197], [106.16, -6.1197], [106.16, -6.12]]],
        [[[106.1606, -6.12], [106.1608, -6.12], [106.1608, -6.1197], [106.1606, -6.1197], [106.1606, -6.12]]],
    ],
}


def feature(id, geometry, **properties):
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": {"name": id.title(), **properties}}


@pytest.fixture(scope="module")
def here(register, standard):
    register.import_features(
        [
            feature("park", shapely.geometry.mapping(SITE)),
            feature("next", shapely.geometry.mapping(shapely.box(106.1503, -6.1202, 106.1507, -6.1198))),
            feature("two", TWO),
            feature("dot", {"type": "Point", "coordinates": [106.17, -6.12]}),
        ]
    )
    context = places(({"highway": "residential"}, shapely.LineString([(106.148, -6.1204), (106.172, -6.1203)])))
    with serving(drawing_app(register, standard, context)) as address:
        yield address, signed_in(register)


@pytest.fixture
def sheet(browser, here):
    """Open the drawing of a site, on a wide screen or on a phone."""
    contexts = []

    def opened(site, *, phone=False, language="en"):
        size = {"width": 360, "height": 740} if phone else {"width": 1280, "height": 900}
        contexts.append(browser.new_context(viewport=size, has_touch=phone, reduced_motion="reduce"))
        names = {"lang": language, "rba": here[1]}
        contexts[-1].add_cookies([{"name": name, "value": value, "url": here[0]} for name, value in names.items()])
        page = listened(contexts[-1].new_page())
        page.goto(f"{here[0]}/draw/{site}")
        expect(page.locator(".drawing-size")).not_to_be_empty()
        return page

    yield opened
    for context in contexts:
        assert [page.complaints for page in context.pages] == [[]]
        context.close()


def drawn(page, field="geometry"):
    return json.loads(page.locator(f"#{field}").input_value() or "null")


def do(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def place(page, x, y):
    """Where a share of the map lies on the screen."""
    box = page.locator(".drawing-map").bounding_box()
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def corners(page, *shares, tap=False):
    page.locator(".drawing-map").scroll_into_view_if_needed()
    for share in shares:
        (page.touchscreen.tap if tap else page.mouse.click)(*place(page, *share))


def handle(page, at):
    box = page.locator(".marker-icon:not(.marker-icon-middle)").nth(at).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def touch(page, *points):
    """Move a finger along some points, as a phone tells it."""
    session = page.context.new_cdp_session(page)
    for at, (x, y) in enumerate(points):
        kind = "touchMove" if at else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def to_the_end(page, name):
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(20):
        if button.is_disabled():
            break
        button.click()


def test_by_mouse_corners_move_holes_are_cut_and_every_step_is_undone(sheet):
    page = sheet("park")
    stored = drawn(page)
    page.locator(".drawing-map").scroll_into_view_if_needed()
    assert drawn(page) == json.loads(json.dumps(shapely.geometry.mapping(SITE)))
    expect(page.locator(".drawing-size")).to_contain_text("As it is stored")
    expect(page.locator(".drawing-keys")).to_contain_text("Streets")
    expect(page.locator(".drawing-keys")).not_to_contain_text("Water")

    # A corner is dragged to the neighbour's and is exactly there; the others keep every digit.
    x, y = handle(page, 0)
    width = handle(page, 0)[0] - handle(page, 2)[0]
    drag(page, (x, y), (x + width / 4 + 6, y + 5))
    moved = drawn(page)["coordinates"][0]
    assert [106.1503, -6.1202] in moved
    assert sum(position in stored["coordinates"][0] for position in moved) == 3
    expect(page.locator(".drawing-size")).to_contain_text("Stored: ")
    expect(page.locator(".drawing-keys")).to_contain_text("As stored")
    do(page, "Undo")
    assert drawn(page) == stored

    # A corner more, and away again.
    middle = page.locator(".marker-icon-middle").first.bounding_box()
    drag(page, (middle["x"] + 5, middle["y"] + 5), (middle["x"] + 45, middle["y"] + 30))
    assert len(drawn(page)["coordinates"][0]) == 6
    do(page, "Take corners away")
    page.mouse.click(*handle(page, 1))
    assert len(drawn(page)["coordinates"][0]) == 5
    do(page, "Take corners away")

    # A hole inside is taken, one that leaves the outline is not.
    do(page, "Show all of it")
    do(page, "Cut a hole")
    corners(page, (0.45, 0.45), (0.55, 0.45), (0.55, 0.55), (0.45, 0.55), (0.45, 0.45))
    assert len(drawn(page)["coordinates"]) == 2
    kept = drawn(page)
    do(page, "Cut a hole")
    corners(page, (0.5, 0.3), (0.02, 0.02), (0.03, 0.3))
    do(page, "Finished")
    expect(page.locator(".drawing-told")).to_contain_text("wholly inside")
    assert drawn(page) == kept

    to_the_end(page, "Undo")
    assert drawn(page) == stored
    to_the_end(page, "Do again")
    assert drawn(page) == kept
    page.get_by_role("button", name="Save").click()
    assert len(json.loads(page.locator("body").inner_text())["geometry"]["coordinates"]) == 2


def test_parts_are_drawn_and_what_crosses_itself_is_told_and_not_sent(sheet):
    page = sheet("park")
    stored = drawn(page)
    page.get_by_label("Part", exact=True).select_option(label="tree")
    do(page, "Draw the part")
    corners(page, (0.4, 0.6))
    page.get_by_label("Part", exact=True).select_option(label="play zone")
    do(page, "Draw the part")
    corners(page, (0.6, 0.6), (0.65, 0.6), (0.65, 0.65))
    page.keyboard.press("Escape")
    expect(page.locator(".drawing-told")).to_contain_text("Cancelled")
    assert [(part["id"], part["properties"]["part"]) for part in drawn(page, "parts")] == [("park-tree-1", "tree")]
    page.locator("#geometry").evaluate(
        """(field, text) => { field.value = text; field.dispatchEvent(new Event("change")); }""",
        json.dumps(
            {
                "type": "Polygon",
                "coordinates": [
                    [[106.1498, -6.12], [106.1502, -6.12], [106.1498, -6.1203], [106.1503, -6.1198], [106.1498, -6.12]]
                ],
            }
        ),
    )
    expect(page.locator(".drawing-fault")).to_contain_text("crosses or touches itself")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".drawing-fault")).to_be_focused()

    do(page, "Undo")
    do(page, "Undo")
    assert drawn(page) == stored
    assert drawn(page, "parts") == []


def test_by_finger_a_point_becomes_an_outline_and_several_areas_stay_several(sheet):
    page = sheet("dot", phone=True)
    do(page, "Draw an outline")
    corners(page, (0.3, 0.3), (0.7, 0.3), (0.7, 0.6), tap=True)
    expect(page.locator(".drawing-size")).to_contain_text("So far")
    corners(page, (0.3, 0.6), (0.3, 0.3), tap=True)
    shape = drawn(page)
    assert (shape["type"], len(shape["coordinates"][0])) == ("Polygon", 5)
    expect(page.locator(".drawing-size")).to_contain_text("Stored: a point")
    do(page, "Draw an outline")
    corners(page, (0.75, 0.75), (0.9, 0.75), (0.9, 0.9), tap=True)
    do(page, "Finished")
    assert drawn(page)["type"] == "MultiPolygon"
    assert drawn(page)["coordinates"][0] == shape["coordinates"]
    assert violations(page) == []
    small = page.evaluate(
        """() => [...document.querySelectorAll(".drawing button")].filter((each) => each.offsetParent)
            .map((each) => each.getBoundingClientRect()).filter(({ width, height }) => width < 44 || height < 44).length"""
    )
    assert small == 0
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    other = sheet("two", phone=True)
    before = drawn(other)
    other.locator(".drawing-map").scroll_into_view_if_needed()
    start = handle(other, 4)
    touch(other, start, (start[0] + 15, start[1] - 20), (start[0] + 30, start[1] - 40))
    after = drawn(other)
    assert (before["type"], after["type"]) == ("MultiPolygon", "MultiPolygon")
    assert [
        before["coordinates"][0] == after["coordinates"][0],
        before["coordinates"][1] == after["coordinates"][1],
    ].count(True) == 1


def test_by_keyboard_alone_an_outline_is_drawn_and_a_corner_moved(sheet):
    page = sheet("dot")
    page.get_by_role("button", name="Draw an outline").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drawing-cross")).to_be_visible()
    for arrow in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press("Enter")
        for _ in range(4):
            page.keyboard.press(arrow)
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Finished").focus()
    page.keyboard.press("Enter")
    shape = drawn(page)
    assert (shape["type"], len(shape["coordinates"][0])) == ("Polygon", 5)

    page.locator(".drawing-map").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drawing-told")).to_contain_text("held")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    moved = drawn(page)
    assert sum(one == other for one, other in zip(shape["coordinates"][0], moved["coordinates"][0], strict=True)) >= 3
    assert moved != shape
    page.keyboard.press("Control+z")
    assert drawn(page) == shape
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".drawing-told")).to_contain_text("Cancelled")
    assert drawn(page) == shape
