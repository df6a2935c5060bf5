"""What is sent is true: where a photo comes from, and whether the surveyor stood at the place."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import expect

from helpers.items import AT, RINA
from helpers.origins import gps_of, picture
from helpers.sending import uuid
from helpers.surveying import SITI, frozen, jpeg, kept, listened, phone, signed_in
from helpers.visits import document_of
from rba_audit.register import Visit
from rba_audit.register.person_records import Person
from rba_audit.review import move_visit

_NUMBERS = count()
HERE = {"latitude": -6.1198, "longitude": 106.1502, "accuracy": 9}


def feature(id, lon, lat):
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": id, "properties": {"name": id.title(), "scale": "rw"}, "geometry": point}


@pytest.fixture
def sites(register):
    """The site that is opened, and one 300 m from it, where the surveyor stands."""
    number = next(_NUMBERS)
    names = [f"taman-{number}", f"lapangan-{number}"]
    register.import_features([feature(names[0], 106.1502, -6.1225), feature(names[1], 106.1503, -6.1198)])
    return names


def photograph(page, button, data):
    with page.expect_file_chooser() as chooser:
        page.locator("[id='q-MUD-01']").get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": data}])


def equipment_is_a_part(page, address):
    """The next form knows the kind of visit, and has the equipment as a part with a count and one order of kinds."""
    page.goto(address)
    expect(page.get_by_role("radio", name="auditor's visit")).to_be_checked()  # as it was chosen last
    expect(page.locator("#equipment h2")).to_have_text("Play equipment, one by one")
    tally = page.locator("#jump-list [data-of=equipment]")
    expect(tally).to_have_text("0/1")
    page.get_by_role("button", name="Add an item").click()
    expect(tally).not_to_have_text("0/1")
    offered = page.evaluate("[...document.querySelector('#item-kind').options].map(({ value }) => value)")
    kinds = page.locator(".item-body select")
    assert kinds.evaluate("(each) => [...each.options].map(({ value }) => value)") == offered


def test_photos_say_where_they_come_from_and_a_far_place_is_asked_about(browser, here, sites):
    far, near = sites
    context = phone(browser, here, permissions=["geolocation"], geolocation=HERE)
    page = listened(context.new_page())
    page.goto(f"{here[0]}/queue")
    page.goto(f"{here[0]}/sites/{near}/audit")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator("#position-told")).to_contain_text("Position taken from GPS")
    page.evaluate(
        "(async () => { const { fetchWork } = await import(new URL('phone/outbox_sender.js', document.querySelector('script[src*=\"form.js\"]').src)); await fetchWork(); })()"
    )

    page.goto(f"{here[0]}/sites/{far}/audit")
    asked = page.locator("#far")
    expect(asked.locator("h2")).to_have_text(f"You are 300 m from {far.title()}. Is this the right place?")
    expect(asked.locator("h2")).to_be_in_viewport()
    asked.get_by_role("button", name="Ask again at sending").click()
    page.locator("[id='q-MUD-01'] label", has=page.get_by_text("No", exact=True)).click()
    photograph(page, "Photo, no faces", jpeg((200, 0, 0), (64, 64)))
    photograph(page, "Gallery", picture("JPEG", "2024:03:05 10:12:13", "+07:00", gps_of(106.1602, -6.1225)))
    photograph(page, "Gallery", jpeg((0, 0, 200), (64, 64)))
    told = page.locator("[id='q-MUD-01'] .origin")
    expect(told.nth(0)).to_have_text("Camera")
    expect(told.nth(1)).to_contain_text("Gallery: taken ")
    expect(told.nth(1)).to_contain_text("1,106 m from the position on file")
    expect(told.nth(2)).to_have_text("Gallery: no time in its file, no place in its file")

    page.get_by_role("radio", name="auditor's visit").check()
    page.get_by_role("button", name="Send the visit").press("Enter")
    asked.get_by_role("button", name=f"{near.title()}, 11 m: change to it").click()
    expect(asked).to_contain_text("goes with you")
    asked.get_by_role("button", name=f"Change to {near.title()}").click()
    page.wait_for_url(f"**/sites/{near}/audit?**")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator("[id='q-MUD-01'] input[value=no]")).to_be_checked()
    expect(page.locator("[id='q-MUD-01'] .thumbs img")).to_have_count(3)
    assert [draft["site"] for draft in kept(page, "drafts") if draft["photos"]] == [near]

    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    [document] = frozen(page)
    equipment_is_a_part(page, f"{here[0]}/sites/{near}/audit")
    camera, gallery, silent = document["photos"]
    assert (document["site"], document["answers"]["MUD-01"]) == (near, "no")
    assert (camera["source"], camera["position"]["accuracy_m"]) == ("camera", 9)
    assert (gallery["source"], gallery["taken_at"]) == ("gallery", "2024-03-05T10:12:13+07:00")
    assert gallery["position"] == {"lon": 106.1602, "lat": -6.1225}
    assert (silent["source"], silent["taken_at"], silent["position"]) == ("gallery", "", None)
    assert [each for each in page.complaints if "Failed to load resource" not in each] == []
    context.close()


def test_a_correction_that_is_written_elsewhere_is_not_asked_about_its_place(browser, here, register, sites):
    far, _ = sites
    own = Visit(uuid(900), far, "rbra-2024", "auditor", "Siti", AT.date(), {"MUD-01": "yes"}, author=SITI.id)
    register.visits.take(document_of(own), at=AT)
    register.people.add(RINA, None, AT, None)
    move_visit(register, RINA, own.id, to="has_issues", seq=0, note="", notes={"MUD-01": "Cek lagi."})
    context = phone(browser, here, permissions=["geolocation"], geolocation=HERE)
    page = context.new_page()
    page.goto(f"{here[0]}/sites/{far}/audit?fix=1")
    expect(page.locator("#position-told")).to_have_text("GPS accuracy ±9 m")
    page.locator("[id='q-MUD-01'] label", has=page.get_by_text("No", exact=True)).click()
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    [document] = frozen(page)
    assert (document["replaces"], document["position"]) == (own.id, None)
    context.close()


BUDI = Person("budi-1", "budi", "Budi", "surveyor", ("*",), True)


def test_unfinished_work_goes_on_with_a_colleague_and_is_kept_once(browser, here, register, sites, tmp_path):
    _, near = sites
    context = phone(browser, here, sending=True)
    page = listened(context.new_page())
    page.goto(f"{here[0]}/sites/{near}/audit")
    expect(page.locator("#live")).to_be_visible()
    page.locator("[id='q-MUD-01'] label", has=page.get_by_text("No", exact=True)).click()
    photograph(page, "Photo, no faces", jpeg((9, 9, 9), (64, 64)))
    expect(page.locator("[id='q-MUD-01'] .origin")).to_have_text("Camera")
    page.goto(f"{here[0]}/queue")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hand it to a colleague").click()
    download.value.save_as(tmp_path / "half.zip")
    expect(page.locator("#told")).to_contain_text("Yours stays here, marked as handed over.")
    expect(page.locator("#drafts li")).to_contain_text("your colleague goes on with it")
    expect(page.locator("#drafts").get_by_role("link", name="Continue")).to_have_count(0)
    page.get_by_label("Hand over a ZIP file").set_input_files(tmp_path / "half.zip")
    expect(page.locator("#parcel-told")).to_contain_text("You handed this over yourself")

    other = phone(browser, (here[0], signed_in(register, BUDI)), sending=True)
    second = listened(other.new_page())
    second.goto(f"{here[0]}/queue")
    second.get_by_label("Hand over a ZIP file").set_input_files(tmp_path / "half.zip")
    expect(second.locator("#parcel-told")).to_contain_text("begun by Siti, and yours to finish now")
    second.locator("#drafts").get_by_role("link", name="Continue").click()
    expect(second.locator("#live")).to_be_visible()
    expect(second.locator("[id='q-MUD-01'] input[value=no]")).to_be_checked()
    expect(second.get_by_label("Name", exact=True)).to_have_value("Budi")
    second.get_by_role("radio", name="auditor's visit").check()
    second.get_by_role("button", name="Send the visit").press("Enter")
    expect(second.locator("#sent li")).to_contain_text("Receipt")

    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#told")).to_contain_text("Budi has sent this already")
    [visit] = register.visits.for_site(near)
    assert (visit.author, visit.given_by, visit.photos[0].source) == ("budi-1", "siti-1", "camera")
    assert register.photos.arrival_of(visit).missing(visit.photos) == ()
    assert [*page.complaints, *second.complaints] == []
    other.close()
    context.close()
