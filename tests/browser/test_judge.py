"""The judge, the folding of items and the reading of numbers in the browser that runs them; `tests/scripts` tries them at length."""

import json
import random

from helpers.script_cases import folded_lists, judged_sites, measured_sites, numbers
from helpers.static_pages import open_page
from rba_audit.standard import default_edition, load_published

FEW = 20
JUDGE = """async (text) => {
  const { judge } = await import("/static/judge.js");
  const { number } = await import("/static/phone/numbers.js");
  const { fold } = await import("/static/phone/fold.js");
  const { judging, measured, folding, typed } = JSON.parse(text);
  return JSON.stringify({
    judged: judging.sites.map((answers) => judge(judging.table, answers)),
    measured: measured.sites.map(({ answers, ...beside }) => judge(judging.table, answers, beside)),
    folded: folding.sites.map(({ items, answers }) => fold(folding.table, items, answers)),
    steps: typed.map(({ text, decimals, units }) => number(text, decimals, units ?? undefined).steps?.toString() ?? null),
  });
}"""


def test_the_browser_judges_folds_and_reads_numbers_as_python_does(browser):
    standard, chance = load_published(default_edition()), random.Random(7)
    cases = {
        "judging": judged_sites(standard, chance, FEW),
        "measured": measured_sites(standard, chance, FEW),
        "folding": folded_lists(standard, chance, FEW),
        "typed": numbers(chance),
    }
    page = open_page(browser)

    found = json.loads(page.evaluate(JUDGE, json.dumps(cases)))

    assert found["judged"] == cases["judging"]["expected"]
    assert found["measured"] == cases["measured"]["expected"]
    assert found["folded"] == cases["folding"]["folded"]
    assert found["steps"] == [each.get("steps") for each in cases["typed"]]
    page.close()
