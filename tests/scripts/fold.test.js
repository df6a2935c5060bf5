// The browser folds the items of a site as Python does: the same answers for the site, the same outcomes for each item.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, isThere, itemJudge } from "../../static/phone/fold.js";
import { endOf } from "../../static/phone/known_items.js";
import { readings } from "../../static/phone/merging.js";
import { cases, SEEDS } from "./cases.js";

// The cases of a seed are fetched in its test and forgotten after it: ten of them would fill the memory.
for (const seed of SEEDS) {
  test(`seed ${seed}`, async (t) => {
    const { folding } = cases(seed, "folding");
    const largest = Math.max(...Object.values(folding).map(({ sites }) => sites.length));
    assert.ok(largest >= 1000, "a thousand lists under the newest edition");

    for (const [edition, { table, sites, folded, outcomes, remembered }] of Object.entries(folding)) {
      await t.test(`${edition}: random lists of items answer for the site alike`, () => {
        assert.ok(sites.length >= 100);
        const judge = itemJudge(table);
        sites.forEach(({ items, answers }, site) => assert.deepEqual(fold(table, items, answers, judge), folded[site], `site ${site}`));
      });

      await t.test(`${edition}: each item comes out alike`, () => {
        const judge = itemJudge(table);
        outcomes.forEach((expected, site) => {
          const { items, answers } = sites[site];
          assert.deepEqual(items.filter(isThere).map((item) => judge(item, answers)), expected, `site ${site}`);
        });
      });

      await t.test(`${edition}: what goes on under another item stands under it as the server remembers it`, () => {
        for (const { items, entries } of remembered) {
          const same = Object.fromEntries(items.filter(({ same_as }) => items.some(({ id }) => id === same_as)).map(({ id, same_as }) => [id, same_as]));
          const there = readings(items, table.equipment.same).filter(({ id, gone }) => !gone && endOf(id, same) === id);
          const plain = (all) => all.map(([id, answers]) => JSON.stringify([id, Object.entries(answers).filter(([, value]) => value !== null).sort()])).sort();
          assert.deepEqual(plain(there.map(({ id, answers }) => [id, answers])), plain(entries));
        }
      });

      await t.test(`${edition}: folding changes neither the items nor the answers it is given`, () => {
        for (const { items, answers } of sites.slice(0, 100)) {
          const before = structuredClone({ items, answers });
          fold(table, items, answers);
          assert.deepEqual({ items, answers }, before);
        }
      });

      await t.test(`${edition}: the same found twice of one item is one item, and what goes on under another one is none`, () => {
        for (const { items, answers } of sites.slice(0, 100)) {
          if (!items.length) continue;
          const own = items.map((item, at) => ({ ...item, id: `${at}`, same_as: undefined }));
          const expected = fold(table, own, answers);
          assert.deepEqual(fold(table, [...own, structuredClone(own[0])], answers), expected);
          assert.deepEqual(fold(table, [...own, { ...own[0], id: "x", same_as: "0", answers: {} }], answers), expected);
        }
      });
    }
  });
}
