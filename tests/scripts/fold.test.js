// The browser folds the items of a site as Python does: the same answers for the site, the same outcomes for each item.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, itemJudge } from "../../static/phone/fold.js";
import { cases, SEEDS } from "./cases.js";

// The cases of a seed are fetched in its test and forgotten after it: ten of them would fill the memory.
for (const seed of SEEDS) {
  test(`seed ${seed}`, async (t) => {
    const { folding } = cases(seed, "folding");
    const largest = Math.max(...Object.values(folding).map(({ sites }) => sites.length));
    assert.ok(largest >= 1000, "a thousand lists under the newest edition");

    for (const [edition, { table, sites, folded, outcomes }] of Object.entries(folding)) {
      await t.test(`${edition}: random lists of items answer for the site alike`, () => {
        assert.ok(sites.length >= 100);
        const judge = itemJudge(table);
        sites.forEach(({ items, answers }, site) => assert.deepEqual(fold(table, items, answers, judge), folded[site], `site ${site}`));
      });

      await t.test(`${edition}: each item comes out alike`, () => {
        const judge = itemJudge(table);
        outcomes.forEach((expected, site) => {
          const { items, answers } = sites[site];
          assert.deepEqual(items.filter(({ gone }) => !gone).map((item) => judge(item, answers)), expected, `site ${site}`);
        });
      });

      await t.test(`${edition}: folding changes neither the items nor the answers it is given`, () => {
        for (const { items, answers } of sites.slice(0, 100)) {
          const before = structuredClone({ items, answers });
          fold(table, items, answers);
          assert.deepEqual({ items, answers }, before);
        }
      });
    }
  });
}
