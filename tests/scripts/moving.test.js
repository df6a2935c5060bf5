// A draft that goes on at another site takes what was answered, and leaves what was only known of the place before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { movedTo, nearer } from "../../static/phone/moving.js";

const asTyped = (answer) => (Array.isArray(answer) ? answer : [String(answer)]);
const item = (id, changes = {}) => ({ id, kind: "swing", name: id, gone: false, answers: {}, note: "", ...changes });

function moved(changes, after = {}) {
  const draft = { id: "v", site: "a", siteName: "A", values: {}, notes: { "MUD-01": "Landai" }, items: [], photos: [], position: { lon: 1, lat: 2 }, at: "MUD-01", sure: true, ...changes };
  let number = 0;
  const before = { known: { scale: "rw", area: 5 }, items: [{ id: "k1" }, { id: "k2" }] };
  return movedTo(draft, { id: "b", name: "B" }, before, after, { asTyped, fresh: () => `new-${(number += 1)}` });
}

test("answers, notes, photos and the position go along, and the id stays", () => {
  const found = moved({ values: { "MUD-01": ["no"], area: ["7"], scale: ["rw"], "visit.stage": ["auditor"] }, photos: [{ sha256: "1", question: "MUD-01", item: "" }] }, { known: { scale: "kota" } });
  assert.deepEqual(found.values, { scale: ["kota"], "MUD-01": ["no"], area: ["7"], "visit.stage": ["auditor"] });
  assert.deepEqual([found.id, found.site, found.siteName, found.sure, found.at], ["v", "b", "B", false, ""]);
  assert.deepEqual([found.notes, found.position, found.photos.length], [{ "MUD-01": "Landai" }, { lon: 1, lat: 2 }, 1]);
});

test("an item that was looked at becomes one of the new place, and one that was only known stays behind", () => {
  const items = [item("own"), item("k1", { answers: { "PRL-04": 2 } }), item("k2"), item("k3", { same_as: "k1" }), item("k4", { same_as: "k2" })];
  const found = moved({ items, photos: [{ sha256: "1", question: "", item: "k1" }, { sha256: "2", question: "", item: "k2" }] });
  assert.deepEqual(found.items.map(({ id, same_as: under }) => [id, under]), [["own", undefined], ["new-1", undefined], ["k3", "new-1"], ["k4", undefined]]);
  assert.deepEqual(found.photos.map((photo) => photo.item), ["new-1", ""]);
});

test("the nearest other sites are offered, none farther than the one that was opened", () => {
  const sites = [{ id: "a", name: "A", point: [0, 700] }, { id: "b", name: "B", point: [0, 20] }, { id: "c", name: "C", point: null }, { id: "d", name: "D", point: [0, 5] }, { id: "e", name: "E", point: [0, 900] }];
  const distance = ([, one], [, other]) => Math.abs(one - other);
  assert.deepEqual(nearer(sites, "a", [0, 0], 700, distance, 5).map(({ id, metres }) => [id, metres]), [["d", 5], ["b", 20]]);
  assert.equal(nearer(sites, "a", [0, 0], 700, distance, 1).length, 1);
});
