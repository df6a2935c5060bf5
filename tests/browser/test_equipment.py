"""Equipment on the phone: a list of items can be kept by thumb and by key, and travels with the visit."""

import json

import pytest
from playwright.sync_api import expect

from helpers.phones import until
from helpers.reading import barriers
from helpers.registers import filled_register
from helpers.static_pages import open_page
from helpers.surveying import frozen, listened, phone, running
from rba_audit.findings.program_json import program_as_json

# --- the list in the form ---------------------------------------------------------------------------------------------

PIECE = """<!doctype html><html lang="{{ language() }}"><title>-</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/style.css"><link rel="stylesheet" href="/static/form.css">
<link rel="stylesheet" href="/static/phone/items.css">
{% import "form/fields.html" as fields %}<body class="scripted"><main><h1>-</h1><h2>-</h2>
<form class="audit" id="form" onsubmit="return false">{% include "form/items.html" %}
{% for name in ["PRL-04", "PRL-15"] %}{{ fields.requirement(standard.requirement(name), form, site, limit, cite, labels) }}
{% endfor %}</form></main></body></html>"""


@pytest.fixture
def piece(app, standard):
    """The list of equipment with two requirements of the place below it, as the form has them."""
    from flask import render_template_string

    from rba_audit.forms import audit_form
    from rba_audit.messages import using_language
    from rba_audit.web.http import labels
    from rba_audit.web.pages.form.context import BlankFormContext

    with app.test_request_context("/", headers={"Cookie": "lang=en"}), using_language("en"):
        return render_template_string(
            PIECE,
            site=BlankFormContext(standard),
            standard=standard,
            form=audit_form(standard).opened(None, {}, ""),
            labels=labels,
            limit=lambda _: [],
            cite=str,
        )


@pytest.fixture
def opened(browser, piece, standard):
    pages = []

    def open_list(items=(), known=(), hash="", width=360, at=""):
        page = open_page(browser, piece, viewport={"width": width, "height": 740}, reduced_motion="reduce")
        pages.append(page)
        page.evaluate(
            """async ([table, items, known, hash, at]) => {
              if (hash) location.hash = hash;
              document.getElementById("items").hidden = false;
              window.listing = await import('/static/phone/items.js');
              window.told = [];
              const answers = () => Object.fromEntries([...new FormData(document.getElementById("form"))].filter(([, value]) => value));
              window.folded = () => listing.foldItems(answers());
              listing.mountItems(document.getElementById("items"), {table, items, known, at, onChange: (now) => { told.push(now.length); folded(); }});
              folded();
            }""",
            [json.loads(json.dumps(program_as_json(standard))), list(items), list(known), hash, at],
        )
        return page

    yield open_list
    for page in pages:
        page.close()


def item(kind, id, name, **answers):
    return {"id": id, "kind": kind, "name": name, "gone": False, "answers": answers, "note": ""}


def box(page, id):
    return page.locator(f'fieldset[data-asks="{id}"]')


def listed(page):
    return page.evaluate("() => listing.itemsNow()")


def test_an_item_is_added_and_answered_for_by_keyboard_alone(opened):
    page = opened()

    page.locator("#item-name").focus()
    page.keyboard.type("Red swing")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # its name
    page.keyboard.press("Tab")  # its kind
    page.keyboard.press("Tab")  # the first question
    page.keyboard.press("Space")
    box(page, "PRL-04").get_by_role("textbox").focus()
    page.keyboard.type("1,2")

    (found,) = listed(page)
    assert (found["kind"], found["name"], found["answers"]) == (
        "swing",
        "Red swing",
        {"has_high_equipment": "yes", "PRL-04": 1.2},
    )
    expect(page.locator(".item-head .outcome")).to_have_text("does not conform")
    assert page.evaluate("() => folded()['PRL-04']") == 1.2


def test_what_items_answer_is_put_away_and_a_line_says_so(opened):
    page = opened()
    expect(page.locator('[id="q-PRL-04"]')).to_be_visible()

    page.get_by_role("button", name="Add an item").click()

    expect(page.locator('[id="q-PRL-04"]')).to_be_hidden()
    expect(page.locator('[id="q-PRL-15.broken"]')).to_be_hidden()
    expect(page.locator('[id="r-PRL-04"] .by-items')).to_have_text(
        "Answered item by item, questions: 1. To the list of equipment"
    )

    page.get_by_role("button", name="Undo").click()

    expect(page.locator('[id="q-PRL-04"]')).to_be_visible()
    assert page.locator(".by-items").count() == 0


def test_known_items_are_offered_and_nothing_is_answered_by_taking_them(opened):
    page = opened(known=[item("swing", "a", "Swing 1", **{"PRL-04": 3}), item("slide", "b", "Slide 1")])
    assert listed(page) == []

    page.get_by_role("button", name="Take this list").click()

    assert [(each["name"], each["answers"]) for each in listed(page)] == [("Swing 1", {}), ("Slide 1", {})]
    page.get_by_role("button", name="Undo").click()
    assert listed(page) == []


def test_another_of_the_same_kind_takes_over_what_it_is_and_not_how_it_stands(opened):
    page = opened([item("swing", "a", "Swing 1", has_chains="yes", item_broken="no", **{"PRL-04": 3})])
    page.locator("#item-a .item-head").click()

    page.get_by_role("button", name="Another of the same kind").click()

    assert [(each["name"], each["answers"]) for each in listed(page)][1] == ("Swing 2", {"has_chains": "yes"})


def test_an_item_that_is_gone_stays_in_the_list_and_can_come_back(opened):
    page = opened([item("swing", "a", "Swing 1", **{"PRL-04": 1})])
    page.locator("#item-a .item-head").click()

    page.get_by_role("button", name="It is not there any more").click()

    assert [(each["gone"], each["answers"]) for each in listed(page)] == [(True, {"PRL-04": 1})]
    assert "PRL-04" not in page.evaluate("() => folded()")
    page.get_by_role("button", name="Undo").click()
    assert listed(page)[0]["gone"] is False


def test_a_number_that_could_be_two_asks(opened):
    page = opened([item("swing", "a", "Swing 1")])
    page.locator("#item-a .item-head").click()
    asked = box(page, "PRL-05.front")
    asked.get_by_role("textbox").fill("1.200")
    asked.get_by_role("textbox").press("Tab")

    assert "PRL-05.front" not in listed(page)[0]["answers"]
    assert [each["target"] for each in page.evaluate("() => listing.itemFaults()")] == ["i-a-PRL-05.front-t"]
    asked.get_by_role("button", name="1,200").click()

    assert listed(page)[0]["answers"]["PRL-05.front"] == 1.2
    assert page.evaluate("() => listing.itemFaults()") == []


def test_a_number_out_of_range_is_told_and_not_kept_as_an_answer(opened):
    page = opened([item("swing", "a", "Swing 1")])
    page.locator("#item-a .item-head").click()
    asked = box(page, "PRL-04")
    asked.get_by_role("textbox").fill("900")
    asked.get_by_role("textbox").press("Tab")

    expect(asked.locator(".error-text")).to_contain_text("not plausible")
    assert listed(page)[0]["answers"] == {}


def test_what_does_not_apply_to_an_item_is_not_asked_of_it(opened):
    page = opened([item("seesaw", "a", "Seesaw 1")])
    page.locator("#item-a .item-head").click()

    expect(box(page, "PRL-05.pivot")).to_be_hidden()
    expect(box(page, "SLM-01")).to_be_visible()
    box(page, "has_high_equipment").get_by_role("radio", name="No", exact=True).check()
    expect(box(page, "SLM-01")).to_be_hidden()
    expect(box(page, "item_closed")).to_be_hidden()
    box(page, "item_broken").get_by_role("radio", name="Yes", exact=True).check()
    expect(box(page, "item_closed")).to_be_visible()


def test_the_code_on_an_item_opens_it_in_the_form(opened):
    page = opened(known=[item("swing", "a", "Swing 1"), item("slide", "b", "Slide 1")], hash="item-b")

    expect(page.locator("#item-b .item-body")).to_be_visible()
    assert [each["id"] for each in listed(page)] == ["b"]


def test_an_item_is_found_again_at_the_question_it_was_left_at(opened):
    page = opened([item("swing", "a", "Swing 1"), item("slide", "b", "Slide 1")], at="b-PRL-04")

    expect(page.locator("#item-b .item-body")).to_be_visible()
    expect(box(page, "PRL-04").get_by_role("textbox")).to_be_focused()


def test_only_the_item_that_is_open_has_fields(opened):
    page = opened([item("swing", str(number), f"Swing {number}") for number in range(12)])

    assert page.locator(".item").count() == 12
    assert page.locator(".item fieldset").count() == 0
    page.locator("#item-3 .item-head").click()
    page.locator("#item-7 .item-head").click()
    assert page.locator(".item-body").count() == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_the_list_fits_and_can_be_touched_and_read_by_all(opened, width):

    page = opened(
        [item("structure", "a", "Combined structure with a very long name that has to wrap", **{"PRL-04": 1.0})],
        [item("slide", "b", "Slide 1")],
        width=width,
    )
    page.locator("#item-a .item-head").click()

    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    small = page.locator("#items :is(button, select, input[type=text], .segments label, .rows label)").evaluate_all(
        "all => all.filter(each => each.offsetParent && each.getBoundingClientRect().height < 47.5).map(each => each.outerHTML.slice(0, 90))"
    )
    assert small == []
    assert barriers(page, "#items") == []


def test_a_kind_that_was_chosen_wrongly_is_corrected_and_other_things_are_asked(opened):
    page = opened([item("swing", "a", "First", **{"PRL-04": 2.5})])
    page.locator("#item-a .item-head").click()

    page.locator("#item-a").get_by_label("Kind of equipment").select_option("slide")

    expect(box(page, "PRL-05.pivot")).to_be_hidden()
    expect(box(page, "PRL-07.height")).to_be_visible()
    assert (listed(page)[0]["kind"], listed(page)[0]["answers"]) == ("slide", {"PRL-04": 2.5})


# --- in the form itself -----------------------------------------------------------------------------------------------


@pytest.fixture
def form_page(browser, tmp_path, standard):
    register = filled_register(tmp_path)
    with running(register, standard) as served:
        context = phone(browser, served)
        yield lambda tail="": open_form(context, served[0], tail)
        context.close()
    register.close()


IN_DRAFT = """async (id) => {
  const {all} = await import("/static/phone/store.js");
  return (await all("drafts")).some(({items}) => items.some(({answers}) => id in answers));
}"""


def open_form(context, address, tail):
    page = listened(context.new_page())
    page.goto(f"{address}/sites/alun-alun-barat/audit{tail}")
    expect(page.locator("#live")).to_be_visible()
    return page


def test_items_travel_with_the_visit_and_survive_a_reload(form_page):
    page = form_page()
    page.get_by_role("button", name="Take this list").click()
    page.locator(".item-head").first.click()
    box(page, "PRL-04").get_by_role("textbox").fill("1,2")
    box(page, "item_broken").get_by_role("radio", name="No", exact=True).check()
    until(page, IN_DRAFT, "item_broken")

    page.reload()

    expect(page.locator(".item")).to_have_count(6)
    expect(page.locator(".item-head .outcome")).to_have_text("does not conform")
    page.locator('[id="visit.auditor"]').fill("Siti")
    page.locator('[id="visit.stage"]').check()
    page.get_by_role("button", name="Send the visit").press("Enter")
    page.wait_for_url("**/queue")
    (document,) = frozen(page)
    assert len(document["items"]) == 6
    assert document["items"][0]["answers"] == {"PRL-04": 1.2, "item_broken": "no"}
    assert page.complaints == []


def test_a_number_of_an_item_that_cannot_be_used_holds_the_visit_back(form_page):
    page = form_page()
    page.get_by_role("button", name="Take this list").click()
    page.locator(".item-head").first.click()
    box(page, "PRL-04").get_by_role("textbox").fill("dua")
    page.locator('[id="visit.auditor"]').fill("Siti")
    page.locator('[id="visit.stage"]').check()

    page.get_by_role("button", name="Send the visit").press("Enter")

    expect(page.locator("#problems")).to_contain_text("'dua' is not a number")
    assert frozen(page) == []


def test_a_question_of_an_item_hides_behind_the_answer_that_settles_it(opened):
    page = opened([item("structure", "a", "Tower 1")])
    page.locator("#item-a .item-head").click()
    height = box(page, "PRL-08.toddler_platform")
    expect(height).to_be_hidden()

    box(page, "PRL-08.for_toddlers").get_by_role("radio", name="Yes", exact=True).check()
    height.get_by_role("textbox").fill("90")
    before = page.locator("#item-a .item-state").inner_text()
    box(page, "PRL-08.for_toddlers").get_by_role("radio", name="No", exact=True).check()

    expect(height).to_be_hidden()
    expect(page.locator(".item-group .kept").filter(has_text="How high is that platform")).to_be_visible()
    assert page.locator("#item-a .item-state").inner_text() != before
    assert listed(page)[0]["answers"] == {"PRL-08.for_toddlers": "no", "PRL-08.toddler_platform": 90}
    box(page, "PRL-08.for_toddlers").get_by_role("radio", name="Not seen yet").check()
    expect(height).to_be_visible()
    expect(height.get_by_role("textbox")).to_have_value("90")
