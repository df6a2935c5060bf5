"""Steps of the second part of the tutorial: a year with KLA, from the folder to the evidence pack."""

import re

from playwright.sync_api import expect

from helpers.kla_documents import small_pdf
from helpers.phones import unfold
from helpers.tutorial_steps import Step, press, show_at_top
from rba_audit.papers.pack_verification import verify_pack


def _see_folder(page, word):
    expect(page.locator(".states a[aria-current]")).to_contain_text(word("left to do"), ignore_case=True)
    show_at_top(page.locator(".folder-progress"))


def _in_order(page):
    return page.locator(".order-table tr", has=page.locator("a[href='/sites/taman-sari']"))


def _nominate(page, word):
    row = _in_order(page)
    unfold(row.locator("summary"))
    row.get_by_label(word("Why")).fill(word("Standard"))
    show_at_top(page.get_by_role("heading", name=word("Which to propose")))


def _nominated(page, word):
    _in_order(page).get_by_role("button", name=word("Nominate")).click()
    expect(page.locator("section[aria-labelledby=nominated] tbody tr")).to_have_count(3)


def _ask(page, word):
    page.locator("input[name=item][value='land_proof/taman-sari']").check()
    press(page, word, "Make letters and links")
    expect(page.get_by_role("heading", level=1)).to_have_text(word("Letters and links"))


def _send(page, word):
    # The page of the planner still shows the link, which is shown only once.
    pages = [shown for context in page.context.browser.contexts for shown in context.pages]
    [asked] = [shown for shown in pages if shown.url.endswith("/folder/ask")]
    page.goto(re.search(r"http\S+/upload/\S+", asked.locator("textarea").first.input_value())[0])
    file = {
        "name": "sertifikat.pdf",
        "mimeType": "application/pdf",
        "buffer": small_pdf(word("Example, no real document")),
    }
    page.locator("#file").set_input_files(file)
    page.get_by_label(word("Number")).fill("12/2026")
    page.get_by_label(word("Signed by")).fill(word("Example Name"))
    show_at_top(page.locator("form.upload-form"))


def _sent(page, word):
    press(page, word, "Send the file")
    expect(page.locator("[role=status]")).to_be_visible()


def _look(page, word):
    row = page.locator(".folder-list tr", has_text="Taman Sari").filter(has_text=word("Look at it and decide"))
    row.get_by_role("link", name=word("Look at it and decide")).click()
    expect(page.get_by_role("button", name=word("Accept"))).to_be_visible()
    show_at_top(page.get_by_role("heading", level=1))


def _accept(page, word):
    page.get_by_role("button", name=word("Accept"), exact=True).click()
    expect(page.locator("main")).to_contain_text(word("The document is accepted."))


def _enter_points(page, word):
    for indicator in page.locator("input[name^='self-']").all():
        indicator.fill("25")
    page.locator("input[name=per_site]").fill("5")
    page.locator("input[name=share]").fill("20")
    page.locator("main form.points-form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(word("Where the city stands"))
    show_at_top(page.get_by_role("heading", name=word("Total and band")))


def _rehearse(page, word):
    press(page, word, "Copy the folder and begin")
    expect(page.get_by_role("heading", level=1)).to_contain_text(word("Rehearsal").split()[0])


def _pack(page, word):
    press(page, word, "Make the pack")
    expect(page.get_by_role("link", name=word("Download"))).to_be_visible()


def _verify(page, word):
    with page.expect_download() as download:
        page.get_by_role("link", name=word("Download")).click()
    assert not verify_pack(download.value.path()).problems


KLA_STEPS = (
    Step("folder", "planner", "/folder", _see_folder),
    Step("nomination", "planner", "/nominations", _nominate, _nominated),
    Step("letters", "planner", "/folder", _ask),
    Step("upload", "", "", _send, _sent, phone=True),
    Step("decision", "reviewer", "/folder", _look, _accept),
    Step("points", "planner", "/kla/points", _enter_points),
    Step("rehearsal", "planner", "/rehearsals", _rehearse),
    Step("pack", "planner", "/packs", _pack, _verify),
)
