// What is said of a number in an item's field, beside it and at sending.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read } from "../../static/phone/item_fields.js";

const question = { decimals: 1, low: 0, high: 150, unit: "m", units: ["m", "m"] };
const words = { two_numbers: "two: {text}", no_number: "no: {text}", other_unit: "unit {unit}: {text}", implausible: "{value} {unit} not in {low}–{high}" };

test("a number out of range is told by its range, another unit by the right one, and only what is no number as none", () => {
  globalThis.document = { documentElement: { lang: "id" } };
  assert.deepEqual(read("110", question, words), { told: "110 m not in 0 m–15 m" });
  assert.deepEqual(read("12 cm", question, words), { told: "unit m: 12 cm" });
  assert.deepEqual(read("dua", question, words), { told: "no: dua" });
  assert.deepEqual(read("1.200", question, words), { told: "two: 1.200", choices: ["1,200", "1200"] });
  assert.deepEqual(read("1,5 m", question, words), { value: 1.5 });
});
