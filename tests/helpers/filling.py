"""Fill the form on a phone and count taps, keys and scrolling, in the list and in the mode of one question at a time.

A tap on "next" counts as a tap, also where the keyboard of the phone has that key.
"""

from dataclasses import dataclass, field

# What stands there to be answered: its kind, whether all of it can be seen, and where a finger goes.
ASKED = """() => {
    const box = [...document.querySelectorAll('.question[data-now]')].at(-1) ?? document.querySelector('.items[data-whole]');
    if (!box) return null;
    const top = document.querySelector('.steer').getBoundingClientRect().bottom, bottom = document.getElementById('one-bar').getBoundingClientRect().top;
    const options = [...box.querySelectorAll('label:has(input[type=radio], input[type=checkbox])')].filter((each) => !each.closest('noscript'));
    const typed = box.querySelector('.typed input');
    const seen = [box.querySelector('legend, h3'), ...options, typed].filter(Boolean).map((each) => each.getBoundingClientRect());
    const kind = box.matches('.items') ? 'list' : typed ? 'number' : options[0].querySelector('input').type === 'checkbox' ? 'set' : 'word';
    return {id: box.id, kind, whole: seen.every((each) => each.top >= top && each.bottom <= bottom), small: options.filter((each) => each.getBoundingClientRect().height < 56).length};
}"""


@dataclass
class Cost:
    """What answers cost.

    Attributes:
        scrolled: Screens scrolled by.
        cut: Ids of questions in words that could not be seen whole.
    """

    answers: int = 0
    taps: int = 0
    keys: int = 0
    scrolled: float = 0
    cut: list = field(default_factory=list)
    small: list = field(default_factory=list)

    @property
    def taps_each(self):
        """Taps for each answer."""
        return self.taps / max(self.answers, 1)


def ranges(page):
    """A number that each question takes, by its id: the middle of its range."""
    return page.evaluate(
        """async () => Object.fromEntries((await (await fetch(document.getElementById('form').dataset.table)).json()).questions
            .filter(({kind}) => kind === 'number').map(({id, low, high}) => [id, String(Math.floor((low + high) / 2))]))"""
    )


def begin_one_by_one(page, parts="Parts"):
    """Go over to one question at a time."""
    page.get_by_role("button", name=parts, exact=True).click()
    page.locator("#one-by-one").click()
    page.locator("#one-bar").wait_for()


def fill_one_by_one(page, most):
    """Answer so many questions, one at a time, and return what they cost."""
    cost, values = Cost(), ranges(page)
    while cost.answers < most:
        asked = page.evaluate(ASKED)
        if asked is None:
            break
        cost.small += [asked["id"]] if asked["small"] else []
        box = page.locator(f"[id='{asked['id']}']")
        if asked["kind"] in ("word", "set") and not asked["whole"]:
            cost.cut.append(asked["id"])
        if asked["kind"] in ("word", "set"):
            box.locator("label:has(input)").first.click()
            cost.taps += 1
        elif asked["kind"] == "number":
            text = values[
                asked["id"].removeprefix("q-") if asked["id"].startswith("q-") else box.get_attribute("data-asks")
            ]
            page.keyboard.type(text)  # the field has the focus, so its keyboard is open
            cost.keys += len(text)
        if asked["kind"] != "word":
            page.locator("#one-bar [data-do=next]").click()
            cost.taps += 1
        cost.answers += asked["kind"] != "list"
        page.wait_for_function(f"(id) => ({ASKED})()?.id !== id", arg=asked["id"])
    return cost


def fill_list(page, most):
    """Answer so many questions in the list, from the top, and return what they cost."""
    cost, values = Cost(), ranges(page)
    before = page.evaluate("scrollY")
    for id in page.evaluate("[...document.querySelectorAll('.question:has(> .foot)')].map(({id}) => id)"):
        if cost.answers >= most:
            break
        box = page.locator(f"[id='{id}']")
        if not box.is_visible() or "given" in (box.get_attribute("class") or ""):
            continue
        box.scroll_into_view_if_needed()
        number = box.locator(".typed input")
        target = number if number.count() else box.locator("label:has(input)").first
        target.click()
        cost.taps += 1
        if number.count():
            text = values[id.removeprefix("q-")]
            page.keyboard.type(text)
            cost.keys += len(text)
        cost.answers += 1
        after = page.evaluate("scrollY")
        cost.scrolled += abs(after - before) / page.viewport_size["height"]
        before = after
    return cost
