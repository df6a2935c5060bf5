"""Time the audit form on a slow processor: until it can be used, and from an answer to what follows from it.

Medians of five, each in a fresh browser profile, with the processor slowed down six times; the size of its scripts beside them.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.missing import chromium
from helpers.registers import filled_register
from helpers.surveying import phone, running
from rba_audit.resources import static_dir
from rba_audit.standard import load_standard

ROUNDS = 5
SLOWER = 6
# Usable: the estimate stands and the form takes answers; measured by the page's own clock, from the moment it was asked for.
USABLE = """() => new Promise((done) => {
    const look = () => (document.getElementById('live')?.hidden ?? true) || document.getElementById('form').inert
        ? requestAnimationFrame(look) : requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    look();
})"""
# From the press to the frame in which what follows is on the screen: the count, the estimate, and what does not apply.
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
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        with running(register, standard) as served:
            try:
                rounds = [_measure(browser, served) for _ in range(ROUNDS)]
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
    size, gzipped = script_sizes()
    print(f"own script          {size / 1000:6.1f} kB, gzipped {gzipped / 1000:.1f} kB")


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


def script_sizes() -> tuple[int, int]:
    """Return the bytes of all scripts that the form loads, plain and gzipped one by one."""
    found: set[Path] = set()
    waiting = [static_dir() / "form.js"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        text = path.read_text(encoding="utf-8")
        waiting += [
            (path.parent / name).resolve() for name in re.findall(r"""(?:from|import\()\s*["'](\.[^"']+)["']""", text)
        ]
    texts = [path.read_bytes() for path in found]
    return sum(map(len, texts)), sum(len(gzip.compress(text)) for text in texts)


if __name__ == "__main__":
    main()
