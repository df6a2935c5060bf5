"""The office path of the tutorial: a city's own list of parks becomes places on the map, in clicks that are counted."""

from playwright.sync_api import expect

from helpers.park_lists import park_workbook
from helpers.tutorial_steps import Step, press, show_at_top
from rba_audit.standard import load_standard

FILE = "Daftar taman 2026.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLACES = 70


def choose_file(page, standard=None):
    """Choose the list in the form of the page."""
    data = park_workbook(standard or load_standard(), PLACES)
    page.locator("#file").set_input_files({"name": FILE, "mimeType": XLSX, "buffer": data})


def _choose(page, _word):
    choose_file(page)
    show_at_top(page.get_by_role("heading", level=1))


def _read(page, word):
    press(page, word, "Read the file")
    expect(page.get_by_role("heading", level=1)).to_have_text(word("Preview: nothing is taken yet"))


def _columns(page, word):
    press(page, word, "Columns", "link")
    expect(page.locator(".import-columns tbody tr").first).to_be_visible()


def _back_to_preview(page, word):
    press(page, word, "Preview", "link")


def _preview(page, _word):
    expect(page.locator(".import-rows tbody tr")).to_have_count(PLACES)


def _take(page, _word):
    page.locator("#import button").first.click()
    page.locator(".import-counts").wait_for()


def _taken(page, _word):
    show_at_top(page.get_by_role("heading", level=1))


IMPORT_STEPS = (
    Step("import", "planner", "/imports", _choose, _read),
    Step("import-columns", "planner", "", _columns, _back_to_preview),
    Step("import-preview", "planner", "", _preview, _take),
    Step("import-taken", "planner", "", _taken),
)
