// Photos that were sent stay for a while: what is asked for again, what is let go of first, and what is told of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isOutdated, nextDue } from "../../static/phone/outbox_states.js";
import { droppable, keptOf, sentAgain, wantedAgain } from "../../static/phone/sent_photos.js";

const photo = (sha256, changes = {}) => ({ sha256, question: "", item: "", bytes: 100, sent: true, ...changes });
const sent = (id, hashes, changes = {}) => ({ id, kind: "visit", author: "budi", state: "sent", since: "2026-11-01", sent_at: "2026-11-20", photos: hashes.map((hash) => photo(hash)), ...changes });
const work = (missing, changes = {}) => ({ person: { id: "budi" }, own: [{ visit: "a", missing: missing.map((sha256) => ({ sha256 })) }], dangers: [], ...changes });
const held = (...pairs) => pairs.map((pair) => pair.split(" "));

test("what the server misses and the phone has is sent again, from the entry that has it", () => {
  const entries = [sent("a", ["1", "2"]), sent("b", ["3"])];
  assert.deepEqual(wantedAgain(entries, held("a 1", "a 2", "b 3"), work(["2", "9"])), [{ id: "a", hashes: ["2"] }]);
  // A correction made elsewhere names photos that lie under the version before.
  assert.deepEqual(wantedAgain(entries, held("b 3"), work(["3"])), [{ id: "b", hashes: ["3"] }]);
});

test("nothing is sent again that is not missing, not here, not sent yet, or somebody else's", () => {
  const here = held("a 1");
  assert.deepEqual(wantedAgain([sent("a", ["1"])], here, work([])), []);
  assert.deepEqual(wantedAgain([sent("a", ["1"])], held("b 1"), work(["1"])), []);
  assert.deepEqual(wantedAgain([sent("a", ["1"], { state: "waiting" })], here, work(["1"])), []);
  assert.deepEqual(wantedAgain([sent("a", ["1"], { author: "siti" })], here, work(["1"])), []);
  assert.deepEqual(wantedAgain([sent("a", ["1"])], here, { person: { id: "budi" } }), []);
});

test("a photo of several entries is sent once, and one of a danger as well", () => {
  const entries = [sent("a", ["1", "1"]), sent("b", ["1"]), sent("d", ["4"], { kind: "danger" })];
  const found = wantedAgain(entries, held("a 1", "b 1", "d 4"), work(["1"], { dangers: [{ danger: "d", missing: [{ sha256: "4" }] }] }));
  assert.deepEqual(found, [{ id: "a", hashes: ["1"] }, { id: "d", hashes: ["4"] }]);
});

test("those sent longest ago are let go of first, and nothing that was not sent", () => {
  const entries = [
    sent("new", ["1"], { sent_at: "2026-11-25" }),
    sent("old", ["2", "3"], { sent_at: "2026-11-19" }),
    sent("waiting", [], { state: "waiting", sent_at: undefined, since: "2026-11-01", photos: [photo("4", { sent: false }), photo("5")] }),
  ];
  const all = held("new 1", "old 2", "old 3", "waiting 4", "waiting 5", "draft 6");
  assert.deepEqual(droppable(entries, all).map(({ id, hash }) => `${id} ${hash}`), ["waiting 5", "old 2", "old 3", "new 1"]);
  assert.deepEqual(droppable(entries, held("old 3", "draft 6")), [{ id: "old", hash: "3" }]);
});

test("a person is told of their own photos alone", () => {
  const entries = [sent("a", ["1", "2"]), sent("b", [], { photos: [photo("3", { dropped: true })] }), sent("c", ["4"], { author: "siti" })];
  assert.deepEqual(keptOf(entries, held("a 1", "a 2", "c 4"), "budi"), { count: 2, bytes: 200, dropped: 1 });
  assert.deepEqual(keptOf(entries, held("c 4"), "rina"), { count: 0, bytes: 0, dropped: 0 });
});

test("an entry whose photo the server lost waits again with that photo alone unsent", () => {
  const now = Date.parse("2026-11-30T08:00:00Z");
  const before = sent("a", ["1", "2"], { tries: 4, retry_at: "2026-12-01T08:00:00Z" });
  const after = { ...before, ...sentAgain(before, ["2"]) };
  assert.deepEqual([after.state, after.problem, after.tries], ["waiting", "asked_again", 0]);
  assert.deepEqual(after.photos.map((each) => each.sent), [true, false]);
  assert.equal(nextDue([after], { now }), after);
  assert.equal(isOutdated(after, now + 30 * 24 * 3600_000), false);
});
