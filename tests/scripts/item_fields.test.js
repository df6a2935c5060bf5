// What is said of a number in an item's field, beside it and at sending.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read } from "../../static/phone/item_fields.js";

const question = { kind: "number", decimals: 1, low: 0, high: 150, unit: "m", units: ["m", "m"] };
const words = { two_numbers: "two: {text}", no_number: "no: {text}", other_unit: "unit {unit}: {text}", implausible: "{value} not in {low}–{high}", not_whole: "{value} broken" };

test("a number out of range is told by its range, another unit by the right one, and only what is no number as none", () => {
  globalThis.document = { documentElement: { lang: "id" } };
  assert.deepEqual(read("110", question, words), { told: "110 m not in 0 m–15 m" });
  assert.deepEqual(read("12 cm", question, words), { told: "unit m: 12 cm" });
  assert.deepEqual(read("dua", question, words), { told: "no: dua" });
  assert.deepEqual(read("1.200", question, words), { told: "two: 1.200", choices: ["1,200", "1200"] });
  assert.deepEqual(read("1,5 m", question, words), { value: 1.5 });
});

test("a fraction of what is counted is told as one, and a price stands behind its currency", () => {
  globalThis.document = { documentElement: { lang: "id" } };
  const kinds = { kind: "number", decimals: 0, low: 0, high: 50, unit: "jenis", units: ["jenis", "kinds"], counts: true };
  assert.deepEqual(read("3,5", kinds, words), { told: "3,5 jenis broken" });
  assert.deepEqual(read("3", kinds, words), { value: 3 });
  const price = { kind: "number", decimals: 0, low: 0, high: 5000, unit: "Rp", units: ["Rp", "Rp"], counts: true, unit_first: true };
  assert.deepEqual(read("3,5", price, words), { told: "Rp3,5 broken" });
  assert.deepEqual(read("9000", price, words), { told: "Rp9000 not in Rp0–Rp5.000" });
});
