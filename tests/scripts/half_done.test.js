// Unfinished work goes from one phone to another as a file of our own; of a hostile file nothing is taken.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "id" } };
globalThis.BroadcastChannel = class {}; // an open one would keep Node running
const { zip } = await import("../../static/phone/parcel.js");
const { read, halfDone } = await import("../../static/phone/half_done.js");
const { unzip } = await import("../../static/phone/unzip.js");

const HASH = "a".repeat(64);
const draft = {
  id: "00000000-0000-4000-8000-000000000001", site: "taman", siteName: "Taman", edition: "rbra-2024", values: { "MUD-01": ["no"], "visit.auditor": ["Siti"] }, notes: { "MUD-01": "Landai" },
  items: [{ id: "i1", kind: "swing", name: "Ayunan", gone: false, answers: { "PRL-04": 1.2 }, note: "", typed: { "PRL-05": "dua" } }],
  photos: [{ sha256: HASH, question: "MUD-01", item: "", bytes: 3, source: "camera", taken_at: "", position: null }], position: null, check: null, author: "siti", changed_at: "x",
};
const told = { format: 1, given_by: { author: "siti", name: "Siti", at: "2026-11-30T08:00:00Z", begun_at: "2026-11-29T08:00:00Z" }, draft };
const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value));

test("a file of ours reads back as it was written", async () => {
  const made = zip([{ name: "draft.json", bytes: bytesOf(told) }, { name: `photos/${HASH}.jpg`, bytes: new Uint8Array([1, 2, 3]) }]);
  const entries = unzip(await made.arrayBuffer());
  assert.deepEqual(entries.map(({ name, bytes }) => [name, bytes.byteLength]), [["draft.json", bytesOf(told).length], [`photos/${HASH}.jpg`, 3]]);
  const found = await halfDone(made);
  assert.equal(found.photos.length, 1);
  const { draft: taken, given_by: giver } = read(found.text);
  assert.deepEqual([taken.id, taken.values, taken.notes, taken.photos], [draft.id, draft.values, draft.notes, draft.photos]);
  assert.deepEqual(taken.items, [{ id: "i1", kind: "swing", name: "Ayunan", gone: false, answers: { "PRL-04": 1.2 }, note: "" }], "what could not be read is asked again");
  assert.deepEqual([taken.author, giver.author], [undefined, "siti"]);
});

test("a queue's file is none, and neither is one that is cut short, compressed or no ZIP", async () => {
  const queue = zip([{ name: "manifest.json", bytes: bytesOf({}) }]);
  assert.equal(await halfDone(queue), null);
  const whole = new Uint8Array(await queue.arrayBuffer());
  for (let length = 0; length < whole.length; length += 7) assert.equal(unzip(whole.slice(0, length).buffer), null);
  const packed = whole.slice();
  packed[whole.length - 22 - (46 + 13) + 10] = 8; // its method, in the directory
  assert.equal(unzip(packed.buffer), null);
});

test("of a file that is not as agreed nothing is taken", () => {
  const broken = [{ id: "../x" }, { site: "" }, { site: 5 }, { values: { a: "x" } }, { values: [] }, { notes: { a: 1 } }, { items: [{}] }, { items: [null] }, { photos: [{ sha256: "x" }] }, { photos: {} }, { position: { lon: "x", lat: 1 } }, { replaces: draft.id }, { edition: null }];
  for (const changes of broken) assert.equal(read(JSON.stringify({ ...told, draft: { ...draft, ...changes } })), null, JSON.stringify(changes));
  for (const changes of [{ format: 2 }, { given_by: null }, { given_by: { author: "a", name: "", at: "x" } }, { draft: null }]) assert.equal(read(JSON.stringify({ ...told, ...changes })), null);
  for (const text of ["", "null", "[]", "5", "{", " ".repeat(1_000_001)]) assert.equal(read(text), null);
});
