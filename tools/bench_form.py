"""Time the audit form on a slow processor: until it can be used, and from an answer to the updated page.

Medians of five, each in a fresh browser profile, with the processor slowed down six times; also prints the size of its scripts.
Then a hundred questions are answered in the list and one at a time: taps, keys and scrolling, and the time from an answer to the next question.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.chromium import CHROMIUM_ARGUMENTS, chromium
from helpers.filling import Cost, begin_one_by_one, fill_list, fill_one_by_one
from helpers.registers import filled_register
from helpers.served_scripts import loaded_by, size_on_the_wire
from helpers.surveying import phone, running
from rba_audit.standard import load_standard

ROUNDS = 5
ANSWERS = 100
SLOWER = 6
# Usable: the estimate is shown and the form takes answers; by the page's own clock, from the request on.
USABLE = """() => new Promise((done) => {
    const look = () => (document.getElementById('live')?.hidden ?? true) || document.getElementById('form').inert
        ? requestAnimationFrame(look) : requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    look();
})"""
# From the press to the frame that shows the result: the count, the estimate, and the questions that do not apply.
FOLLOW = """([name, watched]) => new Promise((done) => {
    const input = document.querySelector(name);
    const state = () => watched === 'line' ? document.getElementById('live').textContent : document.querySelectorAll('.requirement[hidden]').length;
    input.scrollIntoView({block: 'center'});
    requestAnimationFrame(() => setTimeout(() => {
        const begun = performance.now(), before = state();
        const look = () => state() === before && performance.now() - begun < 5000 ? requestAnimationFrame(look) : setTimeout(() => done(performance.now() - begun));
        input.click();
        look();
    }, 300));
})"""
# From the press to the frame that shows the next question; questions that take no word are skipped.
ONWARD = """async (most) => {
    const times = [], next = document.querySelector('#one-bar [data-do=next]');
    const shown = () => [...document.querySelectorAll('.question[data-now]')].at(-1);
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (let passed = 0; times.length < most && passed < 3 * most; passed += 1) {
        const box = shown(), option = box?.querySelector('label input[type=radio]');
        const begun = performance.now();
        (option ?? next).click();
        do await frame(); while (shown() === box && performance.now() - begun < 5000);
        if (option) times.push(performance.now() - begun);
        await new Promise((done) => setTimeout(done, 250));
    }
    return times;
}"""
# A question that settles a requirement by itself.
SETTLES = """async () => {
    const {judge} = await import(new URL('judge.js', document.querySelector('script[src*="form.js"]').src).href);
    const table = await (await fetch(document.getElementById('form').dataset.table)).json();
    return table.questions.find(({id, fact, kind}) => !fact && kind === 'yes_no' && judge(table, {[id]: 'no'}).undetermined.length < judge(table, {}).undetermined.length).id;
}"""
# A fact that leaves requirements out when it is denied.
DENIED = """async () => {
    const {leftOut} = await import(new URL('judge.js', document.querySelector('script[src*="form.js"]').src).href);
    const table = await (await fetch(document.getElementById('form').dataset.table)).json();
    return table.questions.find(({id, fact, choices}) => fact && choices.includes('no') && leftOut(table, {[id]: 'no'}).size).id;
}"""


def main() -> None:
    """Print the medians."""
    standard = load_standard()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        register = filled_register(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        with running(register, standard) as served:
            try:
                rounds = [_measure(browser, served) for _ in range(ROUNDS)]
                onward = _onward(browser, served)
                costs = {way: _cost(browser, served, way) for way in ("list", "one at a time")}
                scripts = _scripts(browser, served)
            finally:
                browser.close()
        register.close()
    usable, answer, fact = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"{standard.edition}: {len(standard.requirements)} requirements, {len(standard.questions)} questions, processor slowed x{SLOWER}"
    )
    print(
        f"usable after        {usable / 1000:6.2f} s   (each: {', '.join(f'{each[0] / 1000:.2f}' for each in rounds)})"
    )
    print(f"answer to estimate  {answer / 1000:6.2f} s")
    print(f"fact to skipping    {fact / 1000:6.2f} s")
    print(f"own script          {scripts / 1000:6.1f} kB on the wire, with all that is fetched lazily")
    onward.sort()
    print(
        f"answer to next      {statistics.median(onward) / 1000:6.2f} s   ({len(onward)} answers one at a time; 95 %: "
        f"{onward[int(0.95 * len(onward))] / 1000:.2f}, longest {onward[-1] / 1000:.2f})"
    )
    for way, cost in costs.items():
        print(
            f"{cost.answers} answers, {way:<14} {cost.taps_each:.2f} taps each, {cost.keys} keys, {cost.scrolled:.0f} screens of scrolling, "
            f"{len(cost.cut)} questions in words not seen whole: {', '.join(cost.cut) or '-'}"
        )


def _measure(browser: Browser, served: tuple[str, str]) -> tuple[float, float, float]:
    context, address = phone(browser, served), served[0]
    page: Page = context.new_page()
    page.goto(f"{address}/healthz")
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{address}/sites/taman-sari/audit", wait_until="commit")
    usable = page.evaluate(USABLE)
    page.wait_for_timeout(1500)
    answer = page.evaluate(FOLLOW, [f"[id='q-{page.evaluate(SETTLES)}'] input[value=no]", "line"])
    fact = page.evaluate(FOLLOW, [f"input[name={page.evaluate(DENIED)}][value=no]", "left out"])
    context.close()
    return usable, answer, fact


def _onward(browser: Browser, served: tuple[str, str]) -> list[float]:
    """Return the milliseconds from each answer to the next question, one question at a time."""
    context, page = _opened(browser, served)
    begin_one_by_one(page)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    times: list[float] = page.evaluate(ONWARD, ANSWERS)
    context.close()
    return times


def _cost(browser: Browser, served: tuple[str, str], way: str) -> Cost:
    context, page = _opened(browser, served)
    if way == "list":
        cost = fill_list(page, ANSWERS)
    else:
        begin_one_by_one(page)
        cost = fill_one_by_one(page, ANSWERS)
    context.close()
    return cost


def _opened(browser: Browser, served: tuple[str, str]) -> tuple[BrowserContext, Page]:
    context = phone(browser, served)
    page = context.new_page()
    page.goto(f"{served[0]}/sites/taman-sari/audit")
    page.evaluate(USABLE)
    page.wait_for_timeout(2000)  # every chapter has been loaded
    return context, page


def _scripts(browser: Browser, served: tuple[str, str]) -> int:
    """Return the bytes of all scripts that the form loads, as they are sent."""
    context, page = _opened(browser, served)
    size: int = size_on_the_wire(loaded_by(page.request.get(page.url).text()))
    context.close()
    return size


if __name__ == "__main__":
    main()
