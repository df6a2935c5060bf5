// A correction on the phone: what it takes over, and what it would leave out, by the words of rba_audit/fieldwork/corrections.py.

import assert from "node:assert/strict";
import { test } from "node:test";
import { carried, removals } from "../../static/phone/carrying.js";
import { cases, SEEDS } from "./cases.js";

const EMPTY = { notes: {}, items: [], photos: [], position: null };

for (const seed of SEEDS) {
  test(`what a version leaves out is what the server says, and what is taken over leaves nothing out (seed ${seed})`, () => {
    for (const { before, after, removals: said } of cases(seed, "corrections").corrections) {
      assert.deepEqual(removals(before, after), said);
      assert.deepEqual(removals(before, before), []);
      const { notes, items, photos, position } = before;
      assert.deepEqual(carried(before, EMPTY), { notes, items, photos, position });
      // Put back what was left out: nothing is missing any more, and what was changed stays changed.
      const joined = { ...after, answers: { ...before.answers, ...after.answers }, note: after.note || before.note, ...carried(before, after) };
      assert.deepEqual(removals(before, joined), []);
      assert.deepEqual(removals(after, joined), []);
    }
  });
}

test("where draft and version both speak, the draft does, and a fact of neither is made up", () => {
  const item = { id: "a", kind: "swing", name: "Ayunan", gone: false, answers: { x: 1, y: 2 }, note: "karat" };
  const sent = { notes: { q: "lama", r: "tetap" }, items: [item, { ...item, id: "b" }], photos: [{ sha256: "1", question: "q", item: "" }], position: { lon: 1 } };
  const draft = { notes: { q: "baru" }, items: [{ ...item, name: "Ayunan biru", answers: { x: 3 }, note: "" }, { ...item, id: "c" }], photos: [{ sha256: "2", question: "q", item: "" }], position: { lon: 2 } };

  const made = carried(sent, draft);

  assert.deepEqual(made.notes, { q: "baru", r: "tetap" });
  assert.deepEqual(made.items.map(({ id }) => id), ["a", "b", "c"]);
  assert.deepEqual(made.items[0], { ...item, name: "Ayunan biru", answers: { x: 3, y: 2 } });
  assert.deepEqual(made.photos.map(({ sha256 }) => sha256), ["1", "2"]);
  assert.deepEqual(made.position, { lon: 2 });
  assert.deepEqual(sent.items[0].answers, { x: 1, y: 2 });
});
