"""What the form knows of items and of earlier visits, on a phone: labels, lists with gaps, checks, and a visit that would lose something."""

from itertools import count

import pytest
from playwright.sync_api import expect

from helpers.items import AT, BUDI, RINA, SLIDE, SWING, item
from helpers.phones import until
from helpers.reading import barriers
from helpers.sending import uuid
from helpers.surveying import SITI, frozen, kept, listened, phone
from helpers.visits import document_of
from rba_audit.register import Visit
from rba_audit.review import move_visit

_NUMBERS = count()
IN_DRAFT = """async (name) => {
  // Without a network there is the pack itself, which the phone keeps.
  const { all } = (await import(document.querySelector('script[src*="packs/form/form.js"]').src.replace("form.js", "pack.js"))).$R("phone/store.js");
  return (await all("drafts")).some(({ items, values }) => name in values || items.some(({ answers }) => name in answers));
}"""
REFUSE = """async () => {
  const { all, change } = await import(document.querySelector('script[src*="phone/queue.js"]').src.replace("queue.js", "store.js"));
  for (const { id } of await all("outbox")) await change("outbox", id, (entry) => ({ ...entry, state: "refused", told: "-" }));
}"""


@pytest.fixture
def site(register):
    """A park of its own for each test, with what Budi found there: two items and two requirements."""
    number = next(_NUMBERS)
    name = f"Taman-{number}"
    register.import_features(
        [{"type": "Feature", "id": name, "properties": {"name": name, "scale": "rw"}, "geometry": None}]
    )
    if not number:
        for someone in (BUDI, RINA):
            register.people.add(someone, None, AT, None)
    made = Visit(
        uuid(number + 1),
        name,
        "rbra-2024",
        "auditor",
        BUDI.name,
        AT.date(),
        {"MAT-03": "yes", "MUD-01": "no", "items_complete": "yes"},
        author=BUDI.id,
        items=(item("swing", SWING, "Ayunan", item_broken="yes"), item("slide", SLIDE, "Perosotan", item_broken="no")),
    )
    register.visits.take(document_of(made), at=AT)
    move_visit(register, RINA, made.id, to="approved", seq=0, note="", notes={})
    return name


@pytest.fixture
def opened(browser, here, site):
    contexts = []

    def open_form(tail="", sending=False, **options):
        context = phone(browser, here, sending=sending, **options)
        contexts.append(context)
        page = listened(context.new_page())
        page.goto(f"{here[0]}/sites/{site}/audit{tail}")
        expect(page.locator("#form")).not_to_have_js_property("inert", True)
        return page

    yield open_form
    for context in contexts:
        context.close()


def introduce(page):
    page.locator('[id="visit.auditor"]').fill("Siti")
    page.get_by_role("radio", name="auditor's visit").check()


def choose(page, id, word):
    page.locator(f'[id="q-{id}"]').get_by_role("radio", name=word, exact=True).check()


def send(page):
    page.get_by_role("button", name="Send the visit").press("Enter")


def document(page):
    page.wait_for_url("**/queue")
    (found,) = frozen(page)
    return found


def test_a_label_opens_the_item_of_another_surveyor_empty_and_one_that_nobody_knows_is_told(opened):
    page = opened(f"#item-{SWING}")
    expect(page.locator(f"#item-{SWING} .item-body")).to_be_visible()
    expect(page.locator(f"#item-{SWING} .item-head")).to_contain_text("Ayunan")
    expect(page.locator(f"#item-{SWING} .item-state")).to_have_text("not looked at yet")

    page.evaluate("() => (location.hash = '#item-nobody')")
    expect(page.locator(".item-notice")).to_contain_text("not known here")
    assert page.complaints == []


def test_known_items_that_are_left_out_are_told_by_name_and_can_be_marked_gone(opened):
    page = opened()
    offer = page.locator(".item-offer")
    expect(page.locator("#send .items-left")).to_contain_text("Ayunan, Perosotan")

    choose(page, "items_complete", "Yes")
    expect(offer).to_contain_text(
        "You say that the list is complete, but these are known here and not in it: Ayunan, Perosotan."
    )

    offer.get_by_role("button", name="No longer there: Ayunan").click()
    expect(page.locator("#send .items-left")).not_to_contain_text("Ayunan")
    page.locator(".item-notice").get_by_role("button", name="Undo").click()
    expect(page.locator("#send .items-left")).to_contain_text("Ayunan")
    offer.get_by_role("button", name="No longer there: Ayunan").click()
    offer.get_by_role("button", name="Take it into the list: Perosotan").click()
    expect(offer).to_be_hidden()
    expect(page.locator(".items-left")).to_have_count(0)
    page.locator(".item-add input").fill("Perosotan lagi")
    page.locator(".item-add button").click()
    entry = page.locator(".item", has_text="Perosotan lagi")

    # The same slide was added a second time.
    entry.get_by_role("button", name="This is the same thing as").click()
    entry.get_by_role("button", name="They are one thing").click()
    expect(entry).to_contain_text("same as Perosotan")
    assert barriers(page, "#items") == []
    entry.get_by_role("button", name="It is a thing of its own").click()
    expect(entry).not_to_contain_text("same as Perosotan")
    entry.get_by_role("button", name="This is the same thing as").click()
    entry.get_by_role("button", name="They are one thing").click()

    choose(page, "MAT-03", "Yes")
    choose(page, "MUD-01", "Yes")
    introduce(page)
    send(page)
    page.locator("#ask-lost").get_by_role("button", name="Send as a full visit").click()
    items = {each["name"]: (each["gone"], each.get("same_as")) for each in document(page)["items"]}
    assert items == {"Ayunan": (True, None), "Perosotan": (False, None), "Perosotan lagi": (False, SLIDE)}


def test_a_full_visit_that_would_lose_what_was_settled_asks_and_may_go_as_a_check(opened):
    page = opened()
    choose(page, "MAT-03", "Partly")
    introduce(page)
    send(page)

    asked = page.locator("#ask-lost")
    expect(asked).to_contain_text("MUD-01")
    expect(asked).not_to_contain_text("MAT-03")
    assert barriers(page, "#ask-lost") == []
    asked.get_by_role("button", name="Go on answering").click()
    expect(asked).to_have_count(0)
    assert frozen(page) == []

    send(page)
    asked.get_by_role("button", name="Send as a check").click()
    found = document(page)
    assert (found["scope"], found["answers"], found["items"]) == ("check", {"MAT-03": "partial"}, [])

    # Refused, it is told as a check, and opened again it stays one.
    page.context.unroute("**/queue")
    page.goto(page.url)
    entry = page.locator("#outbox .entry")
    expect(entry).to_contain_text("There was no connection.")
    page.evaluate(REFUSE)
    expect(entry.locator(".kind-visit")).to_have_text("Check")
    entry.get_by_role("button", name="Open as a new version").click()
    expect(page.locator('input[name="visit.scope"][value="check"]')).to_be_checked()
    expect(page.locator('[id="q-MAT-03"] input[value="partial"]')).to_be_checked()


def test_a_check_shows_what_it_was_opened_for_and_goes_on_as_it_was_left(opened):
    page = opened("?check=MAT-03,PRL-15")
    expect(page.locator('[id="r-MAT-03"]')).to_be_visible()
    expect(page.locator('[id="r-MUD-01"]')).to_be_hidden()
    expect(page.locator("#live")).to_be_hidden()
    page.locator(f"#item-{SWING} .item-head").click()
    asked = page.locator(f"#item-{SWING} [data-asks]").evaluate_all("all => all.map(({dataset}) => dataset.asks)")
    assert "item_broken" in asked
    assert "PRL-04" not in asked
    page.locator(f'#item-{SWING} [data-asks="item_broken"]').get_by_role("radio", name="No", exact=True).check()
    page.wait_for_function("() => document.querySelector('#progress-words').textContent.startsWith('0 of ')")
    assert int(page.locator("#progress-words").inner_text().split()[2]) < 10
    assert barriers(page, "main") == []
    until(page, IN_DRAFT, "item_broken")
    page.goto(page.url.split("?")[0])

    expect(page.locator('[id="r-MUD-01"]')).to_be_hidden()
    page.get_by_role("link", name="Show all questions").click()
    expect(page.locator('[id="r-MUD-01"]')).to_be_visible()
    introduce(page)
    send(page)
    found = document(page)
    assert (found["scope"], found["answers"]) == ("check", {})
    assert [(each["name"], each["answers"]) for each in found["items"]] == [("Ayunan", {"item_broken": "no"})]


def test_the_link_of_a_check_opens_without_a_network(opened, here, site):
    page = opened(sending=True, worker=True)
    page.goto(f"{here[0]}/queue")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("#places li", has_text=site)).to_contain_text("Ready without signal")
    page.context.set_offline(True)

    page.goto(f"{here[0]}/sites/{site}/audit?check=MUD-01")

    expect(page.locator("#site-name")).to_have_text(site)
    expect(page.locator('[id="r-MUD-01"]')).to_be_visible()
    expect(page.locator('[id="r-MAT-03"]')).to_be_hidden()
    choose(page, "MUD-01", "Yes")
    page.wait_for_function("() => document.querySelector('#progress-words').textContent.startsWith('1 of 1')")
    introduce(page)
    until(page, IN_DRAFT, "visit.auditor")
    (draft,) = kept(page, "drafts")
    assert (draft["check"], draft["values"]["visit.scope"]) == (["MUD-01"], ["check"])


def test_a_check_of_nothing_in_particular_opens_closed_and_every_part_can_be_opened(opened):
    page = opened(
        "?check", geolocation={"longitude": 106.15, "latitude": -6.12, "accuracy": 5}, permissions=["geolocation"]
    )
    expect(page.locator('[id="r-MUD-01"]')).to_be_hidden()

    page.locator("#MUD").get_by_role("button", name="Show these questions").click()

    expect(page.locator('[id="r-MUD-01"]')).to_be_visible()
    expect(page.locator('[id="r-MAT-03"]')).to_be_hidden()

    # Its draft holds no more than a position that came by itself: the next visit is what it is opened as.
    expect(page.locator("#position-told")).to_contain_text("Position taken from GPS")
    page.goto(page.url.split("?")[0])
    expect(page.locator('[id="r-MAT-03"]')).to_be_visible()
    expect(page.get_by_role("radio", name="full visit")).to_be_checked()


def test_a_check_that_is_begun_is_no_correction_of_a_visit_that_was_sent_back(opened, here, site, register):
    own = Visit(uuid(900), site, "rbra-2024", "auditor", "Siti", AT.date(), {"MUD-01": "yes"}, author=SITI.id)
    register.visits.take(document_of(own), at=AT)
    move_visit(register, RINA, own.id, to="has_issues", seq=0, note="blurred", notes={})
    page = opened("?check=MAT-03")
    choose(page, "MAT-03", "Yes")
    until(page, IN_DRAFT, "MAT-03")
    expect(page.locator("#fix")).to_be_hidden()

    page.goto(f"{here[0]}/sites/{site}/audit?fix=1")

    expect(page.locator("#fix")).to_be_visible()
    expect(page.locator('[id="r-MUD-01"]')).to_be_visible()
    expect(page.locator('[id="q-MAT-03"] input[value="yes"]')).not_to_be_checked()
    expect(page.locator("#draft")).to_contain_text("Another draft of this site")
