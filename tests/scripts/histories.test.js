// What a phone says of a place while a full visit is made, items included that it leaves out, is what the server says once it counts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { encode, outcomes } from "../../static/judge.js";
import { fold, isThere } from "../../static/phone/fold.js";
import { readings } from "../../static/phone/merging.js";
import { cases, SEEDS } from "./cases.js";

for (const seed of SEEDS) {
  test(`seed ${seed}`, async (t) => {
    const { histories } = cases(seed, "histories");
    for (const [edition, { table, sites }] of Object.entries(histories)) {
      await t.test(`${edition}: the estimate of the last full visit is the server's outcome, requirement by requirement`, () => {
        assert.ok(sites.length >= 100);
        assert.ok(sites.some(({ left_out }) => left_out.length) && sites.some(({ items }) => items.some(({ same_as }) => same_as)));
        sites.forEach(({ items, left_out, answers, outcomes: expected }, site) => {
          const folded = fold(table, [...readings(items, table.equipment.same), ...left_out], answers);
          const found = outcomes(table, encode(table, folded)).map((outcome) => table.outcomes[outcome]);
          const differing = found.flatMap((outcome, row) => (outcome === expected[row] ? [] : [[table.requirements[row].id, outcome, expected[row]]]));
          assert.deepEqual(differing, [], `site ${site}`);
        });
      });
    }
  });
}

test("a merge that leads round in a circle is none: its entries stay items", () => {
  const item = (id, same_as) => ({ id, kind: "swing", name: id, gone: false, answers: { found: id }, note: "", ...(same_as && { same_as }) });
  const there = (items) => readings(items).filter(isThere).map(({ id }) => id);
  assert.deepEqual(there([item("a", "a"), item("b")]), ["a", "b"]);
  assert.deepEqual(there([item("a", "b"), item("b", "a")]), ["a", "b"]);
});
