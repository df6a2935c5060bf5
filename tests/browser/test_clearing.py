"""Faces covered in Chromium: with a pointer and with the keyboard alone; and the new pages on a phone and a desk."""

import io
from contextlib import closing

import pytest
from PIL import Image

from helpers.reading import DESK, PHONE, barriers, page_width, readers, too_small
from helpers.reviews import ADE, BUDI, RINA, SITE
from helpers.serving import serving
from helpers.whole_register import VISIT, whole_register
from rba_audit.accounts import begin_session
from rba_audit.review import public_jpeg


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory, standard):
    """A reader signed in as somebody, over a register with a photo to clear; whatever the browser complains of fails the test."""
    made = whole_register(tmp_path_factory.mktemp("clearing"), standard)
    with closing(made.register), serving(made.app) as address, readers(browser, address) as read:

        def signed_in(person, **options):
            reader = read(**options)
            token = begin_session(made.register, person)
            reader.context.add_cookies([{"name": "rba", "value": token, "url": address}])
            return reader

        yield made, signed_in


def test_the_new_pages_fit_their_screen_and_put_up_no_barrier(office):
    made, signed_in = office
    reader = signed_in(ADE, viewport=PHONE, language="id")
    for where in (
        "/photos",
        f"/photos/{VISIT}/{made.photo}/clearance",
        "/admin/exports",
        f"/admin/people/{BUDI.id}",
        f"/admin/people/{BUDI.id}/erase",
        "/account",
        "/privacy",
    ):
        page = reader.open(where)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert page_width(page) == size["width"], where
            assert too_small(page, "main button, main .button, main .choice, main select") == [], where
            assert barriers(page) == [], where


def test_faces_are_covered_with_pointer_and_keyboard_and_undone(office):
    made, signed_in = office
    page = signed_in(RINA, viewport=PHONE).open(f"/photos/{VISIT}/{made.photo}/clearance")
    stage, boxes = page.locator(".stage").bounding_box(), page.locator(".stage .box")

    page.mouse.move(stage["x"] + 10, stage["y"] + 10)
    page.mouse.down()
    page.mouse.move(stage["x"] + 110, stage["y"] + 90)
    page.mouse.up()
    assert boxes.count() == 1
    page.get_by_role("button", name="Add a box").press("Enter")
    assert boxes.count() == 2
    before = page.locator("[name=rectangles]").input_value()
    for key in ("ArrowRight", "Shift+ArrowDown"):  # the added box has the focus
        page.keyboard.press(key)
    moved = page.locator("[name=rectangles]").input_value()
    page.keyboard.press("Delete")
    assert boxes.count() == 1
    for _ in range(3):
        page.get_by_role("button", name="Undo").press("Enter")
    assert moved != before
    assert page.locator("[name=rectangles]").input_value() == before
    assert page.get_by_label("Faces are covered").is_checked()
    with page.expect_navigation():
        page.get_by_role("button", name="Save the decision").press("Enter")

    jpeg, clearance = public_jpeg(made.register, made.photo)
    assert (clearance.decision, clearance.person_id, len(clearance.rectangles)) == ("covered", RINA.id, 2)
    with Image.open(io.BytesIO(jpeg)) as shown:
        assert max(shown.getpixel((60, 50))) < 12
        assert max(shown.getpixel((160, 120))) < 12
        assert shown.getpixel((300, 220))[0] > 180
    page.locator(".as-shown").wait_for()
    assert page.request.get(page.url.split("/photos")[0] + f"/sites/{SITE}/photos/{made.photo}").status == 200
