// What is told of a phone before work is lost on it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ailments, skewOf } from "../../static/phone/health_states.js";
import { steady } from "../../static/phone/retry.js";

const MB = 1e6, MINUTE = 60_000;
const what = (given) => ailments({ storage: true, ...given }).map((each) => each.what);

test("a sound phone is told nothing, and neither is one that says nothing", () => {
  assert.deepEqual(what({ estimate: { usage: 10 * MB, quota: 5000 * MB }, skew: 2 * MINUTE }), []);
  assert.deepEqual(what({ estimate: undefined, persisted: undefined }), []);
  assert.deepEqual(what({ estimate: {} }), []);
});

test("storage that fails, is almost full, or forgets is told", () => {
  assert.deepEqual(ailments({ storage: false, estimate: { usage: 0, quota: 1 } }), [{ what: "no_storage" }]);
  assert.deepEqual(ailments({ storage: true, estimate: { usage: 80 * MB, quota: 100.9 * MB }, persisted: false }), [{ what: "full", amount: 20 }]);
  assert.deepEqual(ailments({ storage: true, estimate: { usage: 200 * MB, quota: 100 * MB } }), [{ what: "full", amount: 0 }]);
  assert.deepEqual(what({ estimate: { usage: 0, quota: 120 * MB }, persisted: false }), ["private"]);
  assert.deepEqual(what({ estimate: { usage: 0, quota: 120 * MB }, persisted: true }), []);
});

test("a clock more than five minutes off is told with how far, in either direction", () => {
  assert.deepEqual(ailments({ storage: true, skew: 61 * MINUTE }), [{ what: "ahead", amount: 61 }]);
  assert.deepEqual(ailments({ storage: true, skew: -6 * MINUTE }), [{ what: "behind", amount: 6 }]);
  const there = "Fri, 20 Nov 2026 03:00:00 GMT", at = Date.parse(there);
  assert.equal(skewOf(there, at + 60 * MINUTE - 500, at + 60 * MINUTE + 500), 60 * MINUTE);
  assert.equal(skewOf(null, at, at), 0);
  assert.equal(skewOf(there, at, at + 30_000), 0, "an answer that took so long says nothing");
});

test("storage that fails for a moment is asked again, and one that goes on failing says so with its own fault", async () => {
  let left = 2;
  const shaky = async () => (left-- > 0 ? Promise.reject(new Error("busy")) : "kept");
  assert.equal(await steady(shaky, [1, 1, 1]), "kept");
  await assert.rejects(steady(() => Promise.reject(new Error("broken")), [1, 1]), /broken/);
});
